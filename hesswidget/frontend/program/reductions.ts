import type { AttributesOf } from "./operations";
import { type Shape, elements } from "./shape";
import type { Kernel, Site, Step } from "./site";

/** Reduce x, seen as (outer, count, inner), over the middle. */
type Reduction = (out: Float64Array, x: Float64Array, outer: number, count: number, inner: number) => void;

export const REDUCTIONS = {
  sum: reducing(sum),
  prod: reducing((out, x, outer, count, inner) => {
    out.fill(1);
    for (let o = 0, i = 0; o < outer; o++) {
      for (let k = 0; k < count; k++) {
        for (let j = o * inner, end = j + inner; j < end; j++) out[j] *= x[i++];
      }
    }
  }),
  max: reducing((out, x, outer, count, inner) => {
    out.fill(-Infinity);
    for (let o = 0, i = 0; o < outer; o++) {
      for (let k = 0; k < count; k++) {
        for (let j = o * inner, end = j + inner; j < end; j++) out[j] = Math.max(out[j], x[i++]);
      }
    }
  }),
  min: reducing((out, x, outer, count, inner) => {
    out.fill(Infinity);
    for (let o = 0, i = 0; o < outer; o++) {
      for (let k = 0; k < count; k++) {
        for (let j = o * inner, end = j + inner; j < end; j++) out[j] = Math.min(out[j], x[i++]);
      }
    }
  }),
};

export function cumsum({ attributes: { axis }, operands: [x], results: [out], from: [shape] }: Site<"cumsum">): Step {
  const count = shape[axis];
  const inner = elements(shape.slice(axis + 1));
  const outer = elements(shape.slice(0, axis));
  return () => {
    for (let o = 0, i = 0; o < outer; o++) {
      for (let j = 0; j < inner && count > 0; j++, i++) out[i] = x[i];
      for (let k = 1; k < count; k++) for (let j = 0; j < inner; j++, i++) out[i] = out[i - inner] + x[i];
    }
  };
}

/** Neighbouring axes go together, the last ones first, since they leave the least to the others. */
function reducing(reduction: Reduction): Kernel<AttributesOf<"sum">> {
  return ({ attributes, operands: [x], results: [out], from: [shape] }) => {
    const steps: Step[] = [];
    let source = x;
    let sizes = shape;
    const groups = neighbours(attributes).toReversed();
    groups.forEach(([first, end], k) => {
      const [outer, count, inner] = [sizes.slice(0, first), sizes.slice(first, end), sizes.slice(end)].map(elements);
      const [from, to] = [source, k === groups.length - 1 ? out : new Float64Array(outer * inner)];
      steps.push(() => reduction(to, from, outer, count, inner));
      source = to;
      sizes = sizes.toSpliced(first, end - first);
    });
    if (!steps.length) return () => out.set(x);
    return steps.length === 1 ? steps[0] : () => steps.forEach((step) => step());
  };
}

/** Runs of axes, each as its first and the one after its last. */
function neighbours({ axes }: AttributesOf<"sum">): Shape[] {
  const groups: number[][] = [];
  for (const axis of axes) {
    const last = groups.at(-1);
    if (last && last[1] === axis) last[1]++;
    else groups.push([axis, axis + 1]);
  }
  return groups;
}

/** How many are added one after the other: rounding errors grow with this, not with the length of the sum. */
const BLOCK = 128;

function sum(out: Float64Array, x: Float64Array, outer: number, count: number, inner: number): void {
  if (inner === 1) for (let o = 0; o < outer; o++) out[o] = pairwise(x, o * count, count);
  else for (let o = 0; o < outer; o++) sumRows(out, o * inner, x, o * count * inner, count, inner);
}

function pairwise(x: Float64Array, start: number, count: number): number {
  if (count > BLOCK) {
    const half = (count >> 1) & ~7;
    return pairwise(x, start, half) + pairwise(x, start + half, count - half);
  }
  // Four sums at a time do not wait for each other.
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = start;
  for (const end = start + count - 3; i < end; i += 4) {
    a += x[i];
    b += x[i + 1];
    c += x[i + 2];
    d += x[i + 3];
  }
  for (const end = start + count; i < end; i++) a += x[i];
  return a + b + (c + d);
}

/** Room for one block's sums of as many columns as stay in the cache. */
const held = new Float64Array(64);

function sumRows(out: Float64Array, to: number, x: Float64Array, start: number, count: number, inner: number): void {
  out.fill(0, to, to + inner);
  for (let first = 0; first < inner; first += held.length) {
    const width = Math.min(held.length, inner - first);
    for (let k = 0; k < count; ) {
      held.fill(0);
      for (const end = Math.min(k + BLOCK, count); k < end; k++) {
        for (let j = 0, i = start + k * inner + first; j < width; j++) held[j] += x[i++];
      }
      for (let j = 0; j < width; j++) out[to + first + j] += held[j];
    }
  }
}
