/** A request for a picture's numbers, and the numbers. Twin of hesswidget/explorers/frame.py. */
import { type ParameterValues, parameterKey } from "../model/parameters";
import { type Wording, reason } from "../model/reason";
import { type Plane, keyOf } from "./plane";

export interface Request {
  point: Float64Array;
  parameters: ParameterValues;
  /** Where the landscape lies; of two dimensions, or one where n = 1. */
  plane: Plane;
  /** The person is still moving something: a coarse landscape will do. */
  moving: boolean;
}

/** A text that two requests share if they ask for the same picture, finest or not. */
export function requestKey({ point, parameters, plane }: Request): string {
  return [point.join(), parameterKey(parameters), keyOf(plane), plane.names.join()].join(" ");
}

/** The function on a slice; stays the same object for as long as nothing but the point within it moves. */
export interface Landscape {
  version: number;
  grids: Float64Array[];
  values: Float64Array;
  levels: Float64Array;
}

/** Everything one picture shows, whole. */
export interface Frame {
  label: string;
  reason: string;
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
  eigenvalues: Float64Array;
  /** Row by row; column i belongs to eigenvalue i. */
  eigenvectors: Float64Array;
  /** Where the landscape lies, and the model. */
  plane: Plane;
  landscape: Landscape;
  /** The quadratic model near the point, or along the whole curve where n = 1. */
  model: { grids: Float64Array[]; values: Float64Array };
  /** The landscape is as fine as it gets. */
  exact: boolean;
}

/** What Python's `frame` returns, by name, whoever ran it. */
export type Arrays = Readonly<Record<string, Float64Array>>;

export function frameOf(
  arrays: Arrays,
  plane: Plane,
  landscape: Landscape,
  exact: boolean,
  wording: Wording,
  names: readonly string[],
): Frame {
  return {
    label: wording.labels[arrays.label[0]],
    reason: reason(wording, arrays, names),
    inertia: [arrays.positive[0], arrays.zero[0], arrays.negative[0]],
    value: arrays.value[0],
    gradientNorm: arrays.gradient_norm[0],
    gradientThreshold: arrays.gradient_threshold[0],
    zeroThreshold: arrays.zero_threshold[0],
    conditionNumber: arrays.condition_number[0],
    asymmetry: arrays.asymmetry[0],
    point: arrays.point,
    gradient: arrays.gradient,
    hessian: arrays.hessian,
    eigenvalues: arrays.eigenvalues,
    eigenvectors: arrays.eigenvectors,
    model: { grids: landscape.grids.map((_, i) => arrays[`near${i}`]), values: arrays.model },
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
