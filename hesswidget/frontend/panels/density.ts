import { scaleLinear, scaleLog } from "d3-scale";
import appearance from "../../appearance.json";
import { join, setAttributes, setText, svg } from "../base/dom";
import { number } from "../base/format";
import { type Frame, signOf } from "../engine/frame";
import { axesOf, boxWithin } from "./axes";

const MARGIN = { left: 46, right: 8, top: 8, bottom: 34 };
const { decades } = appearance.density;
/** Above the highest place. */
const ROOM = 2;
const SIDES = ["negative", "positive"] as const;

/** How eigenvalues are spread: at these places so high, with half the width of a band where that is known. */
export interface Spread {
  readonly places: ArrayLike<number>;
  readonly heights: ArrayLike<number>;
  readonly errors?: ArrayLike<number>;
  /** How many eigenvalues there are, */
  readonly all: number;
  /** and those that are known, the outermost among them. */
  readonly at: ArrayLike<number>;
  signOf(eigenvalue: number): string;
}

/** That of a frame, which has all eigenvalues. */
export function spreadOf(frame: Frame): Spread {
  const count = frame.density.length / 2;
  return { places: frame.density.subarray(0, count), heights: frame.density.subarray(count), all: frame.eigenvalues.length, at: frame.eigenvalues, signOf: (value) => signOf(value, frame) };
}

/** A density on a logarithmic axis: below zero red, above blue, with a stroke at each eigenvalue that is known. */
export class DensityChart {
  readonly element = svg("g", { role: "img", class: "hw-density" }, svg("title"));
  private readonly axes = svg("g", { class: "hw-axis" });
  private readonly band = svg("path", { class: "hw-density-band" });
  private readonly areas = SIDES.map((side) => svg("path", { class: `hw-density-area hw-density-${side}` }));
  private readonly strokes = svg("g");

  constructor() {
    this.element.append(this.axes, this.band, ...this.areas, this.strokes);
  }

  draw({ places, heights, errors, all, at, signOf }: Spread, width: number, height: number): void {
    const count = places.length;
    const every = Array.from(heights, (value, k) => ({ place: places[k], value, error: errors?.[k] ?? 0 }));
    const box = boxWithin(width, height, MARGIN);
    const isKnown = count > 0 && every.every(({ place, value, error }) => Number.isFinite(place + value + error));
    const top = isKnown ? every.reduce((most, { value }) => Math.max(most, value), 0) : 1;
    const x = scaleLinear(isKnown ? [places[0], places[count - 1]] : [-1, 1], [box.left, box.left + box.width]);
    const y = scaleLog([top * 10 ** -decades, ROOM * top], [box.top + box.height, box.top]).clamp(true);
    this.axes.replaceChildren(...axesOf(x, y, box, "λ", "", MARGIN.left));
    const foot = box.top + box.height;
    const on = (value: number) => y(Math.max(value, Number.MIN_VALUE)).toFixed(1);
    const zero = isKnown ? Math.min(Math.max(0, places[0]), places[count - 1]) : 0;
    SIDES.forEach((_, k) => {
      const kept = isKnown ? every.filter(({ place }) => (k ? place > zero : place < zero)) : [];
      const line = kept.map(({ place, value }) => `${x(place).toFixed(1)} ${on(value)}`);
      const ends = kept.length ? [x(kept[0].place), x(kept[kept.length - 1].place)].map((end) => end.toFixed(1)) : [];
      setAttributes(this.areas[k], { d: line.length ? `M${ends[0]} ${foot}L${line.join("L")}L${ends[1]} ${foot}` : "M0 0" });
    });
    const isSure = !isKnown || every.every(({ error }) => error === 0);
    const [above, below] = isSure ? [[], []] : [1, -1].map((side) => every.map(({ place, value, error }) => `${x(place).toFixed(1)} ${on(value + side * error)}`));
    setAttributes(this.band, { d: isSure ? "M0 0" : `M${above.join("L")}L${below.reverse().join("L")}Z` });
    const known = isKnown ? Array.from(at) : [];
    join(this.strokes, known.length, () => svg("path")).forEach((stroke, i) => {
      setAttributes(stroke, { d: `M${x(known[i]).toFixed(1)} ${foot}v-7`, class: `hw-density-at hw-density-${signOf(known[i])}` });
    });
    const ends = known.length ? ` from ${number(Math.min(...known))} to ${number(Math.max(...known))}` : "";
    const words = isKnown ? `density of ${all} eigenvalues${ends}` : "no density: nothing is known, or a value is not finite";
    setText(this.element.firstElementChild!, words);
    setAttributes(this.element, { "aria-label": words });
  }
}
