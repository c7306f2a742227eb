/** Lines and areas at the levels of values on a grid. */
import { contours } from "d3-contour";
import type { Box } from "../axes";

export function contoursOf(values: Float64Array, nx: number, ny: number, levels: Float64Array) {
  return contours().size([nx, ny]).thresholds(Array.from(levels))(values as unknown as number[]);
}

/**
 * Make a contour the path of a canvas. d3 puts the value of cell (i, j) at (i + ½, j + ½); ours lie at the ends of the
 * box, the first row at its foot.
 */
export function trace(
  context: CanvasRenderingContext2D,
  contour: { coordinates: number[][][][] },
  nx: number,
  ny: number,
  box: Box,
): void {
  const sx = box.width / (nx - 1);
  const sy = box.height / (ny - 1);
  const spread = (at: number, n: number) => (at <= 0 ? -1 : at >= n ? n : at - 0.5);
  context.beginPath();
  for (const polygon of contour.coordinates) {
    for (const ring of polygon) {
      ring.forEach(([i, j], k) => {
        const x = box.left + spread(i, nx) * sx;
        const y = box.top + box.height - spread(j, ny) * sy;
        if (k) context.lineTo(x, y);
        else context.moveTo(x, y);
      });
      context.closePath();
    }
  }
}
