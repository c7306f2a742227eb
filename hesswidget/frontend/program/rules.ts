import { mapping, scanning } from "./body_rules";
import { refuse, shown } from "../base/checks";
import { contraction } from "./contraction_rule";
import { type Inference, piecewise, made } from "./inference";
import { BINARY, type AttributesOf, type Name, UNARY } from "./operations";
import { ELEMENTS } from "./site";
import { type Shape, broadcasted, elements, sameShape, worded } from "./shape";

interface Rule<A> {
  /** The least and the most operands. */
  arity: readonly [number, number];
  infer: (operands: readonly Shape[], attributes: A) => Inference;
}

/** What `name` makes of operands of these shapes; refuses what does not fit. */
export function infer<N extends Name>(name: N, operands: readonly Shape[], attributes: object): Inference {
  const { arity, infer: rule } = RULES[name] as Rule<AttributesOf<N>>;
  const [least, most] = arity;
  if (operands.length < least || operands.length > most) {
    const allowed = least === most ? `${least}` : `at least ${least}`;
    refuse(`it has ${shown(operands.length)} operands; it takes ${allowed}.`);
  }
  const inference = rule(operands, attributes as AttributesOf<N>);
  // Nothing is free, or empty operations in nested loops would run for ever on no work.
  return { ...inference, work: Math.max(inference.work, 1) };
}

/** How many of the scalar operations that are counted each element takes, where that is not about one. */
const WEIGHTS: Readonly<Partial<Record<Name, number>>> = { erf: 16, erfc: 16, erfinv: 16, gamma: 16, gammaln: 16, digamma: 16, j0: 16, j1: 16, y0: 16, y1: 16, polygamma: 256 };

function elementwise(operands: readonly Shape[], weight: number): Inference {
  const result = broadcasted(operands);
  if (!result) return refuse(`${operands.map(worded).join(" and ")} cannot be broadcast together.`);
  const all = made([result], weight * elements(result));
  return operands.length > 2 ? all : piecewise(all, weight * ELEMENTS);
}

function reduction(hasIdentity: boolean): Rule<AttributesOf<"sum">>["infer"] {
  return ([x], { axes }) => {
    ascending(axes, x.length);
    if (!hasIdentity && axes.some((axis) => x[axis] === 0)) refuse("it is over no elements; at least one is needed.");
    return made([x.filter((_, axis) => !axes.includes(axis))], elements(x));
  };
}

function ascending(axes: readonly number[], rank: number): void {
  if (axes.some((axis, k) => axis >= rank || (k > 0 && axis <= axes[k - 1]))) {
    refuse(`the axes are ${axes.join(", ")}; ascending ones below ${rank} are expected.`);
  }
}

function existing(axis: number, rank: number): void {
  if (axis >= rank) refuse(`the axis is ${axis}; one below ${rank} is expected.`);
}

/** The leading axes that stay, and the others. */
function split(shape: Shape, lead: number): readonly [Shape, Shape] {
  if (lead > shape.length) refuse(`lead is ${lead}; the operand has ${shape.length} axes.`);
  return [shape.slice(0, lead), shape.slice(lead)];
}

/** Where the leading axes are empty nothing is read, and to check the places would be work that nothing counts. */
function inside(places: Int32Array, count: number, extent: number, isRead: boolean): void {
  if (places.length !== count) refuse(`there are ${places.length} places; ${count} are expected.`);
  if (!isRead) return;
  for (const place of places) {
    if (place < 0 || place >= extent) refuse(`place ${place} is outside; there are ${extent} elements.`);
  }
}

function square(shape: Shape): { lead: Shape; n: number; matrices: number } {
  const [rows, n] = shape.slice(-2);
  if (shape.length < 2 || rows !== n) refuse(`the shape is ${worded(shape)}; square matrices are expected.`);
  const lead = shape.slice(0, -2);
  return { lead, n, matrices: elements(lead) };
}

/** `results` of the shapes of a matrix and what leads it. */
function factorisation(results: (matrix: Shape, lead: Shape) => Shape[]): Rule<object> {
  return {
    arity: [1, 1],
    infer: ([matrix]) => {
      const { lead, n, matrices } = square(matrix);
      return piecewise(made(results(matrix, lead), 16 * n ** 3 * matrices), n ** 3);
    },
  };
}

function broadcasting<N extends Name>(names: readonly N[], arity: number): { readonly [M in N]: Rule<object> } {
  const rule = (name: N): Rule<object> => ({ arity: [arity, arity], infer: (operands) => elementwise(operands, WEIGHTS[name] ?? 1) });
  return Object.fromEntries(names.map((name) => [name, rule(name)])) as { [M in N]: Rule<object> };
}

