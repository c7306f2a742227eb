import type { Shape } from "./shape";
import { OPERATIONS, type Site, type Step, byRows } from "./site";

/** LU and Cholesky factors on the program's own memory (Golub & Van Loan, Matrix Computations, 4th ed., 3.4 and 4.2). */

export function solve({ operands: [a, b], from: [shape, right], results: [out] }: Site<"solve">): Step {
  const [n, columns] = [shape.at(-1)!, right.at(-1)!];
  const factors = new Factors(n);
  return eachOf(shape, (k) => {
    factors.take(a, k * n * n);
    factors.solve(b, k * n * columns, columns, out, k * n * columns);
  });
}

export function inv({ operands: [a], from: [shape], results: [out] }: Site<"inv">): Step {
  const n = shape.at(-1)!;
  const factors = new Factors(n);
  const identity = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) ? 0 : 1));
  return eachOf(shape, (k) => {
    factors.take(a, k * n * n);
    factors.solve(identity, 0, n, out, k * n * n);
  });
}

export function det({ operands: [a], from: [shape], results: [out] }: Site<"det">): Step {
  const n = shape.at(-1)!;
  if (n === 0) return () => out.fill(1);
  const factors = new Factors(n);
  return eachOf(shape, (k) => {
    factors.take(a, k * n * n);
    out[k] = factors.sign;
    for (let i = 0; i < n; i++) out[k] *= factors.pivot(i);
  });
}

export function slogdet({ operands: [a], from: [shape], results: [sign, log] }: Site<"slogdet">): Step {
  const n = shape.at(-1)!;
  if (n === 0) return () => (sign.fill(1), log.fill(0));
  const factors = new Factors(n);
  return eachOf(shape, (k) => {
    factors.take(a, k * n * n);
    sign[k] = factors.sign;
    log[k] = 0;
    for (let i = 0; i < n; i++) {
      sign[k] *= Math.sign(factors.pivot(i));
      log[k] += Math.log(Math.abs(factors.pivot(i)));
    }
  });
}

export function cholesky({ operands: [a], from: [shape], results: [out] }: Site<"cholesky">): Step {
  const n = shape.at(-1)!;
  return eachOf(shape, (k) => {
    const start = k * n * n;
    out.fill(0, start, start + n * n);
    for (let i = 0; i < n; i++) {
      const row = start + i * n;
      for (let j = 0; j <= i; j++) {
        const other = start + j * n;
        let rest = a[row + j];
        for (let l = 0; l < j; l++) rest -= out[row + l] * out[other + l];
        out[row + j] = j < i ? rest / out[other + j] : Math.sqrt(rest);
      }
      const pivot = out[row + i];
      if (!(pivot > 0 && pivot < Infinity)) {
        out.fill(NaN, start, start + n * n);
        return;
      }
    }
  });
}

/** A matrix as a permutation of rows, a lower triangle with ones on its diagonal, and an upper triangle. */
class Factors {
  /** Of the permutation. */
  sign = 1;
  private isSingular = false;
  private readonly lu: Float64Array;
  private readonly order: Int32Array;

  constructor(private readonly n: number) {
    this.lu = new Float64Array(n * n);
    this.order = new Int32Array(n);
  }

  pivot(i: number): number {
    return this.lu[i * this.n + i];
  }

  /** Factor the matrix that starts at `at`, with the largest entry of each column as its pivot. */
  take(a: Float64Array, at: number): void {
    const { n, lu, order } = this;
    for (let k = 0; k < n * n; k++) lu[k] = a[at + k];
    for (let k = 0; k < n; k++) order[k] = k;
    this.sign = 1;
    this.isSingular = false;
    for (let k = 0; k < n; k++) {
      let largest = k;
      for (let i = k + 1; i < n; i++) if (Math.abs(lu[i * n + k]) > Math.abs(lu[largest * n + k])) largest = i;
      if (largest !== k) this.exchange(k, largest);
      const pivot = lu[k * n + k];
      if (pivot === 0) {
        this.isSingular = true;
        continue;
      }
      for (let i = k + 1; i < n; i++) {
        const factor = (lu[i * n + k] /= pivot);
        for (let j = k + 1; j < n; j++) lu[i * n + j] -= factor * lu[k * n + j];
      }
    }
  }

  private exchange(one: number, other: number): void {
    const { n, lu, order } = this;
    for (let p = one * n, q = other * n, end = p + n; p < end; p++, q++) {
      const entry = lu[p];
      lu[p] = lu[q];
      lu[q] = entry;
    }
    const row = order[one];
    order[one] = order[other];
    order[other] = row;
    this.sign = -this.sign;
  }

  /** Solve for the right sides in the columns of the matrix that starts at `at`; NaN if that has no one answer. */
  solve(b: Float64Array, at: number, columns: number, out: Float64Array, to: number): void {
    const { n, lu, order } = this;
    if (this.isSingular) {
      out.fill(NaN, to, to + n * columns);
      return;
    }
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < columns; c++) out[to + i * columns + c] = b[at + order[i] * columns + c];
      for (let k = 0; k < i; k++) subtract(out, to + i * columns, lu[i * n + k], to + k * columns, columns);
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) subtract(out, to + i * columns, lu[i * n + k], to + k * columns, columns);
      for (let c = 0; c < columns; c++) out[to + i * columns + c] /= lu[i * n + i];
    }
  }
}

/** Subtract a multiple of one row from another. */
function subtract(x: Float64Array, row: number, factor: number, other: number, columns: number): void {
  for (let c = 0; c < columns; c++) x[row + c] -= factor * x[other + c];
}

/** Do this for the index of each matrix in an array of this shape, if it has any elements. */
function eachOf(shape: Shape, work: (k: number) => void): Step {
  const [n] = shape.slice(-1);
  const count = n === 0 ? 0 : shape.slice(0, -2).reduce((product, size) => product * size, 1);
  const some = (from: number, to: number) => {
    for (let k = from; k < to; k++) work(k);
  };
  return byRows(count, Math.max(1, Math.floor(OPERATIONS / n ** 3)), some);
}
