import { contours } from "d3-contour";
import type { Definiteness } from "../engine/definiteness";
import type { Frame, Landscape } from "../engine/frame";
import type { Theme } from "../base/theme";
import { hatch } from "./panel";

/** Where the plane of a landscape lies on the screen, in CSS pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Paint the bands between the levels, and hatch where the function has no value. */
export function paintBands(context: CanvasRenderingContext2D, landscape: Landscape, box: Box, theme: Theme): void {
  const { levels, values } = landscape;
  const [nx, ny] = landscape.grids.map((grid) => grid.length);
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  context.fillStyle = theme.height(0);
  context.fillRect(box.left, box.top, box.width, box.height);
  context.lineWidth = 0.7;
  context.strokeStyle = theme.muted;
  contoursOf(values, nx, ny, levels).forEach((contour, k) => {
    trace(context, contour, nx, ny, box);
    context.fillStyle = theme.height((k + 1) / levels.length);
    context.fill();
    context.globalAlpha = 0.4;
    context.stroke();
    context.globalAlpha = 1;
  });
  const [cellWidth, cellHeight] = [box.width / (nx - 1), box.height / (ny - 1)];
  let pattern: CanvasPattern | string | null = null;
  for (let k = 0; k < values.length; k++) {
    if (Number.isFinite(values[k])) continue;
    pattern ??= hatch(context, theme.muted) ?? theme.muted;
    const x = box.left + ((k % nx) - 0.5) * cellWidth;
    const y = box.top + box.height - (Math.floor(k / nx) + 0.5) * cellHeight;
    context.fillStyle = theme.surface;
    context.fillRect(x, y, cellWidth + 0.5, cellHeight + 0.5);
    context.fillStyle = pattern;
    context.fillRect(x, y, cellWidth + 0.5, cellHeight + 0.5);
  }
  context.restore();
}

/** Shade where the Hessian is positive and negative definite, the latter hatched, and draw where an eigenvalue is zero. */
export function paintDefiniteness(context: CanvasRenderingContext2D, definiteness: Definiteness, box: Box, theme: Theme): void {
  const { count, least, greatest } = definiteness;
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  context.strokeStyle = theme.text;
  context.lineWidth = 1.3;
  const paint = (values: Float64Array, colour: string, pattern: CanvasPattern | null) => {
    for (const contour of contoursOf(values, count, count, Float64Array.of(0))) {
      trace(context, contour, count, count, box);
      context.globalAlpha = 0.2;
      context.fillStyle = colour;
      context.fill();
      context.globalAlpha = 0.5;
      if (pattern) context.fillStyle = pattern;
      if (pattern) context.fill();
      context.globalAlpha = 0.8;
      context.stroke();
    }
  };
  paint(least, theme.positive, null);
  paint(greatest.map((value) => -value), theme.negative, hatch(context, theme.negative));
  context.restore();
}

/** Contour lines of the quadratic model at every other level, near the point only; `window` is where it is known. */
export function paintModel(
  context: CanvasRenderingContext2D,
  model: Frame["model"],
  levels: Float64Array,
  box: Box,
  window: Box,
  centre: [number, number],
  colour: string,
): void {
  if (!model.values.every(Number.isFinite)) return;
  const [nx, ny] = model.grids.map((grid) => grid.length);
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  context.beginPath();
  context.arc(...centre, 0.25 * Math.min(box.width, box.height), 0, 2 * Math.PI);
  context.clip();
  context.strokeStyle = colour;
  context.setLineDash([4, 3]);
  context.lineWidth = 1.1;
  for (const contour of contoursOf(model.values, nx, ny, levels.filter((_, k) => k % 2 === 1))) {
    trace(context, contour, nx, ny, window);
    context.stroke();
  }
  context.restore();
}

function contoursOf(values: Float64Array, nx: number, ny: number, levels: Float64Array) {
  return contours().size([nx, ny]).thresholds(Array.from(levels))(values as unknown as number[]);
}

/** d3 puts the value of cell (i, j) at (i + ½, j + ½); ours lie at the ends of the box, the first row at its foot. */
function trace(
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
