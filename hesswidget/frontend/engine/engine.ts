import type { Frame, Request } from "./frame";

/** Where the numbers on screen come from. */
export interface Engine {
  /** It answers within `submit`, so that it is best asked when a display frame is about to be drawn. */
  readonly isImmediate: boolean;
  /** Since when a request has been waiting for its answer, in `performance.now()` milliseconds; null when none is. */
  readonly waitingSince: number | null;
  /**
   * Ask for a frame. It goes to `Answers.arrived`, perhaps coarse at first; a newer request takes the place of an older.
   */
  submit(request: Request): void;
  /** Stop computing. */
  stop(): void;
}

/** What an engine does with its answers. */
export interface Answers {
  arrived(frame: Frame, request: Request): void;
  /** There is no frame: with a `Refusal` because the state has none, such as outside the function's domain. */
  failed(error: Error, request: Request): void;
}

/** A sentence in place of a frame: what was given, what was expected, what to do. */
export class Refusal extends Error {}
