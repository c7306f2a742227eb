import { carrying, copy } from "./copies";
import type { AttributesOf, Name, Program } from "./operations";
import type { Held, Schedule } from "./schedule";
import { elements } from "./shape";
import { type Step, inPieces } from "./site";

/** So many turns are a piece, where one turn is short. */
const TURNS = 16;

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
  const startOf = (turn: number) => Math.min(turn * chunk, rows - chunk);
  return loop(Math.ceil(rows / chunk), inner.steps, {
    before(turn) {
      for (const { whole, part } of read) copy(part, 0, whole, startOf(turn) * (part.length / chunk), part.length);
    },
    after(turn) {
      for (const { whole, part } of written) copy(whole, startOf(turn) * (part.length / chunk), part, 0, part.length);
    },
  });
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
  return loop(length, inner.steps, {
    begin() {
      for (let k = 0; k < carries; k++) copy(held[k], 0, starts[k], 0, held[k].length);
    },
    before(turn) {
      for (const { whole, part } of read) copy(part, 0, whole, turn * part.length, part.length);
    },
    after(turn) {
      for (const { whole, part } of written) copy(whole, turn * part.length, part, 0, part.length);
      next();
    },
    end() {
      for (let k = 0; k < carries; k++) copy(results[k], 0, held[k], 0, held[k].length);
    },
  });
}

/** What is done around the turns of a loop, and around the steps of each. */
interface Turns {
  begin?(): void;
  before(turn: number): void;
  after(turn: number): void;
  end?(): void;
}

/** Do the steps again and again. */
function loop(turns: number, steps: readonly Step[], { begin, before, after, end }: Turns): Step {
  const step = () => {
    begin?.();
    for (let turn = 0; turn < turns; turn++) {
      before(turn);
      for (const step of steps) step();
      after(turn);
    }
    end?.();
  };
  function* pieces(): Generator<void, void> {
    begin?.();
    for (let turn = 0; turn < turns; turn++) {
      before(turn);
      yield* inPieces(steps);
      after(turn);
      if (turn % TURNS === TURNS - 1) yield;
    }
    end?.();
  }
  return Object.assign(step, { pieces });
}

/** A buffer for an input of the body that changes from turn to turn. */
function own(body: Program, input: number, inner: Schedule): Held {
  return { buffer: new Float64Array(elements(body.inputs[input].shape)), level: inner.level };
}
