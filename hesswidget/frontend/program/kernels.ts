import { BINARY_LOOPS, pair, partsOf } from "./binary";
import { contract } from "./contract";
import { eigh } from "./eigh";
import { layout, stretched } from "./layout";
import * as algebra from "./linear_algebra";
import { type AttributesOf, BINARY, type Binary, type Name, UNARY, type Unary } from "./operations";
import { REDUCTIONS, cumsum } from "./reductions";
import { ELEMENTS, type Kernel, type Step, byRows } from "./site";
import { broadcast, concatenate, gather, scatter, sort, take, transpose, where } from "./structure";
import { UNARY_LOOPS } from "./unary";

function unary(name: Unary): Kernel<object> {
  const loop = UNARY_LOOPS[name];
  return ({ operands: [x], results: [out] }) => {
    const some = (from: number, to: number) => loop(out.subarray(from, to), x.subarray(from, to));
    return byRows(out.length, ELEMENTS, some, () => loop(out, x));
  };
}

function binary(name: Binary): Kernel<object> {
  const loop = BINARY_LOOPS[name];
  return ({ operands: [x, y], from, results: [out], to: [to] }): Step => {
    const read = pair(layout(to, from.map((shape) => stretched(shape, to))));
    const step = () => loop(out, x, y, read);
    if (out.length <= ELEMENTS) return step;
    function* pieces(): Generator<void, void> {
      for (const { start, end, part } of partsOf(read, ELEMENTS)) {
        loop(out.subarray(start, end), x, y, part);
        yield;
      }
    }
    return Object.assign(step, { pieces });
  };
}

type Table<N extends Name> = { readonly [M in N]: Kernel<AttributesOf<M>> };

/** What makes the step of each operation; loops and views are made where they are built. */
export const KERNELS: Table<Exclude<Name, "map" | "scan" | "reshape">> = {
  ...(Object.fromEntries(UNARY.map((name) => [name, unary(name)])) as Table<Unary>),
  ...(Object.fromEntries(BINARY.map((name) => [name, binary(name)])) as Table<Binary>),
  where,
  ...REDUCTIONS,
  cumsum,
  transpose,
  broadcast,
  gather,
  scatter,
  concatenate,
  contract,
  sort,
  take,
  ...algebra,
  eigh,
};
