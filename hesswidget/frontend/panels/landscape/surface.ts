import { Changes } from "../../base/changes";
import { SUPPRESS_NOTEBOOK_SHORTCUTS, html, setAttributes, svg } from "../../base/dom";
import { draggable } from "../../base/draggable";
import { short } from "../../base/format";
import { type Theme, channels } from "../../base/theme";
import type { Landscape } from "../../engine/frame";
import { positionIn } from "../../engine/plane";
import type { Viewpoint } from "../../model/view_state";
import { type Mark, areaMark, markOfClass } from "../marks";
import type { Picture } from "../panel";
import type { SurfaceLayer, SurfaceScales } from "./layer";
import { floorOf, labelsOf } from "./surface_axes";
import { type Paint, SurfaceCanvas } from "./surface_canvas";
import { type Scene, across, distinct, meshOf, sceneOf, shareOf } from "./surface_mesh";
import { Camera, afterKey, turned, zoomed } from "./turntable";

/** Room for the numbers about the box, in pixels. */
const MARGIN = { sides: 40, top: 8, bottom: 34 };
/** A drag of so many pixels turns by one radian. */
const DRAG = 140;

const MODEL = areaMark("model patch", "quadratic model", "f at the point, with its gradient and half its Hessian: what Newton's method takes f for", "hw-sample-patch");

/** The landscape as a surface with the quadratic model on it, and layers over it; a pointer or keys turn it. */
export class Surface<P extends Picture> {
  readonly element: HTMLElement;
  private readonly floor = svg("svg", { "aria-hidden": "true" });
  private drawing = html("canvas", { "aria-hidden": "true" });
  private readonly labels = svg("g", { class: "hw-axis" });
  private readonly groups: SVGGElement[];
  private readonly overlay = svg("svg", {}, this.labels);
  /** There is one only while the surface is in view: a page has some sixteen. */
  private canvas: SurfaceCanvas | null;
  private isInView = false;
  private readonly sight = new IntersectionObserver((entries) => this.comesIntoView(entries.at(-1)!.isIntersecting), { rootMargin: "200px" });
  private shown: { picture: P; width: number; height: number } | null = null;
  private scene: Scene | null = null;
  private of: { landscape: Landscape | null; theme: Theme | null; isToScale: boolean } = { landscape: null, theme: null, isToScale: false };
  private paint: Paint | null = null;
  private scales: SurfaceScales | null = null;
  private changes = new Changes();
  private waiting = 0;

  /** Throws where there is no WebGL. `onLost` is called when the browser takes it away. */
  constructor(
    private readonly layers: readonly SurfaceLayer<P>[],
    private from: Viewpoint,
    private readonly onTurn: (from: Viewpoint) => void,
    private readonly onLost: () => void,
  ) {
    this.canvas = this.takeCanvas();
    this.groups = layers.map(({ name }) => svg("g", { class: name }));
    this.overlay.append(...this.groups);
    this.element = html(
      "div",
      { class: "hw-surface", role: "application", tabindex: 0, "aria-roledescription": "surface", ...SUPPRESS_NOTEBOOK_SHORTCUTS },
      this.floor,
      this.drawing,
      this.overlay,
    );
    this.listen();
    this.sight.observe(this.element);
  }

  draw(picture: P, width: number, height: number, isToScale: boolean): void {
    this.shown = { picture, width, height };
    const { frame, theme } = picture;
    const { landscape, model, plane } = frame;
    const isNew = landscape !== this.of.landscape || isToScale !== this.of.isToScale;
    if (isNew || !this.scene) {
      this.scene = sceneOf(landscape, plane.names, isToScale);
      this.canvas?.setSurface(meshOf(landscape.grids, landscape.values, this.scene.extents, this.scene.range));
      const [x, y] = this.scene.names;
      const help = "Arrow keys turn it, plus and minus zoom, Home brings it back.";
      setAttributes(this.element, { "aria-label": `surface of f over ${x} and ${y}. ${help}` });
    }
    if (isNew || theme !== this.of.theme || !this.paint) this.paint = paintOf(landscape, theme, this.scene);
    this.of = { landscape, theme, isToScale };
    if (this.changes.isNew("model", [this.scene, ...model.grids, model.values])) {
      this.canvas?.setModel(meshOf(model.grids, model.values, this.scene.extents, this.scene.range));
    }
    this.render();
  }

  /** What is in view. */
  marks(picture: P): Mark[] {
    const { scales } = this;
    if (!scales) return [];
    return [...this.layers.flatMap((layer) => layer.marks?.(scales, picture) ?? []), markOfClass(picture.frame.label), MODEL];
  }

