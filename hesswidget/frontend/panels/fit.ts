import { scaleLinear } from "d3-scale";
import { Changes } from "../base/changes";
import { html, join, setAttributes, setText, svg } from "../base/dom";
import { short } from "../base/format";
import { uniqueIdentifier } from "../base/identifier";
import type { Theme } from "../base/theme";
import type { RegularizedFrame, Training } from "../engine/regularized";
import type { Regularization, Samples } from "../model/regularization";
import { type Box, type Scale, axesOf, boxWithin } from "./axes";
import { cleared } from "./canvas";
import { Contours } from "./landscape/contours";
import { Legend, MARK } from "./legend";
import { type Mark, SAMPLE, lineMark } from "./marks";
import type { Panel, Picture } from "./panel";

export interface RegularizedPicture extends Picture {
  frame: RegularizedFrame;
}

const MARGIN = { left: 46, right: 10, top: 8, bottom: 36 };
/** Beyond the samples, as a share of their range. */
const ROOM = 0.25;
/** Lines of equal values, where the model says a number of two inputs. */
const LEVELS = 7;
/** Shapes of classes, which are told apart without colours too. */
const SHAPES = ["M-3.4 0a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0 -6.8 0Z", "M0 -4.2L4 3.2L-4 3.2Z", "M-3.2 -3.2H3.2V3.2H-3.2Z", "M0 -4.4L4.4 0L0 4.4L-4.4 0Z"];

const NEW = lineMark("fit", "regularized", "what the model says, once it is trained with what the sliders add", { class: "hw-racer", "data-racer": "0" });
const OLD = lineMark("plain", "without", "what it says, once it is trained without any of that", { class: "hw-racer", "data-racer": "1" });
const dot = (key: string, name: string, meaning: string, look: string): Mark => ({ key, name, meaning, sample: () => svg("path", { d: SHAPES[0], transform: "translate(7 7)", class: look }), width: SAMPLE.height });
const TRAIN = dot("train", "for the fit", "samples that it is fitted to", "hw-sample-train");
const TEST = dot("test", "for the test", "samples that it has not seen", "hw-sample-test");

/** What the model says of its inputs, trained with what regularizes it and without, and the samples. */
export class FitPanel implements Panel<RegularizedPicture> {
  readonly element: HTMLElement;
  private readonly box = html("div", { class: "hw-fit-box" });
  private readonly canvas = html("canvas", { "aria-hidden": "true" });
  private readonly chart = svg("svg", { role: "img" }, svg("title"));
  private readonly axes = svg("g", { class: "hw-axis" });
  private readonly samples = svg("g");
  private readonly lines = svg("g");
  private readonly clip = svg("rect");
  private readonly legend = new Legend([this.chart]);
  private readonly changes = new Changes();
  /** Those of paths, and the theme that they are of. */
  private colours: readonly string[] = [];
  private coloured = "";
  private width = 0;
  private height = 0;

  constructor(private readonly told: Regularization) {
    const id = uniqueIdentifier();
    const inside = svg("g", { "clip-path": `url(#${id})` }, this.samples, this.lines);
    this.chart.append(svg("clipPath", { id }, this.clip), this.axes, inside);
    this.box.append(this.canvas, this.chart);
    const title = { curve: "fit", plane: told.are_classes ? "decision boundary" : "fit", samples: "predictions" }[told.kind];
    this.element = html("section", { class: "hw-panel hw-fit" }, html("div", { class: "hw-head" }, html("h3", {}, title)), this.box, this.legend.element);
    this.legend.show([...(told.kind === "samples" ? [] : [NEW, OLD]), TRAIN, ...(told.tested ? [TEST] : [])]);
  }

  resize(): void {
    this.width = this.box.clientWidth;
    this.height = this.box.clientHeight;
  }

  draw({ frame, theme }: RegularizedPicture): void {
    const { width, height, told } = this;
    if (width < 80) return;
    const box = boxWithin(width, height, MARGIN);
    setAttributes(this.chart, { viewBox: `0 0 ${width} ${height}` });
    setAttributes(this.clip, { x: box.left, y: box.top, width: box.width, height: box.height });
    const { training, plain } = frame;
    setText(this.chart.firstElementChild!, this.inWords(frame));
    if (told.kind === "curve") this.drawCurves(box, training, plain);
    else if (told.kind === "plane") this.drawPlane(box, training, plain, theme);
    else this.drawSamples(box, training, plain);
  }

