import { join, setAttributes, svg } from "../../../base/dom";
import { MARK } from "../../legend";
import { lineMark } from "../../marks";
import { type ChartLayer, placeOf } from "../layer";
import type { RacePicture } from "./race";

const REGION = lineMark("trust region", "trust region", "the next step of the followed path goes no further than this", { class: "hw-trust-region" });

/** How far the next step of the followed path may go: a circle, or an ellipse where the landscape is not to scale. */
export const trustRegion: ChartLayer<RacePicture> = {
  name: "hw-trust-regions",
  draw(context, scales, { frame, radius }) {
    const isKnown = Number.isFinite(radius);
    const [region] = join(context, 1, () => svg("ellipse", { class: "hw-trust-region", [MARK]: REGION.key }));
    const [cx, cy] = placeOf(scales, frame.point, frame.value);
    const across = (scale: typeof scales.x) => Math.min(1e5, Math.abs(scale(radius) - scale(0)));
    setAttributes(region, isKnown ? { cx, cy, rx: across(scales.x), ry: across(scales.y), hidden: false } : { hidden: true });
  },
  marks: (_, { radius }) => (Number.isFinite(radius) ? [REGION] : []),
};
