import appearance from "../../../../appearance.json";
import type { Frame } from "../../../engine/frame";
import { Contours } from "../contours";
import { type Mark, lineMark } from "../../marks";
import { type PaintedLayer, type PlaneScales, placeOf } from "../layer";

export const MODEL: Mark = lineMark(
  "quadratic model",
  "quadratic model",
  "f at the point, with its gradient and half its Hessian: what Newton's method takes f for",
  { class: "hw-sample-model" },
);

/** Contour lines of the quadratic model at every other level, near the point only. */
export const quadraticModel: PaintedLayer = {
  name: "hw-quadratic-model",
  dependsOn: ({ frame, theme }) => [frame.point, frame.value, frame.model.values, frame.landscape.levels, theme],
  draw(context, scales, { frame, theme }) {
    context.strokeStyle = theme.accent;
    context.setLineDash([4, 3]);
    context.lineWidth = 1.1;
    traceModel(context, scales, frame, frame.model.values);
  },
  marks: (_, { frame }) => (frame.model.values.every(Number.isFinite) ? [MODEL] : []),
};

/** Trace a model's values about the point of a frame, in the context's own style. */
export function traceModel(context: CanvasRenderingContext2D, scales: PlaneScales, frame: Frame, values: Float64Array): void {
  if (!values.every(Number.isFinite)) return;
  const { x, y, box } = scales;
  const [xs, ys] = frame.model.grids;
  const [left, top] = [x(xs[0]), y(ys[ys.length - 1])];
  const known = { left, top, width: x(xs[xs.length - 1]) - left, height: y(ys[0]) - top };
  context.beginPath();
  context.arc(...placeOf(scales, frame.point, frame.value), appearance.modelReach * Math.min(box.width, box.height), 0, 2 * Math.PI);
  context.clip();
  const contours = new Contours(values, xs.length, ys.length);
  for (const level of frame.landscape.levels.filter((_, k) => k % 2 === 1)) {
    contours.trace(context, level, known);
    context.stroke();
  }
}
