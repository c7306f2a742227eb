import { CholeskyDecomposition, EigenvalueDecomposition, LuDecomposition, Matrix } from "ml-matrix";
import type { Shape } from "./shape";
import type { Site, Step } from "./site";

export function solve({ operands: [a, b], from: [shape, right], results: [out] }: Site<"solve">): Step {
  const [n, columns] = [shape.at(-1)!, right.at(-1)!];
  return eachOf(shape, (k) => {
    const lu = new LuDecomposition(matrix(a, k, n, n));
    fill(out, k, n, columns, lu.isSingular() ? null : lu.solve(matrix(b, k, n, columns)));
  });
}

export function inv({ operands: [a], from: [shape], results: [out] }: Site<"inv">): Step {
  const n = shape.at(-1)!;
  return eachOf(shape, (k) => {
    const lu = new LuDecomposition(matrix(a, k, n, n));
    fill(out, k, n, n, lu.isSingular() ? null : lu.solve(Matrix.eye(n)));
  });
}

export function det({ operands: [a], from: [shape], results: [out] }: Site<"det">): Step {
  const n = shape.at(-1)!;
  if (n === 0) return () => out.fill(1);
  return eachOf(shape, (k) => {
    out[k] = new LuDecomposition(matrix(a, k, n, n)).determinant;
  });
}

export function slogdet({ operands: [a], from: [shape], results: [sign, log] }: Site<"slogdet">): Step {
  const n = shape.at(-1)!;
  if (n === 0) return () => (sign.fill(1), log.fill(0));
  return eachOf(shape, (k) => {
    // Its types leave these two out.
    const { LU, pivotSign } = new LuDecomposition(matrix(a, k, n, n)) as unknown as { LU: Matrix; pivotSign: number };
    sign[k] = pivotSign;
    log[k] = 0;
    for (const pivot of LU.diagonal()) {
      sign[k] *= Math.sign(pivot);
      log[k] += Math.log(Math.abs(pivot));
    }
  });
}

export function cholesky({ operands: [a], from: [shape], results: [out] }: Site<"cholesky">): Step {
  const n = shape.at(-1)!;
  return eachOf(shape, (k) => {
    const lower = symmetric(a, k, n, 1, 0);
    // The library would refuse NaN as not symmetric.
    const factor = isFinite(lower) ? new CholeskyDecomposition(lower) : null;
    fill(out, k, n, n, factor?.isPositiveDefinite() ? factor.lowerTriangularMatrix : null);
  });
}

export function eigh({ operands: [a], from: [shape], results: [values, vectors] }: Site<"eigh">): Step {
  const n = shape.at(-1)!;
  return eachOf(shape, (k) => {
    const scale = scaleOf(a, k, n);
    const lower = symmetric(a, k, n, 1 / scale, NEGLIGIBLE);
    const [found, columns] = isFinite(lower) ? eigenpairs(lower, n) : [new Array<number>(n).fill(NaN), null];
    found.forEach((value, i) => (values[k * n + i] = value * scale));
    fill(vectors, k, n, n, columns);
  });
}

/** Of the largest entry; far less than rounding. With entries some 2²⁵⁰ apart the library fails. */
const NEGLIGIBLE = 2 ** -120;

function eigenpairs(symmetric: Matrix, n: number): [number[], Matrix] {
  if (n === 2) return ofTwo(symmetric.get(0, 0), symmetric.get(1, 0), symmetric.get(1, 1));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric, { assumeSymmetric: true });
  return [realEigenvalues, eigenvectorMatrix];
}

/** Of (a b; b c), by one Jacobi rotation: quicker than the general way, and exact where the numbers are simple. */
function ofTwo(a: number, b: number, c: number): [number[], Matrix] {
  const ratio = (c - a) / (2 * b);
  const tangent = b === 0 ? 0 : (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(1, ratio));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = tangent * cosine;
  const [one, other] = [a - tangent * b, c + tangent * b];
  return one <= other
    ? [[one, other], new Matrix([[cosine, sine], [-sine, cosine]])]
    : [[other, one], new Matrix([[sine, cosine], [cosine, -sine]])];
}

/** Do this for the index of each matrix in an array of this shape, if it has any elements. */
function eachOf(shape: Shape, work: (k: number) => void): Step {
  const [n] = shape.slice(-1);
  const count = n === 0 ? 0 : shape.slice(0, -2).reduce((product, size) => product * size, 1);
  return () => {
    for (let k = 0; k < count; k++) work(k);
  };
}

function matrix(x: Float64Array, k: number, rows: number, columns: number): Matrix {
  const result = new Matrix(rows, columns);
  for (let i = 0, at = k * rows * columns; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) result.set(i, j, x[at]);
  }
  return result;
}

/** The symmetric matrix with this lower triangle, times a factor; what is then smaller than `smallest` is zero. */
function symmetric(x: Float64Array, k: number, n: number, factor: number, smallest: number): Matrix {
  const result = new Matrix(n, n);
  for (let i = 0, row = k * n * n; i < n; i++, row += n) {
    for (let j = 0; j <= i; j++) {
      const entry = x[row + j] * factor;
      const kept = Math.abs(entry) < smallest ? 0 : entry;
      result.set(i, j, kept);
      result.set(j, i, kept);
    }
  }
  return result;
}

/** A power of two near the largest entry of the lower triangle, so that no square of an entry overflows. */
function scaleOf(x: Float64Array, k: number, n: number): number {
  let largest = 0;
  for (let i = 0, row = k * n * n; i < n; i++, row += n) {
    for (let j = 0; j <= i; j++) largest = Math.max(largest, Math.abs(x[row + j]));
  }
  return largest > 0 && largest < Infinity ? 2 ** Math.min(Math.max(Math.floor(Math.log2(largest)), -1000), 1000) : 1;
}

function isFinite(found: Matrix): boolean {
  for (let i = 0; i < found.rows; i++) {
    for (let j = 0; j < found.columns; j++) if (!Number.isFinite(found.get(i, j))) return false;
  }
  return true;
}

/** Write a result in its place; NaN where there is none. */
function fill(out: Float64Array, k: number, rows: number, columns: number, found: Matrix | null): void {
  const start = k * rows * columns;
  if (!found) out.fill(NaN, start, start + rows * columns);
  else {
    for (let i = 0, at = start; i < rows; i++) for (let j = 0; j < columns; j++, at++) out[at] = found.get(i, j);
  }
}
