/** One of a race, as it is told from the others wherever it is drawn: by its colour and its dashes. */
import { html, svg } from "../base/dom";
import { SAMPLE } from "./marks";

/** What its line looks like. */
export function swatch(k: number): HTMLElement {
  const { width, height } = SAMPLE;
  const line = svg("path", { class: "hw-racer", "data-racer": String(k), d: `M1 ${height / 2}H${width - 1}` });
  return html("span", { class: "hw-swatch" }, svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" }, line));
}
