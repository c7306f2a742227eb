/** In which order, in which basis, and how much at once of the Hessian its rows and columns show. */
import type { Frame } from "../engine/frame";
import { eigenvector } from "../base/format";
import type { Block } from "../model/state";
import type { Order } from "../model/view_state";

/** A matrix as it is shown. */
export interface Arrangement {
  /** Row by row. */
  entries: Float64Array;
  /** The place in the frame of each row and column: a coordinate's, an eigenvector's, or a block's. */
  places: Int32Array;
  of: "coordinates" | "eigenvectors" | "blocks";
  /** The coordinates are in the order of the point, where blocks are together. */
  isInOrder: boolean;
}

/** Arrange the Hessian; or, of its parts, the rank-one part of one eigenvalue. */
export function arranged(frame: Frame, order: Order, only: number | null): Arrangement {
  const n = frame.gradient.length;
  if (order === "blocks") {
    return { entries: frame.blockNorms, places: upTo(Math.sqrt(frame.blockNorms.length)), of: "blocks", isInOrder: false };
  }
  const places = upTo(n);
  if (order === "eigenbasis") {
    const entries = new Float64Array(n * n);
    frame.eigenvalues.forEach((lambda, i) => (entries[i * n + i] = only === null || only === i ? lambda : 0));
    return { entries, places, of: "eigenvectors", isInOrder: false };
  }
  const matrix = only === null ? frame.hessian : rankOnePart(frame, only);
  if (order === "as given") return { entries: matrix, places, of: "coordinates", isInOrder: true };
  const size = frame.hessian.filter((_, k) => k % (n + 1) === 0).map(Math.abs);
  places.sort((i, j) => (size[i] === size[j] ? i - j : rank(size[j]) - rank(size[i])));
  const entries = Float64Array.from({ length: n * n }, (_, k) => matrix[places[Math.floor(k / n)] * n + places[k % n]]);
  return { entries, places, of: "coordinates", isInOrder: false };
}

function upTo(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => i);
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

/** What the rows are called: the coordinates' names, their numbers where there are too many; or eigenvectors, or blocks. */
export function rowNames({ places, of }: Arrangement, names: readonly string[], blocks: readonly Block[], areNamed: boolean): string[] {
  if (of === "eigenvectors") return Array.from(places, eigenvector);
  return Array.from(places, (i) => (of === "blocks" ? blocks[i].name : areNamed ? names[i] : String(i)));
}

/** Rows that belong together, up to `last`. */
export interface Span {
  name: string;
  first: number;
  last: number;
}

/** The rows of each block. */
export function spans(blocks: readonly Block[]): Span[] {
  let first = 0;
  return blocks.map((block) => {
    const last = first + sizeOf(block);
    const span = { name: block.name, first, last };
    first = last;
    return span;
  });
}

export function sizeOf({ shape }: Block): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** Whether blocks say more than entries: there are several, and not one for each. */
export function areSeveral(blocks: readonly Block[], n: number): boolean {
  return 1 < blocks.length && blocks.length < n;
}
