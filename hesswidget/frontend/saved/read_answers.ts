import bounds from "../../program/bounds.json";
import { integer, list, listOf, record, refuse, shown, text } from "../base/checks";
import { bytesOf } from "../base/float64";
import { formula } from "../base/mathml";
import type { Problem } from "../model/state";
import type { SavedAnswer } from "./answers";
import { MOST, numbers, wires } from "../model/saved_values";

/** What Python was asked, and what it answered. */
export function readAnswer(found: unknown, problem: Problem): SavedAnswer {
  const given = record(found, ["kind", "parameters", "point", "content", "buffers"], "it");
  const kind = text(given.kind, 32, "its kind");
  const buffers = list(given.buffers, MOST.entries, "buffers").map((one) => bytesOf(numbers(one, "a buffer")));
  const parameters = wires(given.parameters, problem.parameters.map((p) => p.name), "parameters");
  const content = readContent(kind, given.content);
  for (const [k, [name, shape]] of ((content.arrays ?? []) as [string, number[]][]).entries()) {
    const size = shape.reduce((all, length) => all * length, 1);
    if (buffers[k]?.byteLength !== 8 * size) refuse(`the array ${shown(name)} has not the ${size} numbers that it is said to have.`);
  }
  return { kind, parameters, point: given.point === null ? null : numbers(given.point, "a point"), content, buffers };
}

/** Entries of the Hessians of which formulas are written. */
const CELLS = 36;

type Read = (found: unknown) => Record<string, unknown>;

const words = (given: unknown) => list(given, MOST.entries, "words").map((one) => text(one, MOST.text, "a word"));

/** How the answer to each question that is kept is read. */
const READERS: Readonly<Record<string, Read>> = {
  classify: (found) => {
    const given = record(found, ["label", "reason"], "it");
    const { heading, clauses } = record(given.reason, ["heading", "clauses"], "a reason");
    return { label: text(given.label, 32, "a label"), reason: { heading: text(heading, MOST.text, "a heading"), clauses: words(clauses) } };
  },
  formula: (found) => ({
    cells: list(record(found, ["cells"], "it").cells, CELLS, "formulas").map((cell) => {
      if (typeof cell === "string") return text(cell, MOST.text, "a sentence");
      formula(cell); // which refuses what is none
      return cell;
    }),
  }),
  flows: (found) => {
    const given = record(found, ["words", "followed", "arrays"], "it");
    const arrays = list(given.arrays, MOST.lists, "arrays").map((one) => {
      const [name, shape] = listOf(2, one, "an array");
      return [text(name, 32, "its name"), list(shape, MOST.axes, "its shape").map((length) => integer(length, 0, bounds.race.steps + 1, "a length"))];
    });
    return { words: words(given.words), followed: integer(given.followed, 0, MOST.entries, "a path"), arrays };
  },
  outcomes: (found) => ({ reasons: words(record(found, ["reasons"], "it").reasons) }),
  separatrices: (found) => ({ outcomes: words(record(found, ["outcomes"], "it").outcomes) }),
  find_critical_points: (found) => {
    const given = record(found, ["labels", "kinds", "indices", "sentences"], "it");
    const indices = list(given.indices, MOST.entries, "indices").map((one) => integer(one, 0, MOST.variables, "an index"));
    const [labels, kinds] = [words(given.labels), words(given.kinds)];
    if (kinds.length !== labels.length || indices.length !== labels.length) refuse("a table's lists differ in length.");
    return { labels, kinds, indices, sentences: words(given.sentences) };
  },
};

function readContent(kind: string, found: unknown): Record<string, unknown> {
  if (!Object.hasOwn(READERS, kind)) return refuse(`an answer is of the kind ${shown(kind)}.`);
  return READERS[kind](found);
}
