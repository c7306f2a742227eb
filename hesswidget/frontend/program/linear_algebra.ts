import { CholeskyDecomposition, LuDecomposition, Matrix } from "ml-matrix";
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
    const lower = symmetric(a, k, n);
    // The library would refuse NaN as not symmetric.
    const factor = isFinite(lower) ? new CholeskyDecomposition(lower) : null;
    fill(out, k, n, n, factor?.isPositiveDefinite() ? factor.lowerTriangularMatrix : null);
  });
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

/** The symmetric matrix with this lower triangle. */
function symmetric(x: Float64Array, k: number, n: number): Matrix {
  const result = new Matrix(n, n);
  for (let i = 0, row = k * n * n; i < n; i++, row += n) {
    for (let j = 0; j <= i; j++) {
      result.set(i, j, x[row + j]);
      result.set(j, i, x[row + j]);
    }
  }
  return result;
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
