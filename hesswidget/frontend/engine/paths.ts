/** Paths of descent methods: followed step by step by Python's programs, or taken from an answer of Python. */
import appearance from "../../appearance.json";
import bounds from "../../program/bounds.json";
import { PICTURE } from "../program/bounds";
import { type Arrays, copied } from "./computation";
import type { Programs } from "./library";
import { BROKE_DOWN, CONVERGED, GOES_ON, goesOn } from "./path_status";

const NONE = new Float64Array();
const NOT_STATIONARY = Object.keys(appearance.classes).indexOf("not stationary");
const KEPT = ["point", "gradient", "value", "gradient_norm", "cost"] as const;

export interface Path {
  /** Row by row, the start first. */
  points: Float64Array;
  gradients: Float64Array;
  values: Float64Array;
  gradientNorms: Float64Array;
  costs: Float64Array;
  status: number;
  /** What its last point is, a place in the labels that Python names; NaN where it is not judged. */
  end: number;
  /** The critical point that it comes to; NaN where that is not known. */
  limit: Float64Array;
  /** null where nothing is measured. */
  measured: Measured | null;
}

/** What was measured of the curvature along a path: at which steps, and for each of them, row by row, what Python names. */
export interface Measured {
  steps: Float64Array;
  values: Float64Array;
}

/** The steps that a path has. */
export function stepsOf({ values }: Path): number {
  return values.length - 1;
}

/** The step at which a path stands when all have been so far; at its end where it has no more. */
export function stepAt(path: Path, step: number | null): number {
  return step === null ? stepsOf(path) : Math.min(step, stepsOf(path));
}

/** Follow all of them to their ends, a step of each in turn, in pieces. */
export function* following(trails: readonly Trail[]): Generator<void, void> {
  let going = trails.map((trail) => trail.follow());
  while (going.length) {
    const still: typeof going = [];
    for (const path of going) {
      if (!path.next().done) still.push(path);
      yield;
    }
    going = still;
  }
}

/** What a path keeps of its states, row by row: an array for each name, since one for each step would be thousands in a frame. */
class Rows {
  count = 0;
  private readonly arrays = new Map<string, Float64Array>();

  constructor(private readonly most: number) {}

  add(state: Arrays): void {
    for (const name of KEPT) {
      const row = state[name];
      if (!this.count) this.arrays.set(name, new Float64Array(this.most * row.length));
      this.arrays.get(name)!.set(row, this.count * row.length);
    }
    this.count++;
  }

  of(name: (typeof KEPT)[number]): Float64Array {
    const all = this.arrays.get(name);
    return all ? all.slice(0, (all.length / this.most) * this.count) : NONE;
  }
}

/** How many states of a path are held besides, and how many numbers there may be in them: to go to a step from the one before it. */
const HELD = 64;
const NUMBERS_HELD = 2_000_000;

/** A path, as far as it has been followed. */
export class Trail {
  private readonly rows: Rows;
  private readonly kept: { step: number; state: Arrays }[] = [];
  private readonly measuredSteps: number[] = [];
  private readonly measured: Float64Array[] = [];
  /** Where it stands: the program's own memory, until it is held. */
  private state: Arrays = {};
  private isHeld = true;
  private isBusy = false;
  private isDone = false;
  private status = GOES_ON;
  private apart = 1;
  private vectors: Float64Array | null = null;

  constructor(
    private readonly programs: Programs,
    private readonly k: number,
    private readonly point: Float64Array,
    private readonly steps: number,
    private readonly every: number,
  ) {
    this.rows = new Rows(steps + 1);
  }

  /** It stands at a step, and none of its programs is in the middle of something. */
  get isBetween(): boolean {
    return this.taken >= 0 && !this.isBusy;
  }

  /** The share of the steps that it has taken, 1 at its end. */
  get share(): number {
    return this.isDone ? 1 : this.taken / Math.max(1, this.steps);
  }

  private get taken(): number {
    return this.rows.count - 1;
  }

  /** Keep where it stands, whatever its programs compute meanwhile. */
  hold(): void {
    if (!this.isHeld) this.state = copied(this.state);
    this.isHeld = true;
  }

  /** Begin, and take a step at a time to its end. */
  *follow(): Generator<void, void> {
    const { programs, k, steps } = this;
    const advance = `advance ${k}`;
    this.isBusy = true;
    yield* this.arrive(yield* programs.pieces(`begin ${k}`, { point: this.point }));
    const most = Math.min(steps, Math.floor(PICTURE.work / programs.work(advance)));
    while (this.taken < most && goesOn(this.status)) {
      this.isBusy = false;
      yield;
      this.isBusy = true;
      yield* this.arrive(yield* programs.pieces(advance, this.state));
    }
    if (this.status !== BROKE_DOWN) yield* this.measure();
    this.isBusy = false;
    this.isDone = true;
  }

