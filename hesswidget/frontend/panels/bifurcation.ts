import { scaleLinear, scaleLog } from "d3-scale";
import appearance from "../../appearance.json";
import { SUPPRESS_NOTEBOOK_SHORTCUTS, html, join, setAttributes, setText, svg } from "../base/dom";
import { type Diagram, heightAt } from "../questions/diagram";
import { draggable, stepsOnLine } from "../base/draggable";
import { onSteps, short } from "../base/format";
import { uniqueIdentifier } from "../base/identifier";
import { snapped, toSlider, valueAt } from "../base/steps";
import type { ParameterValues } from "../model/parameters";
import type { RangeControl } from "../model/state";
import { mark, shapeOf, showMark } from "./glyph";
import { Legend, MARK } from "./legend";
import { type Mark, SAMPLE, lineMark } from "./marks";
import type { Panel, Picture } from "./panel";
import { ProgressBar } from "./progress";
import type { Wait } from "../questions/rest_question";
import { type Scale, axesOf, boxWithin, gripOf } from "./axes";

const MARGIN = { left: 52, right: 14, top: 8, bottom: 36 };
const ORDER = Object.keys(appearance.classes);
const LISTED = 4;
const SIZE = 5.5;
const EMPTY: Diagram = { parameter: "", others: {}, branches: [], events: [], notes: [] };
/** Points, from its left, at where the point itself is. */
const POINTER = "M-6 0L-15 -5L-15 5Z";
const POINT: Mark = {
  key: "point",
  name: "point",
  meaning: "the Hessian is taken here",
  sample: () => svg("path", { d: POINTER, transform: "translate(18 7)", class: "hw-sample-own" }),
  width: SAMPLE.height,
};
/** What happens to critical points there. */
const EVENTS: Readonly<Record<string, string>> = {
  fold: "two critical points meet and vanish here",
  pitchfork: "three critical points meet here, and one goes on",
  transcritical: "two critical points meet here, and exchange their classes",
  change: "a critical point changes its class here",
  boundary: "a critical point leaves the box here",
};

/** Critical points against one parameter, branch by branch; the parameter moves with the pointer or by keys. */
export class BifurcationPanel implements Panel {
  readonly element: HTMLElement;
  readonly parameter: string;
  private readonly chart = svg("svg", { class: "hw-bifurcation-chart" });
  private readonly axes = svg("g", { class: "hw-axis" });
  private readonly branches = svg("g");
  private readonly events = svg("g");
  private readonly line = svg("line", { class: "hw-now" });
  private readonly places = svg("g");
  private readonly point = svg("path", { d: POINTER, class: "hw-own", [MARK]: POINT.key });
  private readonly handle = svg("g", { class: "hw-handle", role: "slider", tabindex: 0, ...SUPPRESS_NOTEBOOK_SHORTCUTS });
  private readonly clip = svg("rect");
  private readonly select: HTMLSelectElement;
  private readonly legend: Legend;
  private readonly caption = html("p", { class: "hw-caption", role: "status" });
  private readonly progress = new ProgressBar("drawing the bifurcation diagram");
  private diagram = EMPTY;
  private isDrawn = false;
  private drawn: unknown[] = [];
  private width = 0;
  private height = 0;
  private value: number;
  private x: Scale | null = null;
  private remark = "";
  /** Of the events, those that the legend does not list. */
  private more = "";

  constructor(
    private readonly control: RangeControl,
    private readonly coordinates: RangeControl[],
    private readonly onMove: (value: number) => void,
    redraw: () => void,
  ) {
    this.parameter = control.name;
    this.value = control.start;
    const names = [...coordinates.map((c) => c.name), "f"];
    const options = names.map((name) => html("option", {}, name));
    this.select = html("select", { "aria-label": "drawn upwards", ...SUPPRESS_NOTEBOOK_SHORTCUTS }, ...options);
    this.select.addEventListener("change", redraw);
    const id = uniqueIdentifier();
    const inside = svg("g", { "clip-path": `url(#${id})` }, this.branches, this.line);
    this.handle.append(...gripOf());
    setAttributes(this.handle, { "aria-label": `${control.name}, in the bifurcation diagram` });
    this.chart.append(svg("clipPath", { id }, this.clip), this.axes, inside, this.events, this.places);
    this.chart.append(svg("g", { "clip-path": `url(#${id})` }, this.point), this.handle);
    const choice = html("label", { class: "hw-slice" }, this.select, ` against ${control.name}`);
    const head = html("div", { class: "hw-head" }, html("h3", {}, "bifurcation diagram"), choice);
    this.legend = new Legend([this.chart]);
    const said = html("div", {}, this.progress.element, this.caption);
    this.element = html("section", { class: "hw-panel hw-bifurcation" }, head, this.chart, this.legend.element, said);
    draggable(this.chart, this.handle, {
      drags: (event) => this.x && this.move(snapped(this.x.invert(event.clientX - this.chart.getBoundingClientRect().left), control)),
      keys: (event) => this.step(event),
    });
  }

