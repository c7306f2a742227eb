/**
 * Where each start of a grid ends, for each method of a race: coarse at once, then finer in slices of a few milliseconds. Twin
 * of hesswidget/descent/basins.py.
 */
import bounds from "../../program/bounds.json";
import { PICTURE } from "../program/bounds";
import { type ParameterValues, parameterKey } from "../model/parameters";
import { Followed, type Names } from "./followed";
import { type Library, type Programs, QUICK } from "./library";
import { DIVERGED, ELSEWHERE, Outcomes, SIDE, STOPPED, STRIDES, placesOf } from "./outcomes";
import { type Extent, type Plane, keyOf, placeOn } from "./plane";

/** How a path stands. Twin of hesswidget/descent/iteration.py. */
const [GOES_ON, CONVERGED, STANDS_STILL] = [0, 1, 2];
/** How long the page computes at a stretch, in milliseconds. */
const SLICE = 6;
/** What is new is drawn so often, in milliseconds, while a grid is being completed. */
const DRAWN = 200;
/** Maps but that of the method that is followed are small: their starts are no closer than this. */
const SMALL = 2;
/** An end has the colour of the one before that was there, if it has moved by no more than this share of the ranges. */
const MOVED = 0.15;

/** A point where paths end. */
export interface End {
  readonly point: Float64Array;
  /** The class of the point; null where that is not computed. */
  readonly label: string | null;
  /** The number of its colour. */
  readonly hue: number;
}

type Place = Pick<End, "point" | "hue">;

/** The map of one method; its numbers are those of ends in the table. */
export interface BasinMap {
  readonly outcomes: Outcomes;
  readonly table: Ends;
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

interface Job {
  request: BasinRequest;
  keys: readonly string[];
  generator: Iterator<void, void>;
  /** The first map of it has not come yet. */
  isComing: boolean;
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
  private job: Job | null = null;
  private next: BasinRequest | null = null;
  private going: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly library: Library,
    private readonly racers: readonly Basined[],
    private readonly steps: number,
    private readonly extents: readonly Extent[],
    private readonly labels: readonly string[],
    private readonly onChange: () => void,
    private readonly onFailure: (error: Error) => void,
  ) {
    this.maps = racers.map(() => null);
    this.keys = racers.map(() => "");
  }

  /** Whether there can be any. */
  get areThere(): boolean {
    return this.racers.some((_, k) => this.library.has(namesOf(k).advance));
  }

  /** Have maps of this. Until the first one is there what is being computed is not given up, since more may move than is computed. */
  show(request: BasinRequest): void {
    if (request.plane.names.length < 2) return;
    if (this.job?.isComing) return void (this.next = request);
    const keys = this.keysOf(request);
    const isSame = (one: readonly string[]) => one.every((key, k) => key === keys[k]);
    if (this.job && isSame(this.job.keys) && this.job.request.followed === request.followed) return;
    if (!this.job && isSame(this.keys) && this.isFine(request.followed)) return;
    this.start(request, keys);
  }

  stop(): void {
    clearTimeout(this.going);
    this.job = null;
    this.next = null;
  }

  private isFine(k: number): boolean {
    const outcomes = this.maps[k]?.outcomes;
    return !outcomes || outcomes.stride === 1 || isTooMuch(outcomes);
  }

  private start(request: BasinRequest, keys: readonly string[]): void {
    this.stop();
    const stale = keys.map((key, k) => key !== this.keys[k]);
    const before = this.ends?.list ?? [];
    const programs = this.library.at(request.parameters);
    if (!this.ends || stale.every(Boolean)) this.ends = new Ends(programs, this.extents, request.plane, before, this.labels);
    const generator = this.computed(request, keys, programs, stale, this.ends);
    const isComing = stale[request.followed];
    this.job = { request, keys, generator, isComing };
    this.going = setTimeout(() => this.go());
  }

  /** Compute for a moment; then leave the page to others, and go on. */
  private go(): void {
    const until = performance.now() + SLICE;
    try {
      do {
        const { done } = this.job!.generator.next();
        if (done) this.job = null;
        const { next } = this;
        if (next && !this.job?.isComing) {
          this.stop();
          return this.show(next);
        }
        if (done) return;
      } while (performance.now() < until);
    } catch (error) {
      this.stop();
      return this.onFailure(error as Error);
    }
    this.going = setTimeout(() => this.go());
  }

  /** All coarse, that of the method that is followed first; then that as fine as it gets, then the others. */
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
        yield* refine(programs, k, map, this.most(programs, k), shows);
        if (k === first && this.job) this.job.isComing = false;
        yield;
      }
    }.bind(this);
    for (const k of all) yield* refined(k, STRIDES[0]);
    for (const k of all) yield* refined(k, k === first ? 1 : SMALL);
  }

  /** How many steps a path takes at most: as many as those of the race. */
  private most(programs: Programs, k: number): number {
    return Math.min(this.steps, Math.floor(PICTURE.work / programs.work(`advance ${k}`)));
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

/** Whether a finer grid would take too much work: it has three times as many new places as those before. */
function isTooMuch({ work }: Outcomes): boolean {
  return 4 * work > bounds.basins.work;
}

/** Complete the next finer grid of a map, in pieces; it `shows` whenever it has been at it for a while, and when it is complete. */
function* refine(programs: Programs, k: number, { outcomes, table, plane }: BasinMap, most: number, shows: () => void): Generator<void, void> {
  const stride = STRIDES.find((one) => one < outcomes.stride)!;
  const places = placesOf(stride);
  const given = (which: number, { starts }: Readonly<Record<string, Float64Array>>) => starts.set(placeOn(plane, placeAt(plane, places[which])));
  const ended = (which: number, status: number, steps: number, point: Float64Array) => {
    if (status === CONVERGED) return table.take(point, (end) => outcomes.set(places[which], end, steps));
    outcomes.set(places[which], status === GOES_ON || status === STANDS_STILL ? STOPPED : DIVERGED, steps);
  };
  const followed = new Followed(programs, namesOf(k), places.length, given, most, ended);
  const before = outcomes.work;
  let drawn = performance.now();
  for (const _ of followed.all()) {
    outcomes.work = before + followed.work;
    if (outcomes.work > bounds.basins.work) return; // it has come to no end, so it stays as coarse as it was
    if (outcomes.stride < SIDE && performance.now() - drawn > DRAWN) {
      table.settle();
      outcomes.changed();
      shows();
      drawn = performance.now();
    }
    yield;
  }
  table.settle();
  outcomes.stride = stride;
  outcomes.changed();
  shows();
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
    this.list.push({ point, hue, label: this.labelOf(point) });
  }

  /** The class of a point, as of any on screen; none where a picture is computed in pieces, since one may be under way. */
  private labelOf(point: Float64Array): string | null {
    const { programs, plane, labels } = this;
    if (programs.work("frame") > QUICK) return null;
    const { origin, basis, ends } = plane;
    return labels[programs.run("frame", { point, origin, basis, ends }).label[0]] ?? null;
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