const RULES: { readonly [N in Name]: Rule<AttributesOf<N>> } = {
  ...broadcasting(UNARY, 1),
  ...broadcasting(BINARY, 2),
  ...broadcasting(["where"], 3),
  sum: { arity: [1, 1], infer: reduction(true) },
  prod: { arity: [1, 1], infer: reduction(true) },
  max: { arity: [1, 1], infer: reduction(false) },
  min: { arity: [1, 1], infer: reduction(false) },
  cumsum: {
    arity: [1, 1],
    infer: ([x], { axis }) => {
      existing(axis, x.length);
      return made([x]);
    },
  },
  reshape: {
    arity: [1, 1],
    infer: ([x], { shape }) =>
      elements(shape) === elements(x) ? made([shape]) : refuse(`${worded(x)} cannot be reshaped to ${worded(shape)}.`),
  },
  transpose: {
    arity: [1, 1],
    infer: ([x], { axes }) => {
      if (axes.length !== x.length || new Set(axes).size !== x.length || axes.some((axis) => axis >= x.length)) {
        refuse(`the axes are ${axes.join(", ")}; each below ${x.length} is expected once.`);
      }
      return made([axes.map((axis) => x[axis])]);
    },
  },
  broadcast: {
    arity: [1, 1],
    infer: ([x], { shape }) => {
      const result = broadcasted([x, shape]);
      if (!result || !sameShape(result, shape)) refuse(`${worded(x)} cannot be broadcast to ${worded(shape)}.`);
      return made([shape]);
    },
  },
  gather: {
    arity: [1, 1],
    infer: ([x], { places, shape, lead }) => {
      const [kept, read] = split(x, lead);
      inside(places, elements(shape), elements(read), elements(kept) > 0);
      return made([[...kept, ...shape]], elements(x));
    },
  },
  scatter: {
    arity: [1, 1],
    infer: ([x], { places, shape, lead }) => {
      const [kept, added] = split(x, lead);
      inside(places, elements(added), elements(shape), elements(kept) > 0);
      return made([[...kept, ...shape]], elements(x));
    },
  },
  concatenate: {
    arity: [1, Infinity],
    infer: (operands, { axis }) => {
      const [first] = operands;
      existing(axis, first.length);
      const joined = operands.reduce((sum, shape) => sum + shape[axis], 0);
      for (const shape of operands) {
        if (!sameShape(shape.toSpliced(axis, 1), first.toSpliced(axis, 1)) || shape.length !== first.length) {
          refuse(`${worded(first)} and ${worded(shape)} cannot be joined along axis ${axis}.`);
        }
      }
      return made([first.with(axis, joined)]);
    },
  },
  contract: { arity: [2, 2], infer: ([a, b], attributes) => contraction(a, b, attributes) },
  sort: {
    arity: [1, 1],
    infer: ([x]) => {
      existing(0, x.length);
      return piecewise(made([x], 32 * elements(x)), 32 * x.at(-1)!);
    },
  },
  take: {
    arity: [2, 2],
    infer: ([x, i]) => {
      existing(0, Math.min(x.length, i.length));
      if (!sameShape(x.slice(0, -1), i.slice(0, -1))) {
        refuse(`the shapes are ${worded(x)} and ${worded(i)}; all but the last axes must agree.`);
      }
      if (x.at(-1) === 0 && elements(i) > 0) refuse("it takes from an axis without elements.");
      return made([i]);
    },
  },
  solve: {
    arity: [2, 2],
    infer: ([a, b]) => {
      const { lead, n, matrices } = square(a);
      if (b.length !== a.length || !sameShape(b.slice(0, -1), [...lead, n])) {
        refuse(`the shapes are ${worded(a)} and ${worded(b)}; (…, n, n) and (…, n, k) are expected.`);
      }
      return piecewise(made([b], 16 * n ** 3 * matrices, 2 * n * elements(b)), n ** 3 + 2 * n * n * b.at(-1)!);
    },
  },
  inv: factorisation((matrix) => [matrix]),
  cholesky: factorisation((matrix) => [matrix]),
  det: factorisation((_, lead) => [lead]),
  slogdet: factorisation((_, lead) => [lead, lead]),
  eigh: {
    arity: [1, 1],
    infer: ([matrix]) => {
      const { lead, n, matrices } = square(matrix);
      return piecewise(made([[...lead, n], matrix], 5 * n ** 3 * matrices), 16 * n ** 2);
    },
  },
  map: { arity: [0, Infinity], infer: mapping },
  scan: { arity: [0, Infinity], infer: scanning },
};
