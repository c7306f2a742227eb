/** A request for the numbers of a picture of curvature, and the numbers. Twin of hesswidget/explorers/frame.py. */
import { refuse, shown } from "../base/checks";
import { type Reason, type Wording, reason } from "../model/reason";
import type { Arrays } from "./computation";
import type { Computed, Request } from "./engine";
import type { Plane } from "./plane";

export interface FrameRequest extends Request {
  /** Where the landscape lies; of two dimensions, or one where n = 1. */
  plane: Plane;
}

/** The function on a slice; stays the same object for as long as nothing but the point within it moves. */
export interface Landscape {
  version: number;
  grids: Float64Array[];
  values: Float64Array;
  levels: Float64Array;
}

/** What is read here of Python's `Frame`, by the names of its program: tests/explorers/test_frame.py compares them. */
type FrameArray =
  | "label"
  | "positive"
  | "zero"
  | "negative"
  | "value"
  | "gradient_norm"
  | "gradient_threshold"
  | "zero_threshold"
  | "condition_number"
  | "asymmetry"
  | "point"
  | "gradient"
  | "hessian"
  | "block_norms"
  | "density"
  | "eigenvalues"
  | "eigenvectors"
  | "newton_step"
  | "ascent"
  | "gradient_angles"
  | "newton_angles"
  | "newton_turn"
  | "is_stationary"
  | "model"
  | "near0"
  | "near1";

/** Everything one picture shows, whole. */
export interface Frame extends Computed {
  label: string;
  reason: Reason;
  /** Counts of positive, zero and negative eigenvalues. */
  inertia: [number, number, number];
  value: number;
  gradientNorm: number;
  gradientThreshold: number;
  zeroThreshold: number;
  conditionNumber: number;
  asymmetry: number;
  point: Float64Array;
  gradient: Float64Array;
  /** Row by row. */
  hessian: Float64Array;
  /** The norm of each of its blocks, row by row; none where blocks say no more than entries. */
  blockNorms: Float64Array;
  eigenvalues: Float64Array;
  /** Where eigenvalues lie, then how densely; none where there are few. */
  density: Float64Array;
  /** Row by row; column i belongs to eigenvalue i. */
  eigenvectors: Float64Array;
  /** The gradient counts as zero. */
  isStationary: boolean;
  /** The gradient as it is drawn, and Newton's step; NaN where there is none. */
  ascent: Float64Array;
  newtonStep: Float64Array;
  /** Between each of the two and the eigenvectors, in degrees; */
  gradientAngles: Float64Array;
  newtonAngles: Float64Array;
  /** and between Newton's step and −∇f. */
  newtonTurn: number;
  /** Where the landscape lies, and the model. */
  plane: Plane;
  landscape: Landscape;
  /** The quadratic model near the point, or along the whole curve where n = 1. */
  model: { grids: Float64Array[]; values: Float64Array };
  /** The landscape is as fine as it gets. */
  exact: boolean;
  /** The landscape has places without a value at which the function may take a path that was not recorded. */
  isOpen: boolean;
}

/** Read what Python's `frame` returns, whoever ran it. */
export function frameOf(
  arrays: Arrays,
  plane: Plane,
  landscape: Landscape,
  exact: boolean,
  wording: Wording,
  names: readonly string[],
): Frame {
  const array = (name: FrameArray) => arrays[name] ?? refuse(`a picture lacks ${shown(name)}.`);
  const number = (name: FrameArray) => array(name)[0];
  return {
    label: wording.labels[number("label")],
    reason: reason(wording, arrays, names),
    inertia: [number("positive"), number("zero"), number("negative")],
    value: number("value"),
    gradientNorm: number("gradient_norm"),
    gradientThreshold: number("gradient_threshold"),
    zeroThreshold: number("zero_threshold"),
    conditionNumber: number("condition_number"),
    asymmetry: number("asymmetry"),
    point: array("point"),
    gradient: array("gradient"),
    hessian: array("hessian"),
    blockNorms: array("block_norms"),
    density: array("density"),
    eigenvalues: array("eigenvalues"),
    eigenvectors: array("eigenvectors"),
    isStationary: number("is_stationary") > 0,
    isOpen: "covered" in arrays && landscape.values.some(Number.isNaN),
    ascent: array("ascent"),
    newtonStep: array("newton_step"),
    gradientAngles: array("gradient_angles"),
    newtonAngles: array("newton_angles"),
    newtonTurn: number("newton_turn"),
    model: { grids: landscape.grids.length > 1 ? [array("near0"), array("near1")] : [array("near0")], values: array("model") },
    plane,
    landscape,
    exact,
  };
}

/** What an eigenvalue counts as, by the threshold that the label was judged with. */
export function signOf(eigenvalue: number, { zeroThreshold }: Frame): "positive" | "zero" | "negative" {
  if (Math.abs(eigenvalue) <= zeroThreshold) return "zero";
  return eigenvalue > 0 ? "positive" : "negative";
}

/** Column i of a square matrix that is stored row by row. */
export function column(matrix: Float64Array, i: number): Float64Array {
  const n = Math.sqrt(matrix.length);
  return Float64Array.from({ length: n }, (_, row) => matrix[row * n + i]);
}
