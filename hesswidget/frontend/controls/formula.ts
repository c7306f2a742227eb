import { SUPPRESS_NOTEBOOK_SHORTCUTS, html, setAttributes, setText } from "../base/dom";
import { uniqueIdentifier } from "../base/identifier";
import type { ParameterValue } from "../model/parameters";
import type { FormulaControl } from "../model/state";
import type { ControlView } from "./control";

/** Has Python read a formula. Returns it in one line. @throws what is wrong with it, as a sentence. */
export type ReadFormula = (text: string) => Promise<string>;

/**
 * The function's formula as a line of text. A mistake is a sentence below it, and changes nothing else.
 *
 * @param signature what stands before the formula, such as "f(x, y)".
 * @param read who reads what was typed; where nobody does, the line is there to be read.
 */
export function formulaView(control: FormulaControl, signature: string, read: ReadFormula | null, onInput: (text: string) => void): ControlView {
  const line = html("input", { type: "text", maxlength: 2_000, class: "hw-formula-text", autocomplete: "off", ...SUPPRESS_NOTEBOOK_SHORTCUTS });
  const mistake = html("p", { class: "hw-mistake", role: "alert", hidden: true });
  line.spellcheck = false;
  line.readOnly = read === null;
  line.id = uniqueIdentifier();
  mistake.id = uniqueIdentifier();
  let shown = "";
  let turn = 0;

  const complain = (sentence: string) => {
    setText(mistake, sentence);
    mistake.hidden = sentence === "";
    setAttributes(line, { "aria-invalid": sentence ? "true" : null, "aria-describedby": sentence ? mistake.id : null });
  };
  const show = (value: ParameterValue) => {
    if (value === shown) return; // what is being typed is not disturbed
    turn++;
    shown = line.value = String(value);
    complain("");
  };
  const take = async () => {
    const typed = line.value;
    const now = ++turn;
    if (!read || typed === shown) return complain("");
    try {
      const text = await read(typed);
      if (now !== turn) return;
      complain("");
      if (text === shown) line.value = shown;
      onInput(text);
    } catch (error) {
      if (now === turn) complain((error as Error).message);
    }
  };
  line.addEventListener("change", () => void take());
  line.addEventListener("keydown", (event) => {
    if (event.key === "Enter") void take(); // which JupyterLab keeps from changing it
    if (event.key !== "Escape") return;
    turn++;
    line.value = shown;
    complain("");
  });

  show(control.start);
  const label = html("label", { class: "hw-name-of", title: signature }, signature, html("span", { class: "hw-unseen" }, ", formula"), " =");
  label.htmlFor = line.id;
  return { element: html("div", { class: "hw-formula-line" }, label, line, mistake), show };
}
