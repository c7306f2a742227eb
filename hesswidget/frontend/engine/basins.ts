/**
 * Where each start of a grid ends, for each method of a race: coarse at once, then finer in slices of a few milliseconds. Twin
 * of hesswidget/descent/basins.py.
 */
import { short } from "../base/format";
import bounds from "../../program/bounds.json";
import { type ParameterValues, parameterKey } from "../model/parameters";
import type { Names } from "./followed";
import { type Library, type Programs, QUICK } from "./library";
import { ELSEWHERE, Outcomes, SIDE, STRIDES } from "./outcomes";
import { CONVERGED, GOES_ON } from "./path_status";
import { type Extent, type Plane, keyOf, placeOn } from "./plane";
import { isTooMuch, mostSteps, refine } from "./refinement";
import { Slices } from "./slices";

/** So fine the other maps are before any of them is the finest. */
const FINE = 2;
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

/** The map of one method. */
export interface BasinMap extends EndMap {
  /** Where the starts lie. */
  readonly plane: Plane;
}

/** What maps are wanted of. */
export interface BasinRequest {
  plane: Plane;
  parameters: ParameterValues;
  /** The method whose map is the first, and the finest. */
  followed: number;
}

/** What is known of a method. */
export interface Basined {
  readonly hyperparameters: readonly string[];
}

export function namesOf(k: number): Names {
  return { begin: `basin begin ${k}`, advance: `basin advance ${k}` };
}

/** Computes maps of what is wanted last, as fine as it gets; the old ones stay until there are new ones. */
export class BasinMaps {
  /** By the number of the method; null where there is none yet, or none at all. */
  readonly maps: (BasinMap | null)[];
  private readonly keys: string[];
  private ends: Ends | null = null;
  private readonly slices: Slices;
  /** What is being computed. */
  private present: { followed: number; keys: readonly string[] } | null = null;

  constructor(
    private readonly library: Library,
    private readonly racers: readonly Basined[],
    private readonly steps: number,
    private readonly extents: readonly Extent[],
    private readonly labels: readonly string[],
    private readonly onChange: () => void,
    onFailure: (error: Error) => void,
  ) {
    this.slices = new Slices(onFailure);
    this.maps = racers.map(() => null);
    this.keys = racers.map(() => "");
  }

  /** Whether there can be any. */
  get areThere(): boolean {
    return this.racers.some((_, k) => this.library.has(namesOf(k).advance));
  }

  /** What is told apart so far. */
  get known(): readonly End[] {
    return this.ends?.list ?? [];
  }

  /** Have maps of this, once the first one of what is being computed is there. */
  show(request: BasinRequest): void {
    const { slices, present } = this;
    if (request.plane.names.length < 2) return;
    const keys = this.keysOf(request);
    const isSame = (one: readonly string[]) => one.every((key, k) => key === keys[k]);
    if (slices.isBusy && isSame(present!.keys) && present!.followed === request.followed) return slices.afterwards(null);
    if (slices.isComing) return slices.afterwards(() => this.show(request));
    if (!slices.isBusy && isSame(this.keys) && this.areFine) return;
    this.start(request, keys);
  }

  stop(): void {
    this.slices.stop();
  }

  private get areFine(): boolean {
    return this.maps.every((map) => !map || map.outcomes.stride === 1 || isTooMuch(map.outcomes));
  }

  private start(request: BasinRequest, keys: readonly string[]): void {
    const stale = keys.map((key, k) => key !== this.keys[k]);
    const before = this.known;
    const programs = this.library.at(request.parameters);
    if (!this.ends || stale.every(Boolean)) this.ends = new Ends(programs, this.extents, request.plane, before, this.labels);
    this.present = { followed: request.followed, keys };
    this.slices.start(this.computed(request, keys, programs, stale, this.ends), stale[request.followed]);
  }

