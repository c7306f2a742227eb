import { max, min } from "d3-array";
import { scaleLinear, scaleSymlog } from "d3-scale";
import { SUPPRESS_NOTEBOOK_SHORTCUTS, button, html, join, setAttributes, setText, svg } from "../base/dom";
import { number, short, subscript } from "../base/format";
import { signOf } from "../engine/frame";
import type { ViewState } from "../model/view_state";
import { DensityChart, spreadOf } from "./density";
import { type Focus, type Panel, type Picture, eigenOf } from "./panel";

const NAMED_UP_TO = 12;
const MARGIN = { left: 46, right: 8, top: 22, bottom: 24 };

/** The eigenvalues as signed bars about a zero line, ascending. */
export class Eigenvalues implements Panel {
  readonly element: HTMLElement;
  private readonly chart = svg("svg", { class: "hw-chart", role: "group", "aria-label": "eigenvalues" });
  private readonly axis = svg("g", { class: "hw-axis" });
  private readonly bars = svg("g");
  private readonly others = svg("g");
  private readonly caption = html("p", { class: "hw-caption hw-counts" });
  private readonly scaleButton = button({ class: "hw-small", "aria-pressed": "false" }, "log");
  private readonly densityButton = button({ class: "hw-small", "aria-pressed": "false", hidden: "" }, "density");
  private readonly density = new DensityChart();
  private groups: SVGGElement[] = [];
  private logarithmic = false;
  private isDensity = false;
  private width = 0;
  private height = 0;

  constructor(
    private readonly onFocus: (focus: Focus) => void,
    choose: (changes: Partial<ViewState>) => void,
    private readonly redraw: () => void,
  ) {
    this.scaleButton.title = "Logarithmic height on both sides of zero";
    this.scaleButton.addEventListener("click", () => choose({ logarithmic: !this.logarithmic }));
    this.densityButton.title = "How the eigenvalues are spread, on a logarithmic axis";
    this.densityButton.addEventListener("click", () => choose({ density: !this.isDensity }));
    this.chart.append(this.axis, this.bars, this.others, this.density.element);
    const head = html("div", { class: "hw-head" }, html("h3", {}, "eigenvalues"), this.densityButton, this.scaleButton);
    this.element = html("section", { class: "hw-panel hw-eigen" }, head, this.chart, this.caption);
    this.chart.addEventListener("pointerleave", () => this.onFocus(null));
  }

  look({ logarithmic, density }: ViewState): void {
    if (logarithmic === this.logarithmic && density === this.isDensity) return;
    this.logarithmic = logarithmic;
    this.isDensity = density;
    this.scaleButton.setAttribute("aria-pressed", String(logarithmic));
    this.densityButton.setAttribute("aria-pressed", String(density));
    this.redraw();
  }

  resize(): void {
    this.width = this.chart.clientWidth;
    this.height = this.chart.clientHeight;
  }

  /** @param others the eigenvalues of another matrix, ascending, marked beside the bars; @param words what these are. */
  draw({ frame, focus }: Picture, others: Float64Array | null = null, words = ""): void {
    const { eigenvalues } = frame;
    const n = eigenvalues.length;
    const { width, height } = this;
    if (width < 40) return;
    const foot = height - MARGIN.bottom;
    setAttributes(this.chart, { viewBox: `0 0 ${width} ${height}` });
    this.sayCounts(frame.inertia, words);
    this.densityButton.hidden = !frame.density.length || others !== null;
    const isDensity = this.isDensity && !this.densityButton.hidden;
    this.scaleButton.hidden = isDensity;
    for (const group of [this.axis, this.bars, this.others]) group.toggleAttribute("hidden", isDensity);
    this.density.element.toggleAttribute("hidden", !isDensity);
    if (isDensity) return this.density.draw(spreadOf(frame), width, height);
    const finite = eigenvalues.every(Number.isFinite);
    const shown = [...eigenvalues, ...(others?.every(Number.isFinite) ? others : [])];
    const low = Math.min(0, min(shown) ?? 0);
    const high = Math.max(0, max(shown) ?? 0);
    const span = high - low || 1;
    const largest = Math.max(-low, high) || 1;
    const scale = this.logarithmic ? scaleSymlog().constant(largest * 1e-6) : scaleLinear();
    const y = scale.domain([low - (low < 0 ? 0.04 * span : 0), high + (high > 0 ? 0.04 * span : 0)]);
    y.range([foot, MARGIN.top]);
    if (low === high) y.domain([-1, 1]);
    this.drawAxis(y, width);
    const slot = (width - MARGIN.left - MARGIN.right) / n;
    const barWidth = Math.max(1, Math.min(56, slot * (n > 60 ? 1 : 0.62)));
    this.haveBars(finite ? n : 0);
    const ticks = others?.every(Number.isFinite) ? [...others] : [];
    join(this.others, ticks.length, () => svg("path", { class: "hw-other" })).forEach((tick, i) => {
      const half = Math.min(34, 0.46 * slot);
      setAttributes(tick, { d: `M${MARGIN.left + (i + 0.5) * slot - half} ${y(ticks[i])}h${2 * half}` });
    });
    for (let i = 0; i < this.groups.length; i++) {
      const lambda = eigenvalues[i];
      const middle = MARGIN.left + (i + 0.5) * slot;
      const sign = signOf(lambda, frame);
      const lit = eigenOf(focus).includes(i);
      const text = `eigenvalue ${i + 1} of ${n}: ${number(lambda)}`;
      const group = this.groups[i];
      setAttributes(group, { class: `hw-bar hw-${sign}${lit ? " hw-lit" : ""}`, "aria-label": text });
      const [hitBox, bar, ...words] = group.children;
      const [from, to] = [y(0), y(lambda)];
      const tall = Math.max(Math.abs(to - from), 1.5);
      const top = lambda < 0 ? from : from - tall;
      const hit = { x: middle - slot / 2, y: MARGIN.top - 14, width: slot, height: foot - MARGIN.top + 32 };
      setAttributes(hitBox, hit);
      setAttributes(bar, { x: middle - barWidth / 2, y: top, width: barWidth, height: tall, rx: n > 60 ? 0 : 3 });
      if (n <= NAMED_UP_TO) this.name(words, i, lambda, middle, slot, top, tall, i < ticks.length ? y(ticks[i]) : NaN);
      else setText(words[0], text);
    }
  }

