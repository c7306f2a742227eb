/** Paths of descent methods from one start, and the frame at a step of one of them. Twin of hesswidget/explorers/race.py. */
import { pointsIn } from "../base/float64";
import { PICTURE } from "../program/bounds";
import { type Arrays, type Ask, type Computation, type Replay, copied, stateKey } from "./computation";
import type { Frame, FrameRequest } from "./frame";
import type { Frames } from "./frames";
import type { StateNames } from "../model/race";
import type { Measure } from "../model/view_state";
import type { Library, Programs } from "./library";
import type { Link } from "./link";
import { BROKE_DOWN, CONVERGED, GOES_ON, RUNS_AWAY } from "./path_status";
import type { Span } from "./slice";

const NONE = new Float64Array();
const KEPT = ["point", "gradient", "value", "gradient_norm", "cost"] as const;

export interface RaceRequest extends FrameRequest {
  /** Which path is followed. */
  followed: number;
  /** At which of its steps; null at its end. */
  step: number | null;
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

export class Races implements Computation<RaceRequest, RaceFrame> {
  constructor(
    private readonly frames: Frames,
    /** For each path. */
    private readonly names: readonly StateNames[],
    private readonly steps: number,
  ) {}

  replayed(library: Library): Replay<RaceRequest, RaceFrame> {
    const { frames, names, steps } = this;
    const replay = frames.replayed(library);
    let held: { key: string; paths: readonly Path[]; convergence: RaceFrame["convergence"]; span: Span | null; taken: Taken | null } | null = null;
    return function* (request) {
      const { point, parameters, plane, followed, step } = request;
      const programs = library.at(parameters);
      const key = stateKey(request);
      const { gauges: gaugeNames, series: seriesName } = names[followed];
      if (held?.key !== key) {
        const paths: Path[] = [];
        let taken: Taken | null = null;
        for (const k of names.keys()) {
          const followedTo = yield* pathOf(programs, k, point, steps, k === followed, step);
          paths.push(judged(programs, followedTo.path, point.length));
          if (k === followed) taken = followedTo.state && { followed, at: stepAt(followedTo.path, step), state: followedTo.state };
        }
        held = { key, paths, convergence: converging(programs, paths, point.length), span: spanOf(programs, paths, point), taken };
      }
      const { paths, convergence, span } = held;
      const path = paths[followed];
      const at = stepAt(path, step);
      if (held.taken?.followed !== followed || held.taken.at !== at) {
        held.taken = { followed, at, state: yield* stateAt(programs, followed, point, at) };
      }
      const { state } = held.taken;
      const here = pointsIn(path.points, point.length)[at];
      const { origin, basis, ends } = plane;
      const start = () => {
        const { value, gradient, hessian } = copied(programs.run("frame", { point, origin, basis, ends }));
        return [value, gradient, hessian];
      };
      const made = copied(yield* programs.pieces(`proposal ${followed}`, { ...state, origin, basis, ends }));
      const { model, next, modelValues } = proposalIn(made, path, at);
      const gauges = Float64Array.from(gaugeNames, (name) => state[name][0]);
      const series = seriesName === null ? NONE : state[seriesName];
      let microscope: Microscope | null = null;
      let theory: Theory = { stableRates: NONE, bestRates: NONE, bestMomenta: NONE };
      const frames = replay({ ...request, point: here });
      for (let made = frames.next(); !made.done; made = frames.next()) {
        const frame = made.value;
        if (frame && theory.stableRates === NONE) theory = theoryIn(copied(programs.run("stability", { eigenvalues: frame.eigenvalues })));
        if (frame && model) microscope ??= compared(programs, model, path, at, frame.hessian);
        yield frame && { ...frame, heights: heightsOf(paths), paths, convergence, followed, at, span, microscope, next, modelValues, gauges, series, theory, start };
      }
    };
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
      return { ...frame, heights: heightsOf(paths), paths, convergence: convergenceIn(arrays, paths), followed: shown, at, span: spanIn(arrays), microscope, next, modelValues, gauges: arrays.gauges, series: arrays.series, theory: theoryIn(arrays), start: () => this.frames.claims(frame) };
    };
  }

  claims(frame: RaceFrame): Float64Array[] {
    return frame.start();
  }

  keyOf(request: RaceRequest): string {
    return `${this.frames.keyOf(request)} ${request.followed} ${request.step}`;
  }
}

/** From the starts down to what the paths reach, and half as far beyond. Twin of hesswidget/figures/panels/paths.py. */
export function heightsOf(paths: readonly Pick<Path, "values">[]): RaceFrame["heights"] {
  const high = paths.reduce((most, { values }) => Math.max(most, values[0]), -Infinity);
  const low = paths.reduce((least, { values }) => values.reduce((so, value) => (Number.isFinite(value) ? Math.min(so, value) : so), least), Infinity);
  const spare = 0.5 * (high - low);
  return Number.isFinite(spare) && spare > 0 ? [low - spare, high + spare] : null;
}

/** Begin a path and go on with it, in pieces; each state is the program's own memory. */
function* states(programs: Programs, k: number, point: Float64Array, steps: number): Generator<Arrays | void, void> {
  const [begin, advance] = [`begin ${k}`, `advance ${k}`];
  let state: Arrays = yield* programs.pieces(begin, { point });
  yield state;
  const most = Math.min(steps, Math.floor(PICTURE.work / programs.work(advance)));
  for (let taken = 0; taken < most && state.status[0] === GOES_ON; taken++) {
    state = yield* programs.pieces(advance, state);
    yield state;
  }
}

/** A method's state at a step of the path that is followed. */
interface Taken {
  followed: number;
  at: number;
  state: Arrays;
}

/** Follow a path to its end, in pieces; with its state at a step, or at its end, where that is wanted and was met on the way. */
function* pathOf(
  programs: Programs,
  k: number,
  point: Float64Array,
  steps: number,
  wanted: boolean,
  step: number | null,
): Generator<void, { path: Path; state: Arrays | null }> {
  const rows = new Rows(steps + 1);
  let last: Arrays = {};
  let state: Arrays | null = null;
  let ended = GOES_ON;
  for (const present of states(programs, k, point, steps)) {
    if (present) {
      last = present;
      ended = present.status[0];
      if (ended !== BROKE_DOWN) rows.add(present);
      if (ended !== BROKE_DOWN && wanted && rows.count - 1 === step) state = copied(present);
    }
    yield;
  }
  if (wanted && ended !== BROKE_DOWN) state ??= copied(last); // the program's memory still has it
  const path = { points: rows.of("point"), gradients: rows.of("gradient"), values: rows.of("value"), gradientNorms: rows.of("gradient_norm"), costs: rows.of("cost"), status: ended, end: NaN };
  return { path, state };
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

/** A path whose end has been judged: with its label, and not taken for converged on the way to infinity. */
function judged(programs: Programs, path: Path, n: number): Path {
  if (!programs.has("ending")) return path;
  const { label, runs_away } = programs.run("ending", { point: path.points.slice(-n) });
  return { ...path, end: label[0], status: path.status === CONVERGED && runs_away[0] > 0 ? RUNS_AWAY : path.status };
}

/** A method's state at a step. Its models of all steps would be n² numbers each, so it is gone to anew. */
function* stateAt(programs: Programs, k: number, point: Float64Array, at: number): Generator<void, Arrays> {
  let found: Arrays = {};
  let step = 0;
  for (const state of states(programs, k, point, at)) {
    if (state && step++ === at) found = copied(state);
    yield;
  }
  return found;
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
    };
  });
}
