import { scaleLog } from "d3-scale";
import { html, join, setAttributes, setText, svg } from "../base/dom";
import { axesOf, boxWithin } from "./axes";
import { Switch } from "./landscape/switch";
import { ProgressBar } from "./progress";
import { swatch } from "./racer";

const QUANTITIES = ["seconds", "bytes"] as const;
type Quantity = (typeof QUANTITIES)[number];

/** One quantity of a computation against n. */
interface Growth {
  /** At each size; null where it was not measured, */
  readonly amounts: readonly (number | null)[];
  /** and the same in words. */
  readonly words: readonly string[];
  /** The power of n. */
  readonly grows: string;
  /** The line that was fitted: from one size to another, and what it says there. */
  readonly fitted: readonly [sizes: readonly [number, number], amounts: readonly [number, number]] | null;
}

/** What was measured, as Python writes it: twin of `written` in hesswidget/explorers/cost.py. */
export interface Measured {
  readonly title: string;
  readonly sizes: readonly number[];
  readonly computations: readonly (Readonly<Record<Quantity, Growth>> & { readonly name: string; readonly label: string })[];
  readonly sentences: readonly string[];
}

const MARGIN = { left: 68, right: 14, top: 8, bottom: 36 };
/** What is beyond the outermost amounts and sizes, as a factor. */
const [ROOM_ABOVE, ROOM_BESIDE] = [1.6, 1.12];

/** What computations cost against n, on logarithmic axes, as it is measured; and with which power of n each grows. */
export class CostPanel {
  readonly element: HTMLElement;
  private readonly title = html("h3");
  private readonly quantities: Switch;
  private readonly progress = new ProgressBar("measuring");
  private readonly chart = svg("svg", { class: "hw-cost-chart", role: "img" });
  private readonly axes = svg("g", { class: "hw-axis" });
  private readonly lines = svg("g");
  private readonly head: HTMLElement;
  private readonly rows = html("tbody");
  private readonly said = html("div", { class: "hw-measured-said" });
  private quantity: Quantity = "seconds";
  private measured: Measured | null = null;

  /** @param cancel has it stopped. */
  constructor(private readonly cancel: () => void) {
    this.quantities = new Switch("quantity", QUANTITIES, (picked) => {
      this.quantity = picked as Quantity;
      this.draw();
    });
    this.chart.append(this.axes, this.lines);
    this.head = html("tr", {}, ...["computation", "", "grows as"].map((name) => html("th", { scope: "col" }, name)));
    const table = html("table", {}, html("thead", {}, this.head), this.rows);
    this.element = html("section", { class: "hw-panel hw-measured" }, html("div", { class: "hw-head" }, this.title, this.quantities.element), this.chart, html("div", {}, this.progress.element, table, this.said));
  }

  show(measured: Measured | null): void {
    this.measured = measured;
    this.draw();
  }

  /** How far Python is; null where nothing is under way. */
  wait(progress: { share: number; words: string } | null): void {
    this.progress.show(progress && { ...progress, cancel: this.cancel });
  }

  draw(): void {
    const { measured, quantity } = this;
    this.quantities.show(quantity);
    if (!measured) return;
    const { sizes, computations, title, sentences } = measured;
    setText(this.title, title);
    join(this.said, sentences.length, () => html("p", { class: "hw-caption" })).forEach((line, k) => setText(line, `${sentences[k]}.`));
    this.drawTable(measured);
    const { clientWidth: width, clientHeight: height } = this.chart;
    if (width < 80) return;
    const box = boxWithin(width, height, MARGIN);
    const amounts = computations.flatMap((one) => one[quantity].amounts.filter((amount) => amount !== null && amount > 0)) as number[];
    const [low, high] = amounts.length ? [Math.min(...amounts) / ROOM_ABOVE, Math.max(...amounts) * ROOM_ABOVE] : [1e-6, 1];
    const x = scaleLog([sizes[0] / ROOM_BESIDE, sizes[sizes.length - 1] * ROOM_BESIDE], [box.left, box.left + box.width]);
    const y = scaleLog([low, high], [box.top + box.height, box.top]);
    setAttributes(this.chart, { viewBox: `0 0 ${width} ${height}`, "aria-label": `${quantity} against n, on logarithmic axes; the table says the same` });
    this.axes.replaceChildren(...axesOf(x, y, box, "n", quantity, MARGIN.left - 11));
    join(this.lines, computations.length, () => svg("g", {}, svg("path", { class: "hw-racer" }), svg("g"))).forEach((group, k) => {
      const { label, [quantity]: growth } = computations[k];
      const [line, points] = group.children;
      const { fitted } = growth;
      setAttributes(group, { "data-racer": String(k) });
      setAttributes(line, { d: fitted ? `M${[0, 1].map((end) => `${x(fitted[0][end]).toFixed(1)} ${y(fitted[1][end]).toFixed(1)}`).join("L")}` : "M0 0" });
      const known = sizes.flatMap((n, i) => ((growth.amounts[i] ?? 0) > 0 ? [{ n, amount: growth.amounts[i]!, words: growth.words[i] }] : []));
      join(points as SVGElement, known.length, () => svg("circle", { r: 3.4, class: "hw-cost-point" }, svg("title"))).forEach((circle, i) => {
        const { n, amount, words } = known[i];
        setAttributes(circle, { cx: x(n).toFixed(1), cy: y(amount).toFixed(1) });
        setText(circle.firstElementChild!, `${label}, n = ${n}: ${words}`);
      });
    });
  }

  /** The amount at the largest size at which each was measured, and how it grows. */
  private drawTable({ sizes, computations }: Measured): void {
    const { quantity } = this;
    setText(this.head.children[1], `${quantity}, at the largest n measured`);
    const make = () => html("tr", {}, html("th", { scope: "row" }), html("td"), html("td"));
    join(this.rows, computations.length, make).forEach((row, k) => {
      const { label, [quantity]: growth } = computations[k];
      const [name, amount, grows] = row.children;
      if (!name.childElementCount) name.append(swatch(k), html("span"));
      setText(name.lastElementChild!, label);
      const last = growth.amounts.findLastIndex((one) => one !== null);
      setText(amount, last < 0 ? "—" : `${growth.words[last]}, n = ${sizes[last]}`);
      setText(grows, growth.grows);
    });
  }
}