  /** Have n bars, the same elements as long as n is the same: the keyboard's focus may rest on one. */
  private haveBars(n: number): void {
    if (this.groups.length === n) return;
    this.groups = Array.from({ length: n }, (_, i) => {
      const group = svg("g", { role: "img" }, svg("rect", { class: "hw-hit" }), svg("rect"));
      group.addEventListener("pointerenter", () => this.onFocus({ kind: "eigen", i }));
      if (n > NAMED_UP_TO) {
        group.append(svg("title"));
        return group;
      }
      group.append(svg("text", { class: "hw-value" }), svg("text", { class: "hw-name" }));
      setAttributes(group, { tabindex: 0, ...SUPPRESS_NOTEBOOK_SHORTCUTS });
      group.addEventListener("focus", () => this.onFocus({ kind: "eigen", i }));
      group.addEventListener("blur", () => this.onFocus(null));
      return group;
    });
    this.bars.replaceChildren(...this.groups);
  }

  /** @param other where another matrix's eigenvalue is marked, beyond which a name gives way that would be struck by it. */
  private name(words: Element[], i: number, lambda: number, middle: number, slot: number, top: number, height: number, other: number): void {
    const [written, named] = words;
    const below = lambda < 0;
    const size = slot > 44 ? 12.5 : slot > 30 ? 10.5 : 9;
    const value = slot > 44 ? number(lambda) : short(lambda, 2);
    const strikes = (baseline: number) => baseline - size < other && other < baseline + 4;
    const [near, far] = [top - 6, top + height + 14];
    const [under, over] = [strikes(far) ? other + 14 : far, strikes(near) ? other - 6 : near];
    setAttributes(written, { x: middle, y: below ? under : over, "font-size": size });
    setText(written, value.length * 0.66 * size < slot ? value : "");
    setAttributes(named, { x: middle, y: below ? over : under, "font-size": size });
    setText(named, `λ${subscript(i + 1)}`);
  }

  private drawAxis(y: { (value: number): number; ticks(count: number): number[]; domain(): number[] }, width: number): void {
    const ticks = this.logarithmic ? logTicks(y.domain()) : y.ticks(5);
    const marks = join(this.axis, ticks.length, () => svg("g", {}, svg("line"), svg("text", { class: "hw-tick-y" })));
    ticks.forEach((tick, k) => {
      const [line, text] = marks[k].children;
      const at = y(tick);
      setAttributes(line, { x1: MARGIN.left - 4, x2: width - MARGIN.right, y1: at, y2: at, class: tick === 0 ? "hw-zero-line" : "hw-grid" });
      setAttributes(text, { x: MARGIN.left - 8, y: at + 4 });
      setText(text, short(tick));
    });
  }

  private sayCounts([positive, zero, negative]: [number, number, number], words: string): void {
    if (positive + zero + negative === 0) return setText(this.caption, "no eigenvalues: a value is not finite");
    const counts = [zero ? `${zero} zero` : `${negative} negative`, `${positive} positive`]; // the index is how many are negative
    const text = `index ${negative}: ${counts.join(", ")}${words && `; ${words}`}`;
    setText(this.caption, text);
    setAttributes(this.caption, { title: text }); // where it is narrow it ends in an ellipsis
  }
}

/** Zero and a few powers of ten on each side. */
function logTicks([low, high]: number[]): number[] {
  const side = (end: number) => {
    if (end <= 0) return [];
    const top = Math.floor(Math.log10(end));
    return [top, top - 2, top - 4].map((power) => 10 ** power);
  };
  return [...side(-low).map((t) => -t), 0, ...side(high)];
}
