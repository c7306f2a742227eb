import { html } from "../base/dom";
import { short } from "../base/format";
import type { Theme } from "../base/theme";
import { Frames } from "../engine/frames";
import { type RaceFrame, type RaceRequest, Races } from "../engine/race";
import type { SliderMark } from "../controls/control";
import type { Request } from "../engine/engine";
import type { Library } from "../engine/library";
import { SliceState } from "../engine/slice";
import { type Race, type Racer, readRace } from "../model/race";
import { MATRICES, type Matrix, type ViewState, firstViewState } from "../model/view_state";
import { BasinsPanel } from "../panels/basins";
import { ConvergencePanel } from "../panels/convergence";
import { Eigenvalues } from "../panels/eigenvalues";
import { enlargeable } from "../panels/enlarge";
import { Heatmap, type Subject } from "../panels/heatmap";
import { ChosenMarks } from "../panels/landscape/chosen_marks";
import type { PaintedLayer } from "../panels/landscape/layer";
import { LandscapePanel } from "../panels/landscape/landscape";
import { bands } from "../panels/landscape/layers/bands";
import { type BasinsPicture, basinEnds, basins } from "../panels/landscape/layers/basins";
import { curve } from "../panels/landscape/layers/curve";
import { quadraticModel } from "../panels/landscape/layers/quadratic_model";
import { methodModel, methodParabola } from "../panels/landscape/layers/method_model";
import { nextStep, nextStepOnBase } from "../panels/landscape/layers/next_step";
import { race, raceOnSurface } from "../panels/landscape/layers/race";
import { trustRegion } from "../panels/landscape/layers/trust_region";
import { SlicePickers } from "../panels/landscape/slice_pickers";
import { Switch } from "../panels/landscape/switch";
import { markOfPoint } from "../panels/marks";
import type { Focus } from "../panels/panel";
import { Flows } from "../questions/flows";
import { Outcomes } from "../questions/outcomes";
import { RacePanel } from "../panels/race";
import { Standing } from "../panels/standing";
import { SharpnessPanel } from "../panels/sharpness";
import { SweepPanel } from "../panels/sweep";
import { Status } from "../panels/status";
import type { Context, Shown, View, ViewKind } from "./view";

const TRAIT = "_race";

/** Descent methods from one start, and what each takes for the Hessian. */
export const descent: ViewKind = {
  kind: "descent",
  traits: { [TRAIT]: readRace },
  build: (context) => new DescentView(context),
};

const START = markOfPoint("all paths start here; drag it, or move it by the arrow keys", "start");
const NAMES: Readonly<Record<Matrix, string>> = { hessian: "H", model: "B", difference: "B − H" };
const SUBJECTS: Readonly<Record<Exclude<Matrix, "hessian">, Subject>> = {
  model: { name: "model B", entry: (row, column) => `B(${row}, ${column})` },
  difference: { name: "B − H", entry: (row, column) => `(B − H)(${row}, ${column})` },
};

const NO_FLOWS = { flows: [], sentence: "" };
const modelOfHessian: PaintedLayer<BasinsPicture> = { ...quadraticModel, isEmpty: ({ shown }) => !shown.model };

/** Of the largest entry of H: a difference from it that is smaller is rounding. */
const ROUNDING = 64 * Number.EPSILON;

function largest(entries: Float64Array): number {
  return entries.reduce((most, h) => Math.max(most, Math.abs(h) || 0), 0);
}

