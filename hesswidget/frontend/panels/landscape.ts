import { type ScaleLinear, scaleLinear } from "d3-scale";
import { nearestStep } from "../controls/steps";
import { KEYS_ARE_MINE, html, keep, say, set, svg } from "../dom";
import { type Frame, column } from "../engine/frame";
import { type Plane, placeWithin, positionIn, project } from "../engine/plane";
import { onSteps, short, within } from "../format";
import type { RangeControl } from "../state";
import { type Box, paintBands, paintModel } from "./contours";
import { type Panel, type Picture, eigenOf, fitted, signOf } from "./panel";

const MARGIN = { left: 44, right: 64, top: 8, bottom: 34 };
const ARROW = 0.2;
/** How many steps of a key an aslant slice is wide. */
const STEPS = 200;

/** The function about its point: contours at two variables, a curve at one. The point can be dragged. */
export class LandscapePanel implements Panel {
  readonly element: HTMLElement;
  private readonly canvas = html("canvas", { "aria-hidden": "true" });
  private readonly overlay = html("canvas", { "aria-hidden": "true" });
  private readonly chart = svg("svg", { class: "hw-plane" });
  private readonly axes = svg("g", { class: "hw-axis" });
  private readonly bar = svg("g", { class: "hw-axis" });
  private readonly curve = svg("g");
  private readonly arrows = svg("g", { class: "hw-arrows" });
  private readonly handle = svg("g", { class: "hw-handle", role: "slider", tabindex: 0, "aria-label": "point", ...KEYS_ARE_MINE });
  private readonly box = html("div", { class: "hw-landscape-box" }, this.canvas, this.overlay);
  private readonly clipId = `hw-${Math.random().toString(36).slice(2)}`;
  private readonly clip = svg("rect");
  /** About how long it takes to paint one value of a plane, in milliseconds. */
  painting = 0;
  private width = 0;
  private readonly drawn = new Map<string, unknown[]>();
  private readonly barTexts = new Map<number, SVGElement>();
  private scales: { x: ScaleLinear<number, number>; y: ScaleLinear<number, number>; plane: Plane } | null = null;

  constructor(
    private readonly coordinates: RangeControl[],
    /** What tells and chooses where the slice lies. */
    slice: HTMLElement,
    private readonly onMove: (changes: Map<number, number>) => void,
    private readonly onRelease: () => void,
  ) {
    this.handle.append(svg("circle", { r: 16, class: "hw-hit" }), svg("circle", { r: 6.5 }), svg("circle", { r: 2.5 }));
    this.arrows.setAttribute("clip-path", `url(#${this.clipId})`);
    this.chart.append(svg("clipPath", { id: this.clipId }, this.clip), this.axes, this.bar);
    this.chart.append(this.curve, this.arrows, this.handle);
    this.box.append(this.chart);
    const head = html("div", { class: "hw-head" }, html("h3", {}, "landscape"), slice);
    const legend = html("p", { class: "hw-caption" });
    legend.append(html("span", { class: "hw-key" }), "quadratic model at the point");
    this.element = html("section", { class: "hw-panel hw-landscape" }, head, this.box, legend);
    this.listen();
  }

  /** The point is being dragged. */
  get isDragging(): boolean {
    return this.chart.classList.contains("hw-dragging");
  }

  resize(): void {
    this.width = this.box.clientWidth;
  }

  draw(picture: Picture): void {
    const { width } = this;
    if (width < 80) return;
    const height = Math.round(Math.min(420, Math.max(240, width * (width < 420 ? 0.95 : 0.8))));
    if (this.isNew("height", [height])) this.box.style.height = `${height}px`;
    set(this.chart, { viewBox: `0 0 ${width} ${height}`, width, height });
    const plane = {
      left: MARGIN.left,
      top: MARGIN.top,
      width: width - MARGIN.left - MARGIN.right,
      height: height - MARGIN.top - MARGIN.bottom,
    };
    if (picture.frame.landscape.grids.length === 1) this.drawCurve(picture, { ...plane, width: plane.width + 36 });
    else this.drawPlane(picture, plane, width, height);
    this.drawHandle(picture);
  }

