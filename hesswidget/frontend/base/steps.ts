/** What a slider knows of its range; twin of controls.Range in Python. */
interface Range {
  minimum: number;
  maximum: number;
  /** On a logarithmic range one of the exponent. */
  step: number;
  logarithmic: boolean;
}

/** Where on its slider a value lies: its logarithm on a logarithmic range. */
export function toSlider(value: number, { logarithmic }: Pick<Range, "logarithmic">): number {
  return logarithmic ? Math.log10(value) : value;
}

/** The value on the step that is nearest to a place on the slider, counted from its start, within the range. */
export function valueAt(place: number, range: Range): number {
  const { minimum, maximum, step, logarithmic } = range;
  const start = toSlider(minimum, range);
  const nearest = Number((start + Math.round((place - start) / step) * step).toPrecision(12)); // without the dust of binary fractions
  return clamped(logarithmic ? 10 ** nearest : nearest, minimum, maximum);
}

/** The value on the step nearest to a value, within the range. */
export function snapped(value: number, range: Range): number {
  return valueAt(toSlider(value, range), range);
}

export function clamped(value: number, minimum: number, maximum: number): number {
  return Math.min(Math.max(value, minimum), maximum) || 0; // without the sign of −0
}
