/** Lines and areas at the levels of values on a grid, by marching squares. A library for polygons took half of each picture's time. */
import type { Box } from "../axes";

/** The sides of a cell. */
const [BELOW, RIGHT, ABOVE, LEFT] = [0, 1, 2, 3];
/**
 * From which sides of a cell the lines lead to which, what is at or over the level on their left; by which corners are: 1 for
 * that below on the left, 2 below on the right, 4 above on the right, 8 above on the left.
 */
const CASES: readonly (readonly number[])[] = [
  [],
  [BELOW, LEFT],
  [RIGHT, BELOW],
  [RIGHT, LEFT],
  [ABOVE, RIGHT],
  [BELOW, LEFT, ABOVE, RIGHT],
  [ABOVE, BELOW],
  [ABOVE, LEFT],
  [LEFT, ABOVE],
  [BELOW, ABOVE],
  [RIGHT, BELOW, LEFT, ABOVE],
  [RIGHT, ABOVE],
  [LEFT, RIGHT],
  [BELOW, RIGHT],
  [LEFT, BELOW],
  [],
];

/**
 * Values on a grid of nx by ny, row by row. Beyond its edge, and where a value is not finite, all is under every level, so
 * that each line is closed; it then runs one cell beyond the edge.
 */
export class Contours {
  /** For the edge between two values, where a line crosses it, the edge that it goes on to; else −1. */
  private readonly next: Int32Array;
  /** The edges that lines lead from. */
  private readonly crossed: Int32Array;
  /** Whether a value is at or over the level, with a border of those that are not. */
  private readonly isOver: Uint8Array;
  /** How many edges lie along rows; those along columns come behind them. */
  private readonly rows: number;

  constructor(
    private readonly values: Float64Array,
    private readonly nx: number,
    private readonly ny: number,
  ) {
    this.rows = (nx + 1) * ny;
    this.next = new Int32Array(this.rows + nx * (ny + 1)).fill(-1);
    this.crossed = new Int32Array(this.next.length);
    this.isOver = new Uint8Array((nx + 2) * (ny + 2));
  }

  /** Make what is at or over a level the path of a canvas, in a box whose foot is the first row. */
  trace(context: CanvasRenderingContext2D, level: number, box: Box): void {
    const { next, crossed } = this;
    const count = this.join(level);
    context.beginPath();
    for (let k = 0; k < count; k++) {
      let edge = crossed[k];
      if (next[edge] < 0) continue; // its line is drawn already
      this.lead(context, edge, level, box, true);
      for (;;) {
        const to = next[edge];
        next[edge] = -1;
        edge = to;
        if (next[edge] < 0) break;
        this.lead(context, edge, level, box, false);
      }
      context.closePath();
    }
  }

  /** Find how the lines lead from edge to edge; how many edges they cross. */
  private join(level: number): number {
    const { values, nx, ny, rows, next, crossed, isOver } = this;
    const width = nx + 2;
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) isOver[(j + 1) * width + i + 1] = values[j * nx + i] >= level ? 1 : 0;
    }
    let count = 0;
    // Cell (i, j) has value (i, j) above on its right.
    for (let j = 0; j <= ny; j++) {
      for (let i = 0; i <= nx; i++) {
        const corner = j * width + i;
        const which = isOver[corner] | (isOver[corner + 1] << 1) | (isOver[corner + width + 1] << 2) | (isOver[corner + width] << 3);
        if (which === 0 || which === 15) continue;
        const lines = CASES[which];
        const along = j * (nx + 1) + i;
        const across = rows + j * nx + i;
        for (let k = 0; k < lines.length; k += 2) {
          const from = edgeOf(lines[k], along, across, nx);
          crossed[count++] = from;
          next[from] = edgeOf(lines[k + 1], along, across, nx);
        }
      }
    }
    return count;
  }

  /** Lead the path to where a line crosses an edge. */
  private lead(context: CanvasRenderingContext2D, edge: number, level: number, box: Box, isFirst: boolean): void {
    const { values, nx, ny, rows } = this;
    let i: number;
    let j: number;
    if (edge < rows) {
      i = edge % (nx + 1);
      j = (edge - i) / (nx + 1);
      const at = j * nx + i;
      i = i === 0 ? -1 : i === nx ? nx : i - 1 + share(values[at - 1], values[at], level);
    } else {
      i = (edge - rows) % nx;
      j = (edge - rows - i) / nx;
      const at = j * nx + i;
      j = j === 0 ? -1 : j === ny ? ny : j - 1 + share(values[at - nx], values[at], level);
    }
    const x = box.left + (i * box.width) / (nx - 1);
    const y = box.top + box.height - (j * box.height) / (ny - 1);
    if (isFirst) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
}

/** The edge on a side of a cell, of whose edges the upper one along a row and the right one along a column are known. */
function edgeOf(side: number, along: number, across: number, nx: number): number {
  if (side === BELOW) return along - (nx + 1);
  if (side === ABOVE) return along;
  return side === RIGHT ? across : across - 1;
}

/** How far on the way from one value to another the level is; at a value beside one that is not finite. */
function share(one: number, other: number, level: number): number {
  const t = (level - one) / (other - one);
  return t >= 0 && t <= 1 ? t : Number.isFinite(one) ? 0 : 1;
}
