import { type ScaleLinear, scaleLinear } from "d3-scale";
import { nearestStep } from "../base/steps";
import { KEYS_ARE_MINE, html, keep, say, set, svg } from "../base/dom";
import { column } from "../engine/frame";
import { type Plane, placeWithin, positionIn, project } from "../engine/plane";
import { onSteps, short, within } from "../base/format";
import type { RangeControl } from "../model/state";
import { type Box, paintBands, paintDefiniteness, paintModel } from "./contours";
import { gaps, lineThrough } from "./curve";
import { Markers } from "./markers";
import { type Picture, drawnEigenvectors, eigenOf, fitted, signOf } from "./panel";
import { axesOf, colourBarOf } from "./ruler";

const MARGIN = { left: 44, right: 64, top: 8, bottom: 34 };
const ARROW = 0.2;
/** How many steps of a key an aslant slice is wide. */
const STEPS = 200;

/** A landscape from above: contours at two variables, a curve at one. The point can be dragged, and held by critical points. */
export class ContourView {
  readonly elements: readonly Element[];
  private readonly canvas = html("canvas", { "aria-hidden": "true" });
  private readonly overlay = html("canvas", { "aria-hidden": "true" });
  private readonly chart = svg("svg", { class: "hw-plane" });
  private readonly axes = svg("g", { class: "hw-axis" });
  private readonly bar = svg("g", { class: "hw-axis" });
  private readonly curve = svg("g");
  private readonly arrows = svg("g", { class: "hw-arrows" });
  private readonly paths = svg("g", { class: "hw-paths" });
  private readonly markers: Markers;
  private readonly handle = svg("g", { class: "hw-handle", role: "slider", tabindex: 0, "aria-label": "point", ...KEYS_ARE_MINE });
  private readonly clipId = `hw-${Math.random().toString(36).slice(2)}`;
  private readonly clip = svg("rect");
  private readonly drawn = new Map<string, unknown[]>();
  private barTexts = new Map<number, SVGElement>();
  private scales: { x: ScaleLinear<number, number>; y: ScaleLinear<number, number>; plane: Plane } | null = null;

  constructor(
    private readonly coordinates: RangeControl[],
    private readonly onMove: (changes: Map<number, number>) => void,
    private readonly onRelease: () => void,
  ) {
    this.handle.append(svg("circle", { r: 16, class: "hw-hit" }), svg("circle", { r: 6.5 }), svg("circle", { r: 2.5 }));
    this.markers = new Markers((point) => this.goTo(point));
    for (const part of [this.paths, this.markers.dots, this.arrows, this.markers.element]) part.setAttribute("clip-path", `url(#${this.clipId})`);
    this.chart.append(svg("clipPath", { id: this.clipId }, this.clip), this.axes, this.bar);
    this.chart.append(this.curve, this.paths, this.markers.dots, this.arrows, this.markers.element, this.handle);
    this.elements = [this.canvas, this.overlay, this.chart];
    this.listen();
  }

  /** The point is being dragged. */
  get isDragging(): boolean {
    return this.chart.classList.contains("hw-dragging");
  }

  draw(picture: Picture, width: number, height: number): void {
    set(this.chart, { viewBox: `0 0 ${width} ${height}`, width, height });
    const plane = {
      left: MARGIN.left,
      top: MARGIN.top,
      width: width - MARGIN.left - MARGIN.right,
      height: height - MARGIN.top - MARGIN.bottom,
    };
    if (picture.frame.landscape.grids.length === 1) this.drawCurve(picture, { ...plane, width: plane.width + 36 });
    else this.drawPlane(picture, plane, width, height);
    this.drawPaths(picture);
    this.markers.draw(picture, (point, value) => this.at(point, value));
    this.drawHandle(picture);
  }

