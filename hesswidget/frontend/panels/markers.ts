import { keep, say, set, svg } from "../base/dom";
import { contains } from "../engine/plane";
import { shapeOf } from "./glyph";
import { type Picture, placeInWords } from "./panel";

/** So near a critical point, in pixels, the point that is dragged is held by it. */
const HELD = 9;
const SIZE = 6.5;

/** The critical points that lie in the slice, each with the sign of its class. */
export class Markers {
  readonly element = svg("g", { class: "hw-places" });
  /** Dots for points that are not isolated. */
  readonly dots = svg("path", { class: "hw-gutter" });
  private shown: { at: [number, number]; point: Float64Array }[] = [];

  constructor(private readonly onPick: (point: Float64Array) => void) {
    this.element.addEventListener("click", (event) => {
      const k = [...this.element.children].indexOf((event.target as Element).closest("g.hw-mark")!);
      if (k >= 0) this.onPick(this.shown[k].point);
    });
  }

  draw({ frame, critical, gutters, names }: Picture, at: (point: Float64Array, value: number) => [number, number]): void {
    const dotted = gutters.filter((point) => contains(frame.plane, point)).map((point) => at(point, frame.value));
    set(this.dots, { d: dotted.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("") || "M0 0" });
    this.dots.toggleAttribute("hidden", dotted.length === 0);
    const within = critical.filter(({ point }) => contains(frame.plane, point));
    this.shown = within.map(({ point, value }) => ({ point, at: at(point, value) }));
    const make = () => {
      const shapes = [svg("path", { class: "hw-place-halo" }), svg("path", { class: "hw-place" })];
      return svg("g", { class: "hw-mark" }, svg("title"), ...shapes);
    };
    keep(this.element, within.length, make).forEach((mark, k) => {
      const [title, ...paths] = mark.children;
      const [x, y] = this.shown[k].at;
      say(title, placeInWords(within[k], names));
      for (const path of paths) set(path, { d: shapeOf(within[k].label) });
      set(mark, { transform: `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${SIZE})`, "data-label": within[k].label });
    });
  }

  /** The critical point that holds a pointer; along a curve it is only the way along that counts. */
  near([x, y]: [number, number], isCurve: boolean): Float64Array | null {
    const away = (at: [number, number]) => Math.hypot(at[0] - x, isCurve ? 0 : at[1] - y);
    const nearest = this.shown.reduce<{ at: [number, number]; point: Float64Array } | null>(
      (best, one) => (best && away(best.at) <= away(one.at) ? best : one),
      null,
    );
    return nearest && away(nearest.at) <= HELD ? nearest.point : null;
  }
}
