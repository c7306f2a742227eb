/** Paths of descent methods from one start, and the frame at a step of one of them. Twin of hesswidget/explorers/race.py. */
import appearance from "../../appearance.json";
import bounds from "../../program/bounds.json";
import { pointsIn } from "../base/float64";
import { PICTURE } from "../program/bounds";
import { type Arrays, type Ask, type Computation, type Replay, copied, stateKey } from "./computation";
import type { Frame, FrameRequest } from "./frame";
import type { Frames } from "./frames";
import type { StateNames } from "../model/race";
import type { Measure } from "../model/view_state";
import type { Library, Programs } from "./library";
import type { Link } from "./link";
import { BROKE_DOWN, CONVERGED, GOES_ON, RUNS_AWAY, WITHIN, goesOn } from "./path_status";
import type { RandomPlane, Span } from "./slice";

const NONE = new Float64Array();
/** The place of this label among those that Python names. */
const NOT_STATIONARY = Object.keys(appearance.classes).indexOf("not stationary");
const KEPT = ["point", "gradient", "value", "gradient_norm", "cost"] as const;

export interface RaceRequest extends FrameRequest {
  /** Which path is followed. */
  followed: number;
  /** At which of its steps; null at its end. */
  step: number | null;
  /** How often paths that had been stopped were to go on. */
  turn: number;
}

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
  /** null where nothing is measured. */
  measured: Measured | null;
}

/** What was measured of the curvature along a path: at which steps, and for each of them, row by row, what Python names. */
export interface Measured {
  steps: Float64Array;
  values: Float64Array;
}

/** What a method takes for the Hessian at a step, beside it. */
export interface Microscope {
  /** Row by row. */
  model: Float64Array;
  difference: Float64Array;
  eigenvalues: Float64Array;
  /** How far the last step's change of the gradient is missed, as a share of it. */
  residual: number;
}

/** Rates and momenta by what is known of quadratic functions with the eigenvalues of a Hessian, for each method; NaN where nothing is. */
export interface Theory {
  /** Up to which rate it is stable; */
  stableRates: Float64Array;
  /** and with which rate and momentum together it converges fastest. */
  bestRates: Float64Array;
  bestMomenta: Float64Array;
}

/** What the next step of a path is made of, and where it leads. */
export interface NextStep {
  /** The whole step, before anything shortens it; NaN of a method that proposes none. */
  proposed: Float64Array;
  /** Points that are tried, row by row, NaN in the place of those that are not; f there; and 1 at the one that is taken. */
  trials: Float64Array;
  trialValues: Float64Array;
  accepted: Float64Array;
  /** The step that is taken. */
  taken: Float64Array;
}

/** How a sequence of errors falls: its kind, a place in the kinds that Python names, and what belongs to it. */
export interface Order {
  kind: number;
  value: number;
  constant: number;
  spread: number;
}

/** What is left at each step by one measure, for each path; NaN where nothing is. */
export interface Convergence {
  left: readonly Float64Array[];
  orders: readonly Order[];
}

export interface RaceFrame extends Frame {
  paths: readonly Path[];
  /** What is seen of the curvature along each, as facts in sentences; null where it is not measured. */
  phases: readonly Arrays[] | null;
  /** The share of the steps that has been taken: less than 1 while paths are being followed, and where that was stopped; */
  share: number;
  /** and how many there are to be, at most. */
  steps: number;
  convergence: Readonly<Record<Measure, Convergence>>;
  followed: number;
  /** The step of the followed path that the frame is at. */
  at: number;
  microscope: Microscope | null;
  /** What the step that comes next is made of; null at the path's end. */
  next: NextStep | null;
  /** What the method takes f for, laid out as `model` is; null where it takes nothing for the Hessian. */
  modelValues: Float64Array | null;
  /** The numbers that say how the method stands, in the order in which Python names them; */
  gauges: Float64Array;
  /** and a list of them, NaN beyond its end; empty where there is none. */
  series: Float64Array;
  /** From where to where f is drawn where it is a curve, so that paths are seen; null where they go nowhere. */
  heights: readonly [number, number] | null;
  /** Where the paths move most; null of too few or too many variables. */
  span: Span | null;
  /** The random plane through the step; null of one and two variables. */
  random: RandomPlane | null;
  /** What is known of the methods where the frame is. */
  theory: Theory;
  /** Compute value, gradient and Hessian at the start, which lies where sliders go, as paths need not. */
  start(): Float64Array[];
}

/** The steps that a path has. */
export function stepsOf({ values }: Path): number {
  return values.length - 1;
}

