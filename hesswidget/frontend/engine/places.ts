import { refuse, shown } from "../base/checks";
import { PICTURE } from "../program/bounds";
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
 * Run a program over the places of a grid, as many at a time as it takes; the iterator says after each piece whether a run is
 * complete. `output` gets one of the program's outputs, one row after the other.
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
): Generator<boolean> {
  const rows = rowsOf(programs, name);
  const [r, k] = [grids[0].length, grids.length];
  const total = r ** k;
  const work = workOf(programs, name, total);
  if (work > PICTURE.work) {
    refuse(`stopped: too much work. ${total} values of ${shown(name)} take ${work.toPrecision(2)} operations; a picture has at most ${PICTURE.work.toPrecision(2)}.`);
  }
  const width = output.length / total;
  const places = new Float64Array(k * rows);
  for (let start = 0; start < total; start += rows) {
    const count = Math.min(rows, total - start);
    for (let row = 0; row < rows; row++) {
      const at = start + Math.min(row, count - 1);
      places[row] = grids[0][at % r];
      if (k === 2) places[rows + row] = grids[1][Math.floor(at / r)];
    }
    const pieces = programs.pieces(name, { origin, basis, places });
    let made = pieces.next();
    for (; !made.done; made = pieces.next()) yield false;
    const found = made.value;
    output.set(found[outputName].subarray(0, count * width), start * width);
    yield true;
  }
}