  /** All coarse, that of the method that is followed first; then that as fine as it gets, then the others, step by step. */
  private *computed(request: BasinRequest, keys: readonly string[], programs: Programs, stale: readonly boolean[], table: Ends): Generator<void, void> {
    const { followed: first, plane } = request;
    const all = [first, ...this.racers.map((_, k) => k).filter((k) => k !== first)].filter((k) => programs.has(namesOf(k).advance));
    const maps = new Map(all.map((k) => [k, (!stale[k] && this.maps[k]) || { outcomes: new Outcomes(), table, plane }]));
    const refined = function* (this: BasinMaps, k: number, finest: number): Generator<void, void> {
      const map = maps.get(k)!;
      const shows = () => {
        this.maps[k] = map;
        this.keys[k] = keys[k];
        this.onChange();
      };
      while (map.outcomes.stride > finest && !isTooMuch(map.outcomes)) {
        yield* refineBasins(programs, k, map, this.most(programs, k), shows);
        if (k === first) this.slices.isComing = false;
        yield;
      }
    }.bind(this);
    for (const k of all) yield* refined(k, STRIDES[0]);
    for (const k of all) yield* refined(k, k === first ? 1 : FINE);
    for (const k of all) yield* refined(k, 1);
  }

  /** How many steps a path takes at most: as many as those of the race. */
  private most(programs: Programs, k: number): number {
    return mostSteps(programs, k, this.steps);
  }

  /** What the map of each method depends on: not on the hyperparameters of others. */
  private keysOf({ plane, parameters }: BasinRequest): string[] {
    const all = new Set(this.racers.flatMap(({ hyperparameters }) => hyperparameters));
    return this.racers.map(({ hyperparameters }) => {
      const own = Object.entries(parameters).filter(([name]) => !all.has(name) || hyperparameters.includes(name));
      return `${keyOf(plane)} ${parameterKey(Object.fromEntries(own))}`;
    });
  }
}

/** Complete the next finer grid of a map of basins. */
function refineBasins(programs: Programs, k: number, { outcomes, table, plane }: BasinMap, most: number, shows: () => void): Generator<void, void> {
  const given = (place: number, { starts }: Readonly<Record<string, Float64Array>>) => starts.set(placeOn(plane, placeAt(plane, place)));
  const converged = (place: number, steps: number, point: Float64Array) => table.take(point, (end) => outcomes.set(place, end, steps));
  return refine(outcomes, programs, namesOf(k), given, most, converged, () => table.settle(), shows);
}

/** Where a place of the finest grid lies in a slice. */
function placeAt({ ends }: Plane, place: number): number[] {
  const shares = [place % SIDE, Math.floor(place / SIDE)].map((t) => t / (SIDE - 1));
  return shares.map((share, axis) => ends[2 * axis] + share * (ends[2 * axis + 1] - ends[2 * axis]));
}

/** The ends of maps: which are one says Python's program, what each is the program of pictures. */
export class Ends {
  readonly list: End[] = [];
  private known: Float64Array;
  private readonly widths: Float64Array;
  private readonly points: Float64Array;
  private readonly statuses = new Float64Array(bounds.basins.rows);
  private readonly waiting: ((end: number) => void)[] = [];

  constructor(
    private readonly programs: Programs,
    extents: readonly Extent[],
    private readonly plane: Plane,
    private readonly before: readonly End[],
    private readonly labels: readonly string[],
  ) {
    const { ends, rows } = bounds.basins;
    this.widths = Float64Array.from(extents, ({ minimum, maximum }) => maximum - minimum);
    this.known = new Float64Array(ends * extents.length);
    this.points = new Float64Array(rows * extents.length);
  }

  /** A path has converged here: `told` gets the number of the end, once that is found. */
  take(point: Float64Array, told: (end: number) => void): void {
    this.points.set(point, this.waiting.length * point.length);
    if (this.waiting.push(told) === this.statuses.length) this.settle();
  }

  /** Find the ends of those that wait. */
  settle(): void {
    const { programs, waiting, points, statuses, widths, known, list } = this;
    if (!waiting.length) return;
    const n = widths.length;
    statuses.fill(GOES_ON).fill(CONVERGED, 0, waiting.length);
    const found = programs.run("ends", { points, statuses, widths, known, count: list.length });
    const ends = found.ends.slice(0, waiting.length);
    this.known = found.known.slice();
    for (let k = list.length; k < found.count[0]; k++) this.add(this.known.slice(k * n, (k + 1) * n));
    waiting.splice(0).forEach((told, k) => told(ends[k] < list.length ? ends[k] : ELSEWHERE));
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
