/** A model trained with what regularizes it, and without. Twin of hesswidget/explorers/regularized.py. */
import bounds from "../../program/bounds.json";
import { refuse } from "../base/checks";
import type { ParameterValues } from "../model/parameters";
import type { Wording } from "../model/reason";
import { BATCH, DECAY, type Regularization, STEPS } from "../model/regularization";
import { type Arrays, type Ask, type Computation, type Replay, arraysIn, copied, stateKey } from "./computation";
import type { Request } from "./engine";
import { type Frame, type Landscape, frameOf } from "./frame";
import { type Library, type Programs, QUICK } from "./library";
import type { Link } from "./link";
import { GOES_ON, STANDS_STILL, goesOn } from "./path_status";
import { type Extent, type Plane, alongCoordinates } from "./plane";

const NONE = new Float64Array();
/** Scalar operations in a millisecond, about, before it is known how long a step takes. */
const SPEED = 80_000;
/** At which losses are known, at most, besides the start. */
const MOMENTS = 100;
/** A training that takes longer than so many milliseconds is not begun anew for each picture while something moves, */
const AT_ONCE = 60;
/** but goes on for so long from where the last one ended. */
const FARTHER = 25;
/** At rest one that takes long is shown after so many milliseconds, as far as it is, again and again. */
const SHOWN_AFTER = 250;

/** How a training went. */
export interface Training {
  /** At these steps the losses are known. */
  moments: Float64Array;
  trainLosses: Float64Array;
  testLosses: Float64Array;
  count: number;
  status: number;
  /** It is no whole training: the last one goes on with what the sliders now add. */
  goesOn: boolean;
  /** Where it ended: the losses there, |w|, and what the model says. */
  trainLoss: number;
  testLoss: number;
  weights: number;
  fit: Float64Array;
  eigenvalues: Float64Array;
  conditionNumber: number;
}

/** The frame is of where the training ended, of the loss with its weight decay. */
export interface RegularizedFrame extends Frame {
  training: Training;
  /** The same without anything that regularizes. */
  plain: Training;
  effectiveDimension: number;
  logEvidence: number;
  /** Of the weight decays that Python names. */
  evidences: Float64Array;
  /** With which it is largest; NaN where nothing is known of that. */
  bestDecay: number;
  /** What noise on inputs adds to the loss, by its law. */
  inputRise: number;
  /** Value, gradient and Hessian at the start. */
  start(): Float64Array[];
}

/** How a training has gone until now. */
interface Going {
  point: Float64Array;
  moments: number[];
  train: number[];
  test: number[];
  count: number;
  status: number;
}

export class Trainings implements Computation<Request, RegularizedFrame> {
  constructor(
    private readonly told: Regularization,
    private readonly wording: Wording,
    private readonly extents: readonly Extent[],
  ) {}

  replayed(library: Library): Replay<Request, RegularizedFrame> {
    const { told, extents } = this;
    const decode = this.decode.bind(this);
    let held: { key: string; arrays: Arrays } | null = null;
    /** The last whole training, and where its weights have gone since; and how long a step took in each way to train. */
    let last: { arrays: Arrays; point: Float64Array } | null = null;
    const paces = new Map<number, number>();
    return function* (request) {
      const { point, parameters, moving } = request;
      const without = plain(parameters, told);
      const key = stateKey({ ...request, parameters: without });
      if (held?.key !== key) {
        last = null;
        const programs = library.at(without);
        let going: Going | null = null;
        for (going of trained(programs, told, point, without)) yield;
        held = { key, arrays: yield* solved(programs, going!) };
      }
      const before = held.arrays;
      const programs = library.at(parameters);
      const plane = firstPlane(extents, point);
      const start = () => claimsAt(programs, plane, point);
      const shown = (arrays: Arrays, exact: boolean, goesOn = false) => decode(arrays, before, plane, start, exact, goesOn);
      const way = wayOf(parameters, told);
      const expected = (paces.get(way) ?? programs.work(`advance ${way}`) / SPEED) * Number(parameters[STEPS]);
      const isFarther = moving && last !== null && expected > AT_ONCE;
      let [spent, seen, began] = [0, 0, performance.now()];
      let going: Going | null = null;
      for (going of trained(programs, told, isFarther ? last!.point : point, parameters)) {
        spent += performance.now() - began;
        if (isFarther && spent > FARTHER) break;
        if (!moving && spent - seen > SHOWN_AFTER) {
          yield shown(yield* solved(programs, going), false);
          seen = spent;
        } else yield;
        began = performance.now();
      }
      if (going!.count > 0) paces.set(way, spent / going!.count);
      const found = yield* solved(programs, going!);
      if (isFarther) {
        const { moments, train_losses, test_losses, count, status } = last!.arrays;
        last = { ...last!, point: found.point };
        return yield shown({ ...found, moments, train_losses, test_losses, count, status }, false, true);
      }
      last = going!.status <= STANDS_STILL ? { arrays: found, point: found.point } : null;
      yield shown(found, true);
    };
  }

  asked(link: Link): Ask<Request, RegularizedFrame> {
    return async ({ point, parameters, moving }) => {
      const answer = await link.ask({ kind: "frame", parameters, moving }, [point]);
      const arrays = arraysIn(answer);
      const before = Object.fromEntries(Object.entries(arrays).filter(([name]) => name.startsWith("plain_")).map(([name, array]) => [name.slice("plain_".length), array]));
      const { value, gradient, hessian } = arrays;
      return this.decode(arrays, before, firstPlane(this.extents, point), () => [value, gradient, hessian], answer.content.exact === true);
    };
  }

