import appearance from "../../appearance.json";
import { type ParameterValues, parameterKey } from "../model/parameters";
import { type Plane, keyOf } from "./plane";
import { gridsOf, overPlaces } from "./places";
import type { Library } from "./library";

/** Values along each axis while something moves, and at rest. */
const COARSE = 17;
const FINE = appearance.definitenessResolution;

/** The Hessian's extreme eigenvalues on a slice: their signs say where it is definite, their zeros where det H = 0. */
export interface Definiteness {
  /** How many values there are along each axis. */
  count: number;
  least: Float64Array;
  greatest: Float64Array;
}

/** Computes them anew where the slice or a parameter has changed. */
export class DefinitenessMap {
  present: Definiteness | null = null;
  private key = "";

  constructor(private readonly library: Library) {}

  show(plane: Plane, parameters: ParameterValues, isMoving: boolean): void {
    const key = `${keyOf(plane)} ${parameterKey(parameters)}`;
    const isNew = key !== this.key;
    if (!isNew && (isMoving || this.present?.count === FINE)) return;
    this.key = key;
    const programs = this.library.at(parameters);
    if (!programs.has("definiteness")) return void (this.present = null);
    const count = isMoving ? COARSE : FINE;
    const extremes = new Float64Array(2 * count * count);
    for (const _ of overPlaces(programs, "definiteness", plane, gridsOf(plane, count), "extremes", extremes));
    const every = (offset: number) => Float64Array.from({ length: count * count }, (_, k) => extremes[2 * k + offset]);
    this.present = { count, least: every(0), greatest: every(1) };
  }
}
