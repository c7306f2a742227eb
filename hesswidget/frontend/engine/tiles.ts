import { type ParameterValues, parameterKey } from "../model/parameters";
import { PICTURE } from "../program/bounds";
import type { Landscape } from "./frame";
import { type Plane, keyOf } from "./plane";
import { gridsOf, overPlaces, rowsOf, workOf } from "./places";
import type { Library, Programs } from "./library";

/** Values along each axis, by the slice's dimensions. Of a plane the program of contour levels takes no more. */
const RESOLUTIONS: Record<number, readonly number[]> = { 1: [101, 401], 2: [9, 17, 33, 57] };
let versions = 0;

/**
 * Samples a landscape tile by tile, so that it can be left at any time. What it has is kept for as long as nothing but the
 * point within the slice moves.
 */
export class Tiles {
  /** The best landscape so far of the present slice. */
  landscape: Landscape | null = null;
  private key = "";
  private perValue = NaN; // milliseconds
  private job: Iterator<void> | null = null;
  /** Values along each axis at most. */
  private finest = 0;

  constructor(
    private readonly library: Library,
    /** About how long it takes to paint one value of a landscape, in milliseconds. */
    private readonly painting: () => number,
  ) {}

  /** The landscape is as fine as it gets. */
  get isExact(): boolean {
    if (!this.landscape) return false;
    return this.landscape.grids[0].length === this.finest;
  }

  /** Take up a slice; if it is a new one sample it, in pieces, as finely as about `milliseconds` allow. */
  *show(plane: Plane, parameters: ParameterValues, milliseconds: number): Generator<void, void> {
    const key = `${keyOf(plane)} ${parameterKey(parameters)}`;
    if (key === this.key) return;
    this.key = ""; // until there is a landscape of it
    const k = plane.names.length;
    const programs = this.library.at(parameters);
    const [coarsest, ...finer] = RESOLUTIONS[k];
    const choices = [coarsest, ...finer.filter((r) => workOf(programs, "tile", r ** k) <= PICTURE.work)];
    this.finest = choices.at(-1)!;
    const each = this.painting() + (this.perValue || Infinity);
    const affordable = (r: number) => r ** k * each <= milliseconds;
    const resolution = choices.filter(affordable).pop() ?? coarsest;
    yield* this.sample(programs, plane, resolution);
    this.key = key;
    this.job = this.isExact ? null : this.sample(programs, plane, this.finest);
  }

  /** Go on with the finest landscape, in pieces. */
  *refine(): Generator<void, void> {
    const { job } = this;
    while (job && job === this.job) {
      if (job.next().done) this.job = null;
      yield;
    }
  }

  private *sample(programs: Programs, plane: Plane, r: number): Generator<void, void> {
    const grids = gridsOf(plane, r);
    const values = new Float64Array(r ** grids.length);
    const runs = overPlaces(programs, "tile", plane, grids, "values", values);
    const each = Math.min(values.length, rowsOf(programs, "tile"));
    let took = 0;
    for (;;) {
      const began = performance.now();
      const { done, value: isComplete } = runs.next();
      if (done) break;
      took += performance.now() - began;
      if (isComplete) {
        this.perValue = Number.isNaN(this.perValue) ? took / each : 0.7 * this.perValue + (0.3 * took) / each;
        took = 0;
      }
      yield;
    }
    const levels = grids.length === 2 ? yield* levelsOf(programs, values) : new Float64Array();
    this.landscape = { version: ++versions, grids, values, levels };
  }
}

/** The contour levels that there are of these values. The program takes more, the others NaN. */
function* levelsOf(programs: Programs, values: Float64Array): Generator<void, Float64Array> {
  const [size] = programs.shape("levels", "values");
  const padded = new Float64Array(size).fill(NaN);
  padded.set(values);
  return (yield* programs.pieces("levels", { values: padded })).levels.filter(Number.isFinite);
}
