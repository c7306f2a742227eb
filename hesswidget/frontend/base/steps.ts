/** The step of a range that is nearest to `value`, counted from its `start`, without the dust of binary fractions. */
export function nearestStep(value: number, start: number, step: number): number {
  return Number((start + Math.round((value - start) / step) * step).toPrecision(12));
}