  private inWords({ training, plain }: RegularizedFrame): string {
    const losses = ({ trainLoss, testLoss }: Training) => `loss ${short(trainLoss)} of the samples for the fit${this.told.tested ? ` and ${short(testLoss)} of those for the test` : ""}`;
    return `What the model says: regularized it has the ${losses(training)}; without, the ${losses(plain)}.`;
  }

  /** A number, or the probability of a class, over one input. */
  private drawCurves(box: Box, training: Training, plain: Training): void {
    const { told } = this;
    const [end] = told.ends;
    const x = scaleLinear(end, [box.left, box.left + box.width]);
    const targets = [...told.train.targets, ...told.test.targets].flat();
    const [low, high] = [Math.min(...targets), Math.max(...targets)];
    const room = ROOM * (high - low || 1);
    const y = scaleLinear([low - room, high + room], [box.top + box.height, box.top]);
    this.frameWith(x, y, box, "input", told.are_classes ? "probability" : "target");
    const curves = [plain, training].flatMap(({ fit }, which) => Array.from({ length: told.outputs }, (_, k) => ({ fit, which, k })));
    join(this.lines, curves.length, () => svg("path")).forEach((path, i) => {
      const { fit, which, k } = curves[i];
      const step = (end[1] - end[0]) / (told.size - 1);
      const places = Array.from({ length: told.size }, (_, j) => `${x(end[0] + j * step).toFixed(1)} ${held(y(fit[j * told.outputs + k]), box).toFixed(1)}`);
      setAttributes(path, { class: "hw-racer", "data-racer": String(1 - which), [MARK]: which ? "fit" : "plain", d: fit.every(Number.isFinite) ? `M${places.join("L")}` : "" });
    });
    const points = (samples: Samples, look: string) => samples.inputs.flatMap(([at], i) => samples.targets[i].map((target) => ({ at: [x(at), y(target)], look, shape: 0 })));
    this.drawPoints([...points(told.test, "test"), ...points(told.train, "train")]);
  }

  /** Regions of classes, or lines of equal values, over two inputs. */
  private drawPlane(box: Box, training: Training, plain: Training, theme: Theme): void {
    const { told } = this;
    const [x, y] = told.ends.map((end, k) => scaleLinear(end, k ? [box.top + box.height, box.top] : [box.left, box.left + box.width]));
    this.frameWith(x, y, box, "input 1", "input 2");
    const points = (samples: Samples, look: string) => samples.inputs.map(([a, b], i) => ({ at: [x(a), y(b)], look, shape: told.are_classes ? classOf(samples.targets[i]) : 0 }));
    this.drawPoints([...points(told.test, "test"), ...points(told.train, "train")]);
    this.lines.replaceChildren();
    if (!this.changes.isNew("plane", [training.fit, plain.fit, this.width, this.height, theme.key])) return;
    const context = cleared(this.canvas, this.width, this.height);
    if (!context) return;
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.width, box.height);
    context.clip();
    if (this.coloured !== theme.key) this.colours = pathColours(this.box);
    this.coloured = theme.key;
    const { colours } = this;
    const regions = regionsOf(training.fit, told);
    const before = regionsOf(plain.fit, told);
    context.globalAlpha = 0.16;
    regions.forEach(({ values, level, colour }) => {
      new Contours(values, told.size, told.size).trace(context, level, box);
      context.fillStyle = colours[colour];
      context.fill();
    });
    context.globalAlpha = 1;
    context.lineWidth = 2;
    for (const [set, colour, dashes] of [[before, 1, [7, 3]], [regions, 0, []]] as const) {
      context.setLineDash([...dashes]);
      context.strokeStyle = colours[colour];
      for (const { values, level } of set) {
        new Contours(values, told.size, told.size).trace(context, level, box);
        context.stroke();
      }
    }
    context.restore();
  }

  /** What is said of each sample, against what is true. */
  private drawSamples(box: Box, training: Training, plain: Training): void {
    const { told } = this;
    const truth = [...told.train.targets, ...told.test.targets];
    const count = Math.min(truth.length, Math.floor(training.fit.length / told.outputs));
    const said = (fit: Float64Array, i: number) => (told.are_classes ? probabilityOf(fit, i, truth[i], told.outputs) : fit[i * told.outputs]);
    const at = (i: number) => (told.are_classes ? i : truth[i][0]);
    const places = Array.from({ length: count }, (_, i) => at(i));
    const values = told.are_classes ? [0, 1] : [...places, ...places.map((_, i) => said(training.fit, i)), ...places.map((_, i) => said(plain.fit, i))].filter(Number.isFinite);
    const [left, right] = [Math.min(...places), Math.max(...places)];
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const x = scaleLinear([left, right > left ? right : left + 1], [box.left, box.left + box.width]);
    const y = scaleLinear([low - 0.05 * (high - low), high + 0.05 * (high - low) || 1], [box.top + box.height, box.top]);
    this.frameWith(x, y, box, told.are_classes ? "sample" : "target", told.are_classes ? "probability of its class" : "prediction");
    const line = told.are_classes ? `M${box.left} ${y(0.5)}h${box.width}` : `M${x(low)} ${y(low)}L${x(high)} ${y(high)}`;
    join(this.lines, 1, () => svg("path", { class: "hw-now" })).forEach((path) => setAttributes(path, { d: line }));
    const trained = told.train.targets.length;
    this.drawPoints(places.map((place, i) => ({ at: [x(place), held(y(said(training.fit, i)), box)], look: i < trained ? "train" : "test", shape: 0 })));
  }

  private frameWith(x: Scale, y: Scale, box: Box, xName: string, yName: string): void {
    if (!this.changes.isNew("axes", [this.width, this.height, ...x.domain(), ...y.domain()])) return;
    this.axes.replaceChildren(...axesOf(x, y, box, xName, yName));
  }

  private drawPoints(points: readonly { at: readonly number[]; look: string; shape: number }[]): void {
    join(this.samples, points.length, () => svg("path")).forEach((path, i) => {
      const { at, look, shape } = points[i];
      setAttributes(path, { d: SHAPES[shape % SHAPES.length], transform: `translate(${at[0].toFixed(1)} ${at[1].toFixed(1)})`, class: `hw-sample-${look}`, "data-racer": this.told.are_classes ? String(shape) : null, [MARK]: look });
    });
  }
}

