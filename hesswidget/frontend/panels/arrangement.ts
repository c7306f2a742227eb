/** In which order, and in which basis, the Hessian's rows and columns are shown. */
import type { Frame } from "../engine/frame";
import { eigenvector } from "../base/format";
import type { Order } from "../model/view_state";

/** A matrix as it is shown. */
export interface Arrangement {
  /** Row by row. */
  entries: Float64Array;
  /** The place in the frame of each row and column: a coordinate's, or an eigenvector's. */
  places: Int32Array;
  isEigenbasis: boolean;
}

/** Arrange the Hessian; or, of its parts, the rank-one part of one eigenvalue. */
export function arranged(frame: Frame, order: Order, only: number | null): Arrangement {
  const n = frame.gradient.length;
  const places = Int32Array.from({ length: n }, (_, i) => i);
  if (order === "eigenbasis") {
    const entries = new Float64Array(n * n);
    frame.eigenvalues.forEach((lambda, i) => (entries[i * n + i] = only === null || only === i ? lambda : 0));
    return { entries, places, isEigenbasis: true };
  }
  const matrix = only === null ? frame.hessian : rankOnePart(frame, only);
  if (order === "as given") return { entries: matrix, places, isEigenbasis: false };
  const size = frame.hessian.filter((_, k) => k % (n + 1) === 0).map(Math.abs);
  places.sort((i, j) => (size[i] === size[j] ? i - j : rank(size[j]) - rank(size[i])));
  const entries = Float64Array.from({ length: n * n }, (_, k) => matrix[places[Math.floor(k / n)] * n + places[k % n]]);
  return { entries, places, isEigenbasis: false };
}

/** What is not a number comes last. */
function rank(size: number): number {
  return Number.isNaN(size) ? -1 : size;
}

function rankOnePart({ eigenvalues, eigenvectors }: Frame, k: number): Float64Array {
  const n = eigenvalues.length;
  const lambda = eigenvalues[k];
  const v = (i: number) => eigenvectors[i * n + k];
  return Float64Array.from({ length: n * n }, (_, at) => lambda * v(Math.floor(at / n)) * v(at % n));
}

/** What the rows are called: the coordinates' names, their numbers where there are too many, or eigenvectors. */
export function rowNames({ places, isEigenbasis }: Arrangement, names: readonly string[], areNamed: boolean): string[] {
  return Array.from(places, (i) => (isEigenbasis ? eigenvector(i) : areNamed ? names[i] : String(i)));
}
