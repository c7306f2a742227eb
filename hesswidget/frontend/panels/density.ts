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

/** How eigenvalues are spread, on a logarithmic axis: below zero red, above blue, with a stroke at each. */
export class DensityChart {
  readonly element = svg("g", { role: "img", class: "hw-density" }, svg("title"));
  private readonly axes = svg("g", { class: "hw-axis" });
  private readonly areas = SIDES.map((side) => svg("path", { class: `hw-density-area hw-density-${side}` }));
  private readonly strokes = svg("g");

  constructor() {
    this.element.append(this.axes, ...this.areas, this.strokes);
  }

  draw(frame: Frame, width: number, height: number): void {
    const { eigenvalues } = frame;
    const count = frame.density.length / 2;
    const [places, heights] = [frame.density.subarray(0, count), frame.density.subarray(count)];
    const box = boxWithin(width, height, MARGIN);
    const isKnown = frame.density.every(Number.isFinite);
    const top = isKnown ? Math.max(...heights) : 1;
    const x = scaleLinear(isKnown ? [places[0], places[count - 1]] : [-1, 1], [box.left, box.left + box.width]);
    const y = scaleLog([top * 10 ** -decades, ROOM * top], [box.top + box.height, box.top]).clamp(true);
    this.axes.replaceChildren(...axesOf(x, y, box, "λ", "", MARGIN.left));
    const foot = box.top + box.height;
    const zero = Math.min(Math.max(0, places[0]), places[count - 1]);
    SIDES.forEach((_, k) => {
      const isThere = (place: number) => (k ? place > zero : place < zero);
      const kept = isKnown ? [...places.keys()].filter((i) => isThere(places[i])) : [];
      const line = kept.map((i) => `${x(places[i]).toFixed(1)} ${y(Math.max(heights[i], Number.MIN_VALUE)).toFixed(1)}`);
      const ends = kept.length ? [x(places[kept[0]]), x(places[kept[kept.length - 1]])].map((end) => end.toFixed(1)) : [];
      setAttributes(this.areas[k], { d: line.length ? `M${ends[0]} ${foot}L${line.join("L")}L${ends[1]} ${foot}` : "M0 0" });
    });
    join(this.strokes, isKnown ? eigenvalues.length : 0, () => svg("path")).forEach((stroke, i) => {
      setAttributes(stroke, { d: `M${x(eigenvalues[i]).toFixed(1)} ${foot}v-7`, class: `hw-density-at hw-density-${signOf(eigenvalues[i], frame)}` });
    });
    const words = isKnown
      ? `density of ${eigenvalues.length} eigenvalues from ${number(eigenvalues[0])} to ${number(eigenvalues[eigenvalues.length - 1])}`
      : "no density: a value is not finite";
    setText(this.element.firstElementChild!, words);
    setAttributes(this.element, { "aria-label": words });
  }
}
