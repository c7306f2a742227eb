import { KERNELS } from "./kernels";
import { map, scan } from "./loops";
import { Memory, lifetimes } from "./memory";
import type { Name, Operation } from "./operations";
import type { Program } from "./program";
import type { Schedule } from "./schedule";
import { type Shape, elements } from "./shape";
import type { Kernel } from "./site";
import { viewOf } from "./views";

/** Where a value is, and the level of the schedule at which it changes. */
export interface Held {
  readonly buffer: Float64Array;
  readonly level: number;
}

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
      add(operation, { operands, from, results, to }, level, schedule);
      values.push(...results.map((buffer) => ({ buffer, level })));
    }
    for (const number of ends[k]) if (values[number].level === schedule.level) memory.takeBack(values[number].buffer);
  });
  return program.outputs.map(({ value }) => values[value]);
}

interface Place {
  operands: readonly Held[];
  from: readonly Shape[];
  results: readonly Float64Array[];
  to: readonly Shape[];
}

function add(operation: Operation, place: Place, level: number, schedule: Schedule): void {
  if (isNamed(operation, "map")) schedule.add(map(operation.attributes, place.operands, place.results, schedule, build), level);
  else if (isNamed(operation, "scan")) schedule.add(scan(operation.attributes, place.operands, place.results, schedule, build), level);
  else {
    const kernel = KERNELS[operation.name as keyof typeof KERNELS] as Kernel<object>;
    const operands = place.operands.map(({ buffer }) => buffer);
    schedule.add(kernel({ ...place, operands, attributes: operation.attributes }), level);
  }
}

function isNamed<N extends Name>(operation: Operation, name: N): operation is Operation<N> & Operation {
  return operation.name === name;
}
