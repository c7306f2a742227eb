/** How paths converge: what is left at each step, by Python's measures, and how it falls. Twin of hesswidget/descent/convergence.py. */
import type { Measure } from "../model/view_state";
import { type Arrays, copied } from "./computation";
import type { Programs } from "./library";
import { type Path, filled } from "./paths";

/** How a sequence of errors falls: its kind, a place in the kinds that Python names, and what belongs to it. */
export interface Order {
  kind: number;
  value: number;
  constant: number;
  spread: number;
}

/** What is left at each step by one measure, for each path; NaN where nothing is. */
export interface Convergence {
  left: readonly Float64Array[];
  orders: readonly Order[];
}

/** By each measure. */
export type Convergences = Readonly<Record<Measure, Convergence>>;

/** How paths converge: Python's program takes all as long as the longest may be. */
export function* converging(programs: Programs, paths: readonly Path[], n: number): Generator<void, Convergences> {
  const [m, length] = programs.shape("convergence", "values");
  const padded = (rows: readonly Float64Array[], size: number) => filled(rows, m, length * size);
  const given = {
    points: padded(paths.map(({ points }) => points), n),
    values: padded(paths.map(({ values }) => values), 1),
    gradient_norms: padded(paths.map(({ gradientNorms }) => gradientNorms), 1),
    counts: Float64Array.from(paths, ({ values }) => values.length),
    limits: filled(paths.map(({ limit }) => limit), m, n),
  };
  return convergenceIn(copied(yield* programs.pieces("convergence", given)), paths);
}

/** The same in an answer or a program's outputs. */
export function convergenceIn(arrays: Arrays, paths: readonly Path[]): Convergences {
  const of = (measure: Measure): Convergence => {
    const [all, orders] = [arrays[`left_${measure}`], arrays[`${measure}_orders`]];
    const length = all.length / paths.length;
    return {
      left: paths.map(({ values }, k) => all.subarray(k * length, k * length + values.length)),
      orders: paths.map((_, k) => {
        const [kind, value, constant, spread] = orders.subarray(4 * k, 4 * k + 4);
        return { kind, value, constant, spread };
      }),
    };
  };
  return { value: of("value"), gradient: of("gradient"), distance: of("distance") };
}
