/** The points that many paths come to, each told apart from the others. Twin of hesswidget/descent/ends.py. */
import { short } from "../base/format";
import bounds from "../../program/bounds.json";
import { copied } from "./computation";
import { type Programs, QUICK } from "./library";
import { DIVERGED, ELSEWHERE, type Outcomes } from "./outcomes";
import { CONVERGED, GOES_ON, RUNS_AWAY } from "./path_status";
import type { Extent, Plane } from "./plane";

/** A coordinate is written as zero up to this share of its range: two ends are one within a larger one. */
const DUST = 1e-5;
/** An end has the colour of the one before that was there, if it has moved by no more than this share of the ranges. */
const MOVED = 0.15;

/** A point where paths end. */
export interface End {
  readonly point: Float64Array;
  /** The same in words: where a coordinate is but dust beside its range, it is zero. */
  readonly place: string;
  /** The class of the point; null where that is not computed. */
  readonly label: string | null;
  /** The number of its colour. */
  readonly hue: number;
  /** Of the Hessian there; null as the class. */
  readonly eigenvalues: Float64Array | null;
}

type Place = Pick<End, "point" | "hue">;

/** What paths come to; its numbers are those of ends in the table. */
export interface EndMap {
  readonly outcomes: Outcomes;
  readonly table: Ends;
}

/** The ends of maps: which are one, and which are none, say Python's programs; what each is the program of pictures. */
export class Ends {
  readonly list: End[] = [];
  private known: Float64Array;
  private readonly widths: Float64Array;
  private readonly waiting: { readonly point: Float64Array; readonly told: (end: number) => void }[] = [];

  constructor(
    private readonly programs: Programs,
    extents: readonly Extent[],
    private readonly plane: Plane,
    private readonly before: readonly End[],
    private readonly labels: readonly string[],
  ) {
    this.widths = Float64Array.from(extents, ({ minimum, maximum }) => maximum - minimum);
    this.known = new Float64Array(bounds.basins.ends * extents.length);
  }

  /** A path has converged here: `told` gets the number of the end, once all is settled; or that it has diverged. */
  take(point: Float64Array, told: (end: number) => void): void {
    this.waiting.push({ point: point.slice(), told });
  }

  /** Find the ends of those that wait, in pieces. */
  *settle(): Generator<void, void> {
    while (this.waiting.length) {
      yield* this.settleSome(this.waiting.splice(0, bounds.basins.rows));
      yield;
    }
  }

  private *settleSome(some: Ends["waiting"]): Generator<void, void> {
    const { programs, widths, known, list } = this;
    const n = widths.length;
    const points = new Float64Array(bounds.basins.rows * n);
    some.forEach(({ point }, k) => points.set(point, k * n));
    const statuses = new Float64Array(bounds.basins.rows).fill(GOES_ON).fill(CONVERGED, 0, some.length);
    const grouped = () => copied(programs.run("ends", { points, statuses, widths, known, count: list.length }));
    let found = grouped();
    const isAway: boolean[] = [];
    for (const [k, { point }] of some.entries()) {
      const isNew = found.ends[k] >= list.length;
      isAway.push(isNew && this.runsAway(point));
      if (isNew) yield;
    }
    isAway.forEach((away, k) => away && (statuses[k] = RUNS_AWAY));
    if (isAway.includes(true)) found = grouped();
    this.known = found.known;
    for (let k = list.length; k < Math.min(found.count[0], bounds.basins.ends); k++) {
      this.add(this.known.slice(k * n, (k + 1) * n));
      yield;
    }
    some.forEach(({ told }, k) => told(isAway[k] ? DIVERGED : found.ends[k] < list.length ? found.ends[k] : ELSEWHERE));
  }

  /** Whether f only flattens out at a place that no path has come to before. */
  private runsAway(point: Float64Array): boolean {
    return this.programs.has("ending") && this.programs.run("ending", { status: CONVERGED, point }).status[0] === RUNS_AWAY;
  }

  private add(point: Float64Array): void {
    const hue = hueOf(point, this.before, this.list, this.widths);
    const written = point.map((x, i) => (Math.abs(x) < DUST * this.widths[i] ? 0 : x));
    const place = `(${[...written].map((x) => short(x)).join(", ")})`;
    this.list.push({ point, place, hue, ...this.curvatureAt(point) });
  }

  /** Give ends the colours of those before that they are; whether that changes any. */
  recoloured(before: readonly Place[]): boolean {
    const list: End[] = [];
    for (const end of this.list) list.push({ ...end, hue: hueOf(end.point, before, list, this.widths) });
    const isNew = list.some(({ hue }, k) => hue !== this.list[k].hue);
    this.list.splice(0, Infinity, ...list);
    return isNew;
  }

  /** As of any point on screen; none where a picture is computed in pieces, since one may be under way. */
  private curvatureAt(point: Float64Array): Pick<End, "label" | "eigenvalues"> {
    const { programs, plane, labels } = this;
    if (programs.work("frame") > QUICK) return { label: null, eigenvalues: null };
    const { origin, basis, ends } = plane;
    const { label, eigenvalues } = programs.run("frame", { point, origin, basis, ends });
    return { label: labels[label[0]] ?? null, eigenvalues: eigenvalues.slice() };
  }
}

/** The colour of a new end: that of the one before that is nearest, unless another has it, or else the first that is free. */
export function hueOf(point: Float64Array, before: readonly Place[], others: readonly Place[], widths: Float64Array): number {
  const away = ({ point: there }: Place) => point.reduce((most, x, i) => Math.max(most, Math.abs(x - there[i]) / widths[i]), 0);
  const used = new Set(others.map(({ hue }) => hue));
  const nearest = before.filter(({ hue }) => !used.has(hue)).sort((one, other) => away(one) - away(other))[0];
  if (nearest && away(nearest) <= MOVED) return nearest.hue;
  let hue = 0;
  while (used.has(hue)) hue++;
  return hue;
}