  private drawPlane(picture: Picture, plane: Box, width: number, height: number): void {
    const { frame, theme } = picture;
    const { landscape } = frame;
    const [xs, ys] = landscape.grids;
    const x = scaleLinear([xs[0], xs[xs.length - 1]], [plane.left, plane.left + plane.width]);
    const y = scaleLinear([ys[0], ys[ys.length - 1]], [plane.top + plane.height, plane.top]);
    this.scales = { x, y, plane: frame.plane };
    const [xName, yName] = frame.plane.names;
    if (this.isNew("frame", [...x.domain(), ...y.domain(), width, height, xName, yName])) {
      this.drawAxes(x, y, plane, xName, yName);
      this.clipTo(plane);
    }
    if (this.isNew("bar", [landscape.levels.length, theme, width, height])) this.drawColourBar(picture, plane);
    if (this.isNew("bands", [landscape, theme, width, height])) {
      const context = fitted(this.canvas, width, height);
      const began = performance.now();
      if (context) paintBands(context, landscape, plane, theme);
      const took = (performance.now() - began) / landscape.values.length;
      this.painting = this.painting ? 0.8 * this.painting + 0.2 * took : took;
      for (const [k, text] of this.barTexts) say(text, within(landscape.levels[k], 6));
    }
    const context = fitted(this.overlay, width, height);
    const [near, nearby] = frame.model.grids;
    const [left, top] = [x(near[0]), y(nearby[nearby.length - 1])];
    const window = { left, top, width: x(near[near.length - 1]) - left, height: y(nearby[0]) - top };
    if (context) paintModel(context, frame.model, landscape.levels, plane, window, this.at(frame), theme.accent);
    this.drawArrows(picture, plane);
  }

  /** Whether what a part of the picture depends on has changed since it was last drawn. */
  private isNew(part: string, now: unknown[]): boolean {
    const before = this.drawn.get(part);
    this.drawn.set(part, now);
    return !before || now.some((value, k) => value !== before[k]);
  }

  private drawCurve(picture: Picture, plane: Box): void {
    const { frame } = picture;
    const [xs] = frame.landscape.grids;
    const { values } = frame.landscape;
    const heights = [...values, frame.value].filter(Number.isFinite);
    const [low = -1, high = 1] = heights.length ? [Math.min(...heights), Math.max(...heights)] : [];
    const pad = 0.06 * (high - low) || 1;
    const x = scaleLinear([xs[0], xs[xs.length - 1]], [plane.left, plane.left + plane.width]);
    const y = scaleLinear([low - pad, high + pad], [plane.top + plane.height, plane.top]);
    this.scales = { x, y, plane: frame.plane };
    this.drawAxes(x, y, plane, frame.plane.names[0], "f");
    this.clipTo(plane);
    const path = (heights: Float64Array, name: string) =>
      svg("path", { class: name, d: lineThrough(xs, heights, x, y), "clip-path": `url(#${this.clipId})` });
    const holes = gaps(values).map(([from, to]) => {
      const [left, right] = [x(xs[Math.max(0, from - 1)]), x(xs[Math.min(xs.length - 1, to)])];
      const band = svg("rect", { x: left, y: plane.top, width: right - left, height: plane.height, class: "hw-hole" });
      band.append(svg("title", {}, "f has no finite value here"));
      return band;
    });
    this.curve.replaceChildren(...holes, path(values, "hw-curve"), path(frame.model.values, "hw-parabola"));
  }

  private clipTo({ left, top, width, height }: Box): void {
    set(this.clip, { x: left, y: top, width, height });
  }

  private drawAxes(
    x: ScaleLinear<number, number>,
    y: ScaleLinear<number, number>,
    plane: Box,
    xName: string,
    yName: string,
  ): void {
    const { left, top, width, height } = plane;
    const bottom = top + height;
    const nodes: SVGElement[] = [svg("rect", { x: left, y: top, width, height, class: "hw-border" })];
    for (const tick of x.ticks(Math.max(3, width / 70))) {
      const at = x(tick);
      nodes.push(svg("line", { x1: at, x2: at, y1: bottom, y2: bottom + 4 }));
      nodes.push(svg("text", { x: at, y: bottom + 16, class: "hw-tick-x" }, short(tick)));
    }
    for (const tick of y.ticks(Math.max(3, height / 55))) {
      const at = y(tick);
      nodes.push(svg("line", { x1: left - 4, x2: left, y1: at, y2: at }));
      nodes.push(svg("text", { x: left - 7, y: at + 4, class: "hw-tick-y" }, short(tick)));
    }
    nodes.push(svg("text", { x: left + width / 2, y: bottom + 31, class: "hw-axis-name" }, xName));
    const turned = `translate(11 ${top + height / 2}) rotate(-90)`;
    nodes.push(svg("text", { transform: turned, class: "hw-axis-name" }, yName));
    this.axes.replaceChildren(...nodes);
  }

