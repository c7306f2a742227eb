import type { AnyModel } from "@anywidget/types";
import { diagramOf } from "./questions/diagram";
import type { Wire } from "./engine/frame";
import type { Link } from "./questions/link";
import { BifurcationPanel } from "./panels/bifurcation";
import type { RangeControl, State } from "./model/state";

const TRAIT = "_diagram";

/** The bifurcation diagram in view: Python draws it up anew when another parameter has come to rest. */
export class Bifurcation {
  readonly panel: BifurcationPanel;
  private asked = "";

  private constructor(
    model: AnyModel,
    private readonly link: Link,
    state: State,
    private readonly redraw: () => void,
    signal: AbortSignal,
  ) {
    const { parameter } = model.get(TRAIT);
    const control = state.problem.parameters.find((p): p is RangeControl => p.name === parameter && p.kind === "range")!;
    this.panel = new BifurcationPanel(control, state.problem.coordinates, (value) => state.setParameter(parameter, value), redraw);
    const take = () => {
      this.panel.show(diagramOf(model.get(TRAIT)));
      this.redraw();
    };
    model.on(`change:${TRAIT}`, take);
    signal.addEventListener("abort", () => model.off(`change:${TRAIT}`, take));
    take();
  }

  /** The diagram that comes with a widget, if one does. */
  static of(model: AnyModel, link: Link, state: State, redraw: () => void, signal: AbortSignal): Bifurcation | null {
    return model.get(TRAIT)?.parameter ? new Bifurcation(model, link, state, redraw, signal) : null;
  }

  /** Nothing moves: if the diagram is one of other parameters, ask Python for the present ones, once. */
  async rest(parameters: Record<string, Wire>): Promise<void> {
    if (this.panel.isOf(parameters)) return;
    const { [this.panel.parameter]: _, ...others } = parameters;
    const key = JSON.stringify(others);
    if (key === this.asked) return;
    this.asked = key;
    try {
      await this.link.ask({ kind: "diagram" }, []);
    } catch (error) {
      this.panel.say((error as Error).message);
      this.redraw();
    }
    if (this.asked === key) this.asked = "";
  }
}
