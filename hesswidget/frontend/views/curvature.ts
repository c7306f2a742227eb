import { html } from "../base/dom";
import type { Theme } from "../base/theme";
import type { Request } from "../engine/engine";
import type { Frame, FrameRequest } from "../engine/frame";
import { type Reason, sentence } from "../model/reason";
import { Frames } from "../engine/frames";
import type { Library } from "../engine/library";
import { SliceState } from "../engine/slice";
import { type SliceDirections, type ViewState, firstViewState } from "../model/view_state";
import { type CriticalPicture, CriticalList } from "../panels/critical_points";
import { enlargeable } from "../panels/enlarge";
import { Eigenvalues } from "../panels/eigenvalues";
import { Heatmap } from "../panels/heatmap";
import { type Layers, LandscapePanel } from "../panels/landscape/landscape";
import { arrows } from "../panels/landscape/layers/arrows";
import { bands } from "../panels/landscape/layers/bands";
import { CriticalPointsLayer, nonIsolated, standingCriticalPoints } from "../panels/landscape/layers/critical_points";
import { curve } from "../panels/landscape/layers/curve";
import { type DefinitenessPicture, definiteness } from "../panels/landscape/layers/definiteness";
import { type PathsPicture, paths } from "../panels/landscape/layers/paths";
import { pin, stem } from "../panels/landscape/layers/point";
import { quadraticModel } from "../panels/landscape/layers/quadratic_model";
import { sections } from "../panels/landscape/layers/sections";
import { type StepsPicture, steps, stepsOnBase } from "../panels/landscape/layers/steps";
import { type TrailPicture, trail, trailOnBase } from "../panels/landscape/layers/trail";
import { Overlays } from "../panels/landscape/overlays";
import { Steps, stepsInWords } from "../panels/landscape/steps";
import { SlicePickers } from "../panels/landscape/slice_pickers";
import { markOfPoint } from "../panels/marks";
import type { Focus, Panel } from "../panels/panel";
import { Status } from "../panels/status";
import { Classification } from "../questions/classification";
import { CriticalPoints } from "../questions/critical_points";
import { Formulas } from "../questions/formulas";
import { UnmetPaths } from "../questions/unmet_paths";
import type { Context, Shown, View, ViewKind } from "./view";

/** Curvature at a point: the landscape about it, the Hessian, its eigenvalues, and where the critical points are. */
export const curvature: ViewKind = {
  kind: "curvature",
  traits: {},
  build: (context) => new CurvatureView(context, []),
};

const POINT = markOfPoint("the Hessian is taken here; drag it, or move it by the arrow keys");

type CurvatureShown = Shown<FrameRequest, Frame>;
type CurvaturePicture = CriticalPicture & DefinitenessPicture & PathsPicture & StepsPicture & TrailPicture;

/** A panel that another kind of explorer has besides. */
export interface Companion {
  readonly panel: Panel;
  /** Nothing moves. */
  rested(request: Request): void;
}

export class CurvatureView implements View<FrameRequest, Frame> {
  readonly computation: Frames;
  readonly elements: readonly HTMLElement[];
  readonly footer: readonly HTMLElement[];
  private readonly panels: readonly Panel<CurvaturePicture>[];
  private readonly names: readonly string[];
  private readonly slice: SliceState;
  private readonly status: Status;
  private readonly landscape: LandscapePanel<CurvaturePicture>;
  private readonly heatmap: Heatmap;
  private readonly eigenvalues: Eigenvalues;
  private readonly pickers: SlicePickers;
  private readonly overlays: Overlays;
  private readonly steps: Steps;
  private readonly classification: Classification;
  private readonly formulas: Formulas;
  private readonly unmetPaths: UnmetPaths;
  /** Where there are few enough variables to look for critical points. */
  private readonly critical: CriticalPoints | null;
  private frame: Frame | null = null;
  private focus: Focus = null;

  constructor(
    private readonly context: Context,
    private readonly companions: readonly Companion[],
  ) {
    const { state, link, signal } = context;
    const { coordinates, searchable, searched_unasked, wording } = state.problem;
    this.names = coordinates.map((c) => c.name);
    this.slice = new SliceState(coordinates, state.viewState.slice);
    this.status = new Status(context.status);
    this.computation = new Frames(wording, this.names, () => this.landscape.painting);
    const choose = (changes: Partial<ViewState>) => state.setViewState(changes);
    const turn = (slice: SliceDirections) => choose({ slice });
    const focus = (what: Focus) => this.focusOn(what);
    const redraw = () => context.redraw();
    this.formulas = new Formulas(link, state.problem, redraw);
    this.unmetPaths = new UnmetPaths(link);
    this.classification = new Classification(link, (frame, label, reason) => this.relabel(frame, label, reason));
    this.pickers = new SlicePickers(this.names, turn);
    this.overlays = new Overlays(link, this.names.length, choose, redraw, (sentence) => context.remark(sentence));
    this.steps = new Steps(choose, redraw);
    const surroundings = { slice: this.pickers.element, buttons: this.overlays.buttons, below: this.steps.element };
    const point = {
      mark: POINT,
      of: ({ frame }: CurvaturePicture) => frame,
      present: () => state.point,
      move: (changes: Map<number, number>) => state.setCoordinates(changes),
      release: () => context.refresh(),
    };
    this.landscape = new LandscapePanel(coordinates, this.layers(), surroundings, point, choose);
    const onOrder = () => {
      redraw();
      if (this.frame) this.heatmap.announce(this.frame, this.names);
    };
    this.heatmap = new Heatmap(this.names.length, state.problem.blocks, focus, (directions) => this.names.length > 2 && turn(directions), choose, onOrder);
    this.eigenvalues = new Eigenvalues(focus, choose, redraw);
    const list = searchable ? new CriticalList((to) => this.goTo(to), () => this.goToNearest()) : null;
    this.critical = list && new CriticalPoints(link, state.given, searched_unasked, wording.labels, list, redraw);
    const besides = companions.map(({ panel }) => panel);
    // Canvases are painted first: setting a font on one has the browser work out all styles that elements have changed.
    this.panels = [this.heatmap, this.landscape, this.eigenvalues, ...besides, ...(list ? [list] : [])];
    const above = [...besides, this.landscape, this.heatmap, this.eigenvalues].map(({ element }) => element);
    this.elements = [html("div", { class: "hw-panels" }, ...above)];
    this.footer = list ? [list.element] : [];
    enlargeable(above, context.root, () => {
      this.resize();
      redraw();
    });
    context.showSliders(firstViewState(this.names.length).slice.indices);
    this.showSlice();
    this.look(state.viewState);
    state.observeViewState((view) => this.look(view), signal);
    signal.addEventListener("abort", () => {
      this.critical?.stop();
      this.overlays.use(null);
      this.landscape.dispose();
    });
  }

