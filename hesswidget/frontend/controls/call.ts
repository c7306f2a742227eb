import type { Control, FixedControl, Problem, State, Structure } from "../model/state";
import { isQuoted, keyword } from "../model/python_code";
import { writtenViewState } from "../model/view_state";

/** What stands for a function that has no name: Python refuses it with a sentence. */
const NAMELESS = "...";
const NO_NAME = "  # the function has no name of its own: put it where ... stands";

/** The Python call that makes the explorer as it stands; `isNamed`: the function's name still leads to it. */
export function pythonCall(state: State, isNamed: boolean): string {
  const { problem, point, parameters } = state;
  const { call, coordinates } = problem;
  const numbers = Array.from(point, pythonFloat);
  const formula = problem.parameters.find((p) => p.kind === "formula");
  const text = formula ? String(parameters[formula.name]) : null;
  const isRewritten = text !== null && text !== formula!.start;
  const given = [isRewritten ? literal(text) : isNamed && call.function !== null ? call.function : NAMELESS];
  if (coordinates.some(({ trait }) => trait === null)) {
    const blocks = writtenBlocks(state);
    for (const [name, structure] of problem.variables) given.push(keyword(name, written(structure, blocks)));
  } else {
    given.push(`(${numbers.join(", ")}${numbers.length === 1 ? "," : ""})`);
    for (const [i, { name, minimum, maximum, step }] of coordinates.entries()) {
      const range = [minimum, maximum, ...(call.stepped.includes(name) ? [step] : [])];
      given.push(keyword(problem.variables[i][0], `(${range.map(pythonFloat).join(", ")})`));
    }
  }
  const stands = namesIn(text);
  for (const [name, code] of Object.entries(call.rest)) if (stands(name) || !problem.parameters.some((p) => p.name === name)) given.push(keyword(name, code));
  if (isRewritten && !("over" in call.rest)) given.push(keyword("over", literal(problem.variables.map(([name]) => name))));
  const movable = problem.parameters.filter((p): p is Control => p.kind !== "fixed" && p.kind !== "formula" && stands(p.name));
  const values = movable.map((p) => `${literal(p.name)}: ${valueInPython(p, parameters[p.name])}`);
  if (values.length) given.push(`parameters={${values.join(", ")}}`);
  const view = writtenViewState(state.viewState, coordinates.length);
  if (Object.keys(view).length) given.push(`view=${literal(view)}`);
  return `hw.${call.name}(${given.join(", ")})${given[0] === NAMELESS ? NO_NAME : ""}`;
}

/** The names of the reader's own that the call leads to. A stranger's output may say any, so whoever copies it is told. */
export function calledNames({ call, variables }: Problem): string[] {
  const found = new Set<string>(call.function === null || isQuoted(call.function) ? [] : [call.function]);
  const collect = (structure: Structure): void => {
    if (structure?.kind === "call") found.add(structure.name);
    structure?.held.forEach(collect);
  };
  for (const [, structure] of variables) collect(structure);
  return [...found];
}

/** Whether a name stands in a formula, as a parameter has to; where there is no formula all do. */
function namesIn(text: string | null): (name: string) => boolean {
  const names = new Set(text?.normalize("NFKC").match(/(?<![\p{L}\p{N}_.])[\p{L}_][\p{L}\p{N}_]*/gu));
  return (name) => text === null || names.has(name);
}

function valueInPython(p: Exclude<Control, FixedControl>, value: unknown): string {
  if (p.kind === "choice") return p.code[value as number] === p.name ? literal(p.labels[value as number]) : p.code[value as number];
  return p.kind === "range" && !p.integer ? pythonFloat(value as number) : literal(value);
}

/** Python for each block: where it is and how far its entries go, and their steps if these were given. */
function* writtenBlocks({ problem, point }: State): Generator<string, string> {
  const { blocks, coordinates, call } = problem;
  let first = 0;
  for (const { shape } of blocks) {
    const last = first + shape.reduce((size, length) => size * length, 1);
    const ranges = coordinates.slice(first, last);
    const each = (values: ArrayLike<number>) => nested(Array.from(values, pythonFloat), shape);
    const oneOrMany = (values: readonly number[]) => (values.every((one) => one === values[0]) ? pythonFloat(values[0]) : each(values));
    const ends = [ranges.map((c) => c.minimum), ranges.map((c) => c.maximum)];
    if (ranges.some(({ name }) => call.stepped.includes(name))) ends.push(ranges.map((c) => c.step));
    yield `hw.vector(${[each(point.subarray(first, last)), ...ends.map(oneOrMany)].join(", ")})`;
    first = last;
  }
  return "...";
}

/** Lists within each other, of a shape. */
function nested(values: readonly string[], [length, ...shape]: readonly number[]): string {
  if (length === undefined) return values[0];
  const size = values.length / length;
  return `[${Array.from({ length }, (_, i) => nested(values.slice(i * size, (i + 1) * size), shape)).join(", ")}]`;
}

function written(structure: Structure, blocks: Iterator<string, string>): string {
  if (structure === null) return blocks.next().value;
  const { kind, name, keys } = structure;
  const held = structure.held.map((one) => written(one, blocks));
  if (kind === "dict") return `{${held.map((one, k) => `${keys[k]}: ${one}`).join(", ")}}`;
  if (kind === "call") return `${name}(${held.map((one, k) => `${keys[k]}=${one}`).join(", ")})`;
  return kind === "list" ? `[${held.join(", ")}]` : `(${held.join(", ")}${held.length === 1 ? "," : ""})`;
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
