import type { Frame, Request } from "./frame";

/** Where the numbers on screen come from. */
export interface Engine {
  /** Compute a frame. Rejects with a `Refusal` where the state has none, such as outside the function's domain. */
  evaluate(request: Request): Promise<Frame>;
}

/** A sentence in place of a frame: what was given, what was expected, what to do. */
export class Refusal extends Error {}
