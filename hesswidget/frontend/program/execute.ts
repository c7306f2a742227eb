import { build } from "./build";
import { carrying } from "./copies";
import type { Port, Program } from "./operations";
import { Schedule } from "./schedule";
import { elements } from "./shape";
import { inPieces } from "./site";

type Inputs = Readonly<Record<string, Float64Array | number>>;
type Outputs = Readonly<Record<string, Float64Array>>;

/** A program made ready: all memory is allocated. What depends on no input is computed in the first run. */
export interface Executable {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Scalar operations of one run. */
  readonly work: number;
  /**
   * Compute the outputs. They are views of the executable's own memory: not to be written to, and valid until the next
   * run.
   *
   * @param inputs The elements of each input, row by row; a number will do for a single element.
   * @throws RangeError where an input is missing or has another number of elements.
   */
  run(inputs: Inputs): Outputs;
  /** The same in pieces, between which the page may do something else, but for another run. */
  pieces(inputs: Inputs): Generator<void, Outputs>;
  /**
   * Run so many steps, at least one, each on what the step before carried on; the outputs are those of the last. Given
   * again as inputs they go on where these steps ended; a copy of them goes on from there at any time.
   */
  iterate(steps: number, inputs: Inputs): Outputs;
}

export function compile(program: Program): Executable {
  const isCarried = ({ name }: Port) => program.carry.includes(name);
  const isStep = program.carry.length > 0;
  const schedule = Schedule.create();
  // What depends on nothing that is carried on is computed once for all steps.
  const each = isStep ? schedule.inner() : schedule;
  const given = program.inputs.map((port) => ({
    ...port,
    buffer: new Float64Array(elements(port.shape)),
    level: (isCarried(port) ? each : schedule).level,
  }));
  const made = build(program, given, each).map(({ buffer }) => buffer);
  const outputs = program.outputs.map(({ name, value }) => ({ name, shape: program.shapes[value] }));
  // What is carried on comes out where it went in, the rest apart from that: an output may be a view of what went in.
  const held = (output: Port) => given.find(({ name }) => name === output.name)!.buffer;
  const own = (output: Port) => (isCarried(output) ? held(output) : new Float64Array(elements(output.shape)));
  const results = isStep ? outputs.map(own) : made;
  const named = Object.fromEntries(outputs.map(({ name }, k) => [name, results[k]]));
  const before = isStep ? schedule.steps : [];
  const steps = isStep ? [...each.steps, carrying(made, results)] : schedule.steps;
  let constants = schedule.once;
  const start = (inputs: Inputs) => {
    for (const { buffer, name } of given) fill(buffer, inputs, name);
    return [...constants, ...before];
  };
  const iterate = (count: number, inputs: Inputs) => {
    if (!Number.isInteger(count) || count < 1) throw new RangeError(`${count} steps were asked for; at least one is.`);
    for (const step of start(inputs)) step();
    constants = [];
    for (let turn = 0; turn < count; turn++) for (const step of steps) step();
    return named;
  };
  function* pieces(inputs: Inputs): Generator<void, Outputs> {
    yield* inPieces(start(inputs));
    constants = [];
    yield* inPieces(steps);
    return named;
  }
  return { inputs: program.inputs, outputs, work: program.work, iterate, run: (inputs) => iterate(1, inputs), pieces };
}

function fill(buffer: Float64Array, inputs: Inputs, name: string): void {
  if (!Object.hasOwn(inputs, name)) throw new RangeError(`the input ${JSON.stringify(name)} is missing.`);
  const found = inputs[name];
  const values = typeof found === "number" ? [found] : found;
  const { length } = buffer;
  if (values.length !== length) {
    throw new RangeError(`the input ${JSON.stringify(name)} has ${values.length} elements; ${length} are expected.`);
  }
  buffer.set(values);
}
