import { list, record, refuse } from "../base/checks";
import type { ProgramsTrait } from "../engine/library";
import type { Problem } from "../model/state";
import { bytes, wires } from "./values";

const MOST_SETTINGS = 16;
/** Values along each axis of a landscape. */
const MOST_RESOLUTION = 257;

/** The programs of a saved explorer. What each one does is checked when it is made ready, before it runs. */
export function readPrograms(found: unknown, problem: Problem): ProgramsTrait {
  const given = record(found, ["inputs", "settings", "starts", "levels", "floats", "ints"], "they");
  const names = problem.parameters.map((p) => p.name);
  const known = (name: unknown) => (names.includes(name as string) ? (name as string) : refuse("they take a parameter that the function has not."));
  const settings = list(given.settings, MOST_SETTINGS, "settings").map((entry) => {
    const setting = record(entry, ["when", "frame", "tile", "search", "definiteness"], "a setting");
    return { ...setting, when: wires(setting.when, names, "a setting's values") } as ProgramsTrait["settings"][number];
  });
  const levels = Object.entries((given.levels ?? {}) as Record<string, object>);
  for (const [resolution] of levels) {
    const r = Number(resolution);
    if (!Number.isInteger(r) || r < 2 || r > MOST_RESOLUTION) refuse(`a landscape of ${resolution.slice(0, 20)} values along an axis is refused.`);
  }
  return {
    inputs: list(given.inputs, names.length, "inputs").map(known),
    settings,
    starts: bytes(given.starts, "starts").buffer,
    levels: Object.fromEntries(levels),
    floats: bytes(given.floats, "floats").buffer,
    ints: bytes(given.ints, "ints").buffer,
  };
}
