import type { ParameterValues } from "../model/parameters";
import { numbersIn } from "../engine/link";

/** Critical points of one class, followed along a parameter. */
export interface Branch {
  label: string;
  values: Float64Array;
  /** For each coordinate its values, then those of f. */
  heights: Float64Array[];
}

/** Where the number or the class of critical points changes. */
export interface Event {
  value: number;
  heights: number[];
  kind: string;
}

/** Critical points against one parameter. Twin of hesswidget/bifurcations/diagram.py. */
export interface Diagram {
  parameter: string;
  /** The other parameters that it holds for. */
  others: ParameterValues;
  branches: Branch[];
  events: Event[];
  notes: string[];
}

/** Read a diagram as Python has written it. */
export function diagramOf(written: any): Diagram {
  const branches = written.branches.map((b: any) => ({
    label: b.label,
    values: numbersIn(b.values),
    heights: [...b.points, b.heights].map(numbersIn),
  }));
  const events = written.events.map((e: any) => ({ value: e.value, kind: e.kind, heights: [...e.point, e.height] }));
  return { parameter: written.parameter, others: written.others, branches, events, notes: written.notes };
}

/** Height number `which` of a branch at a value of the parameter, between neighbours on a straight line; null beyond its ends. */
export function heightAt({ values, heights }: Branch, which: number, value: number): number | null {
  const last = values.length - 1;
  if (value < values[0] || value > values[last]) return null;
  const beyond = values.findIndex((v) => v > value);
  const k = beyond < 0 ? last : beyond;
  const share = (value - values[k - 1]) / (values[k] - values[k - 1]);
  return heights[which][k - 1] + share * (heights[which][k] - heights[which][k - 1]);
}
