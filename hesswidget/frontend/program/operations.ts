import type { Shape } from "./shape";

/** What operations can be told besides their operands. */
export interface Attributes {
  axes: readonly number[];
  axis: number;
  shape: Shape;
  places: Int32Array;
  lead: number;
  left: readonly number[];
  right: readonly number[];
  out: readonly number[];
  body: Program;
  mapped: readonly boolean[];
  rows: number;
  chunk: number;
  length: number;
  carries: number;
  sequences: number;
}

export const UNARY = [
  "negative", "absolute", "sign", "sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "arcsin", "arccos",
  "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "floor", "ceil", "rint", "isnan", "isfinite",
  "logical_not", "erf", "erfc", "erfinv", "gamma", "gammaln", "digamma", "j0", "j1", "y0", "y1",
] as const;

export const BINARY = [
  "add", "subtract", "multiply", "divide", "power", "mod", "maximum", "minimum", "arctan2", "logaddexp", "less",
  "less_equal", "equal", "not_equal", "logical_and", "logical_or", "polygamma",
] as const;

export type Unary = (typeof UNARY)[number];
export type Binary = (typeof BINARY)[number];

/** The operations that are not elementwise, with the attributes of each. */
export const STRUCTURED = {
  sum: ["axes"],
  prod: ["axes"],
  max: ["axes"],
  min: ["axes"],
  cumsum: ["axis"],
  reshape: ["shape"],
  transpose: ["axes"],
  broadcast: ["shape"],
  gather: ["places", "shape", "lead"],
  scatter: ["places", "shape", "lead"],
  concatenate: ["axis"],
  contract: ["left", "right", "out"],
  sort: [],
  take: [],
  solve: [],
  inv: [],
  det: [],
  cholesky: [],
  slogdet: [],
  eigh: [],
  map: ["body", "mapped", "rows", "chunk"],
  scan: ["body", "length", "carries", "sequences"],
} as const satisfies Record<string, readonly (keyof Attributes)[]>;

type Structured = keyof typeof STRUCTURED;
type Elementwise = Unary | Binary | "where";
export type Name = Elementwise | Structured;

/** The attributes of the operation called N. */
export type AttributesOf<N extends Name> = N extends Structured
  ? Pick<Attributes, (typeof STRUCTURED)[N][number]>
  : Record<never, never>;

export interface Operation<N extends Name = Name> {
  readonly name: N;
  /** Numbers of the values it reads. */
  readonly operands: readonly number[];
  readonly attributes: AttributesOf<N>;
  /** How many values it makes; they are numbered on from those before. */
  readonly results: number;
  /** Scalar operations of one run. */
  readonly work: number;
}

export interface Port {
  readonly name: string;
  readonly shape: Shape;
}

/** A recorded computation that has been checked against FORMAT.md. */
export interface Program {
  readonly inputs: readonly Port[];
  /** `data` is a view of the pool. */
  readonly constants: readonly { readonly shape: Shape; readonly data: Float64Array }[];
  readonly operations: readonly Operation[];
  readonly outputs: readonly { readonly name: string; readonly value: number }[];
  /** The outputs that are the inputs of the same name at the next step. */
  readonly carry: readonly string[];
  /** Of every value, by number. */
  readonly shapes: readonly Shape[];
  /** Scalar operations of one run. */
  readonly work: number;
  /** Those of the operation that has most of them, loops apart from what is in them. */
  readonly heaviest: number;
  /** Elements of the largest value, and of all values, bodies included. */
  readonly largest: number;
  readonly total: number;
}
