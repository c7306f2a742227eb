/** What became of the paths from the places of a square grid, which is refined: the places of each grid are among those of the next. */

/** Places along each axis, where it is finest. */
export const SIDE = 129;
/** The distances between the places of the grids, in those of the finest. */
export const STRIDES = [8, 4, 2, 1] as const;

/** What a path comes to where it is at none of the ends that are told apart. */
export const UNKNOWN = -1;
export const STOPPED = -2;
export const DIVERGED = -3;
export const ELSEWHERE = -4;

export interface Tally {
  counts: ReadonlyMap<number, number>;
  total: number;
  /** Steps of those that converged, */
  least: number;
  most: number;
  /** and of all but the quickest and the slowest few of them: a start that lies at an end takes none. */
  few: number;
  many: number;
}

/** Which share of paths counts as few. */
const FEW = 0.005;
let versions = 0;

export class Outcomes {
  /** For each place the number of its end, or one of the above; row by row, the lowest first. */
  readonly ends = new Int16Array(SIDE * SIDE).fill(UNKNOWN);
  /** How many steps it took. */
  readonly steps = new Uint16Array(SIDE * SIDE);
  /** Of the finest grid that is whole. */
  stride: number = SIDE;
  /** Scalar operations that it has taken. */
  work = 0;
  private tallied: { version: number; tally: Tally } | null = null;
  /** Changes with what is known. */
  version = ++versions;

  /** A path has come to this. */
  set(place: number, end: number, steps: number): void {
    this.ends[place] = end;
    this.steps[place] = steps;
  }

  constructor(
    /** How many of the rows there are: all, or one of what has one axis. */
    readonly rows: number = SIDE,
  ) {}

  changed(): void {
    this.version = ++versions;
  }

  /** Places along each axis of the finest grid that is whole. */
  get count(): number {
    return this.stride < SIDE ? (SIDE - 1) / this.stride + 1 : 0;
  }

  /** The place that speaks for another: itself, or as long as nothing is known there, the nearest of a coarser grid. */
  speaker(i: number, j: number): number {
    if (this.ends[j * SIDE + i] !== UNKNOWN) return j * SIDE + i;
    for (let stride = 2; stride <= STRIDES[0]; stride *= 2) {
      const place = Math.round(j / stride) * stride * SIDE + Math.round(i / stride) * stride;
      if (this.ends[place] !== UNKNOWN) return place;
    }
    return j * SIDE + i;
  }

  /** How many places of the finest whole grid came to each end, and to the rest, by their numbers; and their least and most steps. */
  tally(): Tally {
    if (this.tallied?.version === this.version) return this.tallied.tally;
    const tally = this.counted();
    this.tallied = { version: this.version, tally };
    return tally;
  }

  private counted(): Tally {
    const counts = new Map<number, number>();
    const taken: number[] = [];
    let total = 0;
    const { stride } = this;
    for (let j = 0; j < this.rows; j += stride) {
      for (let i = 0; i < SIDE; i += stride) {
        const place = j * SIDE + i;
        const end = this.ends[place];
        counts.set(end, (counts.get(end) ?? 0) + 1);
        total++;
        if (end >= 0) taken.push(this.steps[place]);
      }
    }
    const sorted = Uint16Array.from(taken).sort();
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
    return { counts, total, least: at(0), most: at(1), few: at(FEW), many: at(1 - FEW) };
  }
}

/** The places of a grid that no coarser one has; in the first `rows` only. */
export function placesOf(stride: number, rows = SIDE): Int32Array {
  const coarser = stride === STRIDES[0] ? SIDE : 2 * stride;
  const places: number[] = [];
  for (let j = 0; j < rows; j += stride) {
    for (let i = 0; i < SIDE; i += stride) {
      if (coarser === SIDE || i % coarser || j % coarser) places.push(j * SIDE + i);
    }
  }
  return Int32Array.from(places);
}
