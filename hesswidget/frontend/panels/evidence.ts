import { scaleLinear, scaleLog } from "d3-scale";
import { Changes } from "../base/changes";
import { html, setAttributes, setText, svg } from "../base/dom";
import { short } from "../base/format";
import { axesOf, boxWithin } from "./axes";
import type { RegularizedPicture } from "./fit";
import type { Panel } from "./panel";

const MARGIN = { left: 52, right: 12, top: 8, bottom: 36 };
/** So far below the largest evidence nothing is drawn: the data would be e^so many times less probable. */
const DEPTH = 60;

/** The evidence against the weight decay: its maximum, and where the slider stands. */
export class EvidencePanel implements Panel<RegularizedPicture> {
  readonly element: HTMLElement;
  private readonly chart = svg("svg", { class: "hw-chart", role: "img" }, svg("title"));
  private readonly axes = svg("g", { class: "hw-axis" });
  private readonly line = svg("path", { class: "hw-racer", "data-racer": "0" });
  private readonly best = svg("path", { class: "hw-best" });
  private readonly now = svg("line", { class: "hw-now" });
  private readonly caption = html("p", { class: "hw-caption" });
  private readonly changes = new Changes();
  private width = 0;
  private height = 0;

  constructor(
    private readonly decays: readonly number[],
    /** The parameter that is the weight decay. */
    private readonly decay: string,
  ) {
    this.chart.append(this.axes, this.line, this.now, this.best);
    this.element = html("section", { class: "hw-panel hw-evidence" }, html("div", { class: "hw-head" }, html("h3", {}, "evidence")), this.chart, this.caption);
  }

  resize(): void {
    this.width = this.chart.clientWidth;
    this.height = this.chart.clientHeight;
  }

  draw({ frame: { evidences, bestDecay, logEvidence, effectiveDimension, eigenvalues }, parameters }: RegularizedPicture): void {
    const { width, height, decays } = this;
    if (width < 80) return;
    const n = eigenvalues.length;
    const isBest = bestDecay > decays[0] && bestDecay < decays[decays.length - 1];
    const said = isBest ? `largest at weight decay ${short(bestDecay)}` : "it has no maximum here";
    const dimension = Number.isFinite(effectiveDimension) ? `; effective dimension ${short(effectiveDimension)} of ${n}` : "";
    setText(this.caption, `${said}${dimension}`);
    setText(this.chart.firstElementChild!, `The logarithm of the evidence against the weight decay: ${said}; here ${short(logEvidence, 4)}.`);
    const high = evidences.reduce((most, e) => (Number.isFinite(e) ? Math.max(most, e) : most), -Infinity);
    if (!Number.isFinite(high)) return setAttributes(this.line, { d: "" });
    const low = evidences.reduce((least, e) => (Number.isFinite(e) ? Math.min(least, e) : least), high);
    const foot = Math.max(low, high - DEPTH);
    const room = 0.06 * (high - foot || 1);
    const box = boxWithin(width, height, MARGIN);
    const x = scaleLog([decays[0], decays[decays.length - 1]], [box.left, box.left + box.width]);
    const y = scaleLinear([foot - room, high + room], [box.top + box.height, box.top]).clamp(true);
    setAttributes(this.chart, { viewBox: `0 0 ${width} ${height}` });
    if (this.changes.isNew("axes", [width, height, ...y.domain()])) this.axes.replaceChildren(...axesOf(x, y, box, "weight decay", "log evidence", MARGIN.left - 11));
    const places = decays.flatMap((decay, k) => (evidences[k] >= foot ? [`${x(decay).toFixed(1)} ${y(evidences[k]).toFixed(1)}`] : []));
    setAttributes(this.line, { d: `M${places.join("L")}` });
    setAttributes(this.best, { d: isBest ? `M${x(bestDecay)} ${y(high) + 2}l5 -9h-10Z` : "" });
    const at = Number(parameters[this.decay]);
    const [bottom, top] = y.range();
    const isThere = at >= decays[0];
    setAttributes(this.now, { x1: isThere ? x(at) : -9, x2: isThere ? x(at) : -9, y1: bottom, y2: top });
  }
}
