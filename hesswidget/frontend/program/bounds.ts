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
  private operations = 0;
  private total = 0;
  private largest = 0;
  private heaviest = 0;

  get spent(): { total: number; largest: number; heaviest: number } {
    const { total, largest, heaviest } = this;
    return { total, largest, heaviest };
  }

  forOperations(count: number): void {
    this.operations += count;
    if (this.operations > MOST.operations) {
      refuse(`there are ${shown(this.operations)} operations; at most ${MOST.operations} are allowed.`);
    }
  }

  forOperation(stretch: number): void {
    this.heaviest = Math.max(this.heaviest, stretch);
  }

  forValue(shape: Shape): void {
    const size = span(shape);
    this.total += size;
    this.largest = Math.max(this.largest, size);
    if (this.total > MOST.allElements) {
      refuse(`the values have more than the ${MOST.allElements} elements together that are allowed.`);
    }
  }
}

export function boundedWork(work: number): number {
  if (work <= MOST.work) return work;
  return refuse(`it takes ${work.toPrecision(3)} scalar operations; at most ${MOST.work} are allowed.`);
}
