import type { Step } from "./site";

/** Where a value is, and the level of the schedule at which it changes. */
export interface Held {
  readonly buffer: Float64Array;
  readonly level: number;
}

/**
 * Steps in order, by how often they must run. Level 0, `once`, depends on no input. Level 1 runs in every run of the program,
 * level 2 in every turn of a loop within, and so on. What a loop's body computes from values that stay the same thereby leaves
 * the loop.
 */
export class Schedule {
  private constructor(
    readonly once: Step[],
    private readonly lists: readonly Step[][],
  ) {}

  static create(): Schedule {
    return new Schedule([], [[]]);
  }

  /** The level of what changes most often. */
  get level(): number {
    return this.lists.length;
  }

  get steps(): readonly Step[] {
    return this.lists[this.lists.length - 1];
  }

  add(step: Step, level: number): void {
    (level === 0 ? this.once : this.lists[level - 1]).push(step);
  }

  /** For the body of a loop. */
  inner(): Schedule {
    return new Schedule(this.once, [...this.lists, []]);
  }
}