  claims(frame: RegularizedFrame): Float64Array[] {
    return frame.start();
  }

  keyOf(request: Request): string {
    return stateKey(request);
  }

  private decode(arrays: Arrays, before: Arrays, plane: Plane, start: () => Float64Array[], exact: boolean, goesOn = false): RegularizedFrame {
    const axes = plane.names.length;
    const landscape: Landscape = { version: 0, grids: Array.from({ length: axes }, () => NONE), values: NONE, levels: NONE };
    return {
      ...frameOf(arrays, plane, landscape, exact, this.wording, this.extents.map(({ name }) => name)),
      training: trainingIn(arrays, goesOn),
      plain: trainingIn(before, false),
      effectiveDimension: arrays.effective_dimension[0],
      logEvidence: arrays.log_evidence[0],
      evidences: arrays.evidences,
      bestDecay: arrays.best_decay[0],
      inputRise: arrays.input_rise[0],
      start,
    };
  }
}

/** Parameters without anything that regularizes. */
export function plain(parameters: ParameterValues, { parts, samples, steps }: Regularization): ParameterValues {
  const none = Object.fromEntries([DECAY, ...Object.keys(parts)].map((name) => [name, 0]));
  return { ...parameters, ...none, [BATCH]: samples, [STEPS]: steps };
}

/** Which of the ways that were recorded has the parts of a training and fewest others. */
export function wayOf(parameters: ParameterValues, { ways, parts, samples }: Regularization): number {
  const wanted = new Set(Object.keys(parts).filter((name) => Number(parameters[name]) > 0).map((name) => parts[name]));
  if (Number(parameters[BATCH]) < samples) wanted.add("noise");
  const found = ways.findIndex((way) => [...wanted].every((part) => way.includes(part)));
  return Math.max(found, 0);
}

/** Train, in pieces: how it has gone until now. */
function* trained(programs: Programs, told: Regularization, point: Float64Array, parameters: ParameterValues): Generator<Going, void> {
  const way = wayOf(parameters, told);
  const [begin, advance] = [`begin ${way}`, `advance ${way}`];
  const steps = Math.min(Math.round(Number(parameters[STEPS])), told.steps);
  const every = Math.max(1, Math.ceil(steps / MOMENTS));
  const work = programs.work(advance);
  if (steps * work > bounds.training.work) {
    refuse(`stopped: too much work. ${steps} steps take ${(steps * work).toPrecision(2)} scalar operations; a training has at most ${bounds.training.work.toPrecision(2)}.`);
  }
  const atOnce = Math.max(1, Math.floor(QUICK / 10 / work));
  const going: Going = { point, moments: [], train: [], test: [], count: 0, status: GOES_ON };
  const meet = function* (): Generator<Going, void> {
    const { train_loss, test_loss } = yield* meanwhile(programs.pieces("losses", { point: going.point }), going);
    going.moments.push(going.count);
    going.train.push(train_loss[0]);
    going.test.push(test_loss[0]);
  };
  yield* meet();
  let state: Arrays = copied(yield* meanwhile(programs.pieces(begin, { point }), going));
  going.status = state.status[0];
  while (going.count < steps && goesOn(going.status)) {
    const end = Math.min(steps, going.count - (going.count % every) + every);
    const count = Math.min(atOnce, end - going.count);
    const after = copied(work > QUICK ? yield* meanwhile(programs.pieces(advance, state), going) : programs.iterate(advance, count, state));
    going.status = after.status[0];
    if (!after.point.every(Number.isFinite) || !Number.isFinite(after.value[0])) break;
    state = after;
    going.point = after.point;
    going.count += count;
    if (going.count === end) yield* meet();
    yield going;
  }
  yield going;
}

/** Run what takes long in pieces, between which all is as it was. */
function* meanwhile<T>(pieces: Generator<void, T>, going: Going): Generator<Going, T> {
  let made = pieces.next();
  for (; !made.done; made = pieces.next()) yield going;
  return made.value;
}

/** What is shown of where a training has come to. */
function* solved(programs: Programs, { point, moments, train, test, count, status }: Going): Generator<void, Arrays> {
  const found = copied(yield* programs.pieces("solution", { point }));
  const rows = { moments: Float64Array.from(moments), train_losses: Float64Array.from(train), test_losses: Float64Array.from(test) };
  return { ...found, ...rows, count: Float64Array.of(count), status: Float64Array.of(status) };
}

function trainingIn(arrays: Arrays, goesOn: boolean): Training {
  return {
    moments: arrays.moments,
    trainLosses: arrays.train_losses,
    testLosses: arrays.test_losses,
    count: arrays.count[0],
    status: arrays.status[0],
    goesOn,
    trainLoss: arrays.train_loss[0],
    testLoss: arrays.test_loss[0],
    weights: arrays.weights[0],
    fit: arrays.fit,
    eigenvalues: arrays.eigenvalues,
    conditionNumber: arrays.condition_number[0],
  };
}

/** The slice that a frame is told to lie in, of which nothing is drawn. */
function firstPlane(extents: readonly Extent[], point: Float64Array): Plane {
  return alongCoordinates(extents, extents.length > 1 ? [0, 1] : [0], point);
}

/** Value, gradient and Hessian at the start, which lies where sliders go, as ends need not. */
function claimsAt(programs: Programs, { origin, basis, ends }: Plane, point: Float64Array): Float64Array[] {
  const { value, gradient, hessian } = copied(programs.whole("frame", { point, origin, basis, ends }));
  return [value, gradient, hessian];
}
