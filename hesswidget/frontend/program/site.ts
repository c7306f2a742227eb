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
/** Elements of which an elementwise operation makes a piece, */
export const ELEMENTS = 2 ** 14;
/** and scalar operations of other operations. */
export const OPERATIONS = 2 ** 17;

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

/** Steps in order as one, which can be done in pieces. */
export function inOrder(steps: readonly Step[]): Step {
  if (steps.length === 1) return steps[0];
  const step = () => steps.forEach((one) => one());
  return Object.assign(step, { pieces: () => inPieces(steps.map((one) => Object.assign(() => one(), { pieces: one.pieces, isLong: true }))) });
}

/**
 * A step that does something to so many rows, or so many of them at a time where `atOnce` says so.
 *
 * @param whole does it to all of them, as quickly as can be.
 */
export function byRows(count: number, atOnce: number, some: (from: number, to: number) => void, whole = () => some(0, count)): Step {
  if (count <= atOnce) return whole;
  function* pieces(): Generator<void, void> {
    for (let from = 0; from < count; from += atOnce) {
      some(from, Math.min(from + atOnce, count));
      yield;
    }
  }
  return Object.assign(() => whole(), { pieces });
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
