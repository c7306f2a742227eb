import type { ParameterValues } from "../model/parameters";

/** What is asked for. */
export interface Request {
  point: Float64Array;
  parameters: ParameterValues;
  /** The person is still moving something: what is coarse will do. */
  moving: boolean;
}

/** What is answered. */
export interface Computed {
  /** It is as fine as it gets. */
  readonly exact: boolean;
}

/** Where the numbers on screen come from. */
export interface Engine {
  /** It answers within `submit`, so that it is best asked when a display frame is about to be drawn. */
  readonly isImmediate: boolean;
  /** Since when a request has been waiting for its answer, in `performance.now()` milliseconds; null when none is. */
  readonly waitingSince: number | null;
  /**
   * Have something computed. It goes to `Answers.arrived`, perhaps coarse at first; a newer request takes the place of an
   * older.
   */
  submit(request: Request): void;
  /** Stop computing. */
  stop(): void;
}

/** What an engine does with its answers. */
export interface Answers<R extends Request = Request, C extends Computed = Computed> {
  arrived(computed: C, request: R): void;
  /** There is no picture: with a `Refusal` because the state has none, such as outside the function's domain. */
  failed(error: Error, request: R): void;
}

/** A sentence in place of a picture: what was given, what was expected, what to do. */
export class Refusal extends Error {}
