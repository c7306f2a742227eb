/** A model that is trained under the sliders, as Python describes it. Twin of what hesswidget/explorers/regularize.py writes. */
import { integer, list, listOf, record, refuse, text, truth } from "../base/checks";
import { MOST, finite, texts } from "./saved_values";

/** Samples as they are drawn: their inputs where there are one or two, and their targets, a number for each output. */
export interface Samples {
  readonly inputs: readonly (readonly number[])[];
  readonly targets: readonly (readonly number[])[];
}

export interface Regularization {
  /** The parts that programs were recorded with, one list for each. */
  readonly ways: readonly (readonly string[])[];
  /** Of each parameter that regularizes its part, and what it means. */
  readonly parts: Readonly<Record<string, string>>;
  readonly meanings: Readonly<Record<string, string>>;
  /** How many samples there are for the fit and for the test, */
  readonly samples: number;
  readonly tested: number;
  /** and steps at most. */
  readonly steps: number;
  /** Of which inputs it is shown what the model says: over one or two of them, or the samples themselves. */
  readonly kind: (typeof KINDS)[number];
  /** From where to where each input goes. */
  readonly ends: readonly (readonly [number, number])[];
  readonly size: number;
  /** How many numbers the model says of an input. */
  readonly outputs: number;
  readonly are_classes: boolean;
  /** The weight decays of which the evidence is known. */
  readonly decays: readonly number[];
  /** Why a training has ended, by its status. */
  readonly reasons: readonly string[];
  readonly train: Samples;
  readonly test: Samples;
}

const KINDS = ["curve", "plane", "samples"] as const;
const KEYS = ["ways", "parts", "meanings", "samples", "tested", "steps", "kind", "ends", "size", "outputs", "are_classes", "decays", "reasons", "train", "test"];
const MOST_SAMPLES = 500;
const MOST_COUNT = 2 ** 31;
/** Of what a model says, in one picture. */
const MOST_NUMBERS = 4_096;

/** A model that was saved. */
export function readRegularization(found: unknown): Regularization {
  const given = record(found, KEYS, "it");
  const words = (one: unknown, what: string) => list(one, MOST.lists, what).map((word) => text(word, MOST.text, "a word"));
  const numbersOf = (one: unknown, what: string) => list(one, MOST.grid, what).map((x) => finite(x, "a number"));
  const kind = KINDS.find((known) => known === given.kind) ?? refuse("its kind is none of those that there are.");
  const outputs = integer(given.outputs, 1, MOST.grid, "outputs");
  const axes = { curve: 1, plane: 2, samples: 0 }[kind];
  const samplesOf = (one: unknown, what: string): Samples => {
    const { inputs, targets } = record(one, ["inputs", "targets"], what);
    const rows = list(inputs, MOST_SAMPLES, what).map((row) => listOf(axes, row, "an input").map((x) => finite(x, "an input")));
    const told = listOf(rows.length, targets, "targets").map((row) => listOf(outputs, row, "a target").map((x) => finite(x, "a target")));
    return { inputs: rows, targets: told };
  };
  const size = integer(given.size, 1, MOST_NUMBERS, "a size");
  const told = outputs * size ** Math.max(axes, 1);
  if (told > MOST_NUMBERS) refuse(`the model says ${told} numbers; at most ${MOST_NUMBERS} are shown.`);
  const ways = list(given.ways, MOST.lists, "ways").map((parts) => words(parts, "parts"));
  if (!ways.length) refuse("there is no way to train.");
  return {
    ways,
    parts: texts(given.parts, "parts"),
    meanings: texts(given.meanings, "meanings"),
    samples: integer(given.samples, 1, MOST_COUNT, "samples"),
    tested: integer(given.tested, 0, MOST_COUNT, "samples to test with"),
    steps: integer(given.steps, 1, 20_000, "steps"),
    kind,
    ends: listOf(axes, given.ends, "ends").map((pair) => listOf(2, pair, "an end").map((x) => finite(x, "an end")) as [number, number]),
    size,
    outputs,
    are_classes: truth(given.are_classes, "whether there are classes"),
    decays: numbersOf(given.decays, "weight decays"),
    reasons: words(given.reasons, "reasons"),
    train: samplesOf(given.train, "samples for the fit"),
    test: samplesOf(given.test, "samples for the test"),
  };
}

/** The parameters besides those that regularize and have a part. */
export const DECAY = "weight_decay";
export const BATCH = "batch";
export const STEPS = "steps";
