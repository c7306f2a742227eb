/** How an explorer is looked at: what is chosen on screen besides the point and the parameters. Twin of hesswidget/explorers/view_state.py. */
import appearance from "../../appearance.json";
import bounds from "../../program/bounds.json";
import { integer, list, refuse, record, shown, truth, within } from "../base/checks";
import { finite } from "./saved_values";

export const ORDERS = ["as given", "by magnitude", "eigenbasis", "blocks"] as const;
export type Order = (typeof ORDERS)[number];

/** What convergence is drawn against, */
export const AGAINST = ["steps", "cost"] as const;
export type Against = (typeof AGAINST)[number];
/** what converges: how much f is above the lowest value that was reached, |∇f|, the distance to a path's end; */
export const MEASURES = ["value", "gradient", "distance"] as const;
export type Measure = (typeof MEASURES)[number];
/** what the microscope shows; */
export const MATRICES = ["hessian", "model", "difference"] as const;
export type Matrix = (typeof MATRICES)[number];
/** and what is shown of the curvature along paths. */
export const MEASURED = ["sharpness", "ratio", "trace", "share", "step", "test loss"] as const;
export type MeasuredName = (typeof MEASURED)[number];

export const SLICES = ["coordinates", "eigenvectors", "paths", "random"] as const;

/** What a slice is along: coordinates, or eigenvectors of the Hessian at the point, by their indices; or, of a race, where its paths move most, and two random directions at the step. */
export interface SliceDirections {
  readonly kind: (typeof SLICES)[number];
  readonly indices: readonly number[];
}

/** From where a surface is seen: turned about its vertical axis and tilted, in radians, and how near. */
export interface Viewpoint {
  readonly azimuth: number;
  readonly elevation: number;
  readonly zoom: number;
}

/** Where one may look from; never from below. */
export const VIEWPOINTS: Readonly<Record<keyof Viewpoint, { readonly low: number; readonly high: number }>> = appearance.viewpoint;
const { azimuth, elevation, zoom } = appearance.viewpoint;
export const START: Viewpoint = { azimuth: azimuth.start, elevation: elevation.start, zoom: zoom.start };

/** How a landscape's axes are scaled, and up to which ratio of their ranges one unit is then as long along both. */
export const SCALES = appearance.scales;
export type ScaleName = keyof typeof SCALES;

export interface ViewState extends Viewpoint {
  readonly slice: SliceDirections;
  /** Of the Hessian's rows and columns. */
  readonly order: Order;
  /** The eigenvalues' axis is logarithmic on both sides of zero. */
  readonly logarithmic: boolean;
  /** The eigenvalues are drawn as their density, where there are many. */
  readonly density: boolean;
  /** The landscape shows where the Hessian is definite, */
  readonly signs: boolean;
  /** paths of steepest descent, */
  readonly paths: boolean;
  /** the gradient, and Newton's step; */
  readonly gradient: boolean;
  readonly newton: boolean;
  /** or it is a surface. */
  readonly surface: boolean;
  /** Whether one unit is as long along both of its axes. */
  readonly scale: ScaleName;
  /** Of a race: which path is under the microscope, and at which step; null at its end. */
  readonly followed: number;
  readonly step: number | null;
  /** What converges, against what. */
  readonly measure: Measure;
  readonly against: Against;
  /** What the microscope shows. */
  readonly matrix: Matrix;
  /** What of the curvature along the paths. */
  readonly measured: MeasuredName;
  /** Gradient flow and the central flow are shown beside a path of gradient descent. */
  readonly flows: boolean;
  /** The landscape shows what the next step proposes and tries, */
  readonly proposal: boolean;
  /** the quadratic models at the step, */
  readonly model: boolean;
  /** and where paths end, from each start in it. */
  readonly basins: boolean;
}

const RACE = { followed: 0, step: null, measure: MEASURES[0], against: AGAINST[0], matrix: MATRICES[0], measured: MEASURED[0], flows: false, proposal: true, model: true, basins: false };

/** How a function of so many variables is looked at first. */
export function firstViewState(n: number): ViewState {
  const slice: SliceDirections = { kind: "coordinates", indices: n > 1 ? [0, 1] : [0] };
  return { slice, order: ORDERS[0], logarithmic: false, density: false, signs: false, paths: false, gradient: true, newton: true, surface: false, scale: "automatic", ...START, ...RACE };
}

/** A view state as it travels, where what is not said is as at first. @throws InvalidData with a sentence. */
export function readViewState(found: unknown, n: number): ViewState {
  const first = firstViewState(n);
  const keys = Object.keys(first).filter((key) => Object.hasOwn(Object(found), key));
  const given = record(found, keys, "a view state");
  const chosen = Object.fromEntries(keys.map((key) => [key, READERS[key as keyof ViewState](given[key], key, n)]));
  const state: ViewState = { ...first, ...chosen };
  if ((n < 2 && (state.signs || state.surface || state.basins)) || (n !== 2 && state.paths)) {
    refuse(`signs, basins and a surface take two variables, paths just two; there are ${n}.`);
  }
  return state;
}

/** What of a view state is not as at first, as it travels. */
export function writtenViewState(state: ViewState, n: number): Record<string, unknown> {
  const first = Object.entries(firstViewState(n));
  return Object.fromEntries(first.flatMap(([key, start]) => {
    const value = state[key as keyof ViewState];
    return JSON.stringify(value) === JSON.stringify(start) ? [] : [[key, value]];
  }));
}

type Read = (found: unknown, what: string, n: number) => unknown;

const between: Read = (found, what) => {
  const { low, high } = VIEWPOINTS[what as keyof Viewpoint];
  const number = finite(found, what);
  return low <= number && number <= high ? number : refuse(`${what} is ${number}; a number from ${low} to ${high} is expected.`);
};

const READERS: Readonly<Record<keyof ViewState, Read>> = {
  slice: readSlice,
  order: (found, what) => oneOf(ORDERS, found, what),
  logarithmic: truth,
  density: truth,
  signs: truth,
  paths: truth,
  gradient: truth,
  newton: truth,
  surface: truth,
  proposal: truth,
  model: truth,
  basins: truth,
  flows: truth,
  scale: (found, what) => oneOf(Object.keys(SCALES), found, what),
  azimuth: between,
  elevation: between,
  zoom: between,
  followed: (found, what) => integer(found, 0, bounds.race.racers - 1, what),
  step: (found, what) => (found === null ? null : integer(found, 0, bounds.race.steps, what)),
  measure: (found, what) => oneOf(MEASURES, found, what),
  against: (found, what) => oneOf(AGAINST, found, what),
  matrix: (found, what) => oneOf(MATRICES, found, what),
  measured: (found, what) => oneOf(MEASURED, found, what),
};

function readSlice(found: unknown, what: string, n: number): SliceDirections {
  const given = record(found, ["kind", "indices"], what);
  const kind = oneOf(SLICES, given.kind, "a slice's kind");
  const count = Math.min(n, 2);
  const indices = within(`a slice's indices, ${count} different from 0 to ${n - 1}`, () =>
    list(given.indices, count, "they").map((one) => integer(one, 0, n - 1, "one")),
  );
  if (new Set(indices).size < count) refuse(`a slice's indices are ${indices.join()}; ${count} different from 0 to ${n - 1} are expected.`);
  return { kind, indices };
}

function oneOf<T extends string>(options: readonly T[], found: unknown, what: string): T {
  return options.find((option) => option === found) ?? refuse(`${what} is ${shown(found)}; it is one of ${options.join(", ")}.`);
}