  request(state: Request): FrameRequest {
    const { point, parameters, moving } = state;
    return { ...state, plane: this.slice.through(point, parameters, this.frame, moving || this.landscape.isDragging) };
  }

  use(library: Library | null): void {
    this.critical?.use(library);
    this.overlays.use(library);
  }

  moved(): void {
    this.classification.forget();
  }

  arrived({ computed, request }: CurvatureShown): void {
    this.frame = computed;
    this.critical?.follow(request.parameters);
    this.overlays.follow(request);
  }

  rested({ computed, request }: CurvatureShown): void {
    this.critical?.rest(request.parameters);
    for (const companion of this.companions) companion.rested(request);
    void this.classification.ask(computed, request);
    if (computed.isOpen) void this.unmetPaths.ask(request);
    this.overlays.rest(request);
  }

  resize(): void {
    for (const panel of this.panels) panel.resize();
  }

  draw({ computed: frame, request }: CurvatureShown, theme: Theme): void {
    const picture: CurvaturePicture = {
      ...{ frame, parameters: request.parameters, theme, focus: this.focus, names: this.names },
      ...{ critical: this.critical?.points ?? [], nonIsolated: this.critical?.nonIsolated ?? [] },
      ...{ definiteness: this.overlays.definiteness, paths: this.overlays.shownPaths, steps: this.steps.shown, trail: this.context.state.trail },
    };
    for (const panel of this.panels) panel.draw(picture);
    this.status.draw(picture);
    this.steps.draw(frame);
    const { focus } = this;
    this.heatmap.explain(focus?.kind === "cell" ? this.formulas.of(focus.i, focus.j, request.parameters) : null);
    const { dataset } = this.context.root;
    dataset.label = frame.label;
    dataset.critical = picture.critical.map(({ label }) => label).join(" ");
  }

  announce({ computed: frame }: CurvatureShown): void {
    this.status.announce(frame, stepsInWords(frame, this.steps.shown));
    this.heatmap.announce(frame, this.names);
    if (!this.landscape.isDragging) this.pickers.show(this.slice.directions, frame);
  }

  private layers(): Layers<CurvaturePicture> {
    const criticalPoints = new CriticalPointsLayer((to) => this.goTo(to));
    const surface = [trailOnBase, stepsOnBase, stem, sections, standingCriticalPoints, pin];
    if (this.names.length === 1) return { painted: [], charted: [curve, nonIsolated, trail, steps, criticalPoints], surface: [] };
    return { painted: [bands, definiteness, quadraticModel], charted: [paths, nonIsolated, trail, arrows, steps, criticalPoints], surface };
  }

  private goTo(point: Float64Array): void {
    this.context.state.setCoordinates(new Map(point.entries()));
  }

  private goToNearest(): void {
    const nearest = this.critical?.nearest(this.context.state.point);
    if (nearest) this.goTo(nearest);
  }

  /** Show it as it was chosen to be looked at: here, in another view of the widget, or before it was saved. */
  private look(view: ViewState): void {
    for (const part of [this.landscape, this.heatmap, this.eigenvalues, this.overlays, this.steps]) part.look(view);
    if (JSON.stringify(view.slice) === JSON.stringify(this.slice.directions)) return;
    this.slice.turnTo(view.slice);
    this.showSlice();
    this.context.refresh();
  }

  private showSlice(): void {
    const { directions } = this.slice;
    this.pickers.show(directions, this.frame);
    if (directions.kind === "coordinates") this.context.showSliders(directions.indices);
  }

  private focusOn(focus: Focus): void {
    if (JSON.stringify(focus) === JSON.stringify(this.focus)) return;
    this.focus = focus;
    this.context.redraw();
  }

  /** Python knows better what the point is. */
  private relabel(frame: Frame, label: string, reason: Reason): void {
    if (label !== frame.label || sentence(reason) !== sentence(frame.reason)) this.context.replace(frame, { ...frame, label, reason });
  }
}
