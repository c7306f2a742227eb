import type { Request } from "../engine/frame";
import { type ParameterValues, parameterKey } from "../model/parameters";
import type { RangeControl } from "../model/state";
import { BifurcationPanel } from "../panels/bifurcation";
import { diagramOf } from "../questions/diagram";
import { type Companion, CurvatureView } from "./curvature";
import type { Context, ViewKind } from "./view";

const TRAIT = "_diagram";

/** Curvature at a point, and how critical points come and go with one parameter. */
export const bifurcation: ViewKind = {
  kind: "bifurcation",
  build: (context) => new CurvatureView(context, [new BifurcationDiagram(context)]),
};

/** The bifurcation diagram in view: Python draws it up anew when another parameter has come to rest. */
export class BifurcationDiagram implements Companion {
  readonly panel: BifurcationPanel;
  private asked = "";

  constructor(private readonly context: Pick<Context, "model" | "state" | "link" | "signal" | "redraw">) {
    const { model, state, signal, redraw } = context;
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
  }

  rested({ parameters }: Pick<Request, "parameters">): void {
    if (!this.panel.isOf(parameters)) void this.ask(parameters);
  }

  /** Have Python draw the diagram of the present parameters, once. */
  private async ask(parameters: ParameterValues): Promise<void> {
    const { [this.panel.parameter]: _, ...others } = parameters;
    const key = parameterKey(others);
    if (key === this.asked) return;
    this.asked = key;
    try {
      await this.context.link.ask({ kind: "diagram" }, []);
    } catch (error) {
      this.panel.say((error as Error).message);
      this.context.redraw();
    }
    if (this.asked === key) this.asked = "";
  }
}
