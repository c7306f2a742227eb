import { refuse } from "../base/checks";
import { type Inference, piecewise, made } from "./inference";
import type { AttributesOf } from "./operations";
import { type Shape, elements } from "./shape";

export function contraction(a: Shape, b: Shape, { left, right, out }: AttributesOf<"contract">): Inference {
  const sizes = new Map<number, number>();
  for (const [labels, shape] of [[left, a], [right, b]] as const) {
    if (labels.length !== shape.length) refuse(`there are ${labels.length} labels for ${shape.length} axes.`);
    labels.forEach((label, axis) => {
      const held = sizes.get(label) ?? shape[axis];
      if (held !== shape[axis]) refuse(`label ${label} stands for axes of sizes ${held} and ${shape[axis]}.`);
      sizes.set(label, held);
    });
  }
  for (const labels of [left, right, out]) {
    if (new Set(labels).size !== labels.length) refuse(`the labels ${labels.join(", ")} do not all differ.`);
  }
  for (const label of out) if (!sizes.has(label)) refuse(`label ${label} of out is in neither operand.`);
  for (const label of sizes.keys()) {
    const isOnce = left.includes(label) !== right.includes(label);
    if (isOnce && !out.includes(label)) refuse(`label ${label} is in one operand only and not in out.`);
  }
  const all = made([out.map((label) => sizes.get(label)!)], elements([...sizes.values()]));
  return piecewise(all, 4 * Math.max(elements(a), elements(b))); // four rows of one with all of the other
}
