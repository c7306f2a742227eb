import { button, html, setAttributes, setText } from "../../base/dom";
import type { RangeControl } from "../../model/state";
import { START, type ScaleName, type ViewState, type Viewpoint } from "../../model/view_state";
import { Legend } from "../legend";
import type { Panel, Picture } from "../panel";
import { ContourView, type MovablePoint } from "./contour_view";
import type { ChartLayer, PaintedLayer, SurfaceLayer } from "./layer";
import { NOT_TO_SCALE, isToScale } from "./scale";
import { Surface } from "./surface";
import { Switch } from "./switch";

const NO_WEBGL = "This browser has no WebGL; the landscape stays as contours.";
const WEBGL_LOST = "The browser took WebGL away from this page; the landscape is back as contours.";

/** What is drawn in a landscape, each over those before it. */
export interface Layers<P extends Picture> {
  painted: readonly PaintedLayer<P>[];
  charted: readonly ChartLayer<P>[];
  surface: readonly SurfaceLayer<P>[];
}

/** What stands about a landscape. */
interface Surroundings {
  /** What tells and chooses where the slice lies. */
  slice: HTMLElement;
  /** What chooses what else is drawn over the contours alone, */
  buttons: readonly HTMLElement[];
  /** and on a surface too. */
  shared?: readonly HTMLElement[];
  /** What stands below contours, curve and surface alike. */
  below: HTMLElement | null;
}

/** The function about its point, as contours or as a surface. */
export class LandscapePanel<P extends Picture> implements Panel<P> {
  readonly element: HTMLElement;
  /** About how long it takes to paint one value of a plane, in milliseconds. */
  painting = 0;
  private readonly contours: ContourView<P>;
  private surface: Surface<P> | null = null;
  private readonly views = new Switch("view of the landscape", ["contours", "surface"], (view) =>
    this.choose({ surface: view === "surface", ...START }),
  );
  private readonly box = html("div", { class: "hw-landscape-box" });
  private readonly legend: Legend;
  /** What of a surface is not shown. */
  private readonly cut = html("span", { class: "hw-note hw-cut" });
  private readonly notice = html("p", { class: "hw-caption", role: "status" });
  /** What goes with the contours alone. */
  private readonly ofContours: readonly HTMLElement[];
  private readonly toScale = button({ class: "hw-small", "aria-label": "to scale" }, "1:1");
  private from: Viewpoint = START;
  private scale: ScaleName = "automatic";
  private picture: P | null = null;
  private painted: unknown = null;
  private width = 0;
  private height = 0;

  constructor(
    coordinates: readonly RangeControl[],
    private readonly layers: Layers<P>,
    { slice, buttons, shared = [], below }: Surroundings,
    point: MovablePoint<P>,
    private readonly choose: (changes: Partial<ViewState>) => void,
  ) {
    this.contours = new ContourView(coordinates, layers.painted, layers.charted, point);
    this.box.append(...this.contours.elements);
    const head = html("div", { class: "hw-head" }, html("h3", {}, "landscape"), slice);
    const own = html("span", { class: "hw-tools" }, ...buttons);
    const choices = shared.length ? html("span", { class: "hw-tools" }, ...shared, own) : own;
    this.ofContours = [own];
    this.toScale.addEventListener("click", () => this.rescale());
    this.legend = new Legend([this.box], choices);
    if (coordinates.length > 1) head.append(this.toScale, this.views.element);
    this.element = html("section", { class: "hw-panel hw-landscape" }, head, this.box, this.legend.element, ...(below ? [below] : []), this.notice);
    this.box.append(this.cut);
  }

  /** The point is being dragged. */
  get isDragging(): boolean {
    return this.contours.isDragging;
  }

  look(view: ViewState): void {
    this.from = view;
    this.surface?.lookFrom(view);
    if (view.scale !== this.scale) {
      this.scale = view.scale;
      if (this.picture) this.draw(this.picture);
    }
    if (view.surface !== (this.surface !== null)) this.showView(view.surface ? "surface" : "contours");
  }

  resize(): void {
    this.width = this.box.clientWidth;
    this.height = this.box.clientHeight;
  }

  /** Give back what a page has few of. */
  dispose(): void {
    this.surface?.dispose();
    this.surface = null;
  }

  draw(picture: P): void {
    this.picture = picture;
    const { width, height } = this;
    if (width < 80) return;
    const { landscape } = picture.frame;
    const began = performance.now();
    const isIt = this.showScale(picture);
    if (this.surface) {
      this.surface.draw(picture, width, height, isIt);
      setText(this.cut, [this.surface.remark, isIt ? "" : `base ${NOT_TO_SCALE}`].filter(Boolean).join(" · "));
    } else this.contours.draw(picture, width, height, this.scale);
    this.legend.show((this.surface ?? this.contours).marks(picture));
    if (landscape === this.painted) return; // what else changed says nothing of how long a landscape takes
    this.painted = landscape;
    const took = (performance.now() - began) / landscape.values.length;
    this.painting = this.painting ? 0.8 * this.painting + 0.2 * took : took;
  }

  /** Say whether the landscape is to scale, and whether it could be. */
  private showScale({ frame: { plane } }: P): boolean {
    if (plane.names.length < 2) return true;
    const [is, canBe] = [isToScale(plane.ends, this.scale), isToScale(plane.ends, "equal")];
    const title = canBe ? "to scale: one unit is as long along both axes" : "one range is so much wider than the other that nothing would be left to see";
    setAttributes(this.toScale, { "aria-pressed": String(is), disabled: !canBe, title });
    return is;
  }

  /** Draw it to scale, or not, as it is not now. */
  private rescale(): void {
    const ends = this.picture!.frame.plane.ends;
    const wanted = isToScale(ends, this.scale) ? "filling" : "equal";
    const isUsual = isToScale(ends, "automatic") === isToScale(ends, wanted);
    this.choose({ scale: isUsual ? "automatic" : wanted });
  }

  /** Change between contours and surface; a sentence says why a surface cannot be had. */
  private showView(view: string, notice = ""): void {
    this.surface?.dispose();
    this.surface = view === "surface" ? this.makeSurface() : null;
    const isSurface = this.surface !== null;
    this.views.show(isSurface ? "surface" : "contours");
    for (const part of [...this.contours.elements, ...this.ofContours]) part.toggleAttribute("hidden", isSurface);
    setText(this.cut, "");
    setText(this.notice, view === "surface" && !isSurface ? NO_WEBGL : notice);
    if (this.surface) this.box.append(this.surface.element);
    if (this.picture) this.draw(this.picture);
    if (view === "surface" && !isSurface) this.choose({ surface: false }); // what is on screen, it is that
  }

  private loseSurface(): void {
    this.showView("contours", WEBGL_LOST);
    this.choose({ surface: false });
  }

  private makeSurface(): Surface<P> | null {
    try {
      return new Surface(this.layers.surface, this.from, this.choose, () => this.loseSurface());
    } catch {
      return null;
    }
  }
}
