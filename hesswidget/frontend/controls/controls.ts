import { button, html, setText } from "../base/dom";
import { short } from "../base/format";
import type { Problem, State } from "../model/state";
import { calledNames, copy, pythonCall } from "./call";
import type { ControlView, SliderMark } from "./control";
import { type ReadFormula, formulaView } from "./formula";
import { ParameterControls } from "./parameters";
import { rangeView } from "./range";

/** With more variables than this, only some have sliders. */
const SLIDERS_UP_TO = 12;
/** Python is waited for so long, in milliseconds, where something is to be copied. */
const ANSWERS_WITHIN = 1000;
/** How long it is said what was copied, in milliseconds; and how many names at most. */
const NOTED = 8000;
const MOST_NAMES = 4;

/** The sliders, and buttons above them. */
export class Controls {
  readonly element: HTMLElement;
  private readonly variables = html("div", { class: "hw-group", role: "group", "aria-label": "variables" });
  private readonly coordinateViews = new Map<number, ControlView>();
  private readonly parameters: ParameterControls;
  private formula: { name: string; view: ControlView } | null = null;
  private readonly widened = html("p", { class: "hw-caption", role: "status", hidden: true });
  private readonly copied = html("output", { class: "hw-note", "aria-live": "polite" });

  constructor(
    private readonly state: State,
    private readonly onMessage: (sentence: string) => void,
    /** Ask Python whether the function's name still leads to it. */
    private readonly askName: () => Promise<boolean>,
    /** Has Python read a formula; null where there is no Python. */
    private readonly readFormula: ReadFormula | null,
  ) {
    const reset = button({ class: "hw-small" }, "Reset");
    reset.title = "Go back to where the explorer started";
    reset.addEventListener("click", () => this.reset());
    const call = button({ class: "hw-small" }, "Copy as Python");
    call.title = "Copy the call that makes this explorer";
    call.addEventListener("click", () => this.copyCall());
    const buttons = html("div", { class: "hw-buttons" }, html("h4", {}, "variables"), this.copied, reset, call);
    this.element = html("footer", { class: "hw-controls" }, ...this.formulaLine(), buttons, this.variables, this.widened);
    this.parameters = new ParameterControls(state.problem.parameters, (name, value) => state.setParameter(name, value), onMessage);
    if (!this.parameters.isEmpty) this.element.append(html("h4", {}, "parameters"), this.parameters.element);
    this.showSliders([0]);
  }

  /** Bring every control in line with the state. */
  show(): void {
    const { point, parameters } = this.state;
    for (const [i, view] of this.coordinateViews) view.show(point[i]);
    this.parameters.show(parameters);
    this.formula?.view.show(parameters[this.formula.name]);
    const widened = this.state.widened.map((c) => `${c.name} now ${short(c.minimum)} to ${short(c.maximum)}`);
    setText(this.widened, widened.length ? `Python set the point beyond its range: ${widened.slice(0, 4).join(", ")}${widened.length > 4 ? ", …" : ""}` : "");
    this.widened.hidden = widened.length === 0;
  }

  /** Where there are too many coordinates for a slider each, give sliders to these. */
  showSliders(chosen: readonly number[]): void {
    const { coordinates } = this.state.problem;
    const all = coordinates.length <= SLIDERS_UP_TO;
    if (all && this.coordinateViews.size) return;
    this.coordinateViews.clear();
    this.variables.replaceChildren();
    for (const i of all ? coordinates.keys() : chosen) {
      const move = (value: number) => this.state.setCoordinates(new Map([[i, value]]));
      const view = rangeView(coordinates[i], move, this.onMessage);
      this.coordinateViews.set(i, view);
      this.variables.append(view.element);
    }
    if (all) return;
    const rest = coordinates.length - chosen.length;
    const where = chosen.length ? `${rest} more variables; pick two above or in the Hessian` : `${rest} variables, which have no sliders here`;
    this.variables.append(html("p", { class: "hw-caption" }, where));
    this.show();
  }

  /** Mark values along a parameter's slider. */
  markParameter(name: string, marks: readonly SliderMark[]): void {
    this.parameters.mark(name, marks);
  }

  /** The line of a function that was given as text. */
  private formulaLine(): HTMLElement[] {
    const { parameters, variables } = this.state.problem;
    const control = parameters.find((one) => one.kind === "formula");
    if (control?.kind !== "formula") return [];
    const signature = `f(${variables.map(([name]) => name).join(", ")})`;
    const view = formulaView(control, signature, this.readFormula, (text) => this.state.setParameter(control.name, text));
    this.formula = { name: control.name, view };
    return [view.element];
  }

  private reset(): void {
    this.onMessage("");
    this.state.reset();
  }

  private async copyCall(): Promise<void> {
    const { call } = this.state.problem;
    const waits = new Promise<null>((resolve) => setTimeout(resolve, ANSWERS_WITHIN, null));
    const isNamed = call.function === null ? false : await Promise.race([this.askName().catch(() => null), waits]);
    const done = await copy(pythonCall(this.state, isNamed ?? true), this.element);
    setText(this.copied, done ? copiedNote(this.state.problem, isNamed !== false) : "this page may not use the clipboard");
    setTimeout(() => setText(this.copied, ""), NOTED);
  }
}

function copiedNote(problem: Problem, isNamed: boolean): string {
  if (!isNamed) return "copied; the function has no name: put it in place of ...";
  const names = calledNames(problem);
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "";
  return names.length ? `copied; it calls ${names.slice(0, MOST_NAMES).join(", ")}${more}` : "copied";
}
