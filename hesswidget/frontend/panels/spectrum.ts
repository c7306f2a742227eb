import { scaleLinear } from "d3-scale";
import { button, html, join, setAttributes, setText, svg } from "../base/dom";
import { DensityChart } from "./density";
import { ProgressBar } from "./progress";

/** An eigenvalue at an end, and how good it is: null where that is not known. */
interface Outer {
  readonly value: number;
  readonly residual: number | null;
  readonly words: string;
  readonly within: string;
}

/** What was found, as Python writes it: twin of `written` in hesswidget/explorers/spectrum.py. */
export interface FoundSpectrum {
  readonly title: string;
  readonly n: number;
  readonly mode: string;
  readonly cost: number;
  /** Whether more random vectors say more. */
  readonly is_open: boolean;
  /** Places, heights, and half of the band's width. */
  readonly density: readonly [number[], number[], number[]] | null;
  readonly largest: readonly Outer[];
  readonly smallest: readonly Outer[];
  /** Name, value and method, in words. */
  readonly estimates: readonly (readonly [string, string, string])[];
}

/** How high a row of the chart of the ends is, in pixels; and how wide the words beside it are. */
const [ROW, WORDS] = [18, 150];

/** A spectrum as it is found: its density with a band, both ends with their residuals, and what is estimated. */
export class SpectrumPanel {
  readonly element: HTMLElement;
  private readonly title = html("h3");
  private readonly more = button({ class: "hw-small" }, "more random vectors");
  private readonly progress = new ProgressBar("the search for a spectrum");
  private readonly chart = svg("svg", { class: "hw-spread" });
  private readonly density = new DensityChart();
  private readonly ends = svg("svg", { class: "hw-ends", role: "img" });
  private readonly zero = svg("line", { class: "hw-zero" });
  private readonly bars = svg("g");
  private readonly rows = html("tbody");
  private readonly said = html("div", { class: "hw-measured-said" });
  private found: FoundSpectrum | null = null;

  /** @param cancel has it stopped; @param more has more random vectors drawn. */
  constructor(
    private readonly cancel: () => void,
    more: () => void,
  ) {
    this.more.title = "Draw as many random vectors again: what is estimated gets better by √2";
    this.more.addEventListener("click", more);
    this.chart.append(this.density.element);
    this.ends.append(this.zero, this.bars);
    const head = html("div", { class: "hw-head" }, this.title, this.more);
    const table = html("table", {}, this.rows);
    const beside = html("div", {}, this.ends, table);
    this.element = html("section", { class: "hw-panel hw-measured hw-spectrum" }, head, this.chart, beside, this.progress.element, this.said);
  }

  /** @param sentences what is said of it, or in its place. */
  show(found: FoundSpectrum | null, sentences: readonly string[]): void {
    this.found = found ?? this.found;
    join(this.said, sentences.length, () => html("p", { class: "hw-caption" })).forEach((line, k) => setText(line, sentences[k]));
    this.draw();
  }

  /** What is shown is of another setting than the sliders have. */
  date(isStale: boolean): void {
    this.element.classList.toggle("hw-stale", isStale);
  }

  wait(progress: { share: number; words: string } | null): void {
    this.progress.show(progress && { ...progress, cancel: this.cancel });
    this.more.disabled = progress !== null;
  }

  draw(): void {
    const { found } = this;
    this.more.hidden = !found?.is_open;
    if (!found) return;
    const { title, n, mode, cost, density, largest, smallest, estimates } = found;
    setText(this.title, `${title}, n = ${n.toLocaleString("en")}: ${mode}, ${cost.toLocaleString("en")} products`);
    join(this.rows, estimates.length, () => html("tr", {}, html("th", { scope: "row" }), html("td"))).forEach((row, k) => {
      const [name, value, method] = estimates[k];
      setText(row.children[0], name);
      setText(row.children[1], value);
      setAttributes(row, { title: method });
    });
    const { clientWidth: width, clientHeight: height } = this.chart;
    if (width < 80) return;
    setAttributes(this.chart, { viewBox: `0 0 ${width} ${height}` });
    const [places, heights, errors] = density ?? [[], [], []];
    const at = [...largest, ...smallest].map(({ value }) => value);
    this.density.draw({ places, heights, errors, all: n, at, signOf: (value) => (value < 0 ? "negative" : "positive") }, width, height);
    this.drawEnds([...largest, ...[...smallest].reverse()], n);
  }

  private drawEnds(outer: readonly Outer[], n: number): void {
    const shown = outer.slice(0, n);
    const width = this.ends.clientWidth;
    const height = ROW * shown.length;
    setAttributes(this.ends, { viewBox: `0 0 ${width} ${height}`, height, "aria-label": `outermost eigenvalues: ${shown.map(({ words, within }) => `${words} ${within}`).join(", ")}` });
    const values = shown.flatMap(({ value, residual }) => [value - (residual ?? 0), value + (residual ?? 0)]);
    const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
    const x = scaleLinear([low, high === low ? low + 1 : high], [2, Math.max(width - WORDS, 20)]);
    setAttributes(this.zero, { x1: x(0), x2: x(0), y1: 0, y2: height });
    const make = () => svg("g", {}, svg("rect", { height: ROW - 7 }), svg("path", { class: "hw-residual" }), svg("text", { class: "hw-tick" }));
    join(this.bars, shown.length, make).forEach((group, k) => {
      const { value, residual, words, within } = shown[k];
      const [bar, whisker, text] = group.children;
      const [left, right] = [Math.min(x(0), x(value)), Math.max(x(0), x(value))];
      setAttributes(bar, { x: left, y: ROW * k + 3, width: Math.max(right - left, 1), class: value < 0 ? "hw-density-negative" : "hw-density-positive" });
      const middle = ROW * k + ROW / 2;
      const reach = residual ? Math.abs(x(residual) - x(0)) : 0;
      setAttributes(whisker, { d: reach > 0.5 ? `M${x(value) - reach} ${middle - 3}v6m0 -3h${2 * reach}m0 -3v6` : "M0 0" });
      setAttributes(text, { x: width - WORDS + 10, y: middle + 4 });
      setText(text, `${words} ${within}`);
    });
  }
}