  /** Take another diagram; null where there is none yet. */
  show(diagram: Diagram | null): void {
    this.isDrawn = diagram !== null;
    this.diagram = diagram ?? EMPTY;
    this.remark = this.more = "";
    this.drawn = [];
    if (!diagram) return;
    this.element.dataset.events = diagram.events.map((e) => e.kind).join(" ");
    this.explain(diagram);
  }

  /** Say why there is no diagram of the present parameters. */
  say(sentence: string): void {
    this.remark = sentence;
  }

  /** Python draws, and that takes a while; null once it does not. */
  wait(wait: Wait | null): void {
    this.progress.show(wait);
  }

  /** Whether the diagram holds for these parameters. */
  isOf(parameters: ParameterValues): boolean {
    return this.isDrawn && Object.entries(this.diagram.others).every(([name, value]) => parameters[name] === value);
  }

  resize(): void {
    this.width = this.chart.clientWidth;
    this.height = this.chart.clientHeight;
  }

  draw({ frame, parameters }: Picture): void {
    const { width, height, diagram } = this;
    if (width < 80) return;
    const which = this.select.selectedIndex;
    const { minimum, maximum, logarithmic } = this.control;
    const plane = boxWithin(width, height, MARGIN);
    const x = (logarithmic ? scaleLog : scaleLinear)([minimum, maximum], [plane.left, plane.left + plane.width]);
    const heights = this.heights(diagram, which);
    const y = scaleLinear(heights, [plane.top + plane.height, plane.top]);
    this.x = x;
    const now = [width, height, which, diagram, ...heights];
    if (now.some((part, k) => part !== this.drawn[k])) {
      this.drawn = now;
      setAttributes(this.chart, { viewBox: `0 0 ${width} ${height}` });
      setAttributes(this.clip, { x: plane.left, y: plane.top, width: plane.width, height: plane.height });
      this.axes.replaceChildren(...axesOf(x, y, plane, this.parameter, this.select.value, MARGIN.left - 11));
      this.drawBranches(diagram, which, x, y);
    }
    this.drawNow(Number(parameters[this.parameter]), diagram, which, x, y);
    const own = which < frame.point.length ? frame.point[which] : frame.value;
    setAttributes(this.point, { transform: `translate(${x(this.value)} ${Number.isFinite(own) ? y(own) : -99})` });
    const isCurrent = this.isOf(parameters);
    this.element.classList.toggle("hw-stale", this.isDrawn && !isCurrent);
    setText(this.caption, this.sentence(diagram, isCurrent));
  }

  /** What goes from bottom to top: a coordinate's range, or what f takes on. */
  private heights({ branches }: Diagram, which: number): [number, number] {
    const coordinate = this.coordinates[which];
    if (coordinate) return [coordinate.minimum, coordinate.maximum];
    const all = branches.flatMap((b) => [...b.heights[which]]).filter(Number.isFinite);
    const low = all.reduce((a, b) => Math.min(a, b), Infinity);
    const high = all.reduce((a, b) => Math.max(a, b), -Infinity);
    const room = 0.07 * (high - low) || 0.5 * Math.abs(high) || 1;
    return all.length ? [low - room, high + room] : [-1, 1];
  }

