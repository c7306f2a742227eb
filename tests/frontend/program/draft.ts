import { type Executable, compile } from "../../../hesswidget/frontend/program/execute";
import type { Program } from "../../../hesswidget/frontend/program/operations";
import { read } from "../../../hesswidget/frontend/program/program";
import { elements } from "../../../hesswidget/frontend/program/shape";

/** Numbers and their shape; one row if only numbers are given, a scalar if only one is. */
export type Given = number | readonly number[] | { shape: readonly number[]; data: readonly number[] };

type Raw = [string, number[], object];

export interface Body {
  inputs: [string, number[]][];
  constants: [readonly number[], number][];
  operations: Raw[];
  outputs: [string, number][];
}

/** A program in the making. `input` and `constant` come before the first `apply`, since values are numbered so. */
export class Draft {
  private readonly parts: Body = { inputs: [], constants: [], operations: [], outputs: [] };
  private count = 0;

  constructor(private readonly pools: { floats: number[]; ints: number[] } = { floats: [], ints: [] }) {}

  input(name: string, ...shape: number[]): number {
    this.parts.inputs.push([name, shape]);
    return this.count++;
  }

  constant(given: Given): number {
    const { shape, data } = shaped(given);
    this.parts.constants.push([shape, this.pools.floats.length]);
    this.pools.floats.push(...data);
    return this.count++;
  }

  /** The number of the first result. */
  apply(name: string, operands: number[], attributes: object = {}, results = 1): number {
    this.parts.operations.push([name, operands, attributes]);
    this.count += results;
    return this.count - results;
  }

  places(places: readonly number[]): [number, number] {
    const start = this.pools.ints.length;
    this.pools.ints.push(...places);
    return [start, places.length];
  }

  output(name: string, value: number): this {
    this.parts.outputs.push([name, value]);
    return this;
  }

  /** A draft of a body, on the same pools. */
  inner(): Draft {
    return new Draft(this.pools);
  }

  get body(): Body {
    return this.parts;
  }

  get header(): object {
    return { format: "hesswidget-program", version: 1, ...this.parts };
  }

  get floats(): Float64Array {
    return Float64Array.from(this.pools.floats);
  }

  get ints(): Int32Array {
    return Int32Array.from(this.pools.ints);
  }

  get program(): Program {
    return read(this.header, this.floats, this.ints);
  }

  compile(): Executable {
    return compile(this.program);
  }

  /** One run, as plain numbers. */
  run(inputs: Record<string, number | number[]> = {}): Record<string, number[]> {
    const given = Object.entries(inputs).map(([name, found]) => [name, Float64Array.from([found].flat())]);
    const found = this.compile().run(Object.fromEntries(given));
    return Object.fromEntries(Object.entries(found).map(([name, data]) => [name, Array.from(data)]));
  }
}

export function shaped(given: Given): { shape: readonly number[]; data: readonly number[] } {
  if (typeof given === "number") return { shape: [], data: [given] };
  return "shape" in given ? given : { shape: [given.length], data: given };
}

export function array(shape: readonly number[], data: readonly number[]): Given {
  expect(data).toHaveLength(elements(shape));
  return { shape, data };
}

/** The results of one operation on inputs, and, which must be the same, on constants. */
export function applied(name: string, given: readonly Given[], attributes: object = {}, results = 1): number[][] {
  const [byInput, byConstant] = [true, false].map((isInput) => {
    const draft = new Draft();
    const put = (one: Given, k: number) => (isInput ? draft.input(`x${k}`, ...shaped(one).shape) : draft.constant(one));
    const { places, ...others } = attributes as { places?: number[] };
    const written = places ? { places: draft.places(places), ...others } : attributes;
    const made = draft.apply(name, given.map(put), written, results);
    for (let k = 0; k < results; k++) draft.output(`y${k}`, made + k);
    const inputs = given.map((one, k) => [`x${k}`, [...shaped(one).data]]);
    return Object.values(draft.run(isInput ? Object.fromEntries(inputs) : {}));
  });
  expect(byConstant).toEqual(byInput);
  return byInput;
}
