import { type Layout, layout, strides, stretched } from "./layout";
import { elements } from "./shape";
import type { Site, Step } from "./site";
import { rint } from "./unary";

export function transpose({ attributes: { axes }, operands: [x], from, results: [out], to }: Site<"transpose">): Step {
  const own = strides(from[0]);
  return copying(out, x, layout(to[0], [axes.map((axis) => own[axis])]));
}

export function broadcast({ operands: [x], from, results: [out], to }: Site<"broadcast">): Step {
  return copying(out, x, layout(to[0], [stretched(from[0], to[0])]));
}

/** Copy x row by row into `out`. */
export function copying(out: Float64Array, x: Float64Array, { rows, columns, walks }: Layout): Step {
  const [{ starts, step }] = walks;
  if (rows === 1 && step === 1) return () => out.set(x.subarray(starts[0], starts[0] + columns));
  return () => {
    for (let r = 0, o = 0; r < rows; r++) {
      for (let i = starts[r], end = o + columns; o < end; o++, i += step) out[o] = x[i];
    }
  };
}

export function where({ operands: [condition, yes, no], from, results: [out], to }: Site<"where">): Step {
  const { rows, columns, walks } = layout(to[0], from.map((shape) => stretched(shape, to[0])));
  const [a, b, c] = walks.map(({ starts }) => starts);
  const [p, q, s] = walks.map(({ step }) => step);
  return () => {
    for (let r = 0, o = 0; r < rows; r++) {
      for (let i = a[r], j = b[r], k = c[r], end = o + columns; o < end; o++, i += p, j += q, k += s) {
        out[o] = condition[i] !== 0 ? yes[j] : no[k];
      }
    }
  };
}

export function gather({ attributes: { places, lead }, operands: [x], from, results: [out] }: Site<"gather">): Step {
  const rows = elements(from[0].slice(0, lead));
  const [extent, count] = [elements(from[0].slice(lead)), places.length];
  return () => {
    for (let r = 0, i = 0, o = 0; r < rows; r++, i += extent) {
      for (let p = 0; p < count; p++, o++) out[o] = x[i + places[p]];
    }
  };
}

export function scatter({ attributes, operands: [x], from, results: [out] }: Site<"scatter">): Step {
  const { places, shape, lead } = attributes;
  const rows = elements(from[0].slice(0, lead));
  const [extent, count] = [elements(shape), places.length];
  return () => {
    out.fill(0);
    for (let r = 0, i = 0, o = 0; r < rows; r++, o += extent) {
      for (let p = 0; p < count; p++, i++) out[o + places[p]] += x[i];
    }
  };
}

export function concatenate({ attributes: { axis }, operands, from, results: [out], to }: Site<"concatenate">): Step {
  const rows = elements(to[0].slice(0, axis));
  const width = elements(to[0].slice(axis));
  const widths = from.map((shape) => elements(shape.slice(axis)));
  return () => {
    for (let k = 0, start = 0; k < operands.length; start += widths[k++]) {
      const x = operands[k];
      const own = widths[k];
      for (let r = 0, i = 0; r < rows; r++) {
        for (let o = r * width + start, end = o + own; o < end; o++, i++) out[o] = x[i];
      }
    }
  };
}

export function sort({ operands: [x], from: [shape], results: [out] }: Site<"sort">): Step {
  const width = shape.at(-1)!;
  return () => {
    out.set(x);
    for (let start = 0; start < out.length; start += width) {
      if (width <= 24) insertionSort(out, start, start + width);
      else out.subarray(start, start + width).sort();
    }
  };
}

/** For short rows faster than the built-in sort; NaN goes last as it does there. */
function insertionSort(x: Float64Array, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const entry = x[i];
    let j = i - 1;
    for (; j >= start && (entry < x[j] || (x[j] !== x[j] && entry === entry)); j--) x[j + 1] = x[j];
    x[j + 1] = entry;
  }
}

export function take({ operands: [x, places], from, results: [out] }: Site<"take">): Step {
  const [extent, count] = from.map((shape) => shape.at(-1)!);
  return () => {
    for (let o = 0, start = 0; o < out.length; start += extent) {
      for (let k = 0; k < count; k++, o++) {
        const place = Math.min(Math.max(rint(places[o]), 0), extent - 1);
        out[o] = x[start + (place === place ? place : 0)];
      }
    }
  };
}
