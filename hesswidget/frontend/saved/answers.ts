import { Refusal } from "../engine/engine";
import type { ParameterValues } from "../model/parameters";
import type { Answer, Link } from "../engine/link";
import type { SavedStates } from "./states";

/** A question that Python was asked when an explorer was saved, and its answer. */
export interface SavedAnswer {
  kind: string;
  parameters: ParameterValues;
  /** Where it was a question about a point. */
  point: Float64Array | null;
  content: Record<string, unknown>;
  buffers: DataView[];
}

const SILENT: Record<string, string> = {
  find_critical_points: "Found by this page; Python, which would make sure of them, is not running here.",
  separatrices: "Paths are followed by Python, which is not running here; there are some for the parameters that were saved.",
  diagram: "Python, which draws diagrams, is not running here: there is none but what was saved.",
};
const NOT_SAVED = "Python is not running here.";

/** Answers in the place of a kernel, where it was asked the same before. */
export class SavedAnswers implements Link {
  readonly isSaved = true;

  constructor(
    private readonly answers: readonly SavedAnswer[],
    private readonly states: SavedStates | null,
  ) {}

  async ask(content: { kind: string } & Record<string, unknown>, numbers: Float64Array[]): Promise<Answer> {
    const { kind } = content;
    const parameters = content.parameters as ParameterValues;
    if (kind === this.states?.kind) return this.states.answer(parameters, numbers);
    const found = this.answers.find(
      (answer) =>
        answer.kind === kind &&
        Object.entries(answer.parameters).every(([name, value]) => parameters[name] === value) &&
        (answer.point?.every((x, i) => x === numbers[0]?.[i]) ?? true),
    );
    if (found) return found;
    throw new Refusal(SILENT[kind] ?? NOT_SAVED);
  }
}
