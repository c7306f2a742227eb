import { KERNELS } from "./kernels";
import { map, scan } from "./loops";
import { Memory, lifetimes } from "./memory";
import type { Name, Operation, Program } from "./operations";
import type { Held, Schedule } from "./schedule";
import { type Shape, elements } from "./shape";
import type { Kernel, Step } from "./site";
import { viewOf } from "./views";

/** Scalar operations that take a tenth of a millisecond. */
const LONG = 2 ** 14;

/** Put the program's steps on the schedule, reading what is given for its inputs; returns its outputs. */
export function build(program: Program, given: readonly Held[], schedule: Schedule): Held[] {
  const values: Held[] = [...given, ...program.constants.map(({ data }) => ({ buffer: data, level: 0 }))];
  const ends = lifetimes(program);
  const memory = new Memory();
  program.operations.forEach((operation, k) => {
    const operands = operation.operands.map((number) => values[number]);
    const from = operation.operands.map((number) => program.shapes[number]);
    const to = program.shapes.slice(values.length, values.length + operation.results);
    const level = operands.reduce((most, operand) => Math.max(most, operand.level), 0);
    const view = viewOf(operation, from);
    if (view) {
      values.push({ buffer: operands[0].buffer.subarray(...view), level });
    } else {
      // A buffer is only lent again among steps that run in order: not to what left the loop.
      const isLent = level === schedule.level;
      const results = to.map(elements).map((size) => (isLent ? memory.lend(size) : new Float64Array(size)));
      const step = stepOf(operation, { operands, from, results, to }, schedule);
      schedule.add(operation.work >= LONG ? Object.assign(step, { isLong: true }) : step, level);
      values.push(...results.map((buffer) => ({ buffer, level })));
    }
    for (const number of ends[k]) if (values[number].level === schedule.level) memory.takeBack(values[number].buffer);
  });
  return program.outputs.map(({ value }) => values[value]);
}

interface Place {
  readonly operands: readonly Held[];
  readonly from: readonly Shape[];
  readonly results: readonly Float64Array[];
  readonly to: readonly Shape[];
}

function stepOf(operation: Operation, place: Place, schedule: Schedule): Step {
  if (isNamed(operation, "map")) return map({ ...place, attributes: operation.attributes, schedule, build });
  if (isNamed(operation, "scan")) return scan({ ...place, attributes: operation.attributes, schedule, build });
  const kernel = KERNELS[operation.name as keyof typeof KERNELS] as Kernel<object>;
  const operands = place.operands.map(({ buffer }) => buffer);
  return kernel({ ...place, operands, attributes: operation.attributes });
}

function isNamed<N extends Name>(operation: Operation, name: N): operation is Operation<N> & Operation {
  return operation.name === name;
}
