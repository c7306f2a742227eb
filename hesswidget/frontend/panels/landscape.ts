import { type ScaleLinear, scaleLinear } from "d3-scale";
import { nearestStep } from "../controls/steps";
import { KEYS_ARE_MINE, html, keep, say, set, svg } from "../dom";
import { type Frame, column } from "../engine/frame";
import { onSteps, short, within } from "../format";
import type { RangeControl } from "../state";
import { type Box, paintBands, paintModel } from "./contours";
import { type Panel, type Picture, drawnEigenvectors, fitted, signOf } from "./panel";
import { isPlane } from "./slice";
import { Surface } from "./surface";
import { Switch } from "./switch";

const MARGIN = { left: 44, right: 64, top: 8, bottom: 34 };
const ARROW = 0.2;
const MODEL = "quadratic model at the point";
const NO_WEBGL = "This browser has no WebGL; the landscape stays as contours.";
const WEBGL_LOST = "The browser took WebGL away from this page; the landscape is back as contours.";

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
  private readonly slice = html("span", { class: "hw-slice" });
  private readonly selects: HTMLSelectElement[] = [];
  private readonly clipId = `hw-${Math.random().toString(36).slice(2)}`;
  private readonly clip = svg("rect");
  /** About how long it takes to paint one value of a plane, in milliseconds. */
  painting = 0;
  private width = 0;
  private readonly key = html("span", { class: "hw-key" });
  private readonly caption = html("span", {}, MODEL);
  private readonly notice = html("span", { role: "status" });
  private readonly views = new Switch("view of the landscape", ["contours", "surface"], (view) => this.showView(view));
  private surface: Surface | null = null;
  private picture: Picture | null = null;
  private readonly drawn = new Map<string, unknown[]>();
  private readonly barTexts = new Map<number, SVGElement>();
  private scales: { x: ScaleLinear<number, number>; y: ScaleLinear<number, number>; axes: number[] } | null = null;

  constructor(
    private readonly coordinates: RangeControl[],
    axes: number[],
    private readonly onMove: (changes: Map<number, number>) => void,
    private readonly onAxes: (axes: number[]) => void,
  ) {
    if (coordinates.length > 2) this.addSlicePickers(axes);
    this.handle.append(svg("circle", { r: 16, class: "hw-hit" }), svg("circle", { r: 6.5 }), svg("circle", { r: 2.5 }));
    this.arrows.setAttribute("clip-path", `url(#${this.clipId})`);
    this.chart.append(svg("clipPath", { id: this.clipId }, this.clip), this.axes, this.bar);
    this.chart.append(this.curve, this.arrows, this.handle);
    this.box.append(this.chart);
    const head = html("div", { class: "hw-head" }, html("h3", {}, "landscape"), this.slice);
    if (coordinates.length > 1) head.append(this.views.element);
    const legend = html("p", { class: "hw-caption" }, this.key, this.caption, this.notice);
    this.element = html("section", { class: "hw-panel hw-landscape" }, head, this.box, legend);
    this.listen();
  }

  /** Show which variables the slice is along. */
  showAxes(axes: number[]): void {
    this.selects.forEach((select, k) => (select.selectedIndex = axes[k]));
  }

  resize(): void {
    this.width = this.box.clientWidth;
  }

  /** Give back what a page has few of. */
  dispose(): void {
    this.surface?.dispose();
    this.surface = null;
  }

  draw(picture: Picture): void {
    this.picture = picture;
    const { width } = this;
    if (width < 80) return;
    const height = Math.round(Math.min(420, Math.max(240, width * (width < 420 ? 0.95 : 0.8))));
    if (this.isNew("height", [height])) this.box.style.height = `${height}px`;
    if (this.surface && isPlane(picture.frame.landscape)) return this.drawSurface(this.surface, picture, width, height);
    set(this.chart, { viewBox: `0 0 ${width} ${height}`, width, height });
    const plane = {
      left: MARGIN.left,
      top: MARGIN.top,
      width: width - MARGIN.left - MARGIN.right,
      height: height - MARGIN.top - MARGIN.bottom,
    };
    if (isPlane(picture.frame.landscape)) this.drawPlane(picture, plane, width, height);
    else this.drawCurve(picture, { ...plane, width: plane.width + 36 });
    this.drawHandle(picture);
  }

  private drawSurface(surface: Surface, picture: Picture, width: number, height: number): void {
    const began = performance.now();
    surface.draw(picture, width, height);
    this.measure(began, picture);
    say(this.caption, [MODEL, surface.remark].filter(Boolean).join(" · "));
  }

  private measure(began: number, { frame }: Picture): void {
    const took = (performance.now() - began) / frame.landscape.values.length;
    this.painting = this.painting ? 0.8 * this.painting + 0.2 * took : took;
  }

  /** Change between contours and surface; a sentence says why a surface cannot be had. */
  private showView(view: string, notice = ""): void {
    this.surface?.dispose();
    this.surface = view === "surface" ? this.makeSurface() : null;
    const isSurface = this.surface !== null;
    this.views.show(isSurface ? "surface" : "contours");
    this.key.classList.toggle("hw-patch", isSurface);
    for (const part of [this.canvas, this.overlay, this.chart]) part.toggleAttribute("hidden", isSurface);
    say(this.caption, MODEL);
    say(this.notice, view === "surface" && !isSurface ? NO_WEBGL : notice);
    if (this.surface) this.box.append(this.surface.element);
    if (this.picture) this.draw(this.picture);
  }

  private makeSurface(): Surface | null {
    try {
      return new Surface(() => this.showView("contours", WEBGL_LOST));
    } catch {
      return null;
    }
  }

  private drawPlane(picture: Picture, plane: Box, width: number, height: number): void {
    const { frame, theme, names } = picture;
    const { landscape } = frame;
    const [xs, ys] = landscape.grids;
    const x = scaleLinear([xs[0], xs[xs.length - 1]], [plane.left, plane.left + plane.width]);
    const y = scaleLinear([ys[0], ys[ys.length - 1]], [plane.top + plane.height, plane.top]);
    this.scales = { x, y, axes: landscape.axes };
    const [i, j] = landscape.axes;
    if (this.isNew("frame", [...x.domain(), ...y.domain(), width, height, i, j])) {
      this.drawAxes(x, y, plane, names[i], names[j]);
      this.clipTo(plane);
    }
    if (this.isNew("bar", [landscape.levels.length, theme, width, height])) this.drawColourBar(picture, plane);
    if (this.isNew("bands", [landscape, theme, width, height])) {
      const context = fitted(this.canvas, width, height);
      const began = performance.now();
      if (context) paintBands(context, landscape, plane, theme);
      this.measure(began, picture);
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
    const { frame, names } = picture;
    const [xs] = frame.landscape.grids;
    const { values } = frame.landscape;
    const heights = [...values, frame.value].filter(Number.isFinite);
    const [low = -1, high = 1] = heights.length ? [Math.min(...heights), Math.max(...heights)] : [];
    const pad = 0.06 * (high - low) || 1;
    const x = scaleLinear([xs[0], xs[xs.length - 1]], [plane.left, plane.left + plane.width]);
    const y = scaleLinear([low - pad, high + pad], [plane.top + plane.height, plane.top]);
    this.scales = { x, y, axes: frame.landscape.axes };
    this.drawAxes(x, y, plane, names[frame.landscape.axes[0]], "f");
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
    const [i, j] = this.scales.axes;
    const perX = plane.width / Math.abs(this.scales.x.domain()[1] - this.scales.x.domain()[0]);
    const perY = plane.height / Math.abs(this.scales.y.domain()[1] - this.scales.y.domain()[0]);
    const largest = Math.max(Math.abs(eigenvalues[0]), Math.abs(eigenvalues[n - 1])) || 1;
    const [cx, cy] = this.at(frame);
    const drawn: { d: string; name: string }[] = [];
    for (const k of drawnEigenvectors(n, focus)) {
      const v = column(eigenvectors, k);
      const inPlane = Math.hypot(v[i], v[j]);
      const [dx, dy] = [v[i] * perX, -v[j] * perY];
      const pixels = Math.hypot(dx, dy);
      if (inPlane < 1e-6 || pixels === 0) continue;
      const share = Math.max(0.3, Math.sqrt(Math.abs(eigenvalues[k]) / largest)) * inPlane;
      const reach = 9 + share * ARROW * Math.min(plane.width, plane.height);
      const [ux, uy] = [dx / pixels, dy / pixels];
      const sign = signOf(eigenvalues[k], frame);
      const lit = focus?.kind === "eigen" && focus.i === k;
      const d = arrow(cx, cy, ux, uy, reach) + arrow(cx, cy, -ux, -uy, reach);
      drawn.push({ d, name: "hw-halo" }, { d, name: `hw-arrow hw-${sign}${lit ? " hw-lit" : ""}` });
    }
    keep(this.arrows, drawn.length, () => svg("path")).forEach((path, k) => set(path, { d: drawn[k].d, class: drawn[k].name }));
  }

  private drawHandle({ frame, names }: Picture): void {
    const [cx, cy] = this.at(frame);
    const axes = this.scales?.axes ?? [];
    const text = axes.map((i) => `${names[i]} = ${onSteps(frame.point[i], this.coordinates[i].step)}`).join(", ");
    const [first] = axes.map((i) => this.coordinates[i]);
    set(this.handle, {
      transform: `translate(${cx} ${cy})`,
      "aria-valuetext": text,
      "aria-valuenow": frame.point[axes[0]],
      "aria-valuemin": first.minimum,
      "aria-valuemax": first.maximum,
    });
  }

  private at({ point, value }: Frame): [number, number] {
    if (!this.scales) return [0, 0];
    const { x, y, axes } = this.scales;
    return [x(point[axes[0]]), axes.length === 2 ? y(point[axes[1]]) : Number.isFinite(value) ? y(value) : y.range()[0]];
  }

  private addSlicePickers(axes: number[]): void {
    const options = () => this.coordinates.map((c) => html("option", {}, c.name));
    for (const k of [0, 1]) {
      const select = html("select", { "aria-label": k ? "vertical variable" : "horizontal variable", ...KEYS_ARE_MINE }, ...options());
      select.selectedIndex = axes[k];
      select.addEventListener("change", () => {
        const picked = this.selects.map((s) => s.selectedIndex);
        if (picked[0] === picked[1]) picked[1 - k] = this.scales?.axes[k] ?? 0;
        this.onAxes(picked);
      });
      this.selects.push(select);
    }
    this.slice.append("slice along ", this.selects[0], " and ", this.selects[1]);
  }

  private listen(): void {
    const follow = (event: PointerEvent) => {
      if (!this.scales) return;
      const box = this.chart.getBoundingClientRect();
      const { x, y, axes } = this.scales;
      const changes = new Map<number, number>();
      changes.set(axes[0], this.snapped(axes[0], x.invert(event.clientX - box.left)));
      if (axes.length === 2) changes.set(axes[1], this.snapped(axes[1], y.invert(event.clientY - box.top)));
      this.onMove(changes);
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
    const end = () => this.chart.classList.remove("hw-dragging");
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
    const axis = this.scales.axes[Math.min(which, this.scales.axes.length - 1)];
    const by = direction * this.coordinates[axis].step * (event.shiftKey ? 10 : 1);
    this.onMove(new Map([[axis, this.snapped(axis, this.current(axis) + by)]]));
  }

  /** Where a coordinate stands; set by the explorer, since keys may come faster than pictures. */
  current: (axis: number) => number = () => 0;

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
