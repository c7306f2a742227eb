import bounds from "../../program/bounds.json";
import { capped } from "../base/capped";
import { list, record, refuse, text } from "../base/checks";
import { bytesOf, numbersIn } from "../base/float64";
import type { ParameterValues } from "../model/parameters";
import { MOST, finite, name, numbers, wires } from "../model/saved_values";
import type { Problem } from "../model/state";

/** So many are drawn. */
const BRANCHES = 250;
const EVENTS = 100;

/** Critical points of one class, followed along a parameter. */
interface Branch {
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

/** Read a diagram as Python has written it; null where there is none yet. */
export function diagramOf(written: any): Diagram | null {
  if (!written.branches) return null;
  const lines = capped(written.branches as any[], BRANCHES, "branches that are not drawn");
  const marks = capped(written.events as any[], EVENTS, "events that are not marked");
  const branches = lines.shown.map((b) => ({
    label: b.label,
    values: numbersIn(b.values),
    heights: [...b.points, b.heights].map(numbersIn),
  }));
  const events = marks.shown.map((e) => ({ value: e.value, kind: e.kind, heights: [...e.point, e.height] }));
  return { parameter: written.parameter, others: written.others, branches, events, notes: [...written.notes, lines.rest, marks.rest].filter(Boolean) };
}

/** One that was saved, as Python has written it, with its numbers where a notebook would have put them. */
export function readDiagram(found: unknown, problem: Problem): object {
  const isDrawn = typeof found === "object" && found !== null && "branches" in found;
  const given = record(found, isDrawn ? ["parameter", "others", "branches", "events", "notes"] : ["parameter"], "it");
  const n = problem.coordinates.length;
  const parameter = name(given.parameter, "its parameter");
  if (!problem.parameters.some((p) => p.name === parameter && p.kind === "range")) refuse("its parameter has no range.");
  if (!isDrawn) return { parameter };
  const array = (one: unknown) => bytesOf(numbers(one, "a branch"));
  const branches = list(given.branches, bounds.diagram.branches, "branches").map((entry) => {
    const branch = record(entry, ["label", "index", "values", "points", "heights"], "a branch");
    const points = list(branch.points, n, "points").map(array);
    const made = { label: text(branch.label, 32, "a label"), values: array(branch.values), points, heights: array(branch.heights) };
    const lengths = [made.values, made.heights, ...points].map(({ byteLength }) => byteLength);
    if (points.length !== n || new Set(lengths).size > 1 || !lengths[0]) refuse("a branch's arrays differ in length.");
    return made;
  });
  const values = branches.reduce((sum, branch) => sum + branch.values.byteLength / 8, 0);
  if (values > bounds.diagram.values) refuse(`its branches have ${values} values together; at most ${bounds.diagram.values} are allowed.`);
  const events = list(given.events, bounds.diagram.events, "events").map((entry) => {
    const event = record(entry, ["value", "point", "height", "kind"], "an event");
    const point = list(event.point, n, "a point").map((x) => finite(x, "a coordinate"));
    return { value: finite(event.value, "a value"), point, height: finite(event.height, "a height"), kind: text(event.kind, 64, "a kind") };
  });
  const others = wires(given.others, problem.parameters.map((p) => p.name), "others");
  return { parameter, others, branches, events, notes: list(given.notes, MOST.lists, "notes").map((note) => text(note, MOST.text, "a note")) };
}

/** Height number `which` of a branch at a value of the parameter, between neighbours straight on this axis; null beyond its ends. */
export function heightAt({ values, heights }: Branch, which: number, value: number, axis: (value: number) => number): number | null {
  const last = values.length - 1;
  if (value < values[0] || value > values[last]) return null;
  const beyond = values.findIndex((v) => v > value);
  const k = beyond < 0 ? last : beyond;
  const [before, at, after] = [values[k - 1], value, values[k]].map(axis);
  const share = (at - before) / (after - before);
  return heights[which][k - 1] + share * (heights[which][k] - heights[which][k - 1]);
}
