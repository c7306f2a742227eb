import bounds from "../../program/bounds.json";
import { integer, list, record, refuse, text } from "../base/checks";
import { checkSize } from "../engine/outputs";
import type { Control, Problem } from "../model/state";
import { valueOf } from "./problem";
import type { StatesTable } from "./states";
import { MOST, name, numbers } from "../model/saved_values";

/** Pictures that were computed beforehand. */
export function readStates(found: unknown, problem: Problem): StatesTable {
  const given = record(found, ["kind", "parameters", "coordinates", "arrays", "landscapes", "basis"], "they");
  const kind = text(given.kind, 32, "their kind");
  const n = problem.coordinates.length;
  const movable = problem.parameters.filter((p): p is Control => p.kind !== "fixed");
  const stops = (all: unknown, controls: readonly Control[]) => {
    const lists = list(all, controls.length, "stops"); // which were counted when the problem was read
    if (lists.length !== controls.length) refuse(`there are stops for ${lists.length} of ${controls.length} controls.`);
    return controls.map((control, k) => {
      const values = list(lists[k], MOST.stops, "stops").map((value) => valueOf(control, value));
      if (!values.length) refuse(`${control.name} has no stops.`);
      return { name: control.name, trait: control.trait, stops: values };
    });
  };
  const parameters = stops(given.parameters, movable) as StatesTable["parameters"];
  const coordinates = stops(given.coordinates, problem.coordinates) as StatesTable["coordinates"];
  const settings = parameters.reduce((all, { stops: { length } }) => all * length, 1);
  const count = coordinates.reduce((all, { stops: { length } }) => all * length, settings);
  const arrays = list(given.arrays, bounds.saved.arrays, "arrays").map((entry) => {
    const array = record(entry, ["name", "size", "data"], "an array");
    const size = integer(array.size, 0, MOST.variables ** 2, "a size");
    const called = name(array.name, "an array's name");
    checkSize(kind, called, size, n);
    const data = numbers(array.data, "an array");
    if (data.length !== count * size) refuse(`an array has ${data.length} numbers; ${count * size} are expected.`);
    return { name: called, size, data };
  });
  const landscapes = list(given.landscapes, MOST.entries, "landscapes").map((entry) => {
    const landscape = record(entry, ["grids", "values", "levels"], "a landscape");
    const grids = list(landscape.grids, 2, "grids").map((grid) => numbers(grid, "a grid"));
    for (const { length } of grids) integer(length, 1, MOST.grid, "the length of a grid");
    if (grids.length !== Math.min(n, 2)) refuse(`a landscape has ${grids.length} grids; ${Math.min(n, 2)} are expected.`);
    const values = grids.reduce((all, { length }) => all * length, 1);
    const made = { grids, values: numbers(landscape.values, "values"), levels: numbers(landscape.levels, "levels") };
    checkSize("levels", "levels", made.levels.length, n);
    if (made.values.length !== values) refuse(`a landscape has ${made.values.length} values; ${values} are expected.`);
    return made;
  });
  if (![0, settings, count].includes(landscapes.length)) refuse(`there are ${landscapes.length} landscapes for ${count} states.`);
  const basis = numbers(given.basis, "the basis");
  const spanned = landscapes.length ? Math.min(n, 2) * n : 0;
  if (basis.length && basis.length !== spanned) refuse(`the basis has ${basis.length} numbers; ${spanned} are expected.`);
  return { kind, parameters, coordinates, arrays, landscapes, basis };
}
