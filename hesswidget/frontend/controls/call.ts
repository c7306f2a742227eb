import type { Control, FixedControl, State } from "../model/state";
import { keyword } from "../model/python_code";
import { writtenViewState } from "../model/view_state";

/** What stands for a function that has no name: Python refuses it with a sentence. */
const NAMELESS = "...";
const NO_NAME = "  # the function has no name of its own: put it where ... stands";

/** The Python call that makes the explorer as it stands; `isNamed`: the function's name still leads to it. */
export function pythonCall(state: State, isNamed: boolean): string {
  const { problem, point, parameters } = state;
  const { call, coordinates, vector } = problem;
  const numbers = Array.from(point, pythonFloat);
  const given = [isNamed && call.function !== null ? call.function : NAMELESS];
  if (vector !== null) {
    const ends = [coordinates.map((c) => c.minimum), coordinates.map((c) => c.maximum)];
    given.push(keyword(vector, `hw.vector([${numbers.join(", ")}], ${ends.map(oneOrMany).join(", ")})`));
  } else {
    given.push(`(${numbers.join(", ")}${numbers.length === 1 ? "," : ""})`);
    for (const { name, minimum, maximum, step } of coordinates) {
      const range = [minimum, maximum, ...(call.stepped.includes(name) ? [step] : [])];
      given.push(keyword(name, `(${range.map(pythonFloat).join(", ")})`));
    }
  }
  for (const [name, code] of Object.entries(call.rest)) given.push(keyword(name, code));
  const movable = problem.parameters.filter((p): p is Control => p.kind !== "fixed");
  const values = movable.map((p) => `${literal(p.name)}: ${valueInPython(p, parameters[p.name])}`);
  if (values.length) given.push(`parameters={${values.join(", ")}}`);
  const view = writtenViewState(state.viewState, coordinates.length);
  if (Object.keys(view).length) given.push(`view=${literal(view)}`);
  return `hw.${call.name}(${given.join(", ")})${given[0] === NAMELESS ? NO_NAME : ""}`;
}

function valueInPython(p: Exclude<Control, FixedControl>, value: unknown): string {
  if (p.kind === "choice") return p.code[value as number] === p.name ? literal(p.labels[value as number]) : p.code[value as number];
  return p.kind === "range" && !p.integer ? pythonFloat(value as number) : literal(value);
}

function oneOrMany(ends: readonly number[]): string {
  const isOne = ends.every((end) => end === ends[0]);
  return isOne ? pythonFloat(ends[0]) : `[${ends.map(pythonFloat).join(", ")}]`;
}

/** What JSON has, in Python. */
function literal(value: unknown): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${literal(one)}`).join(", ")}}`;
}

function pythonFloat(value: number): string {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Put text on the clipboard; where the page may not, hand it to the reader to copy. */
export async function copy(text: string, root: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "hw-unseen";
    root.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
