import type { AttributesOf, Name } from "./operations";
import type { Shape } from "./shape";

/** Does its work on buffers it was made for; allocates nothing. */
export type Step = () => void;

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
