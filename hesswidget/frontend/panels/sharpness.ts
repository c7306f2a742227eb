import { type ScaleSymLog, scaleLinear, scaleLog, scaleSymlog } from "d3-scale";
import { Changes } from "../base/changes";
import type { Flow } from "../questions/flows";
import type { Wait } from "../questions/rest_question";
import { SUPPRESS_NOTEBOOK_SHORTCUTS, button, html, join, setAttributes, setText, svg } from "../base/dom";
import { number } from "../base/format";
import type { Path } from "../engine/paths";
import type { RaceFrame } from "../engine/race";
import type { Race } from "../model/race";
import { fill } from "../model/reason";
import { MEASURED, type MeasuredName, type ViewState } from "../model/view_state";
import { type Scale, axesOf, boxWithin } from "./axes";
import type { RacePicture } from "./landscape/layers/race";
import { isPressed, toggle } from "./landscape/switch";
import type { Panel } from "./panel";
import { ProgressBar } from "./progress";
import { MARGIN as SPARE, extremes, sharpnessHeights } from "./sharpness_scale";

const MARGIN = { left: 68, right: 12, top: 8, bottom: 36 };
/** Of so many measurements along a path each has a dot. */
const DOTTED = 60;
/** Of the largest change, what is about zero on an axis for both signs. */
const SMALL = 1e-3;

interface Kind {
  /** As it is chosen, and as the axis has it. */
  name: string;
  title: string;
  /** The quantity that is drawn, and the one that is dashed beside it. */
  solid: string;
  dashed?: string;
  axis: "sharpness" | "from zero" | "logarithmic" | "both signs";
  /** A line for all. */
  level?: number;
}

const KINDS: Readonly<Record<MeasuredName, Kind>> = {
  sharpness: { name: "sharpness", title: "the largest eigenvalue, of a method that divides by a diagonal that of the Hessian divided by it; dashed, up to which the method's steps are stable", solid: "watched", dashed: "threshold", axis: "sharpness" },
  ratio: { name: "sharpness / threshold", title: "above 1 an oscillation grows", solid: "ratio", axis: "sharpness", level: 1 },
  trace: { name: "trace", title: "the sum of all eigenvalues; of many variables estimated", solid: "trace", axis: "both signs" },
  share: { name: "gradient in the top 5", title: "which share of the gradient's square lies along the eigenvectors of the five largest eigenvalues", solid: "share", axis: "from zero", level: 1 },
  step: { name: "change by the next step", title: "by how much the next step changes f; dashed, by how much the quadratic model says it does", solid: "actual", dashed: "predicted", axis: "both signs" },
  "test loss": { name: "loss on test samples", title: "without penalty", solid: "test_loss", axis: "logarithmic" },
};

export interface MeasuredPicture extends RacePicture {
  /** The flows beside the followed path, and what is said where there are none. */
  flows: { flows: readonly Flow[]; sentence: string };
}

/** What is measured of the curvature along the paths, and what is seen there in words; a button stops the paths where they are. */
export class SharpnessPanel implements Panel<MeasuredPicture> {
  readonly element: HTMLElement;
  private readonly chart = svg("svg", { class: "hw-sharpness-chart", role: "img" });
  private readonly axes = svg("g", { class: "hw-axis" });
  private readonly lines = svg("g");
  private readonly now = svg("line", { class: "hw-now" });
  private readonly caption = html("p", { class: "hw-caption" });
  private readonly select: HTMLSelectElement;
  private readonly progress = new ProgressBar("the training", "stop here, and keep what there is");
  private readonly flowsButton = toggle("flows", "show gradient flow, dotted, and the central flow, which the path follows on average at the edge of stability");
  private readonly following = new ProgressBar("following the flows");
  private readonly goOn = button({ class: "hw-small", hidden: "" }, "continue");
  private readonly changes = new Changes();
  private kind: MeasuredName = MEASURED[0];
  private isStopped = false;
  private width = 0;
  private height = 0;
  private x: Scale | null = null;

  /** The panel of a race along whose paths curvature is measured; null for any other. */
  static of(race: Race, choose: (changes: Partial<ViewState>) => void, redraw: () => void, stop: (isStopped: boolean) => void): SharpnessPanel | null {
    return race.curvature_every ? new SharpnessPanel(race, choose, redraw, stop) : null;
  }