  /** What of the landscape is not shown, as a clause; empty where all is. */
  get remark(): string {
    if (!this.scene) return "";
    const { bottom, top, isCutAbove, isCutBelow } = this.scene.range;
    const ends = [...(isCutBelow ? [bottom] : []), ...(isCutAbove ? [top] : [])].map((f) => short(f));
    return ends.length ? `cut at f = ${ends.join(" and ")}` : "";
  }

  /** Look from elsewhere, at the next display frame. */
  lookFrom({ azimuth, elevation, zoom }: Viewpoint): void {
    const { from } = this;
    if (azimuth === from.azimuth && elevation === from.elevation && zoom === from.zoom) return;
    this.from = { azimuth, elevation, zoom };
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.render();
    });
  }

  dispose(): void {
    cancelAnimationFrame(this.waiting);
    this.sight.disconnect();
    this.canvas?.dispose();
    this.element.remove();
  }

  private takeCanvas(): SurfaceCanvas {
    // One that was lost before it came into view is taken anew then.
    return new SurfaceCanvas(this.drawing, () => (this.isInView ? this.onLost() : this.giveCanvasBack()));
  }

  private giveCanvasBack(): void {
    this.canvas?.dispose();
    this.canvas = null;
    const next = html("canvas", { "aria-hidden": "true" });
    this.drawing.replaceWith(next);
    this.drawing = next;
  }

  private comesIntoView(isInView: boolean): void {
    this.isInView = isInView;
    if (!isInView) return this.giveCanvasBack();
    if (this.canvas) return;
    try {
      this.canvas = this.takeCanvas();
    } catch {
      return this.onLost();
    }
    this.scene = null;
    this.changes = new Changes();
    if (this.shown) this.draw(this.shown.picture, this.shown.width, this.shown.height, this.of.isToScale);
  }

  private render(): void {
    const { shown, scene, paint, canvas } = this;
    if (!shown || !scene || !paint || !canvas) return;
    const { picture, width, height } = shown;
    const { frame, parameters: _, ...rest } = picture;
    const seen = [frame.point, frame.value, frame.eigenvalues, frame.eigenvectors, frame.model.values, ...Object.values(rest)];
    const box = [this.from, scene, width, height];
    if (!this.changes.isNew("picture", [...box, paint, ...seen])) return;
    const camera = new Camera(this.from, width, height, MARGIN, scene.half);
    const { plane, point, landscape } = frame;
    const centre = positionIn(plane, point).map((a, axis) => across(a, scene.extents[axis])) as [number, number];
    canvas.draw(camera, paint, scene, centre, width, height);
    if (this.changes.isNew("box", box)) {
      for (const layer of [this.floor, this.overlay]) setAttributes(layer, { viewBox: `0 0 ${width} ${height}`, width, height });
      this.floor.replaceChildren(...floorOf(camera, scene));
      this.labels.replaceChildren(...labelsOf(camera, scene));
    }
    const scales = (this.scales = { camera, scene, landscape, plane });
    this.layers.forEach((layer, k) => layer.draw(this.groups[k], scales, picture));
  }

  private listen(): void {
    const { element } = this;
    draggable(element, element, {
      drags: (_, right, down) => this.onTurn(turned(this.from, right / DRAG, down / DRAG)),
      keys: (event) => {
        const from = event.ctrlKey || event.metaKey || event.altKey ? null : afterKey(this.from, event);
        if (from) this.onTurn(from);
        return from !== null;
      },
    });
    const zoom = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return; // the wheel alone scrolls the notebook
      event.preventDefault();
      this.onTurn(zoomed(this.from, Math.exp(-event.deltaY / 300)));
    };
    element.addEventListener("wheel", zoom, { passive: false });
  }

}

function paintOf({ levels }: Landscape, theme: Theme, { range }: Scene): Paint {
  const colour = (css: string) => channels(css, theme.surface).map((c) => c / 255);
  const shares = Array.from(levels, (level) => shareOf(level, range));
  const kept = distinct(shares);
  const above = kept.map((_, m) => kept[m + 1] ?? shares.length);
  const bands = [0, ...above].map((k) => colour(theme.height(shares.length ? k / shares.length : 0)));
  const brightest = Math.max(...bands[0]) || 1;
  return {
    levels: kept.map((k) => shares[k]),
    bands,
    ink: colour(theme.muted),
    accent: colour(theme.accent),
    shadow: bands[0].map((c) => (0.7 * c) / brightest), // in the hue of the low bands, or white would turn grey
  };
}