/** The step at which a path stands when all have been so far; at its end where it has no more. */
export function stepAt(path: Path, step: number | null): number {
  return step === null ? stepsOf(path) : Math.min(step, stepsOf(path));
}

/** The paths of a race that are being followed, or have been; and what was made of them for the last picture. */
interface Held {
  key: string;
  trails: readonly Trail[];
  job: Iterator<void, void> | null;
  race: Pick<RaceFrame, "paths" | "convergence" | "span" | "phases" | "share" | "steps"> | null;
  taken: { followed: number; at: number; state: Arrays } | null;
}

/** Until a picture of paths along which curvature is measured shows how far they are, and then shows it anew, in milliseconds. */
const FIRST = 50;
const AGAIN = 400;

export class Races implements Computation<RaceRequest, RaceFrame> {
  /** Paths go no further, though they might. */
  private isStopped = false;

  constructor(
    private readonly frames: Frames,
    /** For each path. */
    private readonly names: readonly StateNames[],
    private readonly steps: number,
    /** After how many steps curvature is measured; 0: never. */
    private readonly every: number,
  ) {}

  /** Stop following paths, and keep what there is; or let it go on. */
  stop(isStopped: boolean): void {
    this.isStopped = isStopped;
  }

  replayed(library: Library): Replay<RaceRequest, RaceFrame> {
    const { frames, names, steps, every } = this;
    const races = this;
    const replay = frames.replayed(library, true);
    let held: Held | null = null;
    return function* (request) {
      const { point, parameters } = request;
      const programs = library.at(parameters, true);
      const key = stateKey(request);
      if (held?.key !== key) {
        races.isStopped = false;
        const trails = [...names.keys()].map((k) => new Trail(programs, k, point, steps, every));
        held = { key, trails, job: following(trails), race: null, taken: null };
      }
      const now = held;
      let until = performance.now() + (every ? FIRST : Infinity);
      while (now.job) {
        const isTime = races.isStopped || performance.now() > until;
        if (isTime && now.trails.every(({ isBetween }) => isBetween)) {
          if (races.isStopped) break;
          yield* picture(request, programs, now, false);
          until = performance.now() + AGAIN;
        }
        if (now.job.next().done) now.job = null;
        now.race = now.taken = null;
        yield;
      }
      yield* picture(request, programs, now, true);
    };

    /** The picture of how far the paths are; finer ones where they go no further. */
    function* picture(request: RaceRequest, programs: Programs, now: Held, isWhole: boolean): Generator<RaceFrame | void, void> {
      const { point, plane, followed, step } = request;
      for (const trail of now.trails) trail.hold();
      now.race ??= raceOf(programs, now, point, steps);
      const { paths } = now.race;
      const path = paths[followed];
      const at = stepAt(path, step);
      if (now.taken?.followed !== followed || now.taken.at !== at) {
        now.taken = { followed, at, state: yield* now.trails[followed].stateAt(at) };
      }
      const { state } = now.taken;
      const here = pointsIn(path.points, point.length)[at];
      const { origin, basis, ends } = plane;
      const start = () => {
        const { value, gradient, hessian } = copied(programs.run("frame", { point, origin, basis, ends }));
        return [value, gradient, hessian];
      };
      const made = copied(yield* programs.pieces(`proposal ${followed}`, { ...state, origin, basis, ends }));
      const { model, next, modelValues } = proposalIn(made, path, at);
      const random = programs.has("random plane") ? randomIn(copied(programs.run("random plane", { point: here })), here) : null;
      const { gauges: gaugeNames, series: seriesName } = names[followed];
      const gauges = Float64Array.from(gaugeNames, (name) => state[name][0]);
      const series = seriesName === null ? NONE : state[seriesName];
      let microscope: Microscope | null = null;
      let theory: Theory = { stableRates: NONE, bestRates: NONE, bestMomenta: NONE };
      const finer = replay({ ...request, point: here });
      for (let made = finer.next(); !made.done; made = finer.next()) {
        const frame = made.value;
        if (frame && theory.stableRates === NONE) theory = theoryIn(copied(programs.run("stability", { eigenvalues: frame.eigenvalues })));
        if (frame && model) microscope ??= compared(programs, model, path, at, frame.hessian);
        yield frame && { ...frame, exact: frame.exact && isWhole, ...now.race, heights: heightsOf(paths), followed, at, microscope, next, modelValues, gauges, series, theory, random, start };
        if (frame && !isWhole) return;
      }
    }
  }