  private constructor(
    private readonly race: Race,
    private readonly choose: (changes: Partial<ViewState>) => void,
    private readonly redraw: () => void,
    private readonly stop: (isStopped: boolean) => void,
  ) {
    const options = MEASURED.map((kind) => html("option", { title: KINDS[kind].title }, KINDS[kind].name));
    this.select = html("select", { "aria-label": "what is measured", ...SUPPRESS_NOTEBOOK_SHORTCUTS }, ...options);
    this.select.addEventListener("change", () => choose({ measured: MEASURED[this.select.selectedIndex] }));
    this.goOn.addEventListener("click", () => this.halt(false));
    const head = html("div", { class: "hw-head" }, html("h3", {}, "along the paths"), html("label", { class: "hw-slice" }, this.select), this.flowsButton, this.goOn);
    this.flowsButton.addEventListener("click", () => choose({ flows: !isPressed(this.flowsButton) }));
    this.chart.append(this.axes, this.lines, this.now);
    this.element = html("section", { class: "hw-panel hw-sharpness" }, head, this.chart, this.progress.element, this.following.element, this.caption);
    this.chart.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !event.isPrimary) return;
      this.chart.setPointerCapture(event.pointerId);
      this.goTo(event);
    });
    this.chart.addEventListener("pointermove", (event) => {
      if (this.chart.hasPointerCapture(event.pointerId)) this.goTo(event);
    });
  }

  /** The flows are on their way. */
  wait(wait: Wait | null): void {
    this.following.show(wait);
  }

  look({ measured, flows }: ViewState): void {
    this.flowsButton.setAttribute("aria-pressed", String(flows));
    if (measured === this.kind) return;
    this.kind = measured;
    this.select.selectedIndex = MEASURED.indexOf(measured);
    this.redraw();
  }

  resize(): void {
    this.width = this.chart.clientWidth;
    this.height = this.chart.clientHeight;
  }

  draw({ frame, titles, flows: { flows, sentence } }: MeasuredPicture): void {
    const { width, height } = this;
    this.showProgress(frame);
    if (width < 80) return;
    const kind = KINDS[this.kind];
    const box = boxWithin(width, height, MARGIN);
    const drawn = frame.paths.map((path) => this.linesOf(path, kind));
    const far = Math.max(1, frame.share < 1 ? frame.steps : 0, ...frame.paths.map(({ values }) => values.length - 1));
    const x = scaleLinear([0, far], [box.left, box.left + box.width]);
    const along = this.kind === "ratio" ? flows.map(({ ratio }) => ratio) : this.kind === "sharpness" ? flows.map(({ sharpness }) => sharpness) : [];
    const [scale, domain, name] = this.scaleOf(kind, drawn, along);
    const upright = scale.range([box.top + box.height, box.top]).clamp(true) as Scale;
    const y = (value: number) => upright(Math.max(value, domain[0])); // what a logarithm has no place for stands at its foot
    this.x = x;
    setAttributes(this.chart, { viewBox: `0 0 ${width} ${height}`, "aria-label": `${kind.name} over the steps` });
    if (this.changes.isNew("axes", [width, height, far, ...domain, name, this.kind])) {
      this.axes.replaceChildren(...axesOf(x, upright, box, "steps", name, MARGIN.left - 11));
    }
    if (this.changes.isNew("lines", [frame.paths, frame.followed, width, height, far, this.kind, flows])) {
      const level = kind.level === undefined ? [] : [{ class: "hw-level", d: `M${box.left} ${y(kind.level)}H${box.left + box.width}`, "data-racer": null }];
      const lines = drawn.flatMap(({ steps, solid, dashed }, k) => {
        const racer = String(k);
        const isFollowed = k === frame.followed;
        return [
          ...(dashed ? [{ class: "hw-threshold", d: lineOf(steps, dashed, x, y), "data-racer": racer }] : []),
          { class: isFollowed ? "hw-racer hw-followed" : "hw-racer", d: lineOf(steps, solid, x, y), "data-racer": racer },
          ...(isFollowed && steps.length <= DOTTED ? [{ class: "hw-measured-at", d: dotsOf(steps, solid, x, y), "data-racer": racer }] : []),
        ];
      });
      const beside = along.map((values, k) => ({ class: `hw-flow hw-flow-${flows[k].kind}`, d: lineOf(flows[k].times, values, x, y), "data-racer": null }));
      const all = [...level, ...lines, ...beside];
      join(this.lines, all.length, () => svg("path")).forEach((path, k) => setAttributes(path, all[k]));
    }
    const at = x(frame.at);
    setAttributes(this.now, { x1: at, x2: at, y1: box.top + box.height, y2: box.top });
    const said = this.sentences(frame, frame.followed);
    const who = titles.length > 1 ? `${titles[frame.followed]}: ` : "";
    const measured = this.atStep(frame);
    setText(this.caption, [measured, said.length ? `${who}${said.join("; ")}` : "", ...flows.map(({ words }) => words), sentence].filter(Boolean).join(" · "));
    setAttributes(this.caption, { title: this.caption.textContent });
  }

  /** What is seen along each path, for those who do not see it. */
  inWords(frame: RaceFrame): string[] {
    return this.race.racers.flatMap(({ title }, k) => {
      const said = this.sentences(frame, k);
      return said.length ? [`${title}: ${said.join("; ")}`] : [];
    });
  }

  private sentences({ phases }: RaceFrame, k: number): string[] {
    const facts = phases?.[k];
    if (!facts) return [];
    const seen = this.race.phases.map((template, i) => ({ template, i })).filter(({ i }) => facts.seen[i] > 0);
    seen.sort((one, other) => facts.first[one.i] - facts.first[other.i] || facts.last[one.i] - facts.last[other.i]);
    return seen.map(({ template }) => fill(template, facts, []));
  }

  /** The numbers at the step that is looked at, or at the last one before it at which was measured. */
  private atStep({ paths, followed, at }: RaceFrame): string {
    const { measured } = paths[followed];
    if (!measured) return "";
    const row = measured.steps.filter((step) => step <= at).length - 1;
    const of = (name: string) => this.quantity(measured, name)[row];
    const [watched, threshold] = [of("watched"), of("threshold")];
    const against = Number.isFinite(threshold) ? `, threshold ${number(threshold)}` : "";
    return Number.isFinite(watched) ? `step ${measured.steps[row]}: ${of("preconditioned") === watched ? "preconditioned λ" : "λ"} ${number(watched)}${against}` : "";
  }

  private quantity({ steps, values }: NonNullable<Path["measured"]>, name: string): Float64Array {
    const { quantities } = this.race;
    const at = quantities.indexOf(name);
    return Float64Array.from(steps, (_, i) => (at < 0 ? NaN : values[i * quantities.length + at]));
  }

  private linesOf({ measured }: Path, { solid, dashed }: Kind): { steps: Float64Array; solid: Float64Array; dashed: Float64Array | null } {
    if (!measured) return { steps: new Float64Array(), solid: new Float64Array(), dashed: null };
    return { steps: measured.steps, solid: this.quantity(measured, solid), dashed: dashed ? this.quantity(measured, dashed) : null };
  }

  /** The upright axis, from where to where it goes, and how it is called. */
  private scaleOf({ axis, level }: Kind, drawn: readonly { solid: Float64Array; dashed: Float64Array | null }[], beside: readonly Float64Array[]): [Scale | ScaleSymLog<number, number>, [number, number], string] {
    const solid = drawn.map((line) => line.solid);
    const edges = [...drawn.flatMap(({ dashed }) => (dashed ? [dashed] : [])), ...(level === undefined ? [] : [Float64Array.of(level)])];
    if (axis === "sharpness") {
      const { low, high, isLogarithmic } = sharpnessHeights(solid, edges, beside);
      return [(isLogarithmic ? scaleLog() : scaleLinear()).domain([low, high]), [low, high], isLogarithmic ? "logarithmic" : ""];
    }
    const { low, high, positive } = extremes([...solid, ...edges, ...beside]);
    if (axis === "logarithmic") {
      const ends: [number, number] = high > 0 ? [positive / 1.3, high * 1.3] : [0.1, 1];
      return [scaleLog().domain(ends), ends, ""];
    }
    const largest = Math.max(-low, high);
    const ends: [number, number] = largest > 0 ? [low, high || 0.1 * largest] : [-1, 1];
    if (axis === "both signs") return [scaleSymlog().constant(SMALL * (largest || 1)).domain(ends), ends, ""];
    const spare: [number, number] = [low, SPARE * high || 1];
    return [scaleLinear().domain(spare), spare, ""];
  }

  private showProgress({ share, steps }: RaceFrame): void {
    if (share >= 1) this.isStopped = false;
    const words = `step ${Math.round(share * steps)} of ${steps}`;
    this.progress.show(share < 1 && !this.isStopped ? { share, words, cancel: () => this.halt(true) } : null);
    this.goOn.hidden = !(share < 1 && this.isStopped);
    setAttributes(this.goOn, { title: `stopped at ${words}; go on from there` });
  }

  private halt(isStopped: boolean): void {
    this.isStopped = isStopped;
    this.stop(isStopped);
    this.redraw();
  }

  private goTo(event: PointerEvent): void {
    if (!this.x) return;
    const step = Math.round(this.x.invert(event.clientX - this.chart.getBoundingClientRect().left));
    this.choose({ step: Math.max(0, Math.min(step, this.race.steps)) });
  }
}

/** A line, broken where nothing is known. */
function lineOf(steps: Float64Array, values: Float64Array, x: Scale, y: (value: number) => number): string {
  let isDrawing = false;
  const parts: string[] = [];
  steps.forEach((step, i) => {
    const isThere = Number.isFinite(values[i]);
    if (isThere) parts.push(`${isDrawing ? "L" : "M"}${x(step).toFixed(1)} ${y(values[i]).toFixed(1)}`);
    isDrawing = isThere;
  });
  return parts.join("") || "M0 0";
}

function dotsOf(steps: Float64Array, values: Float64Array, x: Scale, y: (value: number) => number): string {
  return [...steps].map((step, i) => (Number.isFinite(values[i]) ? `M${x(step).toFixed(1)} ${y(values[i]).toFixed(1)}h0` : "")).join("") || "M0 0";
}
