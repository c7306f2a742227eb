import { carrying, copy } from "./copies";
import type { AttributesOf, Name, Program } from "./operations";
import type { Held, Schedule } from "./schedule";
import { elements } from "./shape";
import type { Step } from "./site";

/** A loop with the values it reads, the buffers it fills, and what its body is built with. */
interface Loop<N extends Name> {
  readonly attributes: AttributesOf<N>;
  readonly operands: readonly Held[];
  readonly results: readonly Float64Array[];
  readonly schedule: Schedule;
  /** Puts a program's steps on a schedule; returns its outputs. */
  readonly build: (program: Program, given: readonly Held[], schedule: Schedule) => Held[];
}

/** Run a body over chunks of rows. */
export function map({ attributes, operands, results, schedule, build }: Loop<"map">): Step {
  const { body, mapped, rows, chunk } = attributes;
  const inner = schedule.inner();
  const given = operands.map((operand, k) => (mapped[k] ? own(body, k, inner) : operand));
  const made = build(body, given, inner);
  const read = operands.flatMap(({ buffer }, k) => (mapped[k] ? [{ whole: buffer, part: given[k].buffer }] : []));
  const written = results.map((whole, k) => ({ whole, part: made[k].buffer }));
  const { steps } = inner;
  return () => {
    for (let row = 0; row < rows; row += chunk) {
      const start = Math.min(row, rows - chunk);
      for (const { whole, part } of read) copy(part, 0, whole, start * (part.length / chunk), part.length);
      for (const step of steps) step();
      for (const { whole, part } of written) copy(whole, start * (part.length / chunk), part, 0, part.length);
    }
  };
}

/** Run a body again and again on what it returned before. */
export function scan({ attributes, operands, results, schedule, build }: Loop<"scan">): Step {
  const { body, length, carries, sequences } = attributes;
  const inner = schedule.inner();
  const shared = carries + sequences;
  const given = operands.map((operand, k) => (k < shared ? own(body, k, inner) : operand));
  const made = build(body, given, inner).map(({ buffer }) => buffer);
  const held = given.slice(0, carries).map(({ buffer }) => buffer);
  const starts = operands.slice(0, carries).map(({ buffer }) => buffer);
  const next = carrying(made.slice(0, carries), held);
  const rows = given.slice(carries, shared);
  const read = rows.map(({ buffer }, k) => ({ whole: operands[carries + k].buffer, part: buffer }));
  const written = results.slice(carries).map((whole, k) => ({ whole, part: made[carries + k] }));
  const { steps } = inner;
  return () => {
    for (let k = 0; k < carries; k++) copy(held[k], 0, starts[k], 0, held[k].length);
    for (let turn = 0; turn < length; turn++) {
      for (const { whole, part } of read) copy(part, 0, whole, turn * part.length, part.length);
      for (const step of steps) step();
      for (const { whole, part } of written) copy(whole, turn * part.length, part, 0, part.length);
      next();
    }
    for (let k = 0; k < carries; k++) copy(results[k], 0, held[k], 0, held[k].length);
  };
}

/** A buffer for an input of the body that changes from turn to turn. */
function own(body: Program, input: number, inner: Schedule): Held {
  return { buffer: new Float64Array(elements(body.inputs[input].shape)), level: inner.level };
}