  private drawBranches({ branches, events }: Diagram, which: number, x: Scale, y: Scale): void {
    const lines = join(this.branches, branches.length, () => svg("path", { class: "hw-branch" }));
    // What is drawn last lies on top: dashes over solid lines, so that both are seen where they coincide.
    const ordered = [...branches].sort((one, other) => ORDER.indexOf(one.label) - ORDER.indexOf(other.label));
    ordered.forEach(({ label, values, heights }, k) => {
      const places = Array.from(values, (value, i) => `${x(value).toFixed(2)} ${y(heights[which][i]).toFixed(2)}`);
      setAttributes(lines[k], { d: `M${places.join("L")}`, "data-label": label, [MARK]: `branch ${label}` });
    });
    join(this.events, events.length, () => svg("path", { class: "hw-event" })).forEach((event, k) => {
      const at = `translate(${x(events[k].value).toFixed(2)} ${y(events[k].heights[which]).toFixed(2)}) scale(7)`;
      setAttributes(event, { d: shapeOf("degenerate"), transform: at, [MARK]: this.inWords(events[k]) });
    });
  }

  private drawNow(value: number, diagram: Diagram, which: number, x: Scale, y: Scale): void {
    this.value = value;
    const at = x(value);
    const [bottom, top] = y.range();
    setAttributes(this.line, { x1: at, x2: at, y1: bottom, y2: top });
    setAttributes(this.handle, {
      transform: `translate(${at} ${bottom})`,
      "aria-valuenow": value,
      "aria-valuemin": this.control.minimum,
      "aria-valuemax": this.control.maximum,
    });
    const met = diagram.branches.flatMap((b) => {
      const height = heightAt(b, which, value, x);
      return height === null ? [] : [{ label: b.label, height }];
    });
    join(this.places, met.length, mark).forEach((element, k) => showMark(element, met[k].label, [at, y(met[k].height)], SIZE));
    const counts = ORDER.map((label) => [met.filter((m) => m.label === label).length, label]).filter(([count]) => count);
    const counted = counts.map(([count, label]) => `${count} ${label}`).join(", ") || (this.isDrawn ? "no critical points" : "not drawn yet");
    setAttributes(this.handle, { "aria-valuetext": `${this.parameter} = ${this.written(value)}: ${counted}` });
    this.element.dataset.met = met.map((m) => m.label).sort().join(" ");
  }

  private explain({ branches, events }: Diagram): void {
    const labels = ORDER.filter((label) => branches.some((b) => b.label === label));
    const lines = labels.map((label) =>
      lineMark(`branch ${label}`, label, `a critical point of this class, as ${this.parameter} moves it`, { class: "hw-sample-branch", "data-label": label }),
    );
    this.legend.show([...lines, POINT, ...events.slice(0, LISTED).map((event) => this.markOf(event))]);
    if (events.length > LISTED) this.more = `${events.length - LISTED} more events`;
  }

  private markOf(event: Diagram["events"][number]): Mark {
    const words = this.inWords(event);
    const meaning = EVENTS[event.kind] ?? "critical points change here";
    const sample = () => svg("path", { d: shapeOf("degenerate"), transform: `translate(7 7) scale(5)`, class: "hw-sample-event" });
    return { key: words, name: words, meaning, sample, width: SAMPLE.height };
  }

  private inWords({ kind, value }: { kind: string; value: number }): string {
    const name = { change: "change of class", boundary: "at the box's edge" }[kind] ?? kind;
    const { minimum, maximum, logarithmic } = this.control;
    const tiny = logarithmic ? 0 : 1e-5 * (maximum - minimum); // to so much an event is located
    return `${name} at ${this.parameter} = ${short(Math.abs(value) < tiny ? 0 : value, 4)}`;
  }

  private sentence({ branches, notes }: Diagram, isCurrent: boolean): string {
    if (!this.isDrawn) return this.remark || "Python draws it when nothing moves";
    if (!isCurrent) return this.remark || "drawn for other parameters; Python follows when they rest";
    return [...(branches.length ? [] : ["no critical points in the box"]), ...(this.more ? [this.more] : []), ...notes].join("; ");
  }

  private written(value: number): string {
    const { step, logarithmic } = this.control;
    return logarithmic ? short(value, 4) : onSteps(value, step);
  }

  private step(event: KeyboardEvent): boolean {
    const steps = stepsOnLine(event);
    if (steps !== null) this.move(valueAt(toSlider(this.value, this.control) + steps * this.control.step, this.control));
    return steps !== null;
  }

  private move(next: number): void {
    if (next === this.value) return;
    this.value = next; // keys may come faster than pictures
    this.onMove(next);
  }
}
