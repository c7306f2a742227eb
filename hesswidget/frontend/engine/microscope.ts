/** A method at one step: what it takes for the Hessian, beside it, its next step, and up to which rate theory has it stable. */
import { pointsIn } from "../base/float64";
import { type Arrays, copied } from "./computation";
import type { Programs } from "./library";
import type { Path } from "./paths";

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

/** A model beside the Hessian at a step of a path. */
export function* compared(programs: Programs, model: Float64Array, path: Path, at: number, hessian: Float64Array): Generator<void, Microscope> {
  const n = Math.sqrt(hessian.length);
  const changeOf = (rows: Float64Array) => {
    const [before, after] = [Math.max(at - 1, 0), at].map((k) => rows.subarray(k * n, (k + 1) * n));
    return after.map((x, i) => x - before[i]);
  };
  const given = { model, hessian, step: changeOf(path.points), change: changeOf(path.gradients) };
  return microscopeIn(model, copied(yield* programs.pieces("microscope", given)));
}

export function theoryIn({ stable_rates: stableRates, best_rate: bestRates, best_momentum: bestMomenta }: Arrays): Theory {
  return { stableRates, bestRates, bestMomenta };
}

/** What is known of the step that comes next at a step of a path. */
export function proposalIn({ proposed, trials, trial_values: trialValues, accepted, curvature_model: model, model_values: values }: Arrays, path: Path, at: number) {
  const points = pointsIn(path.points, proposed.length);
  const taken = points[at + 1]?.map((x, i) => x - points[at][i]);
  const next: NextStep | null = taken ? { proposed, trials, trialValues, accepted, taken } : null;
  return { model: model?.every(Number.isFinite) ? model : null, next, modelValues: values ?? null };
}

export function microscopeIn(model: Float64Array, { difference, model_eigenvalues: eigenvalues, secant_residual }: Arrays): Microscope {
  return { model, difference, eigenvalues, residual: secant_residual[0] };
}