class DescentView implements View<RaceRequest, RaceFrame> {
  readonly computation: Races;
  readonly elements: readonly HTMLElement[];
  private readonly names: readonly string[];
  private readonly slice: SliceState;
  private readonly status: Status;
  private readonly landscape: LandscapePanel<BasinsPicture>;
  private readonly convergence: ConvergencePanel;
  private readonly basins: BasinsPanel;
  private readonly table: RacePanel;
  /** Where hyperparameters are to be tried over their ranges. */
  private readonly sweep: SweepPanel | null;
  /** Where curvature is measured along the paths. */
  private readonly sharpness: SharpnessPanel | null;
  private readonly heatmap: Heatmap;
  private readonly eigenvalues: Eigenvalues;
  private readonly pickers: SlicePickers;
  private readonly matrices: Switch;
  private readonly marks: ChosenMarks;
  private readonly standing: Standing;
  private readonly outcomes: Outcomes;
  private readonly flows: Flows;
  private readonly racers: readonly Racer[];
  private readonly titles: readonly string[];
  private frame: RaceFrame | null = null;
  private turn = 0;
  private focus: Focus = null;
  private seen: ViewState;

  constructor(private readonly context: Context) {
    const { state, model, signal } = context;
    const { coordinates, wording } = state.problem;
    const described: Race = model.get(TRAIT);
    this.names = coordinates.map((c) => c.name);
    this.racers = described.racers;
    this.titles = described.racers.map(({ title }) => title);
    this.seen = state.viewState;
    this.slice = new SliceState(coordinates, this.seen.slice);
    this.status = new Status(context.status);
    const frames = new Frames(wording, this.names, () => this.landscape.painting);
    this.computation = new Races(frames, described.racers, described.steps, described.curvature_every);
    const choose = (changes: Partial<ViewState>) => state.setViewState(changes);
    const redraw = () => context.redraw();
    const focus = (what: Focus) => this.focusOn(what);
    this.pickers = new SlicePickers(this.names, (slice) => choose({ slice }), ["paths", "coordinates", "eigenvectors", "random"]);
    this.basins = new BasinsPanel(described.racers, described.steps, coordinates, wording.labels, {
      ...{ choose, redraw, remark: (sentence) => context.remark(sentence) },
      present: () => state.point,
      start: (point) => state.setCoordinates(new Map(point.entries())),
    });
    this.marks = new ChosenMarks(choose);
    const { shared, ofContours } = this.marks;
    const buttons = [...ofContours, ...(this.names.length > 1 ? [this.basins.button] : [])];
    const surroundings = { slice: this.pickers.element, buttons, shared, below: null };
    const start = {
      mark: START,
      of: ({ frame: { paths } }: BasinsPicture) => ({ point: this.context.state.point, value: paths[0].values[0] }),
      present: () => state.point,
      move: (changes: Map<number, number>) => state.setCoordinates(changes),
      release: () => context.refresh(),
    };
    const isCurve = this.names.length === 1;
    const layers = isCurve
      ? { painted: [], charted: [curve, methodParabola, race, nextStep], surface: [] }
      : { painted: [bands, basins, modelOfHessian, methodModel], charted: [basinEnds, trustRegion, race, nextStep], surface: [raceOnSurface, nextStepOnBase] };
    this.landscape = new LandscapePanel<BasinsPicture>(coordinates, layers, surroundings, start, choose);
    this.convergence = new ConvergencePanel(choose, redraw);
    this.table = new RacePanel(described, choose);
    this.sweep = SweepPanel.of(described, state, { redraw, remark: (sentence) => context.remark(sentence), ends: () => this.basins.ends });
    this.sharpness = SharpnessPanel.of(described, choose, redraw, (isStopped) => {
      this.computation.stop(isStopped);
      if (isStopped) return;
      this.turn++;
      context.refresh();
    });
    this.matrices = new Switch("matrix", MATRICES.map((matrix) => NAMES[matrix]), (picked) => choose({ matrix: MATRICES.find((matrix) => NAMES[matrix] === picked)! }));
    this.heatmap = new Heatmap(this.names.length, state.problem.blocks, focus, () => {}, choose, redraw, [this.matrices.element]);
    this.standing = new Standing(described.racers);
    this.outcomes = new Outcomes(context.link, () => redraw());
    this.flows = new Flows(context.link, { changed: redraw, waits: (wait) => this.sharpness?.wait(wait) });
    this.heatmap.element.append(this.standing.element);
    this.eigenvalues = new Eigenvalues(focus, choose, redraw);
    const above = this.panels.map(({ element }) => element);
    this.elements = [html("div", { class: "hw-panels" }, ...above)];
    enlargeable(above, context.root, () => {
      this.resize();
      redraw();
    });
    context.showSliders(firstViewState(this.names.length).slice.indices);
    this.pickers.show(this.slice.directions, null);
    this.look(this.seen);
    state.observeViewState((view) => this.look(view), signal);
    signal.addEventListener("abort", () => {
      this.convergence.stop();
      this.basins.stop();
      this.sweep?.stop();
      this.landscape.dispose();
    });
  }

