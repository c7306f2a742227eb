/** What `hw.cost` measures, in a notebook: no state moves it, Python alone writes it. Twin of hesswidget/explorers/cost.py. */
import type { AnyModel } from "@anywidget/types";
import { html } from "./base/dom";
import * as theme from "./base/theme";
import { CostPanel, type Measured } from "./panels/cost";

/** The kind of its widget, */
export const COST = "cost";
/** and its traits. */
const [MEASURED, PROGRESS] = ["_cost", "_progress"];

export function mountCost(model: AnyModel, el: HTMLElement, signal: AbortSignal): void {
  const panel = new CostPanel(() => model.send({ kind: "cancel" }));
  const root = html("div", { class: "hesswidget" }, html("div", { class: "hw-body" }, panel.element));
  const show = () => {
    const measured = model.get(MEASURED);
    panel.show("sizes" in measured ? (measured as Measured) : null);
  };
  const wait = () => {
    const progress = model.get(PROGRESS);
    panel.wait("share" in progress ? progress : null);
  };
  const dress = () => (root.dataset.theme = theme.isDark() ? "dark" : "light");
  const sizes = new ResizeObserver(() => requestAnimationFrame(() => panel.draw()));
  model.on(`change:${MEASURED}`, show);
  model.on(`change:${PROGRESS}`, wait);
  theme.observe(dress, signal);
  el.classList.add("hw-host");
  el.append(root);
  sizes.observe(root);
  dress();
  show();
  wait();
  signal.addEventListener("abort", () => {
    model.off(`change:${MEASURED}`, show);
    model.off(`change:${PROGRESS}`, wait);
    sizes.disconnect();
    root.remove();
  });
}
