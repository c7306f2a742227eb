import { html } from "../base/dom";
import type { ParameterValue, ParameterValues } from "../model/parameters";
import type { Control, FixedControl, FormulaControl } from "../model/state";
import { choiceView, textView, toggleView } from "./choice";
import type { ControlView, SliderMark } from "./control";
import { rangeView } from "./range";

/** A control for each parameter that moves, but for the line of a formula. */
export class ParameterControls {
  readonly element = html("div", { class: "hw-group", role: "group", "aria-label": "parameters" });
  private readonly views = new Map<string, ControlView>();

  constructor(
    controls: readonly (Control | FixedControl)[],
    private readonly move: (name: string, value: ParameterValue) => void,
    private readonly onMessage: (sentence: string) => void,
  ) {
    for (const control of controls) {
      if (control.kind === "fixed" || control.kind === "formula") continue;
      const view = this.viewOf(control);
      this.views.set(control.name, view);
      this.element.append(view.element);
    }
  }

  get isEmpty(): boolean {
    return this.views.size === 0;
  }

  show(values: ParameterValues): void {
    for (const [name, view] of this.views) view.show(values[name]);
  }

  /** Mark values along a parameter's slider. */
  mark(name: string, marks: readonly SliderMark[]): void {
    this.views.get(name)?.mark?.(marks);
  }

  private viewOf(control: Exclude<Control, FormulaControl>): ControlView {
    const { name } = control;
    const move = (value: ParameterValue) => this.move(name, value);
    if (control.kind === "range") return rangeView(control, move, this.onMessage);
    if (control.kind === "choice") return choiceView(control, move);
    return control.kind === "toggle" ? toggleView(control, move) : textView(control, move);
  }
}
