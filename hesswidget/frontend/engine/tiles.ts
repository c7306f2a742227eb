import type { Landscape, Wire } from "./frame";
import type { Library } from "./programs";

/** How far a coordinate goes. */
export interface Extent {
  minimum: number;
  maximum: number;
}

/** Values along the axis of a curve; those of a plane are the resolutions that there are contour levels for. */
const CURVE = [101, 401];
let versions = 0;

/**
 * Samples a landscape tile by tile, so that it can be left at any time. What it has is kept for as long as nothing but the
 * point within the slice moves.
 */
export class Tiles {
  /** The best landscape so far of the present slice. */
  landscape: Landscape | null = null;
  private key = "";
  private perValue = NaN; // milliseconds
  private job: Iterator<void> | null = null;

  constructor(
    private readonly library: Library,
    private readonly extents: readonly Extent[],
    /** About how long it takes to paint one value of a landscape, in milliseconds. */
    private readonly painting: () => number,
  ) {}

  /** The landscape is as fine as it gets. */
  get isExact(): boolean {
    return this.landscape?.values.length === this.finest(this.landscape?.axes ?? []) ** (this.landscape?.axes.length ?? 1);
  }

  /** Take up a slice; if it is a new one sample it at once, as finely as about `milliseconds` allow. */
  show(point: Float64Array, parameters: Record<string, Wire>, axes: number[], milliseconds: number): void {
    const held = point.map((x, i) => (axes.includes(i) ? 0 : x));
    const key = JSON.stringify([axes, [...held], parameters]);
    if (key === this.key) return;
    this.key = key;
    const choices = this.resolutions(axes);
    const each = this.painting() + (this.perValue || Infinity);
    const affordable = (r: number) => r ** axes.length * each <= milliseconds;
    const resolution = choices.filter(affordable).pop() ?? choices[0];
    for (const _ of this.sample(point, parameters, axes, resolution));
    this.job = this.isExact ? null : this.sample(point, parameters, axes, this.finest(axes));
  }

  /** Go on with the finest landscape for about so long; whether there is more to do. */
  refine(milliseconds: number): boolean {
    const until = performance.now() + milliseconds;
    while (this.job && performance.now() < until) if (this.job.next().done) this.job = null;
    return this.job !== null;
  }

  private resolutions(axes: number[]): readonly number[] {
    return axes.length === 1 ? CURVE : this.library.resolutions;
  }

  private finest(axes: number[]): number {
    return this.resolutions(axes).at(-1) ?? 0;
  }

  private *sample(point: Float64Array, parameters: Record<string, Wire>, axes: number[], r: number): Generator<void> {
    const { tile } = this.library.programsFor(parameters);
    const k = axes.length;
    const rows = tile.inputs.find(({ name }) => name === "places")!.shape[1];
    const grids = axes.map((axis) => evenly(this.extents[axis], r));
    const values = new Float64Array(r ** k);
    const places = new Float64Array(k * rows);
    const inputs = { point: point.slice(), parameters: this.library.inputsOf(parameters), axes: Float64Array.from(axes), places };
    for (let start = 0; start < values.length; start += rows) {
      const began = performance.now();
      const count = Math.min(rows, values.length - start);
      for (let row = 0; row < rows; row++) {
        const at = start + Math.min(row, count - 1);
        places[row] = grids[0][at % r];
        if (k === 2) places[rows + row] = grids[1][Math.floor(at / r)];
      }
      values.set(tile.run(inputs).values.subarray(0, count), start);
      const took = (performance.now() - began) / rows;
      this.perValue = Number.isNaN(this.perValue) ? took : 0.7 * this.perValue + 0.3 * took;
      yield;
    }
    const levels = k === 2 ? this.library.levels(r).run({ values }).levels.filter(Number.isFinite) : new Float64Array();
    this.landscape = { version: ++versions, axes, grids, values, levels };
  }
}

function evenly({ minimum, maximum }: Extent, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => minimum + ((maximum - minimum) * k) / (count - 1));
}
