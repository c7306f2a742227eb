import { scaleLinear, scaleLog } from "d3-scale";
import { Changes } from "../base/changes";
import { html, join, setAttributes, setText, svg } from "../base/dom";
import { short } from "../base/format";
import type { Training } from "../engine/regularized";
import { axesOf, boxWithin } from "./axes";
import type { RegularizedPicture } from "./fit";
import { Legend, MARK } from "./legend";
import { lineMark } from "./marks";
import type { Panel } from "./panel";

const MARGIN = { left: 62, right: 20, top: 8, bottom: 36 };
/** So many times the first loss is the most that is drawn, */
const RISE = 10;
/** and so many powers of ten below it the least. */
const DEPTH = 8;

const marks = (key: string, name: string, which: string) => [
  lineMark(`${key} train`, `${name}, fit`, `the loss of the samples that it is fitted to, ${which}`, { class: "hw-racer hw-of-train", "data-racer": key }),
  lineMark(`${key} test`, `${name}, test`, `the loss of the samples that it has not seen, ${which}`, { class: "hw-racer hw-of-test", "data-racer": key }),
];
const NEW = marks("0", "regularized", "without what regularizes");
const OLD = marks("1", "without", "trained without anything that regularizes");

/** The losses over the steps of both trainings, on a logarithmic axis. */
export class LossesPanel implements Panel<RegularizedPicture> {
  readonly element: HTMLElement;
  private readonly chart = svg("svg", { class: "hw-losses-chart", role: "img" }, svg("title"));
  private readonly axes = svg("g", { class: "hw-axis" });
  private readonly lines = svg("g");
  private readonly legend = new Legend([this.chart]);
  private readonly changes = new Changes();
  private width = 0;
  private height = 0;

  constructor(private readonly tested: boolean) {
    this.chart.append(this.axes, this.lines);
    this.element = html("section", { class: "hw-panel hw-losses" }, html("div", { class: "hw-head" }, html("h3", {}, "losses")), this.chart, this.legend.element);
    this.legend.show([...NEW, ...OLD].filter(({ key }) => tested || key.endsWith("train")));
  }

  resize(): void {
    this.width = this.chart.clientWidth;
    this.height = this.chart.clientHeight;
  }

  draw({ frame: { training, plain } }: RegularizedPicture): void {
    const { width, height, tested } = this;
    if (width < 80) return;
    const all = [plain, training].flatMap((one, which) => [
      { one, which, set: "train", losses: one.trainLosses },
      ...(tested ? [{ one, which, set: "test", losses: one.testLosses }] : []),
    ]);
    const box = boxWithin(width, height, MARGIN);
    const known = all.flatMap(({ losses }) => [...losses]).filter((loss) => loss > 0 && Number.isFinite(loss));
    const first = Math.max(plain.trainLosses[0], tested ? plain.testLosses[0] : 0);
    const high = Math.min(Math.max(...known, Number.MIN_VALUE), RISE * (first || 1));
    const low = Math.max(0.8 * Math.min(...known, high), high * 10 ** -DEPTH);
    const far = Math.max(1, plain.moments[plain.moments.length - 1], training.moments[training.moments.length - 1]);
    const x = scaleLinear([0, far], [box.left, box.left + box.width]);
    const y = scaleLog(low < high ? [low, high] : [high / 10, high * 10], [box.top + box.height, box.top]).clamp(true);
    setAttributes(this.chart, { viewBox: `0 0 ${width} ${height}` });
    if (this.changes.isNew("axes", [width, height, far, ...y.domain()])) this.axes.replaceChildren(...axesOf(x, y, box, "steps", "loss", MARGIN.left - 11));
    join(this.lines, all.length, () => svg("path")).forEach((path, k) => {
      const { one, which, set, losses } = all[k];
      const key = String(1 - which);
      setAttributes(path, { class: `hw-racer hw-of-${set}`, "data-racer": key, [MARK]: `${key} ${set}`, d: lineOf(one.moments, losses, x, y) });
    });
    setText(this.chart.firstElementChild!, `Losses over the steps: regularized ${ended(training)}; without ${ended(plain)}.`);
  }
}

function ended({ count, trainLoss, testLoss }: Training): string {
  const test = Number.isFinite(testLoss) ? `, of the test ${short(testLoss)}` : "";
  return `${short(trainLoss)} after ${count} steps${test}`;
}

function lineOf(moments: Float64Array, losses: Float64Array, x: (at: number) => number, y: (at: number) => number): string {
  const places = Array.from(losses, (loss, i) => (loss > 0 && Number.isFinite(loss) ? `${x(moments[i]).toFixed(1)} ${y(loss).toFixed(1)}` : null)).filter((place) => place !== null);
  return places.length ? `M${places.join("L")}` : "";
}
