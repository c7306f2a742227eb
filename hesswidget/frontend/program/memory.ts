import type { Program } from "./operations";
import { viewOf } from "./views";

/** Lends buffers, those taken back first: what was just used is still in the cache. */
export class Memory {
  private readonly free = new Map<number, Float64Array[]>();

  lend(size: number): Float64Array {
    return this.free.get(size)?.pop() ?? new Float64Array(size);
  }

  takeBack(buffer: Float64Array): void {
    const held = this.free.get(buffer.length);
    if (held) held.push(buffer);
    else this.free.set(buffer.length, [buffer]);
  }
}

/** For each operation the numbers of those results, its own or earlier ones, that nothing reads after it. */
export function lifetimes(program: Program): number[][] {
  const first = program.inputs.length + program.constants.length;
  const roots = program.shapes.map((_, number) => number);
  const last = new Map<number, number>();
  let next = first;
  program.operations.forEach((operation, k) => {
    for (const number of operation.operands) last.set(roots[number], k);
    if (viewOf(operation, operation.operands.map((number) => program.shapes[number]))) {
      roots[next] = roots[operation.operands[0]];
    }
    for (let r = 0; r < operation.results; r++, next++) last.set(roots[next], k);
  });
  for (const { value } of program.outputs) last.delete(roots[value]);
  const ends: number[][] = program.operations.map(() => []);
  for (const [number, k] of last) if (number >= first) ends[k].push(number);
  return ends;
}
