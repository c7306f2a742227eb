/** Paths of descent methods from one start, and the frame at a step of one of them. Twin of hesswidget/explorers/race.py. */
import { pointsIn } from "../base/float64";
import { type Arrays, type Ask, type Computation, type Replay, copied, stateKey } from "./computation";
import { type Convergences, convergenceIn, converging } from "./convergence";
import type { Frame, FrameRequest } from "./frame";
import type { Frames } from "./frames";
import type { StateNames } from "../model/race";
import type { Library, Programs } from "./library";
import type { Link } from "./link";
import { type Microscope, type NextStep, type Theory, compared, microscopeIn, proposalIn, theoryIn } from "./microscope";
import { type Path, Trail, filled, following, judged, pathsIn, stepAt } from "./paths";
import type { RandomPlane, Span } from "./slice";

const NONE = new Float64Array();

export interface RaceRequest extends FrameRequest {
  /** Which path is followed. */
  followed: number;
  /** At which of its steps; null at its end. */
  step: number | null;
  /** How often paths that had been stopped were to go on. */
  turn: number;
}

export interface RaceFrame extends Frame {
  paths: readonly Path[];
  /** What is seen of the curvature along each, as facts in sentences; null where it is not measured. */
  phases: readonly Arrays[] | null;
  /** The share of the steps that has been taken: less than 1 while paths are being followed, and where that was stopped; */
  share: number;
  /** and how many there are to be, at most. */
  steps: number;
  convergence: Convergences;
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
  /** What is known of the methods where the frame is, or at the start where f is not finite there. */
  theory: Theory;
  /** Compute value, gradient and Hessian at the start, which lies where sliders go, as paths need not. */
  start(): Float64Array[];
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
      now.race ??= yield* raceOf(programs, now, point, steps);
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
        const { value, gradient, hessian } = copied(programs.whole("frame", { point, origin, basis, ends }));
        return [value, gradient, hessian];
      };
      const made = copied(yield* programs.pieces(`proposal ${followed}`, { ...state, origin, basis, ends }));
      const { model, next, modelValues } = proposalIn(made, path, at);
      const random = programs.has("random plane") ? randomIn(copied(yield* programs.pieces("random plane", { point: here })), here) : null;
      const { gauges: gaugeNames, series: seriesName } = names[followed];
      const gauges = Float64Array.from(gaugeNames, (name) => state[name][0]);
      const series = seriesName === null ? NONE : state[seriesName];
      let microscope: Microscope | null = null;
      let theory: Theory = { stableRates: NONE, bestRates: NONE, bestMomenta: NONE };
      // Where a path has left for infinity, theory is asked about its start.
      const begun = Number.isFinite(path.values[at]) ? null : copied(yield* programs.pieces("frame", { point, origin, basis, ends })).eigenvalues;
      const finer = replay({ ...request, point: here });
      for (let made = finer.next(); !made.done; made = finer.next()) {
        const frame = made.value;
        if (frame && theory.stableRates === NONE) theory = theoryIn(copied(yield* programs.pieces("stability", { eigenvalues: begun ?? frame.eigenvalues })));
        if (frame && model) microscope ??= yield* compared(programs, model, path, at, frame.hessian);
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

/** What the paths come to, as far as they have been followed. */
function* raceOf(programs: Programs, { trails, job }: Held, start: Float64Array, steps: number): Generator<void, NonNullable<Held["race"]>> {
  const n = start.length;
  const paths: Path[] = [];
  for (const trail of trails) {
    paths.push(job ? trail.path() : judged(programs, trail.path(), n));
    yield;
  }
  const share = trails.reduce((sum, trail) => sum + trail.share, 0) / trails.length;
  const convergence = yield* converging(programs, paths, n);
  const span = yield* spanOf(programs, paths, start);
  return { paths, convergence, span, phases: yield* phasesOf(programs, paths), share, steps };
}

/** What is seen of the curvature along paths. */
function* phasesOf(programs: Programs, paths: readonly Path[]): Generator<void, RaceFrame["phases"]> {
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
  return phasesIn(copied(yield* programs.pieces("phases", given)), m);
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

function* spanOf(programs: Programs, paths: readonly Path[], start: Float64Array): Generator<void, Span | null> {
  if (!programs.has("span")) return null;
  const [m, length, n] = programs.shape("span", "points");
  const points = filled(paths.map(({ points }) => points), m, length * n);
  return spanIn(copied(yield* programs.pieces("span", { start, points })));
}

function spanIn({ basis, ends, shares }: Arrays): Span | null {
  return basis?.every(Number.isFinite) && ends.every(Number.isFinite) ? { basis, ends, shares } : null;
}

function randomIn({ random_basis: basis, random_ends: ends }: Arrays, origin: Float64Array): RandomPlane | null {
  return basis?.every(Number.isFinite) && ends.every(Number.isFinite) && ends[1] > 0 && ends[3] > 0 ? { origin: origin.slice(), basis, ends } : null;
}
