/** Sizes of the axes; a scalar has none. */
export type Shape = readonly number[];

export function elements(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The number of elements that bounds count: an empty axis counts as 1, for tables run along the others. */
export function span(shape: Shape): number {
  return shape.reduce((product, size) => product * Math.max(1, size), 1);
}

export function sameShape(one: Shape, other: Shape): boolean {
  return one.length === other.length && one.every((size, axis) => size === other[axis]);
}

export function worded(shape: Shape): string {
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

/** The shape that NumPy broadcasts these to; null where it cannot. */
export function broadcasted(shapes: readonly Shape[]): Shape | null {
  const result: number[] = new Array(Math.max(...shapes.map((shape) => shape.length))).fill(1);
  for (const shape of shapes) {
    for (let k = 1; k <= shape.length; k++) {
      const size = shape[shape.length - k];
      const held = result[result.length - k];
      if (held === 1) result[result.length - k] = size;
      else if (size !== 1 && size !== held) return null;
    }
  }
  return result;
}
