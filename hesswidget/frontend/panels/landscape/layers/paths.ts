import { join, setAttributes, svg } from "../../../base/dom";
import { pointsIn } from "../../../base/float64";
import type { Path } from "../../../questions/separatrices";
import type { Picture } from "../../panel";
import { MARK } from "../../legend";
import { type Mark, lineMark } from "../../marks";
import { type ChartLayer, placeOf } from "../layer";

const DESCENT = lineMark("descent", "steepest descent", "a path of steepest descent from a saddle to where it ends", { class: "hw-sample-path" });
const STOPPED = lineMark("stopped", "descent, not to its end", "a path of steepest descent that was followed so far and no further", {
  class: "hw-sample-path",
  "data-outcome": "stopped",
});

export interface PathsPicture extends Picture {
  /** Paths of steepest descent from the saddles, if they are to be shown. */
  paths: readonly Path[];
}

/** Paths through the slice, each with how it ends. */
export const paths: ChartLayer<PathsPicture> = {
  name: "hw-paths",
  dependsOn: ({ paths }) => [paths],
  draw(context, scales, { paths }) {
    const n = scales.plane.origin.length;
    join(context, paths.length, () => svg("path")).forEach((element, k) => {
      const { points, outcome } = paths[k];
      const places = pointsIn(points, n).map((point) => placeOf(scales, point, NaN));
      const d = `M${places.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;
      setAttributes(element, { d, "data-outcome": outcome, [MARK]: markOf(paths[k]).key });
    });
  },
  marks: (_, { paths }) => paths.map(markOf),
};

function markOf({ outcome }: Path): Mark {
  return outcome === "stopped" ? STOPPED : DESCENT;
}
