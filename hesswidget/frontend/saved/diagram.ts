import { list, record, refuse, text } from "../base/checks";
import type { Problem } from "../model/state";
import { MOST, finite, name, numbers, wires } from "./values";

/** A bifurcation diagram as Python writes it, with its numbers where a notebook would have put them. */
export function readDiagram(found: unknown, problem: Problem): object {
  const given = record(found, ["parameter", "others", "branches", "events", "notes"], "it");
  const n = problem.coordinates.length;
  const parameter = name(given.parameter, "its parameter");
  if (!problem.parameters.some((p) => p.name === parameter && p.kind === "range")) refuse("its parameter has no range.");
  const array = (one: unknown) => new DataView(numbers(one, "a branch").buffer);
  const branches = list(given.branches, MOST.entries, "branches").map((entry) => {
    const branch = record(entry, ["label", "index", "values", "points", "heights"], "a branch");
    const points = list(branch.points, n, "points").map(array);
    const made = { label: text(branch.label, 32, "a label"), values: array(branch.values), points, heights: array(branch.heights) };
    const lengths = [made.values, made.heights, ...points].map(({ byteLength }) => byteLength);
    if (points.length !== n || new Set(lengths).size > 1 || !lengths[0]) refuse("a branch's arrays differ in length.");
    return made;
  });
  const events = list(given.events, MOST.entries, "events").map((entry) => {
    const event = record(entry, ["value", "point", "height", "kind"], "an event");
    const point = list(event.point, n, "a point").map((x) => finite(x, "a coordinate"));
    return { value: finite(event.value, "a value"), point, height: finite(event.height, "a height"), kind: text(event.kind, 64, "a kind") };
  });
  const others = wires(given.others, problem.parameters.map((p) => p.name), "others");
  return { parameter, others, branches, events, notes: list(given.notes, MOST.parts, "notes").map((note) => text(note, MOST.text, "a note")) };
}
