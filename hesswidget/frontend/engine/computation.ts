/** What an engine computes for a view. Twin of hesswidget/explorers/computation.py. */
import { numbersIn } from "../base/float64";
import { parameterKey } from "../model/parameters";
import type { Computed, Request } from "./engine";
import type { Library } from "./library";
import type { Answer, Link } from "./link";

/** Arrays by the names that Python has given them. */
export type Arrays = Readonly<Record<string, Float64Array>>;

/** Computes in this page, in pieces: each yields what has come about, if that is a picture, and finer ones later. */
export type Replay<R extends Request, C extends Computed> = (request: R) => Iterator<C | void, void>;

/** Has it computed by whoever is asked. */
export type Ask<R extends Request, C extends Computed> = (request: R) => Promise<C>;

export interface Computation<R extends Request = Request, C extends Computed = Computed> {
  /** By what was recorded. */
  replayed(library: Library): Replay<R, C>;
  /** By the kernel, or from what was saved. */
  asked(link: Link): Ask<R, C>;
  /** What Python is to verify: value, gradient and Hessian. */
  claims(computed: C): Float64Array[];
  /** A text that two requests share if they ask for the same, finest or not. */
  keyOf(request: R): string;
}

/** A text that two requests share if they are for the same state. */
export function stateKey({ point, parameters }: Request): string {
  return `${point.join()} ${parameterKey(parameters)}`;
}

/** The arrays of an answer, by name. */
export function arraysIn({ content, buffers }: Answer): Record<string, Float64Array> {
  const named = content.arrays as [string, number[]][];
  return Object.fromEntries(named.map(([name], i) => [name, numbersIn(buffers[i])]));
}

/** The outputs of a program, copied: they are its own memory, and views outlive its next run. */
export function copied(outputs: Arrays): Arrays {
  return Object.fromEntries(Object.entries(outputs).map(([name, array]) => [name, array.slice()]));
}

export interface ComputedArrays extends Computed {
  readonly arrays: Arrays;
}

/** What the program of one name computes of the point and the parameters. Twin of `AtPoint` in Python. */
export class AtPoint implements Computation<Request, ComputedArrays> {
  constructor(private readonly name: string) {}

  replayed(library: Library): Replay<Request, ComputedArrays> {
    const { name } = this;
    return function* ({ point, parameters }) {
      yield { exact: true, arrays: copied(yield* library.at(parameters).pieces(name, { point })) };
    };
  }

  asked(link: Link): Ask<Request, ComputedArrays> {
    return async ({ point, parameters }) => ({ exact: true, arrays: arraysIn(await link.ask({ kind: this.name, parameters }, [point])) });
  }

  claims({ arrays: { value, gradient, hessian } }: ComputedArrays): Float64Array[] {
    return [value, gradient, hessian];
  }

  keyOf(request: Request): string {
    return stateKey(request);
  }
}
