import type { Layout } from "./layout";
import type { Binary } from "./operations";
import { polygamma } from "./special";

/** A layout of two operands, laid flat for the loops below. */
interface Pair {
  readonly rows: number;
  readonly columns: number;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly p: number;
  readonly q: number;
  /** Both operands lie as the result does. */
  readonly isSame: boolean;
}

export function pair({ rows, columns, walks: [one, other] }: Layout): Pair {
  const isSame = rows === 1 && one.step === 1 && other.step === 1;
  return { rows, columns, a: one.starts, b: other.starts, p: one.step, q: other.step, isSame };
}

/** Parts of the result with at most so many elements: where each lies in it, and how it is read. */
export function* partsOf({ rows, columns, a, b, p, q }: Pair, most: number): Generator<{ start: number; end: number; part: Pair }> {
  const width = Math.min(columns, most);
  const atOnce = Math.max(1, Math.floor(most / columns));
  for (let r = 0; r < rows; r += atOnce) {
    const count = Math.min(atOnce, rows - r);
    for (let c = 0; c < columns; c += width) {
      const start = r * columns + c;
      const part = { rows: count, columns: Math.min(width, columns - c), p, q, isSame: false };
      const [from, to] = [a, b].map((starts) => starts.slice(r, r + count));
      if (c > 0) [from[0], to[0]] = [a[r] + c * p, b[r] + c * q]; // of one row alone
      yield { start, end: start + count * part.columns, part: { ...part, a: from, b: to } };
    }
  }
}

type PairLoop = (out: Float64Array, x: Float64Array, y: Float64Array, pair: Pair) => void;

/**
 * One loop per function: in a shared one the engine could not inline the call, and would box every number. Those of
 * arithmetic have another for operands that lie as the result does, which with a single index takes two thirds.
 */
