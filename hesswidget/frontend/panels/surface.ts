import { KEYS_ARE_MINE, html, keep, set, svg } from "../base/dom";
import type { Landscape } from "../engine/frame";
import { contains, positionIn } from "../engine/plane";
import { number, short } from "../base/format";
import { type Theme, channels } from "../base/theme";
import { shapeOf } from "./glyph";
import type { Picture } from "./panel";
import { floorOf, labelsOf } from "./surface_axes";
import { type Paint, SurfaceCanvas } from "./surface_canvas";
import { type Scene, across, distinct, extentsOf, heightRange, isHidden, lifted, meshOf, shareOf } from "./surface_mesh";
import { sectionsOf } from "./surface_sections";
import { Camera, START, type Triple, type View, afterKey, turned, zoomed } from "./turntable";

/** Room for the numbers about the box, in pixels. */
const MARGIN = { sides: 40, top: 8, bottom: 34 };
/** A drag of so many pixels turns by one radian. */
const DRAG = 140;

/** The landscape as a surface with the quadratic model on it; a pointer or keys turn it. */
export class Surface {
  readonly element: HTMLElement;
  private readonly floor = svg("svg", { "aria-hidden": "true" });
  private readonly drawing = html("canvas", { "aria-hidden": "true" });
  private readonly labels = svg("g", { class: "hw-axis" });
  private readonly sections = svg("g");
  private readonly places = svg("g", { class: "hw-places" });
  private readonly point = svg("g", { class: "hw-pin" });
  private readonly stem = svg("path", { class: "hw-stem" });
  private readonly overlay = svg("svg", {}, this.labels, this.stem, this.sections, this.places, this.point);
  private readonly canvas: SurfaceCanvas;
  private view: View = START;
  private shown: { picture: Picture; width: number; height: number } | null = null;
  private scene: Scene | null = null;
  private of: { landscape: Landscape | null; theme: Theme | null } = { landscape: null, theme: null };
  private paint: Paint | null = null;
  private boxed: unknown[] = [];
  private waiting = 0;

  /** Throws where there is no WebGL. `onLost` is called when the browser takes it away. */
  constructor(onLost: () => void) {
    this.canvas = new SurfaceCanvas(this.drawing, onLost);
    this.point.append(svg("circle", { r: 6.5 }), svg("circle", { r: 2.5 }));
    this.element = html(
      "div",
      { class: "hw-surface", role: "application", tabindex: 0, "aria-roledescription": "surface", ...KEYS_ARE_MINE },
      this.floor,
      this.drawing,
      this.overlay,
    );
    this.listen();
  }

  draw(picture: Picture, width: number, height: number): void {
    this.shown = { picture, width, height };
    const { frame, theme } = picture;
    const { landscape, model, plane } = frame;
    const isNew = landscape !== this.of.landscape;
    if (isNew || !this.scene) {
      const range = heightRange(landscape);
      this.scene = { extents: extentsOf(landscape), names: plane.names, range };
      this.canvas.setSurface(meshOf(landscape.grids, landscape.values, this.scene.extents, range));
      const [x, y] = this.scene.names;
      const help = "Arrow keys turn it, plus and minus zoom, Home brings it back.";
      set(this.element, { "aria-label": `surface of f over ${x} and ${y}. ${help}` });
    }
    if (isNew || theme !== this.of.theme || !this.paint) this.paint = paintOf(landscape, theme, this.scene);
    this.of = { landscape, theme };
    this.canvas.setModel(meshOf(model.grids, model.values, this.scene.extents, this.scene.range));
    this.render();
  }

  /** What of the landscape is not shown, as a clause; empty where all is. */
  get remark(): string {
    if (!this.scene) return "";
    const { bottom, top, isCutAbove, isCutBelow } = this.scene.range;
    const ends = [...(isCutBelow ? [bottom] : []), ...(isCutAbove ? [top] : [])].map((f) => short(f));
    return ends.length ? `cut at f = ${ends.join(" and ")}` : "";
  }

  dispose(): void {
    cancelAnimationFrame(this.waiting);
    this.canvas.dispose();
    this.element.remove();
  }

  private render(): void {
    const { shown, scene, paint } = this;
    if (!shown || !scene || !paint) return;
    const { picture, width, height } = shown;
    const camera = new Camera(this.view, width, height, MARGIN);
    const { plane, point } = picture.frame;
    const centre = positionIn(plane, point).map((a, axis) => across(a, scene.extents[axis])) as [number, number];
    this.canvas.draw(camera, paint, centre, width, height);
    const box = [this.view, scene, width, height];
    if (box.some((part, k) => part !== this.boxed[k])) {
      for (const layer of [this.floor, this.overlay]) set(layer, { viewBox: `0 0 ${width} ${height}`, width, height });
      this.floor.replaceChildren(...floorOf(camera, scene));
      this.labels.replaceChildren(...labelsOf(camera, scene));
      this.boxed = box;
    }
    this.drawSections(camera, picture, scene);
    this.drawPlaces(camera, picture, scene);
  }

