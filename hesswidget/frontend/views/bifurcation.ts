import type { Request } from "../engine/engine";
import { type ParameterValues, parameterKey } from "../model/parameters";
import type { RangeControl } from "../model/state";
import { BifurcationPanel } from "../panels/bifurcation";
import { diagramOf, readDiagram } from "../questions/diagram";
import { RestQuestion } from "../questions/rest_question";
import { type Companion, CurvatureView } from "./curvature";
import type { Context, ViewKind } from "./view";

const TRAIT = "_diagram";

/** Curvature at a point, and how critical points come and go with one parameter. */
export const bifurcation: ViewKind = {
  kind: "bifurcation",
  traits: { [TRAIT]: readDiagram },
  build: (context) => new CurvatureView(context, [new BifurcationDiagram(context)]),
};

/** The bifurcation diagram in view: Python draws it up anew when another parameter has come to rest. */
export class BifurcationDiagram implements Companion {
  readonly panel: BifurcationPanel;
  private readonly question: RestQuestion<ParameterValues, unknown>;

  constructor({ model, state, link, signal, redraw }: Pick<Context, "model" | "state" | "link" | "signal" | "redraw">) {
    const { parameter } = model.get(TRAIT);
    const control = state.problem.parameters.find((p): p is RangeControl => p.name === parameter && p.kind === "range")!;
    this.panel = new BifurcationPanel(control, state.problem.coordinates, (value) => state.setParameter(parameter, value), redraw);
    const take = () => {
      this.panel.show(diagramOf(model.get(TRAIT)));
      redraw();
    };
    model.on(`change:${TRAIT}`, take);
    signal.addEventListener("abort", () => model.off(`change:${TRAIT}`, take));
    take();
    // The answer is the trait, which comes before it.
    this.question = new RestQuestion((parameters, onProgress) => link.ask({ kind: "diagram", parameters }, [], onProgress), {
      answered: () => {},
      unknown: "What the diagram is at these parameters",
      failed: (sentence) => {
        this.panel.say(sentence);
        redraw();
      },
      waits: (wait) => this.panel.wait(wait),
    });
  }

  /** Have Python draw the diagram of the present parameters, if it is not there. */
  rested({ parameters }: Pick<Request, "parameters">): void {
    if (this.panel.isOf(parameters)) return this.question.forget();
    const { [this.panel.parameter]: _, ...others } = parameters;
    void this.question.ask(parameterKey(others), parameters);
  }
}
