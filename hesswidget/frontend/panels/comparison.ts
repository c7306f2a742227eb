import { html, setAttributes, setText } from "../base/dom";
import { short } from "../base/format";
import type { RegularizedFrame, Training } from "../engine/regularized";
import type { ParameterValues } from "../model/parameters";
import type { Regularization } from "../model/regularization";
import { fill } from "../model/reason";
import type { RegularizedPicture } from "./fit";
import type { Panel } from "./panel";
import { swatch } from "./racer";

interface Row {
  name: string;
  title: string;
  of(training: Training): string;
}

/** Both trainings in numbers, and what is exact of them in sentences. */
export class ComparisonPanel implements Panel<RegularizedPicture> {
  readonly element: HTMLElement;
  private readonly rows: readonly Row[];
  private readonly cells: HTMLElement[][];
  private readonly laws = html("p", { class: "hw-caption" });

  constructor(
    private readonly told: Regularization,
    /** The parameter that is the weight decay. */
    private readonly decay: string,
  ) {
    this.rows = [
      { name: "loss, fit", title: "of the samples that it is fitted to, without what regularizes", of: ({ trainLoss }) => short(trainLoss) },
      ...(told.tested ? [{ name: "loss, test", title: "of the samples that it has not seen", of: ({ testLoss }: Training) => short(testLoss) }] : []),
      { name: "λ max", title: "the Hessian's largest eigenvalue, of the loss with its weight decay", of: ({ eigenvalues }) => short(eigenvalues[eigenvalues.length - 1]) },
      { name: "trace", title: "the sum of all eigenvalues", of: ({ eigenvalues }) => short(eigenvalues.reduce((sum, x) => sum + x, 0)) },
      { name: "condition", title: "condition number: largest over smallest |λ|", of: ({ conditionNumber }) => short(conditionNumber) },
      { name: "|w|", title: "how large the weights are together", of: ({ weights }) => short(weights) },
      { name: "steps", title: "how it ended", of: ({ count }) => String(count) },
    ];
    const head = html("tr", {}, html("th"), html("th", { scope: "col" }, swatch(1), "without"), html("th", { scope: "col" }, swatch(0), "regularized"));
    const body = html("tbody");
    this.cells = this.rows.map(({ name, title }) => {
      const cells = [html("td"), html("td")];
      body.append(html("tr", {}, html("th", { scope: "row", title }, name), ...cells));
      return cells;
    });
    const table = html("table", {}, html("thead", {}, head), body);
    this.element = html("section", { class: "hw-panel hw-comparison" }, html("div", { class: "hw-head" }, html("h3", {}, "before and after")), table, this.laws);
  }

  resize(): void {} // the stylesheet sets it

  draw({ frame, parameters }: RegularizedPicture): void {
    const both = [frame.plain, frame.training];
    this.rows.forEach(({ of }, k) => both.forEach((training, i) => setText(this.cells[k][i], of(training))));
    const last = this.cells[this.cells.length - 1];
    both.forEach((training, i) => setAttributes(last[i], { title: this.ending(training) }));
    setText(this.laws, this.said(frame, parameters));
  }

  /** What is shown, for those who do not see it. */
  inWords({ plain, training }: RegularizedFrame): string[] {
    return this.rows.map(({ name, of }) => `${name} ${of(training)}, without ${of(plain)}`);
  }

  private said({ training, plain, inputRise }: RegularizedFrame, parameters: ParameterValues): string {
    const decay = Number(parameters[this.decay]);
    const { meanings } = this.told;
    const added = Object.keys(meanings).filter((name) => Number(parameters[name]) > 0).map((name) => `${name}: ${meanings[name]}`);
    const laws = decay > 0 ? [`weight decay adds ${short(decay)} to every eigenvalue of the loss, exactly`] : [];
    if (inputRise !== 0) laws.push(`noise on the inputs costs ${short(inputRise)}, by ½ σ² tr ∇²f in them`);
    const gone = [["regularized", training], ["without", plain]] as const;
    const ends = gone.flatMap(([name, one]) => (one.status > 2 ? [`${name}: ${this.ending(one)}`] : []));
    return [...ends, ...laws, ...added].join("; ");
  }

  private ending({ count, status }: Training): string {
    const template = this.told.reasons[status] ?? "";
    const facts = { steps: [count], before: [count - 1], next: [count + 1], slope: [NaN], share: [NaN] };
    return fill(template, Object.fromEntries(Object.entries(facts).map(([name, one]) => [name, Float64Array.from(one)])), []);
  }
}
