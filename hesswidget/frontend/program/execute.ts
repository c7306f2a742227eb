import { build } from "./build";
import type { Port, Program } from "./operations";
import { Schedule } from "./schedule";
import { elements } from "./shape";

/** A program made ready: all memory is allocated, all that depends on no input is computed. */
export interface Executable {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /**
   * Compute the outputs. They are views of the executable's own memory: not to be written to, and valid until the next
   * run.
   *
   * @param inputs The elements of each input, row by row; a number will do for a single element.
   * @throws RangeError where an input is missing or has another number of elements.
   */
  run(inputs: Readonly<Record<string, Float64Array | number>>): Record<string, Float64Array>;
}

export function compile(program: Program): Executable {
  const schedule = Schedule.create();
  const { level } = schedule;
  const given = program.inputs.map(({ shape }) => ({ buffer: new Float64Array(elements(shape)), level }));
  const made = build(program, given, schedule);
  const { steps } = schedule;
  const outputs = program.outputs.map(({ name, value }) => ({ name, shape: program.shapes[value] }));
  return {
    inputs: program.inputs,
    outputs,
    run: (inputs) => {
      program.inputs.forEach(({ name }, k) => fill(given[k].buffer, inputs, name));
      for (const step of steps) step();
      return Object.fromEntries(outputs.map(({ name }, k) => [name, made[k].buffer]));
    },
  };
}

function fill(buffer: Float64Array, inputs: Readonly<Record<string, Float64Array | number>>, name: string): void {
  if (!Object.hasOwn(inputs, name)) throw new RangeError(`the input ${JSON.stringify(name)} is missing.`);
  const found = inputs[name];
  const values = typeof found === "number" ? [found] : found;
  const { length } = buffer;
  if (values.length !== length) {
    throw new RangeError(`the input ${JSON.stringify(name)} has ${values.length} elements; ${length} are expected.`);
  }
  buffer.set(values);
}
