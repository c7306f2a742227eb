import { bytesOf, numbersIn } from "../base/float64";
import { Refusal } from "../engine/engine";
import type { ParameterValue, ParameterValues } from "../model/parameters";
import type { Answer } from "../engine/link";
import { VECTOR_TRAIT } from "../model/state";

/** Pictures that the kernel computed beforehand, of a function that no page can. Twin of hesswidget/explorers/precomputed.py. */
export interface StatesTable {
  /** The question that they answer. */
  kind: string;
  /** By the trait of each parameter, its name and the values there are pictures for. */
  parameters: { name: string; trait: string; stops: readonly ParameterValue[] }[];
  /** The same for each coordinate; of a vector they have no traits. */
  coordinates: { trait: string | null; stops: readonly number[] }[];
  /** For each array of a picture its values in all states, one after the other; coordinates vary faster than parameters. */
  arrays: { name: string; size: number; data: Float64Array }[];
  /** A landscape for each setting of the parameters, or for each state, with where it has values; or none. */
  landscapes: { grids: Float64Array[]; values: Float64Array; levels: Float64Array }[];
  /** The slice that the landscapes lie in; empty where each lies where its own paths move most, as its array `basis` says. */
  basis: Float64Array;
}

export class SavedStates {
  readonly count: number;
  private hasAnswered = false;

  constructor(private readonly table: StatesTable) {
    this.count = [...table.parameters, ...table.coordinates].reduce((all, { stops }) => all * stops.length, 1);
  }

  get kind(): string {
    return this.table.kind;
  }

  /** The value of a trait that there is a picture for, nearest to one; undefined for what is no such trait. */
  nearest(trait: string, value: unknown): unknown {
    const { parameters, coordinates } = this.table;
    if (trait === VECTOR_TRAIT) {
      const those = coordinates.filter((c) => c.trait === null);
      return bytesOf(numbersIn(value as DataView).map((x, i) => nearestTo(x, those[i].stops) as number));
    }
    const control = [...parameters, ...coordinates].find((c) => c.trait === trait);
    return control && nearestTo(value as ParameterValue, control.stops);
  }

  /** The picture of a state. */
  answer(parameters: ParameterValues, [point, , basis]: Float64Array[]): Answer {
    const { table } = this;
    if (!this.isSaved(basis)) {
      const which = table.basis.length ? "of the first slice" : "in the plane of the paths";
      throw new Refusal(`There are saved pictures ${which} only; choose it again, or run the notebook.`);
    }
    this.hasAnswered = true;
    let setting = 0;
    for (const { name, stops } of table.parameters) setting = setting * stops.length + placeOf(parameters[name], stops);
    let state = setting;
    table.coordinates.forEach(({ stops }, i) => (state = state * stops.length + placeOf(point[i], stops)));
    const own = table.arrays.map(({ name, size, data }): Named => [name, data.subarray(state * size, (state + 1) * size)]);
    if (own.every(([, array]) => array.every(Number.isNaN))) throw new Refusal("The function has no value at this point.");
    const which = table.landscapes.length === this.count ? state : setting;
    const arrays = [...own, ...this.landscape(which)];
    return {
      content: { kind: table.kind, landscape: which + 1, exact: true, arrays: arrays.map(([name, { length }]) => [name, [length]]) },
      buffers: arrays.map(([, array]) => bytesOf(array)),
    };
  }

  /** Whether pictures lie in a slice; the first asked for is any, since who asks does not know the planes of the paths yet. */
  private isSaved(asked: Float64Array | undefined): boolean {
    const { basis, landscapes, arrays } = this.table;
    if (basis.length || !landscapes.length) return basis.every((x, i) => x === asked?.[i]);
    const own = arrays.find(({ name }) => name === "basis");
    if (!own || !asked || !this.hasAnswered) return true;
    return Array.from({ length: this.count }, (_, k) => own.data.subarray(k * own.size, (k + 1) * own.size)).some((one) => one.every((x, i) => x === asked[i]));
  }

  private landscape(which: number): Named[] {
    const { landscapes } = this.table;
    if (!landscapes.length) return [];
    const { grids, values, levels } = landscapes[which];
    return [...grids.map((grid, k): Named => [`grid${k}`, grid]), ["values", values], ["levels", levels]];
  }
}

type Named = [name: string, array: Float64Array];

function nearestTo(value: ParameterValue, stops: readonly ParameterValue[]): ParameterValue {
  if (typeof value !== "number") return stops.includes(value) ? value : stops[0];
  const away = (stop: ParameterValue) => Math.abs(Number(stop) - value);
  return stops.reduce((best, stop) => (away(stop) < away(best) ? stop : best));
}

function placeOf(value: ParameterValue, stops: readonly ParameterValue[]): number {
  const place = stops.indexOf(value);
  if (place < 0) throw new Refusal("There is no saved picture of this state.");
  return place;
}