  /** Bands of equal height on the bar hold equal areas of the plane; the labels say the values between them. */
  private drawColourBar({ frame, theme }: Picture, plane: Box): void {
    const { levels } = frame.landscape;
    const left = plane.left + plane.width + 10;
    const band = plane.height / (levels.length + 1);
    const nodes: SVGElement[] = [];
    for (let k = 0; k <= levels.length; k++) {
      const y = plane.top + plane.height - (k + 1) * band;
      nodes.push(svg("rect", { x: left, y, width: 9, height: band + 0.5, fill: theme.height(levels.length ? k / levels.length : 0) }));
    }
    const every = Math.max(1, Math.round(levels.length / 5));
    this.barTexts.clear();
    levels.forEach((_, k) => {
      if ((k + Math.floor(every / 2)) % every) return;
      const y = plane.top + plane.height - (k + 1) * band;
      nodes.push(svg("line", { x1: left, x2: left + 11, y1: y, y2: y }));
      const text = svg("text", { x: left + 13, y: y + 3.5, class: "hw-tick-bar" });
      this.barTexts.set(k, text);
      nodes.push(text);
    });
    nodes.push(svg("title", {}, "Values of f; between two neighbouring contours lies the same area"));
    this.bar.replaceChildren(...nodes);
  }

  /** Eigenvectors of the extreme eigenvalues and of the one in focus, as long as the root of their curvature. */
  private drawArrows({ frame, focus }: Picture, plane: Box): void {
    const { eigenvalues, eigenvectors } = frame;
    if (!this.scales || !eigenvalues.every(Number.isFinite)) return this.arrows.replaceChildren();
    const n = eigenvalues.length;
    const inFocus = eigenOf(focus).filter((k) => k < n);
    const shown = new Set([0, n - 1, ...inFocus]);
    const perX = plane.width / Math.abs(this.scales.x.domain()[1] - this.scales.x.domain()[0]);
    const perY = plane.height / Math.abs(this.scales.y.domain()[1] - this.scales.y.domain()[0]);
    const largest = Math.max(Math.abs(eigenvalues[0]), Math.abs(eigenvalues[n - 1])) || 1;
    const [cx, cy] = this.at(frame);
    const drawn: { d: string; name: string }[] = [];
    for (const k of shown) {
      const [right, up] = project(this.scales.plane, column(eigenvectors, k));
      const inPlane = Math.hypot(right, up);
      const [dx, dy] = [right * perX, -up * perY];
      const pixels = Math.hypot(dx, dy);
      if (inPlane < 1e-6 || pixels === 0) continue;
      const share = Math.max(0.3, Math.sqrt(Math.abs(eigenvalues[k]) / largest)) * inPlane;
      const reach = 9 + share * ARROW * Math.min(plane.width, plane.height);
      const [ux, uy] = [dx / pixels, dy / pixels];
      const sign = signOf(eigenvalues[k], frame);
      const lit = inFocus.includes(k);
      const d = arrow(cx, cy, ux, uy, reach) + arrow(cx, cy, -ux, -uy, reach);
      drawn.push({ d, name: "hw-halo" }, { d, name: `hw-arrow hw-${sign}${lit ? " hw-lit" : ""}` });
    }
    keep(this.arrows, drawn.length, () => svg("path")).forEach((path, k) => set(path, { d: drawn[k].d, class: drawn[k].name }));
  }

  private drawHandle({ frame }: Picture): void {
    if (!this.scales) return;
    const [cx, cy] = this.at(frame);
    const { plane } = this.scales;
    const place = positionIn(plane, frame.point);
    const written = (t: number, k: number) => (plane.axes ? onSteps(t, this.coordinates[plane.axes[k]].step) : short(t));
    const text = place.map((t, k) => `${plane.names[k]} = ${written(t, k)}`).join(", ");
    set(this.handle, {
      transform: `translate(${cx} ${cy})`,
      "aria-valuetext": text,
      "aria-valuenow": place[0],
      "aria-valuemin": plane.ends[0],
      "aria-valuemax": plane.ends[1],
    });
  }

  private at({ point, value }: Frame): [number, number] {
    if (!this.scales) return [0, 0];
    const { x, y, plane } = this.scales;
    const [right, up] = positionIn(plane, point);
    return [x(right), up !== undefined ? y(up) : Number.isFinite(value) ? y(value) : y.range()[0]];
  }