  /** The quadratic model along eigenvectors: what bends up is positive curvature. Fainter where the surface hides it. */
  private drawSections(camera: Camera, picture: Picture, scene: Scene): void {
    const { landscape } = picture.frame;
    const drawn = sectionsOf(picture, scene).flatMap(({ places, sign, isLit }) => {
      const hidden = places.map((place) => isHidden(landscape, scene, place, camera.eye));
      const [seen, behind] = [false, true].map((isBehind) => pathAlong(places, hidden, isBehind, camera));
      const name = `hw-arrow hw-${sign}${isLit ? " hw-lit" : ""}`;
      return [
        { d: behind, name: `${name} hw-behind` },
        { d: seen, name: "hw-halo" },
        { d: seen, name },
      ];
    });
    keep(this.sections, drawn.length, () => svg("path")).forEach((path, k) => set(path, { d: drawn[k].d, class: drawn[k].name }));
  }

  /** The point, on a stem above its place on the base, and the critical points. */
  private drawPlaces(camera: Camera, { frame, critical }: Picture, scene: Scene): void {
    const { landscape, plane, point, value } = frame;
    const hide = (place: Triple) => isHidden(landscape, scene, place, camera.eye);
    const placed = (at: Float64Array, f: number) => {
      const [x, y] = positionIn(plane, at).map((a, axis) => across(a, scene.extents[axis]));
      const { isCutBelow, isCutAbove } = scene.range;
      const share = shareOf(f, scene.range);
      // A minimum is a little lower than the lowest of the grid.
      const isShown = Number.isFinite(share) && (share >= 0 || !isCutBelow) && (share <= 1 || !isCutAbove);
      return { place: [x, y, lifted(Math.min(1, Math.max(0, share || 0)))] as Triple, isShown };
    };
    const { place, isShown } = placed(point, value);
    const [x, y] = camera.project(place);
    const [footX, footY] = camera.project([place[0], place[1], lifted(0)]);
    set(this.point, { transform: `translate(${x} ${y})`, class: `hw-pin${!isShown || hide(place) ? " hw-behind" : ""}` });
    set(this.stem, { d: `M${x} ${y}L${footX} ${footY}M${footX - 4} ${footY}a4 2.4 0 1 0 8 0a4 2.4 0 1 0 -8 0` });
    const within = critical.filter((c) => contains(plane, c.point)).map((c) => ({ ...c, ...placed(c.point, c.value) }));
    const marks = within.filter((c) => c.isShown && Math.abs(c.place[0]) <= 1 && Math.abs(c.place[1]) <= 1);
    const make = () => svg("g", {}, svg("title"), svg("path", { class: "hw-place-halo" }), svg("path", { class: "hw-place" }));
    keep(this.places, marks.length, make).forEach((mark, k) => {
      const { label, value, place } = marks[k];
      const [x, y] = camera.project(place);
      const [title, ...paths] = mark.children;
      title.textContent = `${label}, f = ${number(value)}`;
      for (const path of paths) set(path, { d: shapeOf(label) });
      set(mark, { transform: `translate(${x} ${y}) scale(6.5)`, class: hide(place) ? "hw-behind" : null, "data-label": label });
    });
  }

  private listen(): void {
    const { element } = this;
    let last: [number, number] = [0, 0];
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !event.isPrimary) return;
      element.setPointerCapture(event.pointerId);
      element.classList.add("hw-dragging");
      last = [event.clientX, event.clientY];
    });
    element.addEventListener("pointermove", (event) => {
      if (!element.hasPointerCapture(event.pointerId)) return;
      this.see(turned(this.view, (event.clientX - last[0]) / DRAG, (event.clientY - last[1]) / DRAG));
      last = [event.clientX, event.clientY];
    });
    const end = () => element.classList.remove("hw-dragging");
    element.addEventListener("pointerup", end);
    element.addEventListener("pointercancel", end);
    element.addEventListener("keydown", (event) => {
      const view = event.ctrlKey || event.metaKey || event.altKey ? null : afterKey(this.view, event.key, event.shiftKey);
      if (!view) return;
      event.preventDefault();
      this.see(view);
    });
    const zoom = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return; // the wheel alone scrolls the notebook
      event.preventDefault();
      this.see(zoomed(this.view, Math.exp(-event.deltaY / 300)));
    };
    element.addEventListener("wheel", zoom, { passive: false });
  }

  /** Look from elsewhere, at the next display frame. */
  private see(view: View): void {
    this.view = view;
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.render();
    });
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

/** The stretches of a curve that are hidden, or that are not, as an SVG path. */
function pathAlong(places: Triple[], hidden: boolean[], isBehind: boolean, camera: Camera): string {
  let path = "";
  for (let k = 1; k < places.length; k++) {
    if (hidden[k] !== isBehind) continue;
    const isOpen = k > 1 && hidden[k - 1] === isBehind;
    if (!isOpen) path += `M${camera.project(places[k - 1]).join(" ")}`;
    path += `L${camera.project(places[k]).join(" ")}`;
  }
  return path;
}
