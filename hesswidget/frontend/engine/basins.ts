/**
 * Where each start of a grid ends, for each method of a race: coarse at once, then finer in slices of a few milliseconds. Twin
 * of hesswidget/descent/basins.py.
 */
import { type ParameterValues, parameterKey } from "../model/parameters";
import { type End, type EndMap, Ends } from "./ends";
import type { Names } from "./followed";
import type { Library, Programs } from "./library";
import { Outcomes, SIDE, STRIDES } from "./outcomes";
import { type Extent, type Plane, keyOf, placeOn } from "./plane";
import { isTooMuch, mostSteps, refine } from "./refinement";
import { Slices } from "./slices";

/** So fine the other maps are before any of them is the finest. */
const FINE = 2;

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
    return this.racers.some((_, k) => this.has(k));
  }

  /** Whether there can be one of the k-th: not of a path that is there already, nor of a step that cannot be taken. */
  has(k: number): boolean {
    return this.library.has(namesOf(k).advance);
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
