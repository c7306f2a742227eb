import type { AttributesOf, Name } from "./operations";
import type { Shape } from "./shape";

/** Does its work on buffers it was made for; allocates nothing. */
export interface Step {
  (): void;
  /** The same work in pieces, of a step that can be long: between two of them something else may be done. */
  readonly pieces?: () => Generator<void, void>;
  /** It makes so much that it is a piece of its own. */
  readonly isLong?: boolean;
}

/** So many short steps are a piece. */
const PIECE = 64;

/** Do steps in order, in pieces. */
export function* inPieces(steps: readonly Step[]): Generator<void, void> {
  let since = 0;
  for (const step of steps) {
    if (step.pieces) yield* step.pieces();
    else step();
    if (!step.isLong && ++since < PIECE) continue;
    since = 0;
    yield;
  }
}

/** An operation with the buffers it reads and those it fills. Results never overlap operands. */
interface SiteWith<A> {
  readonly attributes: A;
  readonly operands: readonly Float64Array[];
  readonly from: readonly Shape[];
  readonly results: readonly Float64Array[];
  readonly to: readonly Shape[];
}

export type Site<N extends Name> = SiteWith<AttributesOf<N>>;
export type Kernel<A> = (site: SiteWith<A>) => Step;