  private drawPlane(picture: Picture, plane: Box, width: number, height: number): void {
    const { frame, theme, definiteness } = picture;
    const { landscape } = frame;
    const [xs, ys] = landscape.grids;
    const x = scaleLinear([xs[0], xs[xs.length - 1]], [plane.left, plane.left + plane.width]);
    const y = scaleLinear([ys[0], ys[ys.length - 1]], [plane.top + plane.height, plane.top]);
    this.scales = { x, y, plane: frame.plane };
    const [xName, yName] = frame.plane.names;
    if (this.isNew("frame", [...x.domain(), ...y.domain(), width, height, xName, yName])) {
      this.axes.replaceChildren(...axesOf(x, y, plane, xName, yName));
      this.clipTo(plane);
    }
    if (this.isNew("bar", [landscape.levels.length, theme, width, height])) {
      const { nodes, texts } = colourBarOf(landscape, theme, plane);
      this.bar.replaceChildren(...nodes);
      this.barTexts = texts;
    }
    if (this.isNew("bands", [landscape, definiteness, theme, width, height])) {
      const context = fitted(this.canvas, width, height);
      if (context) paintBands(context, landscape, plane, theme);
      if (context && definiteness) paintDefiniteness(context, definiteness, plane, theme);
      for (const [k, text] of this.barTexts) say(text, within(landscape.levels[k], 6));
    }
    const context = fitted(this.overlay, width, height);
    const [near, nearby] = frame.model.grids;
    const [left, top] = [x(near[0]), y(nearby[nearby.length - 1])];
    const window = { left, top, width: x(near[near.length - 1]) - left, height: y(nearby[0]) - top };
    if (context) paintModel(context, frame.model, landscape.levels, plane, window, this.at(frame.point, frame.value), theme.accent);
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
    this.axes.replaceChildren(...axesOf(x, y, plane, frame.plane.names[0], "f"));
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

  /** Eigenvectors of the extreme eigenvalues and of the one in focus, as long as the root of their curvature. */
  private drawArrows({ frame, focus }: Picture, plane: Box): void {
    const { eigenvalues, eigenvectors } = frame;
    if (!this.scales || !eigenvalues.every(Number.isFinite)) return this.arrows.replaceChildren();
    const n = eigenvalues.length;
    const inFocus = eigenOf(focus);
    const perX = plane.width / Math.abs(this.scales.x.domain()[1] - this.scales.x.domain()[0]);
    const perY = plane.height / Math.abs(this.scales.y.domain()[1] - this.scales.y.domain()[0]);
    const largest = Math.max(Math.abs(eigenvalues[0]), Math.abs(eigenvalues[n - 1])) || 1;
    const [cx, cy] = this.at(frame.point, frame.value);
    const drawn: { d: string; name: string }[] = [];
    for (const k of drawnEigenvectors(n, focus)) {
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

  private drawPaths({ paths }: Picture): void {
    const { scales } = this;
    if (!scales || !this.isNew("paths", [paths, ...scales.x.range(), ...scales.y.range(), ...scales.x.domain(), ...scales.y.domain()])) return;
    const n = scales.plane.origin.length;
    keep(this.paths, paths.length, () => svg("path")).forEach((element, k) => {
      const { points, outcome } = paths[k];
      const places = Array.from({ length: points.length / n }, (_, i) => this.at(points.subarray(i * n, (i + 1) * n), NaN));
      set(element, { d: `M${places.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`, "data-outcome": outcome });
    });
  }

  private drawHandle({ frame }: Picture): void {
    if (!this.scales) return;
    const [cx, cy] = this.at(frame.point, frame.value);
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

  /** Where a point is on the screen; one that does not lie in the slice, where its projection is. */
  private at(point: Float64Array, value: number): [number, number] {
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
      const at: [number, number] = [event.clientX - box.left, event.clientY - box.top];
      const held = event.altKey ? null : this.markers.near(at, plane.names.length === 1);
      if (held) return this.goTo(held);
      this.moveTo([x.invert(at[0]), y.invert(at[1])].slice(0, plane.names.length));
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

  /** Move the point to another, exactly. */
  private goTo(point: Float64Array): void {
    this.onMove(new Map([...point].map((x, i) => [i, x])));
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
