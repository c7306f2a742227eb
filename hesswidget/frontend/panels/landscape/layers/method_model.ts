import { join, setAttributes, svg } from "../../../base/dom";
import { MARK, WORDS } from "../../legend";
import { lineMark } from "../../marks";
import { type ChartLayer, type PaintedLayer } from "../layer";
import { lineThrough } from "./curve";
import { traceModel } from "./quadratic_model";
import type { RacePicture } from "./race";

const MODEL = lineMark("method's model", "model with B", "f at the point, with its gradient and half of B, which the followed method takes for the Hessian", {
  class: "hw-sample-method-model",
});
const NONE = new Float64Array();

function marks(_: unknown, { frame: { modelValues } }: RacePicture) {
  return modelValues?.every(Number.isFinite) ? [MODEL] : [];
}

/** Contour lines of what the followed method takes f for, at the levels of the quadratic model. */
export const methodModel: PaintedLayer<RacePicture> = {
  name: "hw-method-model",
  dependsOn: ({ frame, theme }) => [frame.point, frame.value, frame.modelValues, frame.landscape.levels, theme],
  isEmpty: ({ frame: { modelValues }, shown }) => !shown.model || modelValues === null,
  draw(context, scales, { frame, theme }) {
    context.strokeStyle = theme.text;
    context.lineCap = "round";
    context.setLineDash([0.1, 3.4]);
    context.lineWidth = 1.7;
    traceModel(context, scales, frame, frame.modelValues!);
  },
  marks,
};

/** The same along a curve. */
export const methodParabola: ChartLayer<RacePicture> = {
  name: "hw-method-parabolas",
  draw(context, { x, y }, { frame, titles }) {
    const [line] = join(context, 1, () => svg("path", { class: "hw-method-model", [MARK]: MODEL.key }));
    setAttributes(line, { d: lineThrough(frame.model.grids[0], frame.modelValues ?? NONE, x, y) || "M0 0", [WORDS]: titles[frame.followed] });
  },
  marks,
};