/** A height that stays near the box, since nothing is drawn far away. */
function held(height: number, { top, height: tall }: Box): number {
  return Math.min(Math.max(height, top - tall), top + 2 * tall);
}

/** The class that a target names: its number, or which of its entries is one. */
function classOf(target: readonly number[]): number {
  return target.length > 1 ? target.indexOf(Math.max(...target)) : Math.round(target[0]);
}

function probabilityOf(fit: Float64Array, i: number, target: readonly number[], outputs: number): number {
  const which = classOf(target);
  if (outputs > 1) return fit[i * outputs + which];
  return which ? fit[i] : 1 - fit[i];
}

/** Values and the level at which something ends: a class, or a value; with the number of its colour. */
function regionsOf(fit: Float64Array, { outputs, are_classes, size }: Regularization): { values: Float64Array; level: number; colour: number }[] {
  if (!fit.every(Number.isFinite)) return [];
  if (are_classes && outputs === 1) return [{ values: fit.map((p) => 1 - p), level: 0.5, colour: 0 }, { values: fit, level: 0.5, colour: 1 }];
  if (are_classes) {
    return Array.from({ length: outputs }, (_, k) => {
      const values = Float64Array.from({ length: size * size }, (_, i) => {
        const row = fit.subarray(i * outputs, (i + 1) * outputs);
        return row[k] - row.reduce((most, p, j) => (j === k ? most : Math.max(most, p)), -Infinity);
      });
      return { values, level: 0, colour: k };
    });
  }
  const values = Float64Array.from({ length: size * size }, (_, i) => fit[i * outputs]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return Array.from({ length: LEVELS }, (_, k) => ({ values, level: low + ((k + 1) * (high - low)) / (LEVELS + 1), colour: 0 }));
}

/** The colours of paths, as the stylesheet has them in the present theme. */
function pathColours(root: HTMLElement): string[] {
  return Array.from({ length: 12 }, (_, k) => {
    const probe = svg("g", { "data-racer": String(k) });
    root.append(probe);
    const colour = getComputedStyle(probe).getPropertyValue("--hw-racer").trim();
    probe.remove();
    return colour || "#888";
  });
}