  private *arrive(state: Arrays): Generator<void, void> {
    this.status = state.status[0];
    if (this.status === BROKE_DOWN) return;
    this.state = state;
    this.isHeld = false;
    this.rows.add(state);
    if (this.taken === 0) {
      const size = Object.values(state).reduce((sum, { length }) => sum + length, 0);
      this.apart = Math.ceil(Math.max(1, this.steps) / Math.max(1, Math.min(HELD, Math.floor(NUMBERS_HELD / size))));
    }
    if (this.taken % this.apart === 0) this.kept.push({ step: this.taken, state: copied(state) });
    if (this.every && this.taken % this.every === 0) yield* this.measure();
  }

  /** Measure the curvature where it stands, unless that has been done. */
  private *measure(): Generator<void, void> {
    const { programs, k, measuredSteps, taken } = this;
    const name = `measure ${k}`;
    if (!this.every || measuredSteps[measuredSteps.length - 1] === taken || !programs.has(name)) return;
    let measured: Float64Array;
    for (let turn = 1; ; turn++) {
      const vectors = this.vectors ?? programs.table("vectors");
      const found = copied(yield* programs.pieces(name, { ...this.state, vectors }));
      if (found.vectors.every(Number.isFinite)) this.vectors = found.vectors;
      measured = found.measured;
      if (!found.again[0] || turn === bounds.race.measurements) break;
    }
    measuredSteps.push(taken);
    this.measured.push(measured);
  }

  /** The path so far, its end not judged. */
  path(): Path {
    const { rows } = this;
    const measured = this.measured.length ? { steps: Float64Array.from(this.measuredSteps), values: Float64Array.from(this.measured.flatMap((row) => [...row])) } : null;
    return { points: rows.of("point"), gradients: rows.of("gradient"), values: rows.of("value"), gradientNorms: rows.of("gradient_norm"), costs: rows.of("cost"), status: this.status, end: NaN, limit: this.point.map(() => NaN), measured };
  }

  /** The method's state at a step that it has been at. Models of all steps would be n² numbers each, so it is gone to anew. */
  *stateAt(at: number): Generator<void, Arrays> {
    if (at === this.taken) return this.state;
    const { step, state } = this.kept.filter((one) => one.step <= at).pop()!;
    let found = state;
    for (let i = step; i < at; i++) {
      found = yield* this.programs.pieces(`advance ${this.k}`, found);
      yield;
    }
    return copied(found);
  }
}

/** A path whose end has been judged: with its label, and not taken for converged on the way to infinity. */
export function judged(programs: Programs, path: Path, n: number): Path {
  if (!programs.has("ending")) return path;
  const point = path.points.slice(-n);
  if (path.status !== CONVERGED) {
    const [tested] = programs.run("end tested", { point }).label;
    if (tested === NOT_STATIONARY) return { ...path, end: tested }; // wherever f goes from there
  }
  const { label, status, limit } = copied(programs.run("ending", { status: path.status, point }));
  return { ...path, end: label[0], status: status[0], limit };
}

/** The paths in an answer, where all are as long as the longest may be. */
export function pathsIn(arrays: Arrays, n: number): Path[] {
  const { statuses, counts, path_ends: ends, path_limits: limits } = arrays;
  const length = arrays.path_values.length / statuses.length;
  return Array.from(statuses, (status, k) => {
    const part = (name: string, size: number) => arrays[name].slice(k * length * size, (k * length + counts[k]) * size);
    return {
      points: part("path_points", n),
      gradients: part("path_gradients", n),
      values: part("path_values", 1),
      gradientNorms: part("path_gradient_norms", 1),
      costs: part("path_costs", 1),
      status,
      end: ends[k],
      limit: limits.slice(k * n, (k + 1) * n),
      measured: measuredIn(arrays, k, statuses.length),
    };
  });
}

/** What was measured along one of m paths in an answer, where all have as many rows as the longest may have. */
function measuredIn({ curvature_steps: steps, curvature: values }: Arrays, k: number, m: number): Measured | null {
  if (!steps) return null;
  const most = steps.length / m;
  const mine = steps.slice(k * most, (k + 1) * most).filter(Number.isFinite);
  const width = values.length / steps.length;
  return { steps: mine, values: values.slice(k * most * width, (k * most + mine.length) * width) };
}

/** Rows of different lengths as so many of one, filled up with NaN. */
export function filled(rows: readonly Float64Array[], count: number, length: number): Float64Array {
  const all = new Float64Array(count * length).fill(NaN);
  rows.forEach((row, k) => all.set(row, k * length));
  return all;
}
