import { SCALES, type ScaleName } from "../../model/view_state";
import type { Box } from "../axes";

/** What a landscape that is not to scale says at its axes. */
export const NOT_TO_SCALE = "not to scale";

/** Whether one unit is as long along both of a slice's directions. Twin of `is_to_scale` in hesswidget/landscape/scale.py. */
export function isToScale(ends: ArrayLike<number>, scale: ScaleName): boolean {
  const [one, other] = [ends[1] - ends[0], ends[3] - ends[2]];
  return Math.max(one, other) <= SCALES[scale] * Math.min(one, other);
}

/** The largest box in the middle of another in which one unit is as long along both directions. */
export function letterboxed(box: Box, ends: ArrayLike<number>): Box {
  const [wide, tall] = [ends[1] - ends[0], ends[3] - ends[2]];
  const perUnit = Math.min(box.width / wide, box.height / tall);
  const [width, height] = [wide * perUnit, tall * perUnit];
  return { left: box.left + (box.width - width) / 2, top: box.top + (box.height - height) / 2, width, height };
}
