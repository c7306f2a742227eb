import { scaleLinear } from "d3-scale";
import { html, setAttributes, setText, svg } from "../base/dom";
import { number } from "../base/format";
import { AtPoint, type ComputedArrays } from "../engine/computation";
import type { Request } from "../engine/engine";
import { axesOf, boxWithin } from "../panels/axes";
import type { Context, Shown, View, ViewKind } from "./view";

/** The function along a line through the point, with its first and second derivative, against the arc length. */
export const profile: ViewKind = {
  kind: "profile",
  traits: {},
  build: (context) => new ProfileView(context),
};

const CURVES = { value: "f", gradient: "first derivative", hessian: "second derivative" } as const;
const HEIGHT = 220;
const MARGIN = { left: 52, right: 12, top: 8, bottom: 36 };

class ProfileView implements View<Request, ComputedArrays> {
  readonly computation = new AtPoint("profile");
  readonly elements: readonly HTMLElement[];
  private readonly charts = Object.entries(CURVES).map(([array, name]) => new Chart(array, name));

  constructor({ status }: Context) {
    status.add([html("div", { class: "hw-facts" }, ...this.charts.map(({ fact }) => fact))]);
    this.elements = [html("div", { class: "hw-panels" }, ...this.charts.map(({ element }) => element))];
  }

  resize(): void {
    for (const chart of this.charts) chart.resize();
  }

  draw({ computed: { arrays } }: Shown<Request, ComputedArrays>): void {
    for (const chart of this.charts) chart.draw(arrays.place, arrays[chart.array]);
  }
}

/** One curve, and above all panels its value at the point, which is the middle of the line. */
class Chart {
  readonly element: HTMLElement;
  readonly fact: HTMLElement;
  private readonly atPoint = html("b");
  private readonly axes = svg("g", { class: "hw-axis" });
  private readonly curve = svg("path", { class: "hw-curve" });
  private readonly chart = svg("svg", { role: "img" }, this.axes, this.curve);
  private width = 0;

  constructor(
    readonly array: string,
    private readonly name: string,
  ) {
    this.fact = html("span", {}, `${name} `, this.atPoint);
    this.element = html("section", { class: "hw-panel" }, html("h3", {}, name), html("div", {}, this.chart));
  }

  resize(): void {
    this.width = this.chart.parentElement!.clientWidth;
  }

  draw(places: Float64Array, heights: Float64Array): void {
    const { width } = this;
    const value = number(heights[(heights.length - 1) / 2], 5);
    setText(this.atPoint, value);
    setAttributes(this.chart, { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, "aria-label": `${this.name} at the point: ${value}` });
    const box = boxWithin(width, HEIGHT, MARGIN);
    const finite = heights.filter(Number.isFinite);
    const [low, high] = finite.length ? [Math.min(...finite), Math.max(...finite)] : [0, 0];
    const pad = 0.06 * (high - low) || 1;
    const x = scaleLinear([places[0], places[places.length - 1]], [box.left, box.left + box.width]);
    const y = scaleLinear([low - pad, high + pad], [box.top + box.height, box.top]);
    this.axes.replaceChildren(...axesOf(x, y, box, "arc length", ""));
    const corners = [...places].flatMap((at, k) => (Number.isFinite(heights[k]) ? [`${x(at)} ${y(heights[k])}`] : []));
    setAttributes(this.curve, { d: corners.length ? `M${corners.join("L")}` : null });
  }
}
