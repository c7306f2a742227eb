/** The words of the second-derivative test. Which of them are said is in a frame; the templates come from Python. */
import { short } from "../base/format";

/** Twin of hesswidget/second_derivative_test/reason.py. */
export interface Wording {
  labels: string[];
  /** One for each label, and one more for where that holds on one side of a branch. */
  headings: string[];
  parts: string[];
}

type Facts = Readonly<Record<string, Float64Array>>;

/** Why a point has its label: the label with what belongs to it, and what justifies it; data until it is shown. */
export interface Reason {
  heading: string;
  clauses: readonly string[];
}

/** The reason for a label: its heading, and the parts that are said. */
export function reason({ labels, headings, parts }: Wording, facts: Facts, names: readonly string[]): Reason {
  const heading = headings[facts.label[0] + (facts.branch_line?.[0] ? labels.length : 0)];
  const said = parts.filter((_, k) => facts.said[k]);
  return { heading: fill(heading, facts, names), clauses: said.map((part) => fill(part, facts, names)) };
}

/** A reason in one sentence. */
export function sentence({ heading, clauses }: Reason): string {
  return `${heading}: ${clauses.join("; ")}`;
}

/** Write facts into a template: `{name}` is a number, `{name:fine}` one with a digit more, `{name:count}` a whole one, `{name:plural}` an s unless it is one, `{name:coordinate}` a coordinate's name. */
export function fill(template: string, facts: Facts, names: readonly string[]): string {
  return template.replace(/\{([a-z_]+)(?::([a-z]+))?\}/g, (_, name: string, kind?: string) => {
    const fact = name === "n" ? names.length : (facts[name]?.[0] ?? NaN);
    if (kind === "coordinate") return names[fact] ?? "?";
    if (kind === "plural") return fact === 1 ? "" : "s";
    return kind === "count" ? String(fact) : inSentence(fact, kind === "fine" ? 4 : 3);
  });
}

/** As Python writes numbers in sentences. */
function inSentence(value: number, digits: number): string {
  if (Number.isNaN(value)) return "nan";
  return Number.isFinite(value) ? short(value, digits) : value > 0 ? "inf" : "−inf";
}
