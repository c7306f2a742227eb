import { SUPPRESS_NOTEBOOK_SHORTCUTS, html, join, setAttributes } from "../base/dom";
import { stepsOnLine } from "../base/draggable";
import { onSteps, parse } from "../base/format";
import { uniqueIdentifier } from "../base/identifier";
import type { RangeControl } from "../model/state";
import type { ControlView, SliderMark } from "./control";
import { toSlider, valueAt } from "../base/steps";

/** A slider with its value beside it, which can be typed too. */
export function rangeView(
  control: RangeControl,
  onInput: (value: number) => void,
  onRefused: (sentence: string) => void,
): ControlView {
  const { name, integer, logarithmic } = control; // its ends and its step change where Python widens it
  const write = (v: number) => onSteps(v, logarithmic ? 10 ** (Math.floor(Math.log10(v)) - 3) : control.step);
  let value = control.start;
  let shown: readonly number[] = [];

  const slider = html("input", { type: "range", step: "any", "aria-label": name, ...SUPPRESS_NOTEBOOK_SHORTCUTS });
  const typed = html("input", { type: "text", inputmode: "decimal", class: "hw-typed", "aria-label": `${name}, value`, ...SUPPRESS_NOTEBOOK_SHORTCUTS });
  typed.autocomplete = "off";
  typed.spellcheck = false;
  const label = html("label", { class: "hw-name-of", title: name }, name);
  slider.id = typed.name = uniqueIdentifier();
  label.htmlFor = slider.id;

  const snapped = (place: number) => (integer ? Math.round(valueAt(place, control)) : valueAt(place, control));
  const move = (next: number) => {
    if (next === value) return;
    show(next);
    onInput(next);
  };
  const show = (next: number) => {
    const ends = [toSlider(control.minimum, control), toSlider(control.maximum, control)];
    const now = [next, ...ends];
    if (now.every((part, k) => part === shown[k])) return;
    shown = now;
    value = next;
    const [low, high] = ends;
    setAttributes(slider, { min: low, max: high });
    const place = toSlider(next, control);
    slider.value = String(place);
    slider.style.setProperty("--hw-fill", `${(100 * (place - low)) / (high - low)}%`);
    setAttributes(slider, { "aria-valuetext": write(next) });
    if ((typed.getRootNode() as Document).activeElement !== typed || typed.dataset.edited !== "true") typed.value = write(next);
  };

  slider.addEventListener("input", () => move(snapped(Number(slider.value))));
  slider.addEventListener("keydown", (event) => {
    const steps = stepsOnLine(event);
    if (steps === null) return;
    move(snapped(toSlider(value, control) + steps * control.step));
    event.preventDefault();
  });

  const take = () => {
    if (typed.dataset.edited !== "true") return;
    typed.dataset.edited = "false";
    const next = parse(typed.value);
    const { minimum, maximum } = control;
    if (next === null || next < minimum || next > maximum || (integer && !Number.isInteger(next))) {
      const kind = integer ? "a whole number" : "a number";
      onRefused(`${name} was given "${typed.value.slice(0, 60)}"; it takes ${kind} from ${write(minimum)} to ${write(maximum)}.`);
      typed.value = write(value);
      return;
    }
    onRefused("");
    move(next);
    typed.value = write(next);
  };
  typed.addEventListener("input", () => (typed.dataset.edited = "true"));
  typed.addEventListener("change", take);
  typed.addEventListener("focus", () => typed.select());
  typed.addEventListener("keydown", (event) => {
    if (event.key === "Enter") take();
    if (event.key !== "Escape") return;
    typed.dataset.edited = "false";
    typed.value = write(value);
  });

  const ticks = html("span", { class: "hw-slider-marks", "aria-hidden": "true" });
  const mark = (marks: readonly SliderMark[]) => {
    const [low, high] = [toSlider(control.minimum, control), toSlider(control.maximum, control)];
    const shares = marks.map((one) => (toSlider(one.value, control) - low) / (high - low));
    const within = marks.filter((_, k) => shares[k] >= 0 && shares[k] <= 1);
    join(ticks, within.length, () => html("span", { class: "hw-slider-mark" })).forEach((tick, k) => {
      const { title, racer, kind } = within[k];
      setAttributes(tick, { title, "data-racer": String(racer), "data-kind": kind });
      tick.style.setProperty("--hw-share", String(shares[marks.indexOf(within[k])]));
    });
    setAttributes(slider, { "aria-description": marks.length ? marks.map(({ title }) => title).join("; ") : null });
  };

  show(value);
  const track = html("span", { class: "hw-slider" }, slider, ticks);
  return { element: html("div", { class: "hw-control" }, label, track, typed), show: (next) => show(next as number), mark };
}