  private listen(): void {
    const follow = (event: PointerEvent) => {
      if (!this.scales) return;
      const box = this.chart.getBoundingClientRect();
      const { x, y, plane } = this.scales;
      const place = [x.invert(event.clientX - box.left), y.invert(event.clientY - box.top)];
      this.moveTo(place.slice(0, plane.names.length));
    };
    this.chart.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !event.isPrimary || !this.isInPlane(event)) return;
      this.chart.setPointerCapture(event.pointerId);
      this.chart.classList.add("hw-dragging");
      this.handle.focus({ preventScroll: true });
      event.preventDefault();
      follow(event);
    });
    this.chart.addEventListener("pointermove", (event) => {
      if (this.chart.hasPointerCapture(event.pointerId)) follow(event);
    });
    const end = () => {
      if (!this.isDragging) return;
      this.chart.classList.remove("hw-dragging");
      this.onRelease();
    };
    this.chart.addEventListener("pointerup", end);
    this.chart.addEventListener("pointercancel", end);
    this.handle.addEventListener("keydown", (event) => this.step(event));
  }

  private isInPlane(event: PointerEvent): boolean {
    const box = this.chart.getBoundingClientRect();
    const [left, top, width, height] = ["x", "y", "width", "height"].map((name) => Number(this.clip.getAttribute(name)));
    const [x, y] = [event.clientX - box.left - left, event.clientY - box.top - top];
    const isInside = x >= 0 && y >= 0 && x <= width && y <= height;
    return isInside || this.handle.contains(event.target as Node);
  }

  private step(event: KeyboardEvent): void {
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      ArrowDown: [1, -1],
      ArrowUp: [1, 1],
    };
    if (!(event.key in moves) || !this.scales) return;
    event.preventDefault();
    const [which, direction] = moves[event.key];
    const { plane } = this.scales;
    const { axes, ends } = plane;
    const k = Math.min(which, plane.names.length - 1);
    const step = axes ? this.coordinates[axes[k]].step : (ends[2 * k + 1] - ends[2 * k]) / STEPS;
    const place = positionIn(plane, this.current());
    place[k] += direction * step * (event.shiftKey ? 10 : 1);
    if (axes) this.onMove(new Map([[axes[k], this.snapped(axes[k], place[k])]]));
    else this.moveTo(place);
  }

  /** Where the point stands; set by the explorer, since keys may come faster than pictures. */
  current: () => Float64Array = () => new Float64Array();

  /** Move the point to a place in the slice: along coordinates by their steps, aslant as it comes. */
  private moveTo(place: number[]): void {
    const { axes, ends } = this.scales!.plane;
    if (axes) return this.onMove(new Map(axes.map((axis, k) => [axis, this.snapped(axis, place[k])])));
    const inside = place.map((t, k) => Math.min(Math.max(t, ends[2 * k]), ends[2 * k + 1]));
    this.onMove(new Map([...placeWithin(this.scales!.plane, inside, this.coordinates)].map((x, i) => [i, x])));
  }

  private snapped(axis: number, value: number): number {
    const { minimum, maximum, step } = this.coordinates[axis];
    return Math.min(Math.max(nearestStep(value, minimum, step), minimum), maximum) || 0;
  }
}

function arrow(cx: number, cy: number, ux: number, uy: number, reach: number): string {
  const [tx, ty] = [cx + ux * reach, cy + uy * reach];
  const [bx, by] = [tx - ux * 6, ty - uy * 6];
  const from = `${cx + ux * 8} ${cy + uy * 8}`;
  return `M${from}L${tx} ${ty}M${bx - uy * 4} ${by + ux * 4}L${tx} ${ty}L${bx + uy * 4} ${by - ux * 4}`;
}

/** The stretches of a row of values that are not finite, as [first, one past the last]. */
function gaps(values: Float64Array): [number, number][] {
  const found: [number, number][] = [];
  values.forEach((value, k) => {
    if (Number.isFinite(value)) return;
    const last = found[found.length - 1];
    if (last?.[1] === k) last[1] = k + 1;
    else found.push([k, k + 1]);
  });
  return found;
}

/** An SVG path through finite points, with gaps where a height is not finite or far outside the plane. */
function lineThrough(
  xs: Float64Array,
  heights: Float64Array,
  x: ScaleLinear<number, number>,
  y: ScaleLinear<number, number>,
): string {
  let path = "";
  let open = false;
  xs.forEach((at, k) => {
    const height = y(heights[k]);
    if (!Number.isFinite(height) || Math.abs(height) > 1e5) open = false;
    else {
      path += `${open ? "L" : "M"}${x(at).toFixed(2)} ${height.toFixed(2)}`;
      open = true;
    }
  });
  return path;
}
