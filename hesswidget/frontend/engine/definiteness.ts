import appearance from "../../appearance.json";
import { type ParameterValues, parameterKey } from "../model/parameters";
import { type Plane, keyOf } from "./plane";
import { gridsOf, overPlaces } from "./places";
import type { Library } from "./library";
import { Slices } from "./slices";

/** Values along each axis while something moves, and at rest. */
const COARSE = 17;
const FINE = appearance.definitenessResolution;
/** How long the map may take before the page goes on, in milliseconds: what takes longer follows. */
const AT_ONCE = 12;

/** The Hessian's extreme eigenvalues on a slice: their signs say where it is definite, their zeros where det H = 0. */
export interface Definiteness {
  /** How many values there are along each axis. */
  count: number;
  least: Float64Array;
  greatest: Float64Array;
}

/** Computes them anew where the slice or a parameter has changed: at once, or in slices. */
export class DefinitenessMap {
  present: Definiteness | null = null;
  private key = "";
  /** How many values along each axis the map has that is being computed. */
  private coming = 0;
  private readonly slices: Slices;

  constructor(
    private readonly library: Library,
    private readonly onChange: () => void,
    private readonly onFailure: (error: Error) => void,
  ) {
    this.slices = new Slices(onFailure);
  }

  show(plane: Plane, parameters: ParameterValues, isMoving: boolean): void {
    const key = `${keyOf(plane)} ${parameterKey(parameters)}`;
    const isNew = key !== this.key;
    if (!isNew && (isMoving || this.present?.count === FINE || (this.slices.isBusy && this.coming === FINE))) return;
    this.key = key;
    this.slices.stop();
    if (isNew) this.present = null; // it was of something else
    if (!this.library.at(parameters).has("definiteness")) return;
    this.coming = isMoving ? COARSE : FINE;
    const job = this.computed(plane, parameters, this.coming);
    const until = performance.now() + AT_ONCE;
    try {
      while (performance.now() < until) if (job.next().done) return;
    } catch (error) {
      return this.onFailure(error as Error);
    }
    this.slices.start(this.told(job), false);
  }

  stop(): void {
    this.slices.stop();
  }

  private *told(job: Generator<void, void>): Generator<void, void> {
    yield* job;
    this.onChange();
  }

  private *computed(plane: Plane, parameters: ParameterValues, count: number): Generator<void, void> {
    const extremes = new Float64Array(2 * count * count);
    for (const _ of overPlaces(this.library.at(parameters), "definiteness", plane, gridsOf(plane, count), "extremes", extremes)) yield;
    const every = (offset: number) => Float64Array.from({ length: count * count }, (_, k) => extremes[2 * k + offset]);
    this.present = { count, least: every(0), greatest: every(1) };
  }
}
