/** What a job in Python finds, in a notebook: Python alone writes it. Twin of hesswidget/explorers/job_panel.py. */
import type { AnyModel } from "@anywidget/types";
import { html, setText } from "./base/dom";
import * as theme from "./base/theme";
import { ParameterControls } from "./controls/parameters";
import { type ParameterValues, parameterKey } from "./model/parameters";
import type { Control } from "./model/state";
import { CostPanel, type Measured } from "./panels/cost";
import { type FoundSpectrum, SpectrumPanel } from "./panels/spectrum";

/** The traits of such a widget. */
const [FOUND, PROGRESS] = ["_found", "_progress"];
/** Those of a spectrum's besides: what its sliders are, and where they stand. */
const [CONTROLS, SETTINGS] = ["_controls", "_settings"];
/** Sliders that have not moved for so many milliseconds are at rest: what is searched still is given up for theirs. */
const RESTS_AFTER = 200;

/** What it shows, and what follows other traits. */
interface Shown {
  readonly elements: readonly HTMLElement[];
  readonly observed: readonly [trait: string, changed: () => void][];
  wait(progress: { share: number; words: string } | null): void;
  draw(): void;
}

const KINDS: Readonly<Record<string, (model: AnyModel) => Shown>> = {
  cost(model) {
    const panel = new CostPanel(() => model.send({ kind: "cancel" }));
    const found = () => {
      const measured = model.get(FOUND);
      panel.show("sizes" in measured ? (measured as Measured) : null);
    };
    return { elements: [panel.element], observed: [[FOUND, found]], wait: (progress) => panel.wait(progress), draw: () => panel.draw() };
  },
  spectrum(model) {
    const panel = new SpectrumPanel(
      () => model.send({ kind: "cancel" }),
      () => model.send({ kind: "more" }),
    );
    const remark = html("p", { class: "hw-caption", role: "alert" });
    let values: ParameterValues = model.get(SETTINGS);
    let asked = parameterKey(values);
    let resting: ReturnType<typeof setTimeout> | undefined;
    const shown = () => model.get(FOUND).settings as ParameterValues | undefined;
    const isOf = (key: string) => shown() !== undefined && parameterKey(shown()!) === key;
    const date = () => panel.date(shown() !== undefined && !isOf(parameterKey(values)));
    const ask = () => {
      clearTimeout(resting);
      if (parameterKey(values) === asked) return;
      asked = parameterKey(values);
      model.send({ kind: "set", parameters: values });
    };
    const controls = new ParameterControls(
      model.get(CONTROLS) as Control[],
      (name, value) => {
        values = { ...values, [name]: value };
        date();
        if (isOf(asked)) return ask();
        clearTimeout(resting);
        resting = setTimeout(ask, RESTS_AFTER);
      },
      (sentence) => setText(remark, sentence),
    );
    const found = () => {
      const spectrum = model.get(FOUND);
      panel.show("estimates" in spectrum ? (spectrum as FoundSpectrum) : null, spectrum.sentences ?? []);
      date();
      if (isOf(asked)) ask(); // with where the sliders have gone meanwhile
    };
    const settings = () => {
      const elsewhere: ParameterValues = model.get(SETTINGS);
      if (parameterKey(elsewhere) === asked) return;
      clearTimeout(resting);
      values = elsewhere;
      asked = parameterKey(values);
      controls.show(values);
      date();
    };
    controls.show(values);
    const elements = [panel.element, ...(controls.isEmpty ? [] : [html("footer", { class: "hw-controls" }, html("h4", {}, "parameters"), controls.element, remark)])];
    return { elements, observed: [[FOUND, found], [SETTINGS, settings]], wait: (progress) => panel.wait(progress), draw: () => panel.draw() };
  },
};

/** Whether a widget of this kind shows what a job finds. */
export function isOfAJob(kind: string): boolean {
  return Object.hasOwn(KINDS, kind);
}

export function mountJob(model: AnyModel, el: HTMLElement, signal: AbortSignal): void {
  const { elements, observed, wait, draw } = KINDS[model.get("_view")](model);
  const root = html("div", { class: "hesswidget" }, html("div", { class: "hw-body" }, ...elements));
  const waits = () => {
    const progress = model.get(PROGRESS);
    wait("share" in progress ? progress : null);
  };
  const followed = [...observed, [PROGRESS, waits] as const];
  const dress = () => (root.dataset.theme = theme.isDark() ? "dark" : "light");
  const sizes = new ResizeObserver(() => requestAnimationFrame(draw));
  for (const [trait, changed] of followed) model.on(`change:${trait}`, changed);
  theme.observe(dress, signal);
  el.classList.add("hw-host");
  el.append(root);
  sizes.observe(root);
  dress();
  for (const [, changed] of followed) changed();
  signal.addEventListener("abort", () => {
    for (const [trait, changed] of followed) model.off(`change:${trait}`, changed);
    sizes.disconnect();
    root.remove();
  });
}
