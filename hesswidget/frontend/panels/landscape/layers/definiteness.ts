import type { Definiteness } from "../../../engine/definiteness";
import { hatch } from "../../canvas";
import type { Picture } from "../../panel";
import { Contours } from "../contours";
import { type Mark, areaMark, lineMark } from "../../marks";
import type { PaintedLayer } from "../layer";

export interface DefinitenessPicture extends Picture {
  /** Where the Hessian is definite, if that is to be shown. */
  definiteness: Definiteness | null;
}

const POSITIVE = areaMark("positive definite", "positive definite", "all eigenvalues of the Hessian are positive here: f is convex", "hw-definite hw-positive");
const NEGATIVE = areaMark("negative definite", "negative definite", "all eigenvalues of the Hessian are negative here: f is concave", "hw-definite hw-negative", true);
const INDEFINITE = areaMark("indefinite", "indefinite", "the Hessian has eigenvalues of both signs where nothing is shaded: f bends up and down", "hw-definite");
const SINGULAR = lineMark("singular", "det H = 0", "an eigenvalue of the Hessian is zero here, and changes its sign", { class: "hw-singular" });

/** Where the Hessian is positive and negative definite, the latter hatched, and where an eigenvalue is zero. */
export const definiteness: PaintedLayer<DefinitenessPicture> = {
  name: "hw-definiteness",
  dependsOn: ({ definiteness, theme }) => [definiteness, theme],
  isEmpty: ({ definiteness }) => definiteness === null,
  draw(context, { box }, { definiteness, theme }) {
    const { count, least, greatest } = definiteness!;
    context.strokeStyle = theme.text;
    context.lineWidth = 1.3;
    const paint = (values: Float64Array, colour: string, pattern: CanvasPattern | null) => {
      new Contours(values, count, count).trace(context, 0, box);
      context.globalAlpha = 0.2;
      context.fillStyle = colour;
      context.fill();
      context.globalAlpha = 0.5;
      if (pattern) context.fillStyle = pattern;
      if (pattern) context.fill();
      context.globalAlpha = 0.8;
      context.stroke();
    };
    paint(least, theme.positive, null);
    paint(greatest.map((value) => -value), theme.negative, hatch(context, theme.negative));
  },
  marks(_, { definiteness }) {
    const { least, greatest } = definiteness!;
    const isPositive = least.some((value) => value > 0);
    const isNegative = greatest.some((value) => value < 0);
    const isIndefinite = least.some((value, k) => value < 0 && greatest[k] > 0);
    const isSingular = [isPositive, isNegative, isIndefinite].filter(Boolean).length > 1;
    const all: [boolean, Mark][] = [[isPositive, POSITIVE], [isIndefinite, INDEFINITE], [isNegative, NEGATIVE], [isSingular, SINGULAR]];
    return all.filter(([isSeen]) => isSeen).map(([, mark]) => mark);
  },
};
