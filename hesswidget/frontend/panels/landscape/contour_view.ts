import { scaleLinear } from "d3-scale";
import { Changes } from "../../base/changes";
import { SUPPRESS_NOTEBOOK_SHORTCUTS, html, setAttributes, setText, svg } from "../../base/dom";
import { draggable, isDragged, stepsInPlane } from "../../base/draggable";
import { onSteps, short, within } from "../../base/format";
import { uniqueIdentifier } from "../../base/identifier";
import { clamped, snapped } from "../../base/steps";
import type { Frame } from "../../engine/frame";
import { placeWithin, positionIn } from "../../engine/plane";
import type { ScaleName } from "../../model/view_state";
import type { RangeControl } from "../../model/state";
import { axesOf, boxWithin } from "../axes";
import { cleared } from "../canvas";
import { MARK } from "../legend";
import { type Mark, markOfClass } from "../marks";
import type { Picture } from "../panel";
import { colourBarOf } from "./colour_bar";
import { type ChartLayer, type PaintedLayer, type PlaneScales, placeOf, scalesKey } from "./layer";
import { NOT_TO_SCALE, isToScale, letterboxed } from "./scale";

/** What a letter at an axis takes, about, in pixels. */
const LETTER = 6.6;
const MARGIN = { left: 44, right: 64, top: 8, bottom: 34 };
/** There is no colour bar beside a curve. */
const CURVE_MARGIN = { ...MARGIN, right: 28 };
/** How many steps of a key an aslant slice is wide. */
const STEPS = 200;

/** The point, as those move it who see it. */
export interface MovablePoint<P extends Picture = Picture> {
  /** What it is called and means. */
  readonly mark: Mark;
  /** Where it is in a picture, and the value of f there. */
  of(picture: P): { readonly point: Float64Array; readonly value: number };
  /** Where it stands; keys may come faster than pictures. */
  present(): Float64Array;
  /** Move some of its coordinates. */
  move(changes: Map<number, number>): void;
  /** It has been let go. */
  release(): void;
}

/** A landscape from above: a plane at two variables, a curve at one. The point can be dragged, and held by what is near it. */
export class ContourView<P extends Picture> {
  readonly elements: readonly Element[];
  private readonly canvases: HTMLCanvasElement[];
  private readonly groups: SVGGElement[];
  private readonly chart = svg("svg", { class: "hw-plane" });
  private readonly axes = svg("g", { class: "hw-axis" });
  private readonly bar = svg("g", { class: "hw-axis" });
  private readonly handle = svg(
    "g",
    { class: "hw-handle", role: "slider", tabindex: 0, ...SUPPRESS_NOTEBOOK_SHORTCUTS },
    svg("circle", { r: 16, class: "hw-hit" }),
    svg("circle", { r: 6.5 }),
    svg("circle", { r: 2.5 }),
  );
  private readonly clip = svg("rect");
  private readonly changes = new Changes();
  private barTexts = new Map<number, SVGElement>();
  private scales: PlaneScales | null = null;

  constructor(
    private readonly coordinates: readonly RangeControl[],
    private readonly painted: readonly PaintedLayer<P>[],
    private readonly charted: readonly ChartLayer<P>[],
    private readonly point: MovablePoint<P>,
  ) {
    const id = uniqueIdentifier();
    setAttributes(this.handle, { "aria-label": point.mark.name, [MARK]: point.mark.key });
    this.canvases = painted.map(({ name }) => html("canvas", { class: name, "aria-hidden": "true" }));
    this.groups = charted.map(({ name }) => svg("g", { class: name }));
    const layers = svg("g", { "clip-path": `url(#${id})` }, ...this.groups);
    this.chart.append(svg("clipPath", { id }, this.clip), this.axes, this.bar, layers, this.handle);
    this.elements = [...this.canvases, this.chart];
    draggable(this.chart, this.handle, {
      begins: (event) => this.isInPlane(event),
      drags: (event) => this.follow(event),
      ends: () => this.point.release(),
      keys: (event) => this.step(event),
    });
  }

