import { SUPPRESS_NOTEBOOK_SHORTCUTS, html } from "../base/dom";
import type { ParameterValue } from "../model/parameters";
import type { ChoiceControl, TextControl, ToggleControl } from "../model/state";
import type { ControlView } from "./control";

/** One of several values. */
export function choiceView(control: ChoiceControl, onInput: (index: number) => void): ControlView {
  const options = control.labels.map((label, i) => html("option", { value: i }, label));
  const select = html("select", { ...SUPPRESS_NOTEBOOK_SHORTCUTS }, ...options);
  select.addEventListener("change", () => onInput(select.selectedIndex));
  return named(control.name, select, (index) => (select.selectedIndex = Number(index)), control.start);
}

/** True or false. */
export function toggleView(control: ToggleControl, onInput: (value: boolean) => void): ControlView {
  const box = html("input", { type: "checkbox", ...SUPPRESS_NOTEBOOK_SHORTCUTS });
  box.addEventListener("change", () => onInput(box.checked));
  return named(control.name, box, (value) => (box.checked = Boolean(value)), control.start);
}

/** A line of text. */
export function textView(control: TextControl, onInput: (value: string) => void): ControlView {
  const line = html("input", { type: "text", maxlength: 10_000, ...SUPPRESS_NOTEBOOK_SHORTCUTS });
  line.addEventListener("change", () => onInput(line.value));
  let shown = control.start;
  const show = (value: ParameterValue) => {
    if (value === shown && line.value) return; // what is being typed is not disturbed
    shown = String(value);
    line.value = shown;
  };
  line.addEventListener("keydown", (event) => {
    if (event.key === "Enter") onInput(line.value); // which JupyterLab keeps from changing it
    if (event.key === "Escape") line.value = shown;
  });
  return named(control.name, line, show, control.start);
}

function named(name: string, input: HTMLElement, show: (value: ParameterValue) => void, start: ParameterValue): ControlView {
  show(start);
  input.setAttribute("aria-label", name);
  const label = html("span", { class: "hw-name-of", title: name }, name);
  return { element: html("label", { class: "hw-control" }, label, input), show };
}
