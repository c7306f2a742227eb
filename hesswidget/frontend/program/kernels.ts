import { BINARY_LOOPS, pair } from "./binary";
import { contract } from "./contract";
import { eigh } from "./eigh";
import { layout, stretched } from "./layout";
import * as algebra from "./linear_algebra";
import { type AttributesOf, BINARY, type Binary, type Name, UNARY, type Unary } from "./operations";
import { REDUCTIONS, cumsum } from "./reductions";
import type { Kernel, Step } from "./site";
import { broadcast, concatenate, gather, scatter, sort, take, transpose, where } from "./structure";
import { UNARY_LOOPS } from "./unary";

function unary(name: Unary): Kernel<object> {
  const loop = UNARY_LOOPS[name];
  return ({ operands: [x], results: [out] }) => () => loop(out, x);
}

function binary(name: Binary): Kernel<object> {
  const loop = BINARY_LOOPS[name];
  return ({ operands: [x, y], from, results: [out], to: [to] }): Step => {
    const read = pair(layout(to, from.map((shape) => stretched(shape, to))));
    return () => loop(out, x, y, read);
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