  /** The point is being dragged. */
  get isDragging(): boolean {
    return isDragged(this.chart);
  }

  draw(picture: P, width: number, height: number, scale: ScaleName): void {
    setAttributes(this.chart, { viewBox: `0 0 ${width} ${height}`, width, height });
    const isCurve = picture.frame.landscape.grids.length === 1;
    const scales = isCurve ? curveScales(picture.frame, width, height) : planeScales(picture.frame, width, height, scale);
    this.scales = scales;
    const where = [scalesKey(scales), scales.isToScale, width, height];
    this.drawFrame(picture, scales, where);
    this.painted.forEach((layer, k) => {
      this.canvases[k].hidden = layer.isEmpty?.(picture) ?? false;
      if (this.canvases[k].hidden || !this.changes.isNew(layer, [...where, ...(layer.dependsOn?.(picture) ?? [picture])])) return;
      const context = cleared(this.canvases[k], width, height);
      if (context) paintWithin(context, scales, () => layer.draw(context, scales, picture));
    });
    this.charted.forEach((layer, k) => {
      if (this.changes.isNew(layer, [...where, ...(layer.dependsOn?.(picture) ?? [picture])])) layer.draw(this.groups[k], scales, picture);
    });
    this.drawHandle(picture, scales);
  }

  /** What is in view. */
  marks(picture: P): Mark[] {
    const { scales } = this;
    if (!scales) return [];
    const layers = [...this.charted, ...this.painted.filter((layer) => !layer.isEmpty?.(picture))];
    return [this.point.mark, markOfClass(picture.frame.label), ...layers.flatMap((layer) => layer.marks?.(scales, picture) ?? [])];
  }

  /** Axes, and beside a plane the bar that says what the colours mean. */
  private drawFrame({ frame, theme }: P, { x, y, plane, box, isToScale }: PlaneScales, where: readonly unknown[]): void {
    const [xName, yName = "f"] = plane.names;
    if (this.changes.isNew("axes", [...where, xName, yName])) {
      this.axes.replaceChildren(...axesOf(x, y, box, xName, yName));
      const crowded = (xName.length / 2 + NOT_TO_SCALE.length + 1) * LETTER - box.width / 2; // beside a long name it moves under the bar
      const right = box.left + box.width + Math.min(Math.max(0, crowded), MARGIN.right);
      if (!isToScale) this.axes.append(svg("text", { x: right, y: box.top + box.height + 31, class: "hw-scale" }, NOT_TO_SCALE));
      setAttributes(this.clip, { x: box.left, y: box.top, width: box.width, height: box.height });
    }
    const { levels } = frame.landscape;
    if (plane.names.length > 1 && this.changes.isNew("bar", [levels.length, theme, box.left, box.width, box.height])) {
      const { nodes, texts } = colourBarOf(frame.landscape, theme, box);
      this.bar.replaceChildren(...nodes);
      this.barTexts = texts;
    }
    if (!this.changes.isNew("levels", [levels, this.barTexts])) return;
    for (const [k, text] of this.barTexts) setText(text, within(levels[k], 6));
  }

  private drawHandle(picture: P, scales: PlaneScales): void {
    const { point, value } = this.point.of(picture);
    const [cx, cy] = placeOf(scales, point, value);
    const { plane } = scales;
    const place = positionIn(plane, point);
    const written = (t: number, k: number) => (plane.axes ? onSteps(t, this.coordinates[plane.axes[k]].step) : short(t));
    const text = place.map((t, k) => `${plane.names[k]} = ${written(t, k)}`).join(", ");
    setAttributes(this.handle, {
      transform: `translate(${cx} ${cy})`,
      "aria-valuetext": text,
      "aria-valuenow": place[0],
      "aria-valuemin": plane.ends[0],
      "aria-valuemax": plane.ends[1],
    });
  }

