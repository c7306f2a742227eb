import bounds from "../../program/bounds.json";
import { integers, refuse, shown } from "../base/checks";
import { type Shape, span, worded } from "./shape";

/** What a program may have at most; FORMAT.md says what each means. */
export const MOST = bounds.program;
/** What a program may have at most that is run for a picture. */
export const PICTURE = bounds.picture;

export function readShape(found: unknown, what: string): Shape {
  const shape = integers(found, MOST.axes, MOST.elements, what);
  return bounded(shape, what);
}

export function bounded(shape: Shape, what: string): Shape {
  if (shape.length > MOST.axes) refuse(`${what} has ${shape.length} axes; at most ${MOST.axes} are allowed.`);
  if (span(shape) > MOST.elements) {
    refuse(`${what} has the shape ${worded(shape)}; a value has at most ${MOST.elements} elements.`);
  }
  return shape;
}

/** Adds up what a whole program asks for, bodies included, and refuses too much before anything is allocated. */
export class Budget {
  elements = 0;
  private operations = 0;

  forOperations(count: number): void {
    this.operations += count;
    if (this.operations > MOST.operations) {
      refuse(`there are ${shown(this.operations)} operations; at most ${MOST.operations} are allowed.`);
    }
  }

  forValue(shape: Shape): void {
    this.elements += span(shape);
    if (this.elements > MOST.allElements) {
      refuse(`the values have more than the ${MOST.allElements} elements together that are allowed.`);
    }
  }
}

export function boundedWork(work: number, most: number = MOST.work): number {
  if (work <= most) return work;
  return refuse(`it takes ${work.toPrecision(3)} scalar operations; at most ${most} are allowed.`);
}
