/** Reads a saved explorer. It may come from a stranger: each part is checked and bounded before anything is drawn. */
import type { ParameterValue } from "../model/parameters";
import { list, record, refuse, shown, text, within } from "../base/checks";
import { bytesOf } from "../base/float64";
import { type Control, type Problem, TRAIL_TRAIT, VECTOR_TRAIT, VIEW_STATE_TRAIT } from "../model/state";
import { readViewState } from "../model/view_state";
import type { SavedAnswer } from "./answers";
import { viewOf } from "../views";
import { pause } from "./breath";
import { readProblem, valueOf } from "./problem";
import { readPrograms } from "./programs";
import { readAnswer } from "./read_answers";
import { readStates } from "./read_states";
import type { StatesTable } from "./states";
import { unpack } from "./unpack";
import { MOST, numbers } from "../model/saved_values";

const FORMAT = "hesswidget-saved";
const VERSION = 1;

interface SavedContent {
  traits: Map<string, unknown>;
  answers: SavedAnswer[];
  states: StatesTable | null;
}

/** @throws InvalidData with a sentence, where it is not what it should be. */
export async function read(saved: unknown): Promise<SavedContent> {
  const { format, version, reason } = (typeof saved === "object" && saved !== null ? saved : {}) as Record<string, unknown>;
  if (format !== FORMAT) refuse(`its format is ${shown(format)}; ${shown(FORMAT)} is expected.`);
  if (typeof version === "number" && version > VERSION) {
    refuse(`it was saved by a newer hesswidget (format ${version}, this one reads ${VERSION}); upgrade hesswidget to see it.`);
  }
  if (version !== VERSION) {
    refuse(`it was saved by an older hesswidget (format ${shown(version)}, this one reads ${VERSION}); run its cell again.`);
  }
  if (reason !== undefined) refuse(text(reason, MOST.text, "the reason"));
  const { packed } = record(saved, ["format", "version", "title", "packed"], "a saved explorer");
  const content = record(await unpack(packed), ["traits", "answers", "states"], "what is packed");
  await pause();
  const traits = readTraits(content.traits);
  const problem = traits.get("_problem") as Problem;
  const answers: SavedAnswer[] = [];
  for (const answer of list(content.answers, MOST.answers, "answers")) {
    await pause();
    answers.push(within("an answer", () => readAnswer(answer, problem)));
  }
  await pause();
  return { traits, answers, states: content.states === null ? null : within("states", () => readStates(content.states, problem)) };
}

function readTraits(found: unknown): Map<string, unknown> {
  const hasTrail = Object.hasOwn(Object(found), "trail");
  const given = record(found, ["explorer", "values", "point", ...(hasTrail ? ["trail"] : [])], "traits");
  const kind = text((given.explorer as Partial<Record<string, unknown>> | null)?._view, 40, "its view");
  const { traits: own } = viewOf(kind);
  const keys = ["_view", "_problem", "_programs", VIEW_STATE_TRAIT, "engine", "engine_reason", ...Object.keys(own)];
  const explorer = record(given.explorer, keys, "the explorer");
  const problem = within("the problem", () => readProblem(explorer._problem));
  within(VIEW_STATE_TRAIT, () => readViewState(explorer[VIEW_STATE_TRAIT], problem.coordinates.length));
  const engine = text(explorer.engine, 16, "the engine");
  const values = record(given.values, [...scalars(problem).map(({ trait }) => trait)], "values");
  const traits = new Map<string, unknown>([
    ["_view", kind],
    ["_problem", problem],
    [VIEW_STATE_TRAIT, explorer[VIEW_STATE_TRAIT]],
    ["engine", engine],
    ["engine_reason", text(explorer.engine_reason, MOST.text, "the engine's reason")],
  ]);
  if (engine === "browser") traits.set("_programs", within("programs", () => readPrograms(explorer._programs, problem)));
  for (const [trait, read] of Object.entries(own)) traits.set(trait, within(trait, () => read(explorer[trait], problem)));
  for (const { trait, read } of scalars(problem)) traits.set(trait, read(values[trait]));
  const trail = hasTrail ? numbers(given.trail, "the trail") : new Float64Array();
  if (trail.length % problem.coordinates.length || trail.length > MOST.trail || !trail.every(Number.isFinite)) {
    refuse(`the trail has ${trail.length} values; at most ${MOST.trail} finite ones are expected, ${problem.coordinates.length} for a point.`);
  }
  traits.set(TRAIL_TRAIT, bytesOf(trail));
  const together = problem.coordinates.filter(({ trait }) => trait === null).length;
  if (together) {
    const point = numbers(given.point, "the point");
    if (point.length !== together) refuse(`the point has ${point.length} values; ${together} are expected.`);
    traits.set(VECTOR_TRAIT, bytesOf(point));
  }
  return traits;
}

/** The traits that hold one value each, and how that is read. */
function scalars(problem: Problem): { trait: string; read: (found: unknown) => ParameterValue }[] {
  const ranges = problem.coordinates.filter(({ trait }) => trait !== null);
  const movable = problem.parameters.filter((p): p is Control => p.kind !== "fixed");
  return [...ranges, ...movable].map((control) => ({ trait: control.trait!, read: (found) => valueOf(control, found) }));
}
