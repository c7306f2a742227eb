import { refuse } from "../base/checks";
import { type Inference, made } from "./inference";
import type { AttributesOf, Program } from "./operations";
import { type Shape, elements, sameShape, worded } from "./shape";

export function mapping(
  operands: readonly Shape[],
  { body, mapped, rows, chunk }: AttributesOf<"map">,
): Inference {
  if (chunk > rows) refuse(`chunk is ${chunk}; at most the ${rows} rows are allowed.`);
  if (mapped.length !== operands.length) refuse(`mapped has ${mapped.length} entries for ${operands.length} operands.`);
  const given = operands.map((shape, k) => (mapped[k] ? [chunk, ...rowOf(shape, rows, "a mapped operand")] : shape));
  fitting(body.inputs.map(({ shape }) => shape), given);
  const returned = returnedBy(body);
  const results = returned.map((shape) => [rows, ...rowOf(shape, chunk, "an output of the body")]);
  const copied = [...given.filter((_, k) => mapped[k]), ...returned];
  return made(results, Math.ceil(rows / chunk) * once(body, copied));
}

export function scanning(
  operands: readonly Shape[],
  { body, length, carries, sequences }: AttributesOf<"scan">,
): Inference {
  if (carries + sequences > operands.length) {
    refuse(`there are ${carries} carries and ${sequences} sequences, but ${operands.length} operands.`);
  }
  const given = operands.map((shape, k) =>
    k >= carries && k < carries + sequences ? rowOf(shape, length, "a sequence") : shape,
  );
  fitting(body.inputs.map(({ shape }) => shape), given);
  const returned = returnedBy(body);
  fitting(returned.slice(0, carries), operands.slice(0, carries));
  const results = returned.map((shape, k) => (k < carries ? shape : [length, ...shape]));
  return made(results, length * once(body, [...given.slice(0, carries + sequences), ...returned]));
}

function returnedBy(body: Program): Shape[] {
  if (!body.outputs.length) refuse("the body returns nothing; at least one value is expected.");
  return body.outputs.map(({ value }) => body.shapes[value]);
}

/** Of one run of a body, with what is copied in and out. */
function once(body: Program, copied: readonly Shape[]): number {
  return copied.reduce((sum, shape) => sum + elements(shape), body.work + 1);
}

function rowOf(shape: Shape, length: number, what: string): Shape {
  if (shape[0] !== length) refuse(`${what} has the shape ${worded(shape)}; a leading axis of ${length} is expected.`);
  return shape.slice(1);
}

function fitting(expected: readonly Shape[], given: readonly Shape[]): void {
  if (expected.length !== given.length) refuse(`the body has ${expected.length} where ${given.length} are given.`);
  expected.forEach((shape, k) => {
    if (!sameShape(shape, given[k])) {
      refuse(`the body has the shape ${worded(shape)} where ${worded(given[k])} is given.`);
    }
  });
}
