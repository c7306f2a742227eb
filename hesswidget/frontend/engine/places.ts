import { refuse, shown } from "../base/checks";
import { PICTURE, boundedWork } from "../program/bounds";
import type { Plane } from "./plane";
import type { Programs } from "./library";

/** The values along each of a slice's vectors, `count` of them from end to end. */
export function gridsOf({ names, ends }: Plane, count: number): Float64Array[] {
  return names.map((_, k) => {
    const [low, high] = [ends[2 * k], ends[2 * k + 1]];
    return Float64Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
  });
}

/** How many places a run takes. */
export function rowsOf(programs: Programs, name: string): number {
  return programs.shape(name, "places").at(-1) || refuse(`the program ${shown(name)} takes no places.`);
}

/** Scalar operations of all runs that so many places take. */
export function workOf(programs: Programs, name: string, places: number): number {
  return Math.ceil(places / rowsOf(programs, name)) * programs.work(name);
}

/**
 * Run a program over the places of a grid, as many at a time as it takes; a step of the iterator is one run. `output` gets
 * one of the program's outputs, one row after the other.
 *
 * @throws InvalidData where all runs together take more work than a picture may.
 */
export function* overPlaces(
  programs: Programs,
  name: string,
  { origin, basis }: Plane,
  grids: readonly Float64Array[],
  outputName: string,
  output: Float64Array,
): Generator<void> {
  const rows = rowsOf(programs, name);
  const [r, k] = [grids[0].length, grids.length];
  const total = r ** k;
  boundedWork(workOf(programs, name, total), PICTURE.work);
  const width = output.length / total;
  const places = new Float64Array(k * rows);
  for (let start = 0; start < total; start += rows) {
    const count = Math.min(rows, total - start);
    for (let row = 0; row < rows; row++) {
      const at = start + Math.min(row, count - 1);
      places[row] = grids[0][at % r];
      if (k === 2) places[rows + row] = grids[1][Math.floor(at / r)];
    }
    output.set(programs.run(name, { origin, basis, places })[outputName].subarray(0, count * width), start * width);
    yield;
  }
}