export const BINARY_LOOPS: { readonly [N in Binary]: PairLoop } = {
  add: (out, x, y, { rows, columns, a, b, p, q, isSame }) => {
    if (isSame) for (let i = 0; i < out.length; i++) out[i] = x[i] + y[i];
    for (let r = 0, o = 0; r < rows && !isSame; r++) {
      for (let i = a[r], j = b[r], end = o + columns; o < end; o++, i += p, j += q) out[o] = x[i] + y[j];
    }
  },
  subtract: (out, x, y, { rows, columns, a, b, p, q, isSame }) => {
    if (isSame) for (let i = 0; i < out.length; i++) out[i] = x[i] - y[i];
    for (let r = 0, o = 0; r < rows && !isSame; r++) {
      for (let i = a[r], j = b[r], end = o + columns; o < end; o++, i += p, j += q) out[o] = x[i] - y[j];
    }
  },
  multiply: (out, x, y, { rows, columns, a, b, p, q, isSame }) => {
    if (isSame) for (let i = 0; i < out.length; i++) out[i] = x[i] * y[i];
    for (let r = 0, o = 0; r < rows && !isSame; r++) {
      for (let i = a[r], j = b[r], end = o + columns; o < end; o++, i += p, j += q) out[o] = x[i] * y[j];
    }
  },
  divide: (out, x, y, { rows, columns, a, b, p, q, isSame }) => {
    if (isSame) for (let i = 0; i < out.length; i++) out[i] = x[i] / y[i];
    for (let r = 0, o = 0; r < rows && !isSame; r++) {
      for (let i = a[r], j = b[r], end = o + columns; o < end; o++, i += p, j += q) out[o] = x[i] / y[j];
    }
  },
  power: (out, x, y, { rows, columns, a, b, p, q }) => {
    for (let r = 0, o = 0; r < rows; r++) {
      for (let i = a[r], j = b[r], end = o + columns; o < end; o++, i += p, j += q) out[o] = power(x[i], y[j]);
    }
  },
  mod: (out, x, y, { rows, columns, a, b, p, q }) => {
    for (let r = 0, o = 0; r < rows; r++) {
      for (let i = a[r], j = b[r], end = o + columns; o < end; o++, i += p, j += q) out[o] = mod(x[i], y[j]);
    }
  },
  maximum: (out, x, y, { rows, columns, a, b, p, q }) => {
    for (let r = 0, o = 0; r < rows; r++) {
      for (let i = a[r], j = b[r], end = o + columns; o < end; o++, i += p, j += q) out[o] = Math.max(x[i], y[j]);
    }
  },
  minimum: (out, x, y, { rows, columns, a, b, p, q }) => {
    for (let r = 0, o = 0; r < rows; r++) {
      for (let i = a[r], j = b[r], end = o + columns; o < end; o++, i += p, j += q) out[o] = Math.min(x[i], y[j]);
    }
  },
  arctan2: (out, x, y, { rows, columns, a, b, p, q }) => {
    for (let r = 0, o = 0; r < rows; r++) {
      for (let i = a[r], j = b[r], end = o + columns; o < end; o++, i += p, j += q) out[o] = Math.atan2(x[i], y[j]);
    }
  },
  logaddexp: (out, x, y, { rows, columns, a, b, p, q }) => {
    for (let r = 0, o = 0; r < rows; r++) {
      for (let i = a[r], j = b[r], end = o + columns; o < end; o++, i += p, j += q) out[o] = logaddexp(x[i], y[j]);
    }
  },
  less: (out, x, y, { rows, columns, a, b, p, q }) => {
    for (let r = 0, o = 0; r < rows; r++) {
      for (let i = a[r], j = b[r], end = o + columns; o < end; o++, i += p, j += q) out[o] = x[i] < y[j] ? 1 : 0;
    }
  },
  less_equal: (out, x, y, { rows, columns, a, b, p, q }) => {
    for (let r = 0, o = 0; r < rows; r++) {
      for (let i = a[r], j = b[r], end = o + columns; o < end; o++, i += p, j += q) out[o] = x[i] <= y[j] ? 1 : 0;
    }
  },
  equal: (out, x, y, { rows, columns, a, b, p, q }) => {
    for (let r = 0, o = 0; r < rows; r++) {
      for (let i = a[r], j = b[r], end = o + columns; o < end; o++, i += p, j += q) out[o] = x[i] === y[j] ? 1 : 0;
    }
  },
  not_equal: (out, x, y, { rows, columns, a, b, p, q }) => {
    for (let r = 0, o = 0; r < rows; r++) {
      for (let i = a[r], j = b[r], end = o + columns; o < end; o++, i += p, j += q) out[o] = x[i] !== y[j] ? 1 : 0;
    }
  },
  logical_and: (out, x, y, { rows, columns, a, b, p, q }) => {
    for (let r = 0, o = 0; r < rows; r++) {
      for (let i = a[r], j = b[r], end = o + columns; o < end; o++, i += p, j += q) {
        out[o] = x[i] !== 0 && y[j] !== 0 ? 1 : 0;
      }
    }
  },
  logical_or: (out, x, y, { rows, columns, a, b, p, q }) => {
    for (let r = 0, o = 0; r < rows; r++) {
      for (let i = a[r], j = b[r], end = o + columns; o < end; o++, i += p, j += q) {
        out[o] = x[i] !== 0 || y[j] !== 0 ? 1 : 0;
      }
    }
  },
  polygamma: (out, x, y, { rows, columns, a, b, p, q }) => {
    for (let r = 0, o = 0; r < rows; r++) {
      for (let i = a[r], j = b[r], end = o + columns; o < end; o++, i += p, j += q) out[o] = polygamma(x[i], y[j]);
    }
  },
};

/** As C has it, where JavaScript says NaN; and without the cost of the logarithm for the most usual exponents. */
function power(x: number, y: number): number {
  if (y === 2) return x * x;
  if (y === -1) return 1 / x;
  if (x === 1 || (x === -1 && (y === Infinity || y === -Infinity))) return 1;
  return x ** y;
}

function mod(x: number, y: number): number {
  const rest = x % y;
  if (rest === 0) return y < 0 ? -0 : 0;
  return rest < 0 === y < 0 ? rest : rest + y;
}

function logaddexp(x: number, y: number): number {
  // Equal infinities would give NaN below.
  if (x === y) return x + Math.LN2;
  const difference = x - y;
  return difference > 0 ? x + Math.log1p(Math.exp(-difference)) : y + Math.log1p(Math.exp(difference));
}
