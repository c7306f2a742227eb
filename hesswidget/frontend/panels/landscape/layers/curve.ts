import type { ScaleLinear } from "d3-scale";
import { svg } from "../../../base/dom";
import { areaMark, lineMark } from "../../marks";
import { MARK } from "../../legend";
import type { ChartLayer } from "../layer";
import { MODEL } from "./quadratic_model";

const CURVE = lineMark("curve", "f", "the function along its variable", { class: "hw-sample-curve" });
const HOLES = areaMark("holes", "f is not finite", "f has no finite value where this is", "hw-sample-hole");

/** A function of one variable, with the stretches where it has no value, and its quadratic model. */
export const curve: ChartLayer = {
  name: "hw-curves",
  draw(context, { x, y, box }, { frame }) {
    const [xs] = frame.landscape.grids;
    const { values } = frame.landscape;
    const path = (heights: Float64Array, name: string, mark: string) => svg("path", { class: name, d: lineThrough(xs, heights, x, y), [MARK]: mark });
    const holes = gaps(values).map(([from, to]) => {
      const [left, right] = [x(xs[Math.max(0, from - 1)]), x(xs[Math.min(xs.length - 1, to)])];
      const band = svg("rect", { x: left, y: box.top, width: right - left, height: box.height, class: "hw-hole", [MARK]: HOLES.key });
      return band;
    });
    context.replaceChildren(...holes, path(values, "hw-curve", CURVE.key), path(frame.model.values, "hw-parabola", MODEL.key));
  },
  marks: (_, { frame }) => [CURVE, MODEL, ...(frame.landscape.values.every(Number.isFinite) ? [] : [HOLES])],
};

/** The stretches of a row of values that are not finite, as [first, one past the last]. */
function gaps(values: Float64Array): [number, number][] {
  const found: [number, number][] = [];
  values.forEach((value, k) => {
    if (Number.isFinite(value)) return;
    const last = found[found.length - 1];
    if (last?.[1] === k) last[1] = k + 1;
    else found.push([k, k + 1]);
  });
  return found;
}

/** An SVG path through finite points, with gaps where a height is not finite or far outside the plane. */
export function lineThrough(
  xs: Float64Array,
  heights: Float64Array,
  x: ScaleLinear<number, number>,
  y: ScaleLinear<number, number>,
): string {
  let path = "";
  let open = false;
  xs.forEach((at, k) => {
    const height = y(heights[k]);
    if (!Number.isFinite(height) || Math.abs(height) > 1e5) open = false;
    else {
      path += `${open ? "L" : "M"}${x(at).toFixed(2)} ${height.toFixed(2)}`;
      open = true;
    }
  });
  return path;
}
