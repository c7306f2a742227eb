import { list, record, refuse, text } from "../base/checks";
import type { ProgramsTrait, WrittenSet } from "../engine/library";
import type { Problem } from "../model/state";
import { bytes, wires } from "../model/saved_values";

const MOST_SETS = 16;
/** Programs of one set, and tables. */
const MOST_NAMES = 64;
const MOST_NAME = 64;

/** The programs of a saved explorer. What each one does is checked when it is made ready, before it runs. */
export function readPrograms(found: unknown, problem: Problem): ProgramsTrait {
  const given = record(found, ["traced", "sets", "floats", "ints"], "they");
  const names = problem.parameters.map((p) => p.name);
  const known = (name: unknown) => (names.includes(name as string) ? (name as string) : refuse("they take a parameter that the function has not."));
  return {
    traced: list(given.traced, names.length, "the traced parameters").map(known),
    sets: list(given.sets, MOST_SETS, "sets").map((entry) => readSet(entry, names)),
    floats: bytes(given.floats, "floats").buffer,
    ints: bytes(given.ints, "ints").buffer,
  };
}

function readSet(found: unknown, names: readonly string[]): WrittenSet {
  const set = record(found, ["static", "programs", "tables"], "a set");
  return {
    static: wires(set.static, names, "the static parameters"),
    programs: named(set.programs, "programs"),
    tables: named(set.tables, "tables"),
  };
}

/** Anything by name. The object is a new one, whose keys are its own whatever they are called. */
function named(found: unknown, what: string): Record<string, unknown> {
  const given = record(found, Object.keys(Object(found)).slice(0, MOST_NAMES), what);
  return Object.fromEntries(Object.entries(given).map(([name, entry]) => [text(name, MOST_NAME, "a name"), entry]));
}