  request(state: Request): RaceRequest {
    const { point, parameters, moving } = state;
    const { followed, step } = this.seen;
    const { frame } = this;
    const at = frame && this.slice.directions.kind === "eigenvectors" ? frame.point : point; // whose eigenvectors they are
    const plane = this.slice.through(at, parameters, frame, moving || this.landscape.isDragging);
    return { ...state, plane, followed: Math.min(followed, this.titles.length - 1), step, turn: this.turn };
  }

  use(library: Library | null): void {
    this.basins.use(library);
    this.sweep?.use(library);
  }

  arrived({ computed, request }: Shown<RaceRequest, RaceFrame>): void {
    this.frame = computed;
    this.basins.follow(request);
    this.sweep?.follow(request);
  }

  /** From top to bottom. */
  private get panels(): readonly { element: HTMLElement; resize(): void }[] {
    const optional = [this.sharpness, this.basins, this.sweep].filter((panel) => panel !== null);
    return [this.landscape, this.convergence, ...optional, this.table, this.heatmap, this.eigenvalues];
  }

  resize(): void {
    for (const panel of this.panels) panel.resize();
  }

  draw({ computed: frame, request }: Shown<RaceRequest, RaceFrame>, theme: Theme): void {
    const { focus, names, titles } = this;
    const picture: BasinsPicture = { frame, parameters: request.parameters, theme, focus, names, titles, outcomes: this.outcomes.of(request), step: request.step, radius: this.radiusOf(frame), shown: this.marks.shown, basins: this.basins.of(frame.followed) };
    this.drawMicroscope(picture);
    this.landscape.draw(picture);
    this.convergence.draw(picture);
    this.sharpness?.draw({ ...picture, flows: this.seen.flows ? this.flows.of({ ...request, followed: frame.followed }) : NO_FLOWS });
    this.basins.draw(picture);
    this.sweep?.draw(picture);
    this.table.draw(picture);
    this.status.draw(picture, `${titles[frame.followed]} at step ${frame.at}`);
    this.markTheory(frame);
    const { dataset } = this.context.root;
    dataset.label = frame.label;
    dataset.steps = frame.paths.map(({ values }) => values.length - 1).join(" ");
    dataset.at = String(frame.at);
    if (this.sweep) dataset.swept = String(this.sweep.count);
    dataset.basins = String(picture.basins?.outcomes.count ?? 0);
  }

  rested({ computed: { followed }, request }: Shown<RaceRequest, RaceFrame>): void {
    void this.outcomes.ask(request);
    if (this.sharpness && this.seen.flows) void this.flows.ask({ ...request, followed });
  }

  announce({ computed: frame, request }: Shown<RaceRequest, RaceFrame>): void {
    const seen = this.sharpness?.inWords(frame) ?? [];
    this.status.announce(frame, [...this.table.inWords(frame, this.outcomes.of(request)), ...seen]);
    this.heatmap.announce(this.underMicroscope(frame), this.names);
    if (!this.landscape.isDragging) this.pickers.show(this.slice.directions, frame);
  }

