import type { Step } from "./site";

/**
 * Copies that put each of `from` in its place in `to`. A body may return what it was given, in another order: such a
 * value is first put aside, or an earlier copy would overwrite it.
 */
export function carrying(from: readonly Float64Array[], to: readonly Float64Array[]): Step {
  const taken = new Set(to.map(({ buffer }) => buffer));
  const isGiven = (source: Float64Array) => taken.has(source.buffer);
  const aside = from.map((source) => (isGiven(source) ? new Float64Array(source.length) : source));
  const first = from.flatMap((source, k) => (isGiven(source) ? [{ from: source, to: aside[k] }] : []));
  const copies = [...first, ...aside.map((source, k) => ({ from: source, to: to[k] }))];
  return () => {
    for (const { from, to } of copies) copy(to, 0, from, 0, to.length);
  };
}

/** `set` needs a view, which costs more than to copy a few numbers. */
export function copy(to: Float64Array, at: number, from: Float64Array, start: number, count: number): void {
  if (count > 64) to.set(from.subarray(start, start + count), at);
  else for (let k = 0; k < count; k++) to[at + k] = from[start + k];
}