  asked(link: Link): Ask<RaceRequest, RaceFrame> {
    const asks = this.frames.asks(link);
    return async (request) => {
      const { followed, step } = request;
      const { frame, arrays } = await asks(request, { followed, step: Math.min(step ?? Infinity, this.steps) });
      const paths = pathsIn(arrays, request.point.length);
      // Of pictures that were saved there is one step of one path alone, which it then is.
      const [shown, at] = [arrays.followed[0], arrays.at[0]];
      const { model, next, modelValues } = proposalIn(arrays, paths[shown], at);
      const microscope = model && microscopeIn(model, arrays);
      return { ...frame, heights: heightsOf(paths), paths, phases: phasesIn(arrays, paths.length), share: 1, steps: this.steps, convergence: convergenceIn(arrays, paths), followed: shown, at, span: spanIn(arrays), random: randomIn(arrays, pointsIn(paths[shown].points, request.point.length)[at]), microscope, next, modelValues, gauges: arrays.gauges, series: arrays.series, theory: theoryIn(arrays), start: () => this.frames.claims(frame) };
    };
  }

  claims(frame: RaceFrame): Float64Array[] {
    return frame.start();
  }

  keyOf(request: RaceRequest): string {
    return `${this.frames.keyOf(request)} ${request.followed} ${request.step} ${request.turn}`;
  }
}

/** From the starts down to what the paths reach, and half as far beyond. Twin of hesswidget/figures/panels/paths.py. */
export function heightsOf(paths: readonly Pick<Path, "values">[]): RaceFrame["heights"] {
  const high = paths.reduce((most, { values }) => Math.max(most, values[0]), -Infinity);
  const low = paths.reduce((least, { values }) => values.reduce((so, value) => (Number.isFinite(value) ? Math.min(so, value) : so), least), Infinity);
  const spare = 0.5 * (high - low);
  return Number.isFinite(spare) && spare > 0 ? [low - spare, high + spare] : null;
}

