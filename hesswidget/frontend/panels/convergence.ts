import { scaleLinear, scaleLog } from "d3-scale";
import { Changes } from "../base/changes";
import { SUPPRESS_NOTEBOOK_SHORTCUTS, button, html, join, setAttributes, svg } from "../base/dom";
import { draggable, stepsOnLine } from "../base/draggable";
import { number } from "../base/format";
import { stepAt, stepsOf } from "../engine/paths";
import type { RaceFrame } from "../engine/race";
import { AGAINST, MEASURES, type Against, type Measure, type ViewState } from "../model/view_state";
import { type Scale, axesOf, boxWithin, gripOf } from "./axes";
import type { RacePicture } from "./landscape/layers/race";
import { Switch } from "./landscape/switch";
import type { Panel } from "./panel";

const MARGIN = { left: 68, right: 12, top: 8, bottom: 36 };
/** What is left of each measure, as an axis has it. */
export const LEFT: Readonly<Record<Measure, string>> = { value: "f − lowest", gradient: "|∇f|", distance: "distance to its limit" };
const TITLES: Readonly<Record<Measure, string>> = {
  value: "how much f is above the lowest value that any of these paths has reached",
  gradient: "the gradient's norm",
  distance: "how far a path is from the critical point that it comes to, or from where it ends if that is none",
};
/** So many powers of ten below the largest nothing is drawn: that is rounding. */
const DEPTH = 18;
/** So many times as high as the paths start, nothing is drawn either. */
const RISE = 1e4;
/** Half of the thickest line, in pixels. */
const THICK = 1.5;
/** Between two steps of a play, in milliseconds; longer where less motion is wanted. */
const TICK = 110;
const QUIET_TICK = 600;

/** What is left at each step of each path, on a logarithmic axis; one goes through the steps by pointer, by keys, or plays them. */
export class ConvergencePanel implements Panel<RacePicture> {
  readonly element: HTMLElement;
  private readonly chart = svg("svg", { class: "hw-convergence-chart" });
  private readonly axes = svg("g", { class: "hw-axis" });
  /** Cut off at the frame: a line that leaves it is not drawn along it. */
  private readonly lines = svg("svg");
  private readonly line = svg("line", { class: "hw-now" });
  private readonly places = svg("g");
  private readonly handle = svg("g", { class: "hw-handle", role: "slider", tabindex: 0, "aria-label": "step", ...SUPPRESS_NOTEBOOK_SHORTCUTS });
  private readonly measures: HTMLSelectElement;
  private readonly axisSwitch: Switch;
  private readonly play = button({ class: "hw-small hw-play", "aria-pressed": "false" });
  private readonly changes = new Changes();
  private measure: Measure = MEASURES[0];
  private against: Against = AGAINST[0];
  private playing: ReturnType<typeof setInterval> | undefined;
  private width = 0;
  private height = 0;
  private x: Scale | null = null;
  private frame: RaceFrame | null = null;
  private step: number | null = null;

  constructor(
    private readonly choose: (changes: Partial<ViewState>) => void,
    private readonly redraw: () => void,
  ) {
    const options = MEASURES.map((measure) => html("option", { title: TITLES[measure] }, LEFT[measure]));
    this.measures = html("select", { "aria-label": "what converges", ...SUPPRESS_NOTEBOOK_SHORTCUTS }, ...options);
    this.measures.addEventListener("change", () => choose({ measure: MEASURES[this.measures.selectedIndex] }));
    this.axisSwitch = new Switch("against", AGAINST, (picked) => choose({ against: picked as Against }));
    this.play.addEventListener("click", () => (this.playing === undefined ? this.start() : this.stop()));
    this.showPlay();
    const choice = html("label", { class: "hw-slice" }, this.measures, html("span", { class: "hw-wide-only" }, "against"));
    const head = html("div", { class: "hw-head" }, html("h3", {}, "convergence"), choice, this.axisSwitch.element, this.play);
    this.handle.append(...gripOf());
    this.chart.append(this.axes, this.lines, this.line, this.places, this.handle);
    this.element = html("section", { class: "hw-panel hw-convergence" }, head, this.chart);
    draggable(this.chart, this.handle, {
      drags: (event) => this.goTo(event.clientX - this.chart.getBoundingClientRect().left),
      keys: (event) => this.key(event),
    });
  }

  look({ measure, against, step }: ViewState): void {
    this.step = step;
    if (measure === this.measure && against === this.against) return;
    this.measure = measure;
    this.against = against;
    this.measures.selectedIndex = MEASURES.indexOf(measure);
    this.axisSwitch.show(against);
    this.redraw();
  }

  resize(): void {
    this.width = this.chart.clientWidth;
    this.height = this.chart.clientHeight;
  }

  /** Play no more. */
  stop(): void {
    clearInterval(this.playing);
    this.playing = undefined;
    this.showPlay();
  }

