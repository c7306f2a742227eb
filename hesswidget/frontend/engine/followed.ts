/** Paths of a method from many starts at once. Twin of `Rows` in hesswidget/descent/rows.py. */
import { elements } from "../program/shape";
import { type Arrays, copied } from "./computation";
import type { Programs } from "./library";
import { goesOn } from "./path_status";

/** Scalar operations at a stretch, a millisecond or so. */
const STRETCH = 600_000;

/** What is told of a path that has ended, or may take no more steps. */
export type Ended = (which: number, status: number, steps: number, point: Float64Array) => void;

/** The names of the programs of the method at a place in a race, under which Python recorded them. */
export interface Names {
  begin: string;
  advance: string;
}

type Given = (which: number, into: Readonly<Record<string, Float64Array>>) => void;

/** How many steps are taken at a stretch, at most: what has ended waits for the others. */
const AT_ONCE = 4;

/** Follows paths by the programs of one method, as many at once as these have rows. */
export class Followed {
  /** Scalar operations so far. */
  work = 0;
  private readonly rows: number;
  private readonly starts: Readonly<Record<string, Float64Array>>;
  /** Which path each row follows; −1 where none. */
  private readonly held: Int32Array;
  /** Where the rows are. */
  private state: Readonly<Record<string, Float64Array>> | null = null;
  /** Paths that have begun, and wait for a row. */
  private begun: Arrays = {};
  private first = 0;
  private next = 0;
  private end = 0;

  constructor(
    private readonly programs: Programs,
    private readonly names: Names,
    /** How many paths there are. */
    private readonly count: number,
    /** Says what a path starts with, by the inputs of `begin`: `starts`, and those that are named besides. */
    private readonly given: Given,
    /** How many steps each takes at most. */
    private readonly most: number,
    private readonly ended: Ended,
    besides: readonly string[] = [],
  ) {
    const { begin } = names;
    this.rows = programs.shape(begin, "starts")[0];
    this.held = new Int32Array(this.rows).fill(-1);
    this.starts = Object.fromEntries(["starts", ...besides].map((name) => [name, new Float64Array(elements(programs.shape(begin, name)))]));
  }

  /** Follow them all, in pieces: where one has ended the next one takes its row. */
  *all(): Generator<void, void> {
    while (yield* this.fill()) {
      yield* this.advance();
      const { held, state } = this;
      held.forEach((which, row) => {
        if (which >= 0 && this.tell(which, state!, row)) held[row] = -1;
      });
      yield;
    }
  }

  /** Give every row that is free a path; false where none is left. */
  private *fill(): Generator<void, boolean> {
    const { held } = this;
    for (let row = 0; row < this.rows; row++) {
      while (held[row] < 0 && (this.next < this.end || this.end < this.count)) {
        if (this.next === this.end) yield* this.begin();
        const at = this.next++ - this.first;
        if (this.tell(this.first + at, this.begun, at)) continue;
        for (const [name, array] of Object.entries(this.state!)) this.rowOf(array, row).set(this.rowOf(this.begun[name], at));
        held[row] = this.first + at;
      }
    }
    return held.some((which) => which >= 0);
  }

  private *begin(): Generator<void, void> {
    const { programs, names, rows, starts, count } = this;
    this.first = this.end;
    this.end = Math.min(count, this.first + rows);
    for (let row = 0; row < rows; row++) {
      const into = Object.fromEntries(Object.entries(starts).map(([name, array]) => [name, this.rowOf(array, row)]));
      this.given(Math.min(this.first + row, count - 1), into);
    }
    this.begun = copied(yield* programs.pieces(names.begin, starts));
    this.state ??= copied(this.begun);
    this.work += programs.work(names.begin);
  }

  /** Let all rows that go on take a few steps, or one that takes long in pieces. */
  private *advance(): Generator<void, void> {
    const { programs, most } = this;
    const { advance } = this.names;
    const work = programs.work(advance);
    const steps = Math.max(1, Math.min(AT_ONCE, Math.floor(STRETCH / work)));
    const given = { ...this.state!, most };
    const found = steps > 1 ? programs.iterate(advance, steps, given) : yield* programs.pieces(advance, given);
    for (const [name, array] of Object.entries(this.state!)) array.set(found[name]);
    this.work += steps * work;
  }

  /** Tell of a path whether it has ended; whether it has. */
  private tell(which: number, state: Arrays, row: number): boolean {
    const { status, taken, point } = state;
    if (goesOn(status[row]) && taken[row] < this.most) return false;
    this.ended(which, status[row], taken[row], this.rowOf(point, row));
    return true;
  }

  private rowOf(array: Float64Array, row: number): Float64Array {
    const width = array.length / this.rows;
    return array.subarray(row * width, (row + 1) * width);
  }
}
