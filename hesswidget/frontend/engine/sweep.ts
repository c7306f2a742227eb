/** What becomes of a method's path over the ranges of one or two hyperparameters. Twin of hesswidget/descent/sweep.py. */
import { toSlider } from "../base/steps";
import { type ParameterValues, parameterKey } from "../model/parameters";
import type { RangeControl } from "../model/state";
import { type End, type EndMap, Ends } from "./ends";
import type { Library, Programs } from "./library";
import { Outcomes, SIDE } from "./outcomes";
import type { Extent, Plane } from "./plane";
import { isTooMuch, mostSteps, refine } from "./refinement";
import { Slices } from "./slices";

export interface SweepRequest {
  point: Float64Array;
  parameters: ParameterValues;
  followed: number;
  plane: Plane;
}

/** Up to which rate the method is stable at values of the other hyperparameter, by the curvature where most of the paths end. */
export interface Boundary {
  others: Float64Array;
  rates: Float64Array;
  /** The number of the axis that is the rate. */
  axis: number;
}

interface Swept extends EndMap {
  boundary: Boundary | null;
}

type Axis = Pick<RangeControl, "name" | "minimum" | "maximum" | "logarithmic">;

/** The values of a hyperparameter at `count` even places of its slider. */
export function valuesOf(axis: Axis, count: number): Float64Array {
  const [from, to] = [toSlider(axis.minimum, axis), toSlider(axis.maximum, axis)];
  return Float64Array.from({ length: count }, (_, k) => {
    const place = from + ((to - from) * k) / (count - 1);
    return axis.logarithmic ? 10 ** place : place;
  });
}

/** Computes the map of what is wanted last, as fine as it gets; the old one stays until there is a new one. */
export class SweepMap {
  map: Swept | null = null;
  private key = "";
  private coming = "";
  private readonly slices: Slices;
  private readonly values: readonly Float64Array[];

  constructor(
    private readonly library: Library,
    /** One or two. */
    private readonly axes: readonly Axis[],
    private readonly racers: readonly { readonly rate: string | null }[],
    private readonly steps: number,
    private readonly extents: readonly Extent[],
    private readonly labels: readonly string[],
    private readonly surroundings: { redraw(): void; ends(): readonly End[] },
    onFailure: (error: Error) => void,
  ) {
    this.slices = new Slices(onFailure);
    this.values = axes.map((axis) => valuesOf(axis, SIDE));
  }

  /** Whether there is one of a method. */
  has(k: number): boolean {
    return this.library.has(`sweep advance ${k}`);
  }

  show(request: SweepRequest): void {
    const { slices, axes } = this;
    const { point, parameters, followed } = request;
    const others = Object.entries(parameters).filter(([name]) => !axes.some((axis) => axis.name === name));
    const key = `${followed} ${point.join()} ${parameterKey(Object.fromEntries(others))}`;
    if (slices.isBusy && key === this.coming) return slices.afterwards(null);
    if (slices.isComing) return slices.afterwards(() => this.show(request));
    if (!slices.isBusy && key === this.key) return;
    if (!this.has(followed)) {
      slices.stop();
      [this.key, this.map] = [key, null];
      return;
    }
    this.coming = key;
    slices.start(this.computed(request, key), true);
  }

  /** Have ends the colours that they have elsewhere. */
  recolour(elsewhere: readonly End[]): void {
    if (elsewhere.length && this.map?.table.recoloured(elsewhere)) this.map.outcomes.changed();
  }

  stop(): void {
    this.slices.stop();
    this.coming = "";
  }

  private *computed({ point, parameters, followed, plane }: SweepRequest, key: string): Generator<void, void> {
    const programs = this.library.at(parameters);
    const elsewhere = this.surroundings.ends();
    const table = new Ends(programs, this.extents, plane, elsewhere.length ? elsewhere : (this.map?.table.list ?? []), this.labels);
    const outcomes = new Outcomes(this.axes.length > 1 ? SIDE : 1);
    const names = { begin: `sweep begin ${followed}`, advance: `sweep advance ${followed}` };
    const given = (place: number, { starts, swept }: Readonly<Record<string, Float64Array>>) => {
      starts.set(point);
      swept.set(this.at(place));
    };
    const converged = (place: number, steps: number, end: Float64Array) => table.take(end, (number) => outcomes.set(place, number, steps));
    const shows = () => {
      this.map = { outcomes, table, boundary: this.boundary(programs, followed, { outcomes, table }) };
      this.key = key;
      this.surroundings.redraw();
    };
    while (outcomes.stride > 1 && !isTooMuch(outcomes)) {
      yield* refine(outcomes, programs, names, given, mostSteps(programs, followed, this.steps), converged, () => table.settle(), shows, ["swept"]);
      this.slices.isComing = false;
      yield;
    }
  }

  private boundary(programs: Programs, k: number, { outcomes, table }: EndMap): Boundary | null {
    const name = `limit ${k}`;
    const [most] = [...outcomes.tally().counts].filter(([end]) => end >= 0).sort((one, other) => other[1] - one[1]);
    const end = most && table.list[most[0]];
    if (!end?.eigenvalues || !programs.has(name)) return null;
    const [count] = programs.shape(name, "others");
    const other = this.axes.find((axis) => axis.name !== this.racers[k].rate);
    const others = other ? valuesOf(other, count) : new Float64Array(count);
    return { others, rates: programs.run(name, { eigenvalues: end.eigenvalues, others }).rates.slice(), axis: this.axes.findIndex((axis) => axis !== other) };
  }

  /** The hyperparameters at a place. */
  private at(place: number): number[] {
    return this.values.map((values, axis) => values[axis ? Math.floor(place / SIDE) : place % SIDE]);
  }
}