/** Follow all of them to their ends, a step of each in turn, in pieces. */
function* following(trails: readonly Trail[]): Generator<void, void> {
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
class Trail {
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
    return { points: rows.of("point"), gradients: rows.of("gradient"), values: rows.of("value"), gradientNorms: rows.of("gradient_norm"), costs: rows.of("cost"), status: this.status, end: NaN, measured };
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

/** What the paths come to, as far as they have been followed. */
function raceOf(programs: Programs, { trails, job }: Held, start: Float64Array, steps: number): NonNullable<Held["race"]> {
  const n = start.length;
  const paths = trails.map((trail) => (job ? trail.path() : judged(programs, trail.path(), n)));
  const share = trails.reduce((sum, trail) => sum + trail.share, 0) / trails.length;
  return { paths, convergence: converging(programs, paths, n), span: spanOf(programs, paths, start), phases: phasesOf(programs, paths), share, steps };
}

/** What is seen of the curvature along paths. */
function phasesOf(programs: Programs, paths: readonly Path[]): RaceFrame["phases"] {
  if (!programs.has("phases")) return null;
  const [m, length] = programs.shape("phases", "values");
  const [, most, q] = programs.shape("phases", "curvature");
  const measured = paths.map((path) => path.measured ?? { steps: NONE, values: NONE });
  const given = {
    values: filled(paths.map(({ values }) => values), m, length),
    counts: Float64Array.from(paths, ({ values }) => values.length),
    statuses: Float64Array.from(paths, ({ status }) => status),
    curvature_steps: filled(measured.map(({ steps }) => steps), m, most),
    curvature: filled(measured.map(({ values }) => values), m, most * q),
  };
  return phasesIn(copied(programs.run("phases", given)), m);
}

/** The facts of each path, by the names that Python's sentences have for them. */
function phasesIn(arrays: Arrays, m: number): RaceFrame["phases"] {
  const named = Object.entries(arrays).filter(([name]) => name.startsWith(PHASE));
  if (!named.length) return null;
  return Array.from({ length: m }, (_, k) =>
    Object.fromEntries(named.map(([name, all]) => [name.slice(PHASE.length), all.subarray((k * all.length) / m, ((k + 1) * all.length) / m)])),
  );
}

const PHASE = "phase_";

/** A path whose end has been judged: with its label, and not taken for converged on the way to infinity. */
function judged(programs: Programs, path: Path, n: number): Path {
  if (!programs.has("ending")) return path;
  const point = path.points.slice(-n);
  if (path.status !== CONVERGED) {
    const [tested] = programs.run("end tested", { point }).label;
    if (tested === NOT_STATIONARY) return { ...path, end: tested }; // wherever f goes from there
  }
  const { label, runs_away } = programs.run("ending", { point });
  if (path.status !== CONVERGED) return { ...path, end: label[0] };
  const isShort = label[0] === NOT_STATIONARY;
  return { ...path, end: label[0], status: runs_away[0] > 0 ? RUNS_AWAY : isShort ? WITHIN : CONVERGED };
}

/** How paths converge: Python's program takes all as long as the longest may be. */
function converging(programs: Programs, paths: readonly Path[], n: number): RaceFrame["convergence"] {
  const [m, length] = programs.shape("convergence", "values");
  const padded = (rows: readonly Float64Array[], size: number) => filled(rows, m, length * size);
  const given = {
    points: padded(paths.map(({ points }) => points), n),
    values: padded(paths.map(({ values }) => values), 1),
    gradient_norms: padded(paths.map(({ gradientNorms }) => gradientNorms), 1),
    counts: Float64Array.from(paths, ({ values }) => values.length),
  };
  return convergenceIn(copied(programs.run("convergence", given)), paths);
}

/** Rows of different lengths as so many of one, filled up with NaN. */
function filled(rows: readonly Float64Array[], count: number, length: number): Float64Array {
  const all = new Float64Array(count * length).fill(NaN);
  rows.forEach((row, k) => all.set(row, k * length));
  return all;
}

function spanOf(programs: Programs, paths: readonly Path[], start: Float64Array): Span | null {
  if (!programs.has("span")) return null;
  const [m, length, n] = programs.shape("span", "points");
  const points = filled(paths.map(({ points }) => points), m, length * n);
  return spanIn(copied(programs.run("span", { start, points })));
}

function spanIn({ basis, ends, shares }: Arrays): Span | null {
  return basis?.every(Number.isFinite) && ends.every(Number.isFinite) ? { basis, ends, shares } : null;
}

function randomIn({ random_basis: basis, random_ends: ends }: Arrays, origin: Float64Array): RandomPlane | null {
  return basis?.every(Number.isFinite) && ends.every(Number.isFinite) && ends[1] > 0 && ends[3] > 0 ? { origin: origin.slice(), basis, ends } : null;
}

function convergenceIn(arrays: Arrays, paths: readonly Path[]): RaceFrame["convergence"] {
  const of = (measure: Measure): Convergence => {
    const [all, orders] = [arrays[`left_${measure}`], arrays[`${measure}_orders`]];
    const length = all.length / paths.length;
    return {
      left: paths.map(({ values }, k) => all.subarray(k * length, k * length + values.length)),
      orders: paths.map((_, k) => {
        const [kind, value, constant, spread] = orders.subarray(4 * k, 4 * k + 4);
        return { kind, value, constant, spread };
      }),
    };
  };
  return { value: of("value"), gradient: of("gradient"), distance: of("distance") };
}

function compared(programs: Programs, model: Float64Array, path: Path, at: number, hessian: Float64Array): Microscope {
  const n = Math.sqrt(hessian.length);
  const changeOf = (rows: Float64Array) => {
    const [before, after] = [Math.max(at - 1, 0), at].map((k) => rows.subarray(k * n, (k + 1) * n));
    return after.map((x, i) => x - before[i]);
  };
  const given = { model, hessian, step: changeOf(path.points), change: changeOf(path.gradients) };
  return microscopeIn(model, copied(programs.run("microscope", given)));
}

function theoryIn({ stable_rates: stableRates, best_rate: bestRates, best_momentum: bestMomenta }: Arrays): Theory {
  return { stableRates, bestRates, bestMomenta };
}

/** What is known of the step that comes next at a step of a path. */
function proposalIn({ proposed, trials, trial_values: trialValues, accepted, curvature_model: model, model_values: values }: Arrays, path: Path, at: number) {
  const points = pointsIn(path.points, proposed.length);
  const taken = points[at + 1]?.map((x, i) => x - points[at][i]);
  const next: NextStep | null = taken ? { proposed, trials, trialValues, accepted, taken } : null;
  return { model: model?.every(Number.isFinite) ? model : null, next, modelValues: values ?? null };
}

function microscopeIn(model: Float64Array, { difference, model_eigenvalues: eigenvalues, secant_residual }: Arrays): Microscope {
  return { model, difference, eigenvalues, residual: secant_residual[0] };
}

/** The paths in an answer, where all are as long as the longest may be. */
function pathsIn(arrays: Arrays, n: number): Path[] {
  const { statuses, counts, path_ends: ends } = arrays;
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
