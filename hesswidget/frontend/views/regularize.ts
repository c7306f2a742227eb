import { html } from "../base/dom";
import { short } from "../base/format";
import type { Theme } from "../base/theme";
import { type RegularizedFrame, Trainings } from "../engine/regularized";
import type { Request } from "../engine/engine";
import { DECAY, type Regularization, readRegularization } from "../model/regularization";
import type { ViewState } from "../model/view_state";
import { ComparisonPanel } from "../panels/comparison";
import { Eigenvalues } from "../panels/eigenvalues";
import { enlargeable } from "../panels/enlarge";
import { EvidencePanel } from "../panels/evidence";
import { FitPanel, type RegularizedPicture } from "../panels/fit";
import { LossesPanel } from "../panels/losses";
import type { Focus } from "../panels/panel";
import { Status } from "../panels/status";
import type { Context, Shown, View, ViewKind } from "./view";

const TRAIT = "_regularization";

/** A model trained again under each slider of what regularizes it, beside the same training without. */
export const regularize: ViewKind = {
  kind: "regularize",
  traits: { [TRAIT]: readRegularization },
  build: (context) => new RegularizeView(context),
};

class RegularizeView implements View<Request, RegularizedFrame> {
  readonly computation: Trainings;
  readonly elements: readonly HTMLElement[];
  private readonly names: readonly string[];
  private readonly status: Status;
  private readonly fit: FitPanel;
  private readonly losses: LossesPanel;
  private readonly eigenvalues: Eigenvalues;
  private readonly evidence: EvidencePanel;
  private readonly comparison: ComparisonPanel;
  private focus: Focus = null;

  constructor(private readonly context: Context) {
    const { state, model, signal } = context;
    const { coordinates, wording } = state.problem;
    const told: Regularization = model.get(TRAIT);
    this.names = coordinates.map(({ name }) => name);
    this.status = new Status(context.status);
    this.computation = new Trainings(told, wording, coordinates);
    const choose = (changes: Partial<ViewState>) => state.setViewState(changes);
    const redraw = () => context.redraw();
    this.fit = new FitPanel(told);
    this.losses = new LossesPanel(told.tested > 0);
    this.eigenvalues = new Eigenvalues((focus) => this.focusOn(focus), choose, redraw);
    this.evidence = new EvidencePanel(told.decays, DECAY);
    this.comparison = new ComparisonPanel(told, DECAY);
    const panels = [this.fit, this.losses, this.eigenvalues, this.evidence, this.comparison].map(({ element }) => element);
    this.elements = [html("div", { class: "hw-panels" }, ...panels)];
    enlargeable(panels, context.root, () => {
      this.resize();
      redraw();
    });
    context.showSliders([]);
    this.eigenvalues.look(state.viewState);
    state.observeViewState((view) => this.eigenvalues.look(view), signal);
  }

  resize(): void {
    for (const panel of [this.fit, this.losses, this.eigenvalues, this.evidence, this.comparison]) panel.resize();
  }

  draw({ computed: frame, request: { parameters } }: Shown<Request, RegularizedFrame>, theme: Theme): void {
    const picture: RegularizedPicture = { frame, parameters, theme, focus: this.focus, names: this.names };
    this.fit.draw(picture);
    this.losses.draw(picture);
    this.eigenvalues.draw(picture, frame.plain.eigenvalues, "dashes: without");
    this.evidence.draw(picture);
    this.comparison.draw(picture);
    const { count, goesOn } = frame.training;
    this.status.draw(picture, goesOn ? "on the way from the last solution" : `after ${count} steps`);
    const { bestDecay } = frame;
    const title = `the evidence is largest at ${short(bestDecay)}: MacKay's fixed point, of the loss as a quadratic function here`;
    this.context.markParameter(DECAY, Number.isFinite(bestDecay) ? [{ racer: 0, value: bestDecay, kind: "best", title }] : []);
    const { dataset } = this.context.root;
    dataset.label = frame.label;
    dataset.steps = String(frame.training.count);
    dataset.loss = `${frame.training.trainLoss} ${frame.plain.trainLoss}`;
    dataset.best = String(bestDecay);
  }

  announce({ computed: frame }: Shown<Request, RegularizedFrame>): void {
    this.status.announce(frame, this.comparison.inWords(frame));
  }

  private focusOn(focus: Focus): void {
    if (JSON.stringify(focus) === JSON.stringify(this.focus)) return;
    this.focus = focus;
    this.context.redraw();
  }
}
