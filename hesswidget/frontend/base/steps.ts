interface Range {
  minimum: number;
  maximum: number;
  step: number;
}

/** The step of a range that is nearest to `value`, counted from its `start`, without the dust of binary fractions. */
export function nearestStep(value: number, start: number, step: number): number {
  return Number((start + Math.round((value - start) / step) * step).toPrecision(12));
}

/** The step nearest to a value, within the range. */
export function snapped(value: number, { minimum, maximum, step }: Range): number {
  return clamped(nearestStep(value, minimum, step), minimum, maximum);
}

export function clamped(value: number, minimum: number, maximum: number): number {
  return Math.min(Math.max(value, minimum), maximum) || 0; // without the sign of −0
}
