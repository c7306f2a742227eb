import { BINARY_LOOPS, pair } from "./binary";
import { layout, strides } from "./layout";
import { multiplyTransposed } from "./matrix_product";
import { type Shape, elements } from "./shape";
import { OPERATIONS, type Site, type Step, byRows, inOrder } from "./site";
import { copying } from "./structure";

type Labels = readonly number[];

/** Einstein summation, as a batch of products of a matrix and a transposed matrix. */
export function contract(site: Site<"contract">): Step {
  const { left, right, out } = site.attributes;
  const summed = left.filter((label) => !out.includes(label));
  if (!summed.length) return outer(site);
  const both = out.filter((label) => left.includes(label) && right.includes(label));
  const ofLeft = out.filter((label) => left.includes(label) && !right.includes(label));
  const ofRight = out.filter((label) => right.includes(label) && !left.includes(label));
  const sizes = new Map([left, right].flatMap((labels, k) => labels.map((label, axis) => [label, site.from[k][axis]])));
  const count = (labels: Labels) => elements(labels.map((label) => sizes.get(label)!));
  const shape = { batch: count(both), m: count(ofLeft), n: count(ofRight), k: count(summed) };
  const a = packed(site, 0, left, [...both, ...ofLeft, ...summed]);
  const b = packed(site, 1, right, [...both, ...ofRight, ...summed]);
  // Of a product and its transpose, the one that needs no permutation afterwards.
  const isSwapped = ordered(out, [...both, ...ofRight, ...ofLeft]);
  const product = isSwapped ? [...both, ...ofRight, ...ofLeft] : [...both, ...ofLeft, ...ofRight];
  const target = ordered(out, product) ? site.results[0] : new Float64Array(site.results[0].length);
  const steps = [...a.steps, ...b.steps];
  const { batch, m, n, k } = shape;
  steps.push(isSwapped ? products(target, b.buffer, a.buffer, batch, n, m, k) : products(target, a.buffer, b.buffer, batch, m, n, k));
  if (target !== site.results[0]) {
    const from = product.map((label) => sizes.get(label)!);
    steps.push(copying(site.results[0], target, layout(site.to[0], [along(out, product, from)])));
  }
  return inOrder(steps);
}

/** Of a product as many rows at a time as are no long work, four of them at least: these are computed together. */
function products(out: Float64Array, a: Float64Array, b: Float64Array, batch: number, m: number, n: number, k: number): Step {
  const whole = () => multiplyTransposed(out, a, b, batch, m, n, k);
  const each = Math.max(1, m * n * k);
  if (each <= OPERATIONS) {
    const some = (from: number, to: number) =>
      multiplyTransposed(out.subarray(from * m * n), a.subarray(from * m * k), b.subarray(from * n * k), to - from, m, n, k);
    return byRows(batch, Math.floor(OPERATIONS / each), some, whole);
  }
  const atOnce = 4 * Math.max(1, Math.floor(OPERATIONS / (4 * n * k)));
  function* pieces(): Generator<void, void> {
    for (let index = 0; index < batch; index++) {
      for (let i = 0; i < m; i += atOnce) {
        const row = index * m + i;
        multiplyTransposed(out.subarray(row * n), a.subarray(row * k), b.subarray(index * n * k), 1, Math.min(atOnce, m - i), n, k);
        yield;
      }
    }
  }
  return Object.assign(whole, { pieces });
}

/** Nothing is summed over: a product with broadcasting. */
function outer({ attributes: { left, right, out }, operands: [x, y], from, results, to }: Site<"contract">): Step {
  const read = pair(layout(to[0], [along(out, left, from[0]), along(out, right, from[1])]));
  return () => BINARY_LOOPS.multiply(results[0], x, y, read);
}

/** The operand with its axes in this order, copied only where they are not. */
function packed({ operands, from }: Site<"contract">, which: 0 | 1, labels: Labels, order: Labels) {
  const x = operands[which];
  if (ordered(labels, order)) return { buffer: x, steps: [] };
  const shape = from[which];
  const buffer = new Float64Array(x.length);
  const sizes = order.map((label) => shape[labels.indexOf(label)]);
  return { buffer, steps: [copying(buffer, x, layout(sizes, [along(order, labels, shape)]))] };
}

/** The strides along `order` of an array whose axes have these labels; zero for a label it lacks. */
function along(order: Labels, labels: Labels, shape: Shape): number[] {
  const own = strides(shape);
  return order.map((label) => (labels.includes(label) ? own[labels.indexOf(label)] : 0));
}

function ordered(labels: Labels, order: Labels): boolean {
  return labels.every((label, k) => label === order[k]);
}
