import { type Shape, span } from "./shape";

/** The shapes of an operation's results, and how many scalar operations they take. */
export interface Inference {
  readonly results: readonly Shape[];
  readonly work: number;
  /** How many at a stretch, of an operation that is done in pieces. */
  readonly stretch?: number;
}

/** An operation that is done in pieces, with what is done at a stretch. */
export function piecewise(inference: Inference, stretch: number): Inference {
  return { ...inference, stretch: Math.min(inference.work, stretch) };
}

/** The work is the number of elements of the results, as bounds count them, or what is more of `works`. */
export function made(results: readonly Shape[], ...works: number[]): Inference {
  const size = results.reduce((sum, shape) => sum + span(shape), 0);
  return { results, work: Math.max(size, ...works) };
}
