import { integers, refuse, shown } from "../base/checks";
import { type Shape, elements, worded } from "./shape";

/** What a program may have at most; the table in FORMAT.md. */
export const MOST = {
  operations: 2 ** 17,
  inputs: 1_000,
  constants: 20_000,
  outputs: 1_000,
  operands: 20_000,
  bodies: 4,
  axes: 8,
  elements: 2 ** 24,
  allElements: 2 ** 27,
  name: 64,
  work: 2 ** 33,
} as const;

/** An axis longer than any value is refused too: a product with an empty axis would hide it. */
export function readShape(found: unknown, what: string): Shape {
  const shape = integers(found, MOST.axes, MOST.elements, what);
  return bounded(shape, what);
}

export function bounded(shape: Shape, what: string): Shape {
  if (shape.length > MOST.axes) refuse(`${what} has ${shape.length} axes; at most ${MOST.axes} are allowed.`);
  if (shape.some((size) => size > MOST.elements) || elements(shape) > MOST.elements) {
    refuse(`${what} has the shape ${worded(shape)}; a value has at most ${MOST.elements} elements.`);
  }
  return shape;
}

/** Adds up what a whole program asks for, bodies included, and refuses too much before anything is allocated. */
export class Budget {
  private operations = 0;
  private elements = 0;

  forOperations(count: number): void {
    this.operations += count;
    if (this.operations > MOST.operations) {
      refuse(`there are ${shown(this.operations)} operations; at most ${MOST.operations} are allowed.`);
    }
  }

  forValue(shape: Shape): void {
    this.elements += elements(shape);
    if (this.elements > MOST.allElements) {
      refuse(`the values have more than the ${MOST.allElements} elements together that are allowed.`);
    }
  }
}

export function boundedWork(work: number): number {
  if (work <= MOST.work) return work;
  return refuse(`it takes ${work.toPrecision(3)} scalar operations; at most ${MOST.work} are allowed.`);
}