  /** The Hessian at the step, what the method takes for it, or how they differ; and the eigenvalues of both. */
  private drawMicroscope(picture: BasinsPicture): void {
    const { frame } = picture;
    const { microscope } = frame;
    const matrix = microscope ? this.seen.matrix : "hessian";
    this.matrices.show(NAMES[matrix]);
    this.matrices.element.hidden = microscope === null;
    this.heatmap.draw({ ...picture, frame: this.underMicroscope(frame) }, matrix === "hessian" ? undefined : SUBJECTS[matrix], matrix === "difference" ? ROUNDING * largest(frame.hessian) : 0);
    this.eigenvalues.draw(picture, microscope?.eigenvalues ?? null);
    this.standing.draw(frame);
  }

  /** Mark on the sliders up to which rates the methods are stable, and where they converge fastest. */
  private markTheory({ theory: { stableRates, bestRates, bestMomenta }, at }: RaceFrame): void {
    const marks = new Map<string, SliderMark[]>(this.racers.flatMap(({ rate, momentum }) => [rate, momentum].filter((one) => one !== null).map((one) => [one, []])));
    const mark = (slider: string | null, racer: number, value: number, kind: SliderMark["kind"], title: string) => {
      if (slider !== null && Number.isFinite(value)) marks.get(slider)!.push({ racer, value, kind, title });
    };
    this.racers.forEach(({ rate, momentum, title }, racer) => {
      const [bestRate, bestMomentum] = [bestRates[racer], bestMomenta[racer]];
      const fastest = (value: number, beside: string) => `${title} converges fastest at ${short(value)}${beside}, on the quadratic function with the eigenvalues at step ${at}`;
      mark(rate, racer, stableRates[racer], "limit", `${title} is stable up to ${short(stableRates[racer])}, by the largest eigenvalue at step ${at}`);
      mark(rate, racer, bestRate, "best", fastest(bestRate, Number.isFinite(bestMomentum) ? `, with the momentum ${short(bestMomentum)}` : ""));
      mark(momentum, racer, bestMomentum, "best", fastest(bestMomentum, `, with the rate ${short(bestRate)}`));
    });
    for (const [slider, those] of marks) this.context.markParameter(slider, those);
  }

  /** How far the next step goes at most, where the method says so. */
  private radiusOf({ followed, gauges }: RaceFrame): number {
    const k = this.racers[followed].gauges.indexOf("radius");
    return k < 0 ? NaN : gauges[k];
  }

  /** A frame with the matrix that is to be seen in the Hessian's place. */
  private underMicroscope(frame: RaceFrame): RaceFrame {
    const { microscope } = frame;
    const { matrix } = this.seen;
    return matrix === "hessian" || !microscope ? frame : { ...frame, hessian: microscope[matrix], blockNorms: new Float64Array(), asymmetry: 0 };
  }

  /** Show it as it was chosen to be looked at. */
  private look(view: ViewState): void {
    const before = this.seen;
    this.seen = view;
    for (const part of [this.marks, this.landscape, this.convergence, this.sharpness, this.basins, this.table, this.heatmap, this.eigenvalues]) part?.look(view);
    const isTurned = JSON.stringify(view.slice) !== JSON.stringify(this.slice.directions);
    if (isTurned) {
      this.slice.turnTo(view.slice);
      this.pickers.show(this.slice.directions, this.frame);
      if (view.slice.kind === "coordinates") this.context.showSliders(view.slice.indices);
    }
    const wantsFlows = view.flows && !before.flows;
    if (isTurned || wantsFlows || view.followed !== before.followed || view.step !== before.step) this.context.refresh();
    else this.context.redraw();
    if (this.frame && view.matrix !== before.matrix) this.heatmap.announce(this.underMicroscope(this.frame), this.names);
  }

  private focusOn(focus: Focus): void {
    if (JSON.stringify(focus) === JSON.stringify(this.focus)) return;
    this.focus = focus;
    this.context.redraw();
  }
}
