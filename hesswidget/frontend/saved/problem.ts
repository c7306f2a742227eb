import type { ParameterValue } from "../model/parameters";
import { integer, list, listOf, record, refuse, shown, text, truth } from "../base/checks";
import type { Wording } from "../model/reason";
import type { Block, Control, FixedControl, Problem, RangeControl, Structure } from "../model/state";
import { identifier, literals, reference } from "../model/python_code";
import { MOST, finite, name, texts } from "../model/saved_values";

const KINDS = ["dict", "list", "tuple", "call"] as const;

/** The function and its controls, as Python describes them. */
export function readProblem(found: unknown): Problem {
  const keys = ["name", "blocks", "variables", "coordinates", "searchable", "searched_unasked", "parameters", "call", "wording"];
  const given = record(found, keys, "it");
  const coordinates = list(given.coordinates, MOST.variables, "coordinates").map((c) => readRange(c));
  if (!coordinates.length) refuse("it has no coordinates.");
  const blocks = list(given.blocks, MOST.variables, "blocks").map(readBlock);
  const entries = blocks.reduce((sum, { shape }) => sum + shape.reduce((size, length) => size * length, 1), 0);
  if (entries !== coordinates.length) refuse(`its blocks have ${entries} entries; ${coordinates.length} are expected.`);
  const variables = list(given.variables, MOST.variables, "variables").map(readVariable);
  const count = variables.reduce((sum, [, structure]) => sum + blocksIn(structure), 0);
  if (count !== blocks.length) refuse(`its variables hold ${count} blocks; ${blocks.length} are expected.`);
  const parameters = list(given.parameters, MOST.parameters, "parameters").map(readControl);
  const options = parameters.reduce((sum, one) => sum + (one.kind === "choice" ? one.labels.length : 0), 0);
  if (options > MOST.allChoices) refuse(`its choices have ${options} options together; at most ${MOST.allChoices} are allowed.`);
  const traits = [...coordinates.filter((c) => c.trait !== null), ...parameters].map(({ trait }) => trait);
  if (new Set(traits).size < traits.length || traits.includes(null)) refuse("two controls have the same trait, or one has none.");
  const call = record(given.call, ["name", "function", "stepped", "rest"], "the call");
  return {
    name: name(given.name, "the function's name"),
    blocks,
    variables,
    coordinates,
    searchable: truth(given.searchable, "searchable"),
    searched_unasked: truth(given.searched_unasked, "searched_unasked"),
    parameters,
    call: {
      name: identifier(call.name, "what is called"),
      function: call.function === null ? null : reference(call.function, "the function"),
      stepped: list(call.stepped, MOST.variables, "steps").map((one) => name(one, "a coordinate")),
      rest: readRest(call.rest),
    },
    wording: readWording(given.wording),
  };
}

function readBlock(found: unknown): Block {
  const given = record(found, ["name", "shape"], "a block");
  const shape = list(given.shape, MOST.axes, "a shape").map((length) => integer(length, 1, MOST.variables, "a length"));
  return { name: name(given.name, "a block's name"), shape };
}

function readVariable(found: unknown): [string, Structure] {
  const [variable, structure] = listOf(2, found, "a variable");
  return [name(variable, "a variable's name"), readStructure(structure)];
}

/** However deep it is: what is unpacked is not deeper than allowed. */
function readStructure(found: unknown): Structure {
  if (found === null) return null;
  const given = record(found, ["kind", "name", "keys", "held"], "a structure");
  const kind = KINDS.find((one) => one === given.kind) ?? refuse(`a structure is of the kind ${shown(given.kind)}.`);
  const held = list(given.held, MOST.variables, "what is held").map(readStructure);
  const readKey = (key: unknown) => (kind === "call" ? identifier(key, "a field") : literals(key, "", MOST.text, "a key"));
  const keys = listOf(held.length, given.keys, "keys").map(readKey);
  return { kind, name: kind === "call" ? identifier(given.name, "what is called") : "", keys, held };
}

function blocksIn(structure: Structure): number {
  return structure === null ? 1 : structure.held.reduce((sum, one) => sum + blocksIn(one), 0);
}

/** What the call says besides, by argument. */
function readRest(found: unknown): Record<string, string> {
  const given = texts(found, "the rest of the call");
  for (const [argument, code] of Object.entries(given)) {
    literals(code, argument, MOST.text, `what ${shown(argument)} gets`);
  }
  return given;
}

function readControl(found: unknown): Control | FixedControl {
  const { kind } = (typeof found === "object" && found !== null ? found : {}) as { kind?: unknown };
  if (kind === "range") return readRange(found);
  const keys = ["kind", "name", "trait", "start", ...(kind === "choice" ? ["labels", "code"] : [])];
  const given = record(found, keys, "a control");
  const named = { name: name(given.name, "a name"), trait: name(given.trait, "a trait") };
  if (kind === "toggle") return { ...named, kind, start: truth(given.start, "a start") };
  if (kind === "text" || kind === "formula" || kind === "fixed") return { ...named, kind, start: text(given.start, MOST.text, "a start") };
  if (kind !== "choice") return refuse(`a control is of the kind ${shown(kind)}.`);
  const labels = list(given.labels, MOST.choices, "choices").map((one) => text(one, MOST.text, "a choice"));
  const code = list(given.code, MOST.choices, "choices").map((one) => literals(one, named.name, MOST.text, "a choice"));
  if (!labels.length || labels.length !== code.length) refuse(`a choice has ${labels.length} labels for ${code.length} options.`);
  return { ...named, kind, start: integer(given.start, 0, labels.length - 1, "a start"), labels, code };
}

function readRange(found: unknown): RangeControl {
  const keys = ["kind", "name", "trait", "start", "minimum", "maximum", "step", "integer", "logarithmic"];
  const given = record(found, keys, "a range");
  const [start, minimum, maximum, step] = ["start", "minimum", "maximum", "step"].map((key) => finite(given[key], key));
  const logarithmic = truth(given.logarithmic, "logarithmic");
  if (!(minimum < maximum && step > 0 && (minimum > 0 || !logarithmic))) {
    refuse(`a range goes from ${minimum} to ${maximum} in steps of ${step}.`);
  }
  const trait = given.trait === null ? null : name(given.trait, "a trait");
  const integer = truth(given.integer, "integer");
  return { kind: "range", name: name(given.name, "a name"), trait, start, minimum, maximum, step, integer, logarithmic };
}

function readWording(found: unknown): Wording {
  const given = record(found, ["labels", "headings", "parts"], "the wording");
  const [labels, headings, parts] = ["labels", "headings", "parts"].map((key) =>
    list(given[key], MOST.lists, key).map((one) => text(one, MOST.text, key)),
  );
  return { labels, headings, parts };
}


/** A value that one of them may have. */
export function valueOf(control: Control, found: unknown): ParameterValue {
  const what = `the value of ${control.name}`;
  if (control.kind === "range") return finite(found, what);
  if (control.kind === "choice") return integer(found, 0, control.labels.length - 1, what);
  return control.kind === "toggle" ? truth(found, what) : text(found, MOST.text, what);
}
