/** The critical points in the box: followed while a parameter moves, looked for more thoroughly when it rests. */
import { type ParameterValues, parameterKey } from "../model/parameters";
import type { Library, Programs } from "./library";

/** Twin of what hesswidget/critical/newton.py finds. */
export interface CriticalPoint {
  point: Float64Array;
  label: string;
  value: number;
  /** The number of negative eigenvalues. */
  index: number;
  /** What it is where the label does not say, found by Python alone. */
  kind?: string;
}

/** How many batches of fresh starts are searched from when nothing moves. */
const BATCHES = 8;
/** A search that takes longer than this, in milliseconds, waits for the parameters to rest. */
const AT_ONCE = 25;
/** Of the rows of a search, how many are at least given to fresh starts. */
const FRESH = 1 / 3;

/**
 * Replays Python's search. What one run finds is where some rows of the next start, so that points are followed from
 * picture to picture; the other rows start from places spread evenly, batch after batch, to find those that are new.
 */
export class CriticalSearch {
  points: readonly CriticalPoint[] = [];
  /** Points that are not isolated. */
  nonIsolated: readonly Float64Array[] = [];
  private known: Float64Array[] = [];
  private key = "";
  private batch = 0;
  private took = 0;

  constructor(
    private readonly library: Library,
    private readonly box: Float64Array,
    private readonly labels: readonly string[],
  ) {}

  /** Something moved; whether there is a search for this setting. Where only the point moved there is nothing to do. */
  follow(parameters: ParameterValues): boolean {
    const programs = this.library.at(parameters);
    if (!programs.has("search")) return false;
    const key = parameterKey(parameters);
    if (key === this.key) return true;
    this.key = key;
    this.batch = 0;
    if (this.took <= AT_ONCE) this.run(programs);
    else this.points = this.nonIsolated = []; // those of before hold no more
    return true;
  }

  /** Search from the next batch of starts; whether there is more to do. */
  refine(parameters: ParameterValues): boolean {
    const programs = this.library.at(parameters);
    if (!programs.has("search") || this.batch >= BATCHES) return false;
    this.run(programs);
    return this.batch < BATCHES;
  }

  private run(programs: Programs): void {
    const began = performance.now();
    const [rows, n] = programs.shape("search", "starts");
    const spread = programs.table("starts");
    const known = this.known.slice(0, Math.floor(rows * (1 - FRESH)));
    const starts = new Float64Array(rows * n);
    known.forEach((point, row) => starts.set(point, row * n));
    const fresh = rows - known.length;
    const available = spread.length / n;
    for (let row = 0; row < fresh; row++) {
      const from = (this.batch * rows + row) % available;
      starts.set(spread.subarray(from * n, (from + 1) * n), (known.length + row) * n);
    }
    const result = programs.run("search", { starts, box: this.box });
    this.known = [];
    const points: CriticalPoint[] = [];
    const nonIsolated: Float64Array[] = [];
    for (let row = 0; row < rows; row++) {
      if (!result.distinct[row]) continue;
      this.known.push(result.unit_points.slice(row * n, (row + 1) * n));
      const point = result.points.slice(row * n, (row + 1) * n);
      if (result.in_set[row]) {
        nonIsolated.push(point);
        continue;
      }
      points.push({
        point,
        label: this.labels[result.labels[row]],
        value: result.values[row],
        index: result.indices[row],
      });
    }
    this.points = points;
    this.nonIsolated = nonIsolated;
    this.batch++;
    this.took = 0.5 * this.took + 0.5 * (performance.now() - began);
  }
}