  private isInPlane(event: PointerEvent): boolean {
    if (!this.scales) return false;
    const { left, top, width, height } = this.scales.box;
    const [x, y] = this.placeOf(event);
    const isInside = x >= left && y >= top && x <= left + width && y <= top + height;
    return isInside || this.handle.contains(event.target as Node);
  }

  /** Where in the chart the pointer is. */
  private placeOf(event: PointerEvent): [number, number] {
    const chart = this.chart.getBoundingClientRect();
    return [event.clientX - chart.left, event.clientY - chart.top];
  }

  private follow(event: PointerEvent): void {
    const [left, top] = this.placeOf(event);
    const held = event.altKey ? null : this.heldAt(left, top);
    if (held) return this.point.move(new Map(held.entries()));
    const { x, y, plane } = this.scales!;
    this.moveTo([x.invert(left), y.invert(top)].slice(0, plane.names.length));
  }

  private heldAt(x: number, y: number): Float64Array | null {
    return this.charted.reduce<Float64Array | null>((held, layer) => held ?? layer.holds?.(x, y) ?? null, null);
  }

  private step(event: KeyboardEvent): boolean {
    const steps = stepsInPlane(event);
    if (!steps || !this.scales) return false;
    const { axes, ends, names } = this.scales.plane;
    const k = Math.min(steps[0] ? 0 : 1, names.length - 1);
    const length = axes ? this.coordinates[axes[k]].step : (ends[2 * k + 1] - ends[2 * k]) / STEPS;
    const place = positionIn(this.scales.plane, this.point.present());
    place[k] += (steps[0] || steps[1]) * length;
    if (axes) this.point.move(new Map([[axes[k], snapped(place[k], this.coordinates[axes[k]])]]));
    else this.moveTo(place);
    return true;
  }

  /** Move the point to a place in the slice: along coordinates by their steps, aslant as it comes. */
  private moveTo(place: number[]): void {
    const { plane } = this.scales!;
    const { axes, ends } = plane;
    if (axes) return this.point.move(new Map(axes.map((axis, k) => [axis, snapped(place[k], this.coordinates[axis])])));
    const inside = place.map((t, k) => clamped(t, ends[2 * k], ends[2 * k + 1]));
    this.point.move(new Map(placeWithin(plane, inside, this.coordinates).entries()));
  }
}

function planeScales({ landscape, plane }: Frame, width: number, height: number, scale: ScaleName): PlaneScales {
  const isIt = isToScale(plane.ends, scale);
  const whole = boxWithin(width, height, MARGIN);
  const box = isIt ? letterboxed(whole, plane.ends) : whole;
  const [xs, ys] = landscape.grids;
  const x = scaleLinear([xs[0], xs[xs.length - 1]], [box.left, box.left + box.width]);
  const y = scaleLinear([ys[0], ys[ys.length - 1]], [box.top + box.height, box.top]);
  return { x, y, plane, box, isToScale: isIt };
}

function curveScales({ landscape, plane, value, heights: wanted }: Frame & { heights?: readonly [number, number] | null }, width: number, height: number): PlaneScales {
  const box = boxWithin(width, height, CURVE_MARGIN);
  const [xs] = landscape.grids;
  const heights = [...landscape.values, value].filter(Number.isFinite);
  const [lowest = -1, highest = 1] = heights.length ? [Math.min(...heights), Math.max(...heights)] : [];
  const [low, high] = wanted ? [Math.max(lowest, wanted[0]), Math.min(highest, wanted[1])] : [lowest, highest];
  const pad = 0.06 * (high - low) || 1;
  const x = scaleLinear([xs[0], xs[xs.length - 1]], [box.left, box.left + box.width]);
  const y = scaleLinear([low - pad, high + pad], [box.top + box.height, box.top]);
  return { x, y, plane, box, isToScale: true };
}

/** Paint nothing beyond the plane, and leave the context as it was. */
function paintWithin(context: CanvasRenderingContext2D, { box }: PlaneScales, paint: () => void): void {
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  paint();
  context.restore();
}