  draw({ frame, step }: RacePicture): void {
    const { width, height, measure, against } = this;
    this.frame = frame;
    if (width < 80) return;
    const box = boxWithin(width, height, MARGIN);
    const { left } = frame.convergence[measure];
    const along = frame.paths.map((path) => (against === "cost" ? path.costs : path.values.map((_, i) => i)));
    const grows = frame.share < 1 && against === "steps"; // then the axis is as long as paths may get
    const far = Math.max(1, grows ? frame.steps : 0, ...along.map((places) => places[places.length - 1]));
    const [low, high] = heightsOf(left);
    const x = scaleLinear([0, far], [box.left, box.left + box.width]);
    const y = scaleLog([low, high], [box.top + box.height, box.top]);
    this.x = x;
    setAttributes(this.chart, { viewBox: `0 0 ${width} ${height}` });
    if (this.changes.isNew("axes", [width, height, far, low, high, measure, against])) {
      this.axes.replaceChildren(...axesOf(x, y, box, against === "cost" ? "cost, in gradients" : "steps", LEFT[measure], MARGIN.left - 11));
    }
    if (this.changes.isNew("lines", [frame.paths, frame.followed, width, height, measure, against])) {
      const cut = { x: box.left - THICK, y: box.top - THICK, width: box.width + 2 * THICK, height: box.height + 2 * THICK };
      setAttributes(this.lines, { ...cut, viewBox: Object.values(cut).join(" ") });
      join(this.lines, left.length, () => svg("path", { class: "hw-racer" })).forEach((path, k) => {
        setAttributes(path, { d: lineOf(along[k], left[k], frame.paths[k].values, x, y), "data-racer": String(k), class: k === frame.followed ? "hw-racer hw-followed" : "hw-racer" });
      });
    }
    this.drawNow(frame, step, along, x, y, left);
  }

  private drawNow(frame: RaceFrame, step: number | null, along: readonly Float64Array[], x: Scale, y: Scale, left: readonly Float64Array[]): void {
    const path = frame.paths[frame.followed];
    const at = x(along[frame.followed][frame.at]);
    const [bottom, top] = y.range();
    setAttributes(this.line, { x1: at, x2: at, y1: bottom, y2: top });
    setAttributes(this.handle, {
      transform: `translate(${at} ${bottom})`,
      "aria-valuenow": frame.at,
      "aria-valuemin": 0,
      "aria-valuemax": longest(frame),
      "aria-valuetext": `step ${frame.at} of ${stepsOf(path)}: ${left[frame.followed][frame.at] > 0 ? `${LEFT[this.measure]} ${number(left[frame.followed][frame.at])}` : "nothing is left"}`,
    });
    join(this.places, frame.paths.length, () => svg("circle", { r: 3.4, class: "hw-racer-now" })).forEach((dot, k) => {
      const now = stepAt(frame.paths[k], step);
      const error = left[k][now];
      const height = y(error);
      const isThere = error > 0 && top - THICK <= height && height <= bottom + THICK;
      setAttributes(dot, { cx: x(along[k][now]), cy: isThere ? height : -99, "data-racer": String(k), hidden: !isThere || step === null });
    });
  }

  private goTo(place: number): void {
    const { frame, x, against } = this;
    if (!frame || !x) return;
    this.stop();
    const wanted = x.invert(place);
    if (against === "steps") return this.moveTo(Math.round(wanted));
    const { costs } = frame.paths[frame.followed];
    const beyond = costs.findIndex((cost) => cost > wanted);
    this.moveTo(beyond < 0 ? costs.length - 1 : Math.max(0, beyond - 1));
  }

  private key(event: KeyboardEvent): boolean {
    const steps = stepsOnLine(event);
    if (steps === null || !this.frame) return false;
    this.stop();
    this.moveTo((this.step ?? this.frame.at) + steps);
    return true;
  }

  private moveTo(step: number): void {
    const last = longest(this.frame!);
    this.step = Math.min(last, Math.max(0, step)); // keys may come faster than pictures
    this.choose({ step: this.step });
  }

  private start(): void {
    const { frame } = this;
    if (!frame) return;
    const last = longest(frame);
    if (this.step === null || this.step >= last) this.moveTo(0);
    const tick = matchMedia("(prefers-reduced-motion: reduce)").matches ? QUIET_TICK : TICK;
    this.playing = setInterval(() => {
      this.moveTo((this.step ?? 0) + 1);
      if (this.step! >= longest(this.frame!)) this.stop();
    }, tick);
    this.showPlay();
  }

  private showPlay(): void {
    const isPlaying = this.playing !== undefined;
    this.play.textContent = isPlaying ? "❚❚" : "▶";
    setAttributes(this.play, { "aria-label": "play", "aria-pressed": String(isPlaying), title: isPlaying ? "stop here" : "go through the steps, one after the other" });
  }
}

/** The steps of the longest path. */
export function longest({ paths }: RaceFrame): number {
  return Math.max(...paths.map(stepsOf));
}

/** What the upright axis spans: what diverges leaves it at its top, or all else would be a line at its bottom. */
function heightsOf(left: readonly Float64Array[]): [number, number] {
  let [low, high, first] = [Infinity, 0, 0];
  for (const errors of left) first = Math.max(first, errors.find((error) => error > 0 && Number.isFinite(error)) ?? 0);
  for (const errors of left) {
    for (const error of errors) {
      if (!(error > 0) || !Number.isFinite(error)) continue;
      low = Math.min(low, error);
      high = Math.max(high, error);
    }
  }
  if (!high) return [0.1, 1];
  high = Math.min(high, RISE * first);
  low = Math.max(low, high * 10 ** -DEPTH);
  return low < high ? [low, high] : [low / 10, high * 10];
}

/** A line through what is left, down to the axis where nothing is, and broken where f is not finite. */
function lineOf(along: Float64Array, errors: Float64Array, values: Float64Array, x: Scale, y: Scale): string {
  const parts: string[] = [];
  let isDrawing = false;
  errors.forEach((error, i) => {
    const isThere = Number.isFinite(values[i]) && error !== Infinity;
    const height = error > 0 ? y(error) : y.range()[0];
    if (isThere) parts.push(`${isDrawing ? "L" : "M"}${x(along[i]).toFixed(1)} ${height.toFixed(1)}`);
    isDrawing = isThere;
  });
  return parts.join("") || "M0 0";
}
