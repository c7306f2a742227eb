/** Where a function of one variable has no value, and the path through the values that it has. */
import type { ScaleLinear } from "d3-scale";

/** The stretches of a row of values that are not finite, as [first, one past the last]. */
export function gaps(values: Float64Array): [number, number][] {
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
