/** A request for a picture's numbers, and the numbers. Twin of widgets/messages.py. */

export type Wire = number | boolean | string;

export interface Request {
  point: Float64Array;
  parameters: Record<string, Wire>;
  /** The coordinates that the landscape is a slice along: two, or one where n = 1. */
  axes: number[];
  /** The person is still moving something: a coarse landscape will do. */
  moving: boolean;
}

/** The function on a slice; stays the same object for as long as nothing but the point within it moves. */
export interface Landscape {
  version: number;
  axes: number[];
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
  landscape: Landscape;
  /** The quadratic model near the point, or along the whole curve where n = 1. */
  model: { grids: Float64Array[]; values: Float64Array };
  /** The landscape is as fine as it gets. */
  exact: boolean;
}

/** Column i of a square matrix that is stored row by row. */
export function column(matrix: Float64Array, i: number): Float64Array {
  const n = Math.sqrt(matrix.length);
  return Float64Array.from({ length: n }, (_, row) => matrix[row * n + i]);
}

interface Header {
  label: string;
  reason: string;
  inertia: [number, number, number];
  axes: number[];
  landscape: number;
  exact: boolean;
  arrays: [string, number[]][];
}

/**
 * Read a frame from its header and buffers. A landscape that did not change is not sent again: `held` is the one
 * to go on with.
 */
export function decode(header: Header, buffers: DataView[], held: Landscape | null): Frame {
  const arrays: Record<string, Float64Array> = {};
  header.arrays.forEach(([name], i) => {
    const { buffer, byteOffset, byteLength } = buffers[i];
    arrays[name] = new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
  });
  const landscape = arrays.values
    ? {
        version: header.landscape,
        axes: header.axes,
        grids: header.axes.map((_, i) => arrays[`grid${i}`]),
        values: arrays.values,
        levels: arrays.levels,
      }
    : held;
  if (!landscape || landscape.version !== header.landscape) {
    throw new Error("The kernel left out a landscape that this view does not have; run the cell again.");
  }
  const [value, gradientNorm, gradientThreshold, zeroThreshold, conditionNumber, asymmetry] = arrays.numbers;
  return {
    label: header.label,
    reason: header.reason,
    inertia: header.inertia,
    exact: header.exact,
    value,
    gradientNorm,
    gradientThreshold,
    zeroThreshold,
    conditionNumber,
    asymmetry,
    point: arrays.point,
    gradient: arrays.gradient,
    hessian: arrays.hessian,
    eigenvalues: arrays.eigenvalues,
    eigenvectors: arrays.eigenvectors,
    model: { grids: header.axes.map((_, i) => arrays[`near${i}`]), values: arrays.model },
    landscape,
  };
}
