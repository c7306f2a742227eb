import type { Picture } from "../../panel";
import { type Mark, lineMark } from "../../marks";
import type { ChartLayer, SurfaceLayer } from "../layer";
import { type Vector, baseShafts, chartShafts, drawShafts, marksOfShafts } from "./shafts";

type Kind = "gradient" | "newton";

/** Which of the gradient and Newton's step are to be shown. */
export type ShownSteps = Readonly<Record<Kind, boolean>>;

export interface StepsPicture extends Picture {
  steps: ShownSteps;
}

const MARKS: Readonly<Record<Kind, Mark>> = {
  gradient: lineMark("gradient", "∇f", "the gradient: f rises most steeply along it. As long as |∇f| / max |λ|, a step of gradient descent turned round", {
    class: "hw-step hw-gradient",
    d: "M1 7H18M18 3.5L25 7L18 10.5Z",
  }),
  newton: lineMark("newton", "Newton", "Newton's step: it leads to where the quadratic model is stationary", {
    class: "hw-step hw-newton",
    d: "M1 7H18M25 7A3.5 3.5 0 1 1 18 7A3.5 3.5 0 1 1 25 7Z",
  }),
};

/** The gradient, upwards, and Newton's step. */
export const steps: ChartLayer<StepsPicture> = {
  name: "hw-steps",
  draw(context, scales, picture) {
    drawShafts(context, chartShafts(scales, picture.frame, vectorsOf(picture)));
  },
  marks: (scales, picture) => marksOfShafts(chartShafts(scales, picture.frame, vectorsOf(picture))),
};

/** The same on the base that a surface stands on, where lengths are not those of a slope. */
export const stepsOnBase: SurfaceLayer<StepsPicture> = {
  name: "hw-steps",
  draw(context, scales, picture) {
    drawShafts(context, baseShafts(scales, picture.frame, vectorsOf(picture)));
  },
  marks: (scales, picture) => marksOfShafts(baseShafts(scales, picture.frame, vectorsOf(picture))),
};

function vectorsOf({ frame, steps }: StepsPicture): Vector[] {
  const both: [Kind, Vector][] = [
    ["gradient", { mark: MARKS.gradient, look: "hw-gradient", head: "arrow", vector: frame.ascent }],
    ["newton", { mark: MARKS.newton, look: "hw-newton", head: "ring", vector: frame.newtonStep }],
  ];
  return both.filter(([kind, { vector }]) => steps[kind] && !frame.isStationary && vector.every(Number.isFinite)).map(([, vector]) => vector);
}
