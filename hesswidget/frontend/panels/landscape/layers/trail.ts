import { join, setAttributes, svg } from "../../../base/dom";
import { pointsIn } from "../../../base/float64";
import { MARK } from "../../legend";
import { lineMark } from "../../marks";
import type { Picture } from "../../panel";
import { type ChartLayer, type SurfaceLayer, placeInBox, placeOf } from "../layer";

export interface TrailPicture extends Picture {
  /** Points that Python has set, one after the other. */
  trail: Float64Array;
}

const TRAIL = lineMark("trail", "trail", "points that Python has set, one after the other; beside a slice their projections", {
  class: "hw-trail",
  d: "M2 10L9 4h0L16 9h0L24 5h0",
});

/** A line through the points that Python has set, with a dot at each. */
export const trail: ChartLayer<TrailPicture> = {
  name: "hw-trails",
  dependsOn: ({ trail }) => [trail],
  draw: (context, scales, { trail }) => drawn(context, pointsIn(trail, scales.plane.origin.length).map((point) => placeOf(scales, point, NaN))),
  marks: (_, { trail }) => (trail.length ? [TRAIL] : []),
};

/** The same on the base that a surface stands on. */
export const trailOnBase: SurfaceLayer<TrailPicture> = {
  name: "hw-trails",
  draw(context, scales, { trail }) {
    const points = pointsIn(trail, scales.plane.origin.length);
    drawn(context, points.map((point) => scales.camera.project(placeInBox(scales, point, NaN).place)));
  },
  marks: (_, { trail }) => (trail.length ? [TRAIL] : []),
};

function drawn(context: SVGGElement, places: readonly (readonly [number, number])[]): void {
  const d = places.length ? `M${places.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}h0`).join("L")}` : "M0 0";
  const [line, dots] = join(context, 2, (k) => svg("path", { class: k ? "hw-trail hw-dots" : "hw-trail", [MARK]: TRAIL.key }));
  setAttributes(line, { d, hidden: !places.length });
  setAttributes(dots, { d: d.replaceAll("L", "M"), hidden: !places.length });
}
