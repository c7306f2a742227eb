/** Grids of paths that are refined, whatever their places are: starts, or hyperparameters. */
import bounds from "../../program/bounds.json";
import { PICTURE } from "../program/bounds";
import { Followed, type Names } from "./followed";
import type { Programs } from "./library";
import { DIVERGED, type Outcomes, SIDE, STOPPED, STRIDES, placesOf } from "./outcomes";
import { CONVERGED, ENDED, GOES_ON, STANDS_STILL } from "./path_status";

/** Those that have come to no end, and are finite. */
const UNDECIDED: readonly number[] = [GOES_ON, STANDS_STILL, ENDED];
/** What is new is drawn so often, in milliseconds, while a grid is being completed. */
const DRAWN = 200;

/** How many steps a path takes at most: as many as in the race. */
export function mostSteps(programs: Programs, k: number, steps: number): number {
  return Math.min(steps, Math.floor(PICTURE.work / programs.work(`advance ${k}`)));
}

/** Whether a finer grid would take too much work: it has three times as many new places as those before. */
export function isTooMuch({ work }: Outcomes): boolean {
  return 4 * work > bounds.basins.work;
}

/**
 * Complete the next finer grid, in pieces. `given` says what a path starts with; `converged` is told of those that have, and
 * `settles` when their outcomes are needed; it `shows` whenever it has been at it for a while, and when it is complete.
 */
export function* refine(
  outcomes: Outcomes,
  programs: Programs,
  names: Names,
  given: (place: number, into: Readonly<Record<string, Float64Array>>) => void,
  most: number,
  converged: (place: number, steps: number, point: Float64Array) => void,
  settles: () => Generator<void, void>,
  shows: () => void,
  besides: readonly string[] = [],
): Generator<void, void> {
  const stride = STRIDES.find((one) => one < outcomes.stride)!;
  const places = placesOf(stride, outcomes.rows);
  const ended = (which: number, status: number, steps: number, point: Float64Array) => {
    if (status === CONVERGED) return converged(places[which], steps, point);
    outcomes.set(places[which], UNDECIDED.includes(status) ? STOPPED : DIVERGED, steps);
  };
  const followed = new Followed(programs, names, places.length, (which, into) => given(places[which], into), most, ended, besides);
  const before = outcomes.work;
  let drawn = performance.now();
  for (const _ of followed.all()) {
    outcomes.work = before + followed.work;
    if (outcomes.work > bounds.basins.work) return; // it has come to no end, so it stays as coarse as it was
    if (outcomes.stride < SIDE && performance.now() - drawn > DRAWN) {
      yield* settles();
      outcomes.changed();
      shows();
      drawn = performance.now();
    }
    yield;
  }
  yield* settles();
  outcomes.stride = stride;
  outcomes.changed();
  shows();
}
