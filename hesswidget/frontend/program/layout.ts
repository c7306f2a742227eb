import type { Shape } from "./shape";

/** How a result is walked through, row after row of `columns` elements, and where its operands are read meanwhile. */
export interface Layout {
  readonly rows: number;
  readonly columns: number;
  readonly walks: readonly Walk[];
}

/** Row r of an operand starts at `starts[r]`, and each next column lies `step` further. */
interface Walk {
  readonly starts: Int32Array;
  readonly step: number;
}

/** How far apart neighbours along each axis lie, row by row. */
export function strides(shape: Shape): number[] {
  const result = new Array<number>(shape.length);
  for (let axis = shape.length - 1, step = 1; axis >= 0; step *= shape[axis--]) result[axis] = step;
  return result;
}

/** The strides of an operand that is broadcast to a shape: zero along the axes it is repeated on. */
export function stretched(operand: Shape, to: Shape): number[] {
  const missing = to.length - operand.length;
  const own = strides(operand);
  return to.map((_, axis) => (axis < missing || operand[axis - missing] === 1 ? 0 : own[axis - missing]));
}

/**
 * The layout for a result of this shape, its operands given by their strides along the result's axes. Axes that all
 * operands run through in one go are one, so that most results are one row, or a row for each repetition.
 */
export function layout(shape: Shape, operands: readonly (readonly number[])[]): Layout {
  const merged: { size: number; steps: number[] }[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const steps = operands.map((operand) => operand[axis]);
    const last = merged.at(-1);
    if (last && last.steps.every((step, k) => step === size * steps[k])) {
      merged[merged.length - 1] = { size: last.size * size, steps };
    } else merged.push({ size, steps });
  });
  const inner = merged.pop() ?? { size: 1, steps: operands.map(() => 0) };
  const rows = merged.reduce((product, { size }) => product * size, 1);
  const walks = operands.map((_, k) => ({
    starts: starts(rows, merged.map(({ size, steps }) => [size, steps[k]])),
    step: inner.steps[k],
  }));
  return { rows, columns: inner.size, walks };
}

/** Where the rows start: every sum of multiples of the steps, the last axis fastest. */
function starts(rows: number, axes: readonly (readonly [number, number])[]): Int32Array {
  const result = new Int32Array(rows);
  let filled = Math.min(rows, 1);
  for (const [size, step] of axes.toReversed()) {
    for (let k = filled; k < filled * size; k++) result[k] = result[k % filled] + Math.floor(k / filled) * step;
    filled *= size;
  }
  return result;
}
