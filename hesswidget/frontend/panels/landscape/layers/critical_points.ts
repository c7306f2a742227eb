import appearance from "../../../../appearance.json";
import { join, setAttributes, svg } from "../../../base/dom";
import { number } from "../../../base/format";
import type { CriticalPoint } from "../../../engine/critical_search";
import { contains } from "../../../engine/plane";
import { type CriticalPicture, inWords } from "../../critical_points";
import { mark, showMark } from "../../glyph";
import { MARK } from "../../legend";
import { type Mark, markOfClass, SAMPLE } from "../../marks";
import { type ChartLayer, type PlaneScales, type SurfaceLayer, type SurfaceScales, isBehind, placeOf, placeInBox } from "../layer";

/** So near a critical point, in pixels, the point that is dragged is held by it. */
const HELD = 9;
const SIZE = 6.5;
const DOTS: Mark = {
  key: "not isolated",
  name: "not isolated",
  meaning: "critical points without end lie beside each other here: these are some of them",
  sample: () => svg("path", { class: "hw-sample-gutter", d: `M6 ${SAMPLE.height / 2}h0m7 0h0m7 0h0` }),
};

/** The critical points that lie in the slice, each with the sign of its class. A click goes to one. */
export class CriticalPointsLayer implements ChartLayer<CriticalPicture> {
  readonly name = "hw-places";
  private shown: { at: [number, number]; point: Float64Array }[] = [];
  private isCurve = false;

  constructor(private readonly onPick: (point: Float64Array) => void) {}

  draw(context: SVGGElement, scales: PlaneScales, { frame, critical, names }: CriticalPicture): void {
    const within = critical.filter(({ point }) => contains(frame.plane, point));
    this.shown = within.map(({ point, value }) => ({ point, at: placeOf(scales, point, value) }));
    this.isCurve = scales.plane.names.length === 1;
    join(context, within.length, (k) => this.markOf(k)).forEach((element, k) => {
      setAttributes(element, { "aria-label": inWords(within[k], names), "data-words": inWords(within[k], names), [MARK]: within[k].label });
      showMark(element, within[k].label, this.shown[k].at, SIZE);
    });
  }

  marks(_: PlaneScales, { frame, critical }: CriticalPicture): Mark[] {
    return classesOf(critical.filter(({ point }) => contains(frame.plane, point)));
  }

  /** Along a curve it is only the way along that counts. */
  holds(x: number, y: number): Float64Array | null {
    const away = (at: [number, number]) => Math.hypot(at[0] - x, this.isCurve ? 0 : at[1] - y);
    const nearest = this.shown.reduce<{ at: [number, number]; point: Float64Array } | null>(
      (best, one) => (best && away(best.at) <= away(one.at) ? best : one),
      null,
    );
    return nearest && away(nearest.at) <= HELD ? nearest.point : null;
  }

  private markOf(k: number): SVGGElement {
    const element = mark();
    setAttributes(element, { class: "hw-mark", role: "img" });
    element.addEventListener("click", () => this.onPick(this.shown[k].point));
    return element;
  }
}

/** Dots for critical points that are not isolated. */
export const nonIsolated: ChartLayer<CriticalPicture> = {
  name: "hw-non-isolated",
  draw(context, scales, { frame, nonIsolated }) {
    const dotted = nonIsolated.filter((point) => contains(frame.plane, point)).map((point) => placeOf(scales, point, frame.value));
    const [dots] = join(context, 1, () => svg("path", { class: "hw-gutter" }));
    const d = dotted.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("");
    setAttributes(dots, { d: d || "M0 0", hidden: dotted.length === 0, [MARK]: DOTS.key });
  },
  marks: (_, { frame, nonIsolated }) => (nonIsolated.some((point) => contains(frame.plane, point)) ? [DOTS] : []),
};

/** Those that lie in the slice and stand on what is shown of the surface; fainter where it hides them. */
export const standingCriticalPoints: SurfaceLayer<CriticalPicture> = {
  name: "hw-places",
  draw(context, scales, picture) {
    const shown = standing(scales, picture);
    const make = () => {
      const element = mark();
      setAttributes(element, { role: "img" });
      return element;
    };
    join(context, shown.length, make).forEach((element, k) => {
      const { label, value, place } = shown[k];
      const words = `${label}, f = ${number(value)}`;
      setAttributes(element, { "aria-label": words, "data-words": words, [MARK]: label });
      showMark(element, label, scales.camera.project(place), SIZE);
      setAttributes(element, { class: isBehind(scales, place) ? "hw-behind" : null });
    });
  },
  marks: (scales, picture) => classesOf(standing(scales, picture)),
};

/** Those that lie in the slice, where they stand. */
function standing(scales: SurfaceScales, { frame, critical }: CriticalPicture) {
  const within = critical.filter(({ point }) => contains(frame.plane, point));
  const stood = within.map((one) => ({ ...one, ...placeInBox(scales, one.point, one.value) }));
  return stood.filter(({ isWithin, place: [x, y] }) => isWithin && Math.abs(x) <= scales.scene.half[0] && Math.abs(y) <= scales.scene.half[1]);
}

/** The marks of the classes that there are, in the order in which classes are listed. */
function classesOf(critical: readonly CriticalPoint[]): Mark[] {
  const labels = new Set(critical.map(({ label }) => label));
  return Object.keys(appearance.classes).filter((label) => labels.has(label)).map(markOfClass);
}
