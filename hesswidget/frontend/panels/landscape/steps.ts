import { html, setAttributes, setText } from "../../base/dom";
import { eigenvector, number } from "../../base/format";
import type { Frame } from "../../engine/frame";
import type { ViewState } from "../../model/view_state";
import type { ShownSteps } from "./layers/steps";
import { isPressed, toggle } from "./switch";

const GRADIENT = "show the gradient, which points where f rises most steeply";
const NEWTON = "show Newton's step, which leads to where the quadratic model is stationary";
/** Of so many variables all components and angles are said; of more the first ones, and the nearest eigenvector. */
const SAID = 4;

/** A button each for the gradient and Newton's step, which shows and hides it, and beside it what it is. */
export class Steps {
  readonly element: HTMLElement;
  private readonly gradient = toggle("∇f", GRADIENT);
  private readonly newton = toggle("Newton", NEWTON);
  private readonly said = { gradient: html("span"), newton: html("span") };

  constructor(
    choose: (changes: Partial<ViewState>) => void,
    private readonly onChange: () => void,
  ) {
    const row = (button: HTMLElement, said: HTMLElement) => html("div", {}, button, said);
    this.element = html("div", { class: "hw-directions" }, row(this.gradient, this.said.gradient), row(this.newton, this.said.newton));
    this.gradient.addEventListener("click", () => choose({ gradient: !isPressed(this.gradient) }));
    this.newton.addEventListener("click", () => choose({ newton: !isPressed(this.newton) }));
  }

  get shown(): ShownSteps {
    return { gradient: isPressed(this.gradient), newton: isPressed(this.newton) };
  }

  look({ gradient, newton }: ViewState): void {
    const before = this.shown;
    if (gradient === before.gradient && newton === before.newton) return;
    this.gradient.setAttribute("aria-pressed", String(gradient));
    this.newton.setAttribute("aria-pressed", String(newton));
    this.onChange();
  }

  draw(frame: Frame): void {
    const { shown, said } = this;
    for (const kind of ["gradient", "newton"] as const) {
      const statement = shown[kind] ? statementOf(kind, frame) : null;
      setText(said[kind], statement ? brief(statement) : "");
      setAttributes(said[kind], { title: statement && inWords(statement) });
    }
  }
}

/** One of the two, or why there is none. */
interface Statement {
  name: string;
  /** A few components, and angles in degrees to what is named. */
  components: string;
  angles: readonly (readonly [degrees: string, to: string])[];
  remark: string;
}

/** What the gradient and Newton's step are, by components and by their angles to the eigenvectors, in sentences. */
export function stepsInWords(frame: Frame, shown: ShownSteps): string[] {
  const kinds = (["gradient", "newton"] as const).filter((kind) => shown[kind]);
  return kinds.map((kind) => inWords(statementOf(kind, frame)));
}

function statementOf(kind: keyof ShownSteps, frame: Frame): Statement {
  const { gradient, gradientAngles, newtonStep, newtonAngles, newtonTurn, isStationary, eigenvalues } = frame;
  const isGradient = kind === "gradient";
  const name = isGradient ? "∇f" : "Newton step";
  const nothing = (remark: string): Statement => ({ name, components: "", angles: [], remark });
  if (!eigenvalues.every(Number.isFinite)) return nothing("none, since a value is not finite");
  if (isStationary) return nothing(isGradient ? "zero within the tolerance" : "none from a stationary point");
  if (isGradient) return { name, components: written(gradient), angles: anglesTo(gradientAngles), remark: "" };
  if (!newtonStep.every(Number.isFinite)) return nothing("none, since H is singular");
  const turn = eigenvalues.length > 1 ? [[degrees(newtonTurn), "−∇f"] as const] : [];
  const angles = [...anglesTo(newtonAngles), ...turn];
  return { name, components: written(newtonStep), angles, remark: newtonTurn > 90 ? "uphill" : "" };
}

function inWords({ name, components, angles, remark }: Statement): string {
  const parts = [components && `${name} = ${components}`, ...angles.map(([angle, to]) => `${angle} from ${to}`), remark];
  return `${components ? "" : `${name}: `}${parts.filter(Boolean).join(", ")}`;
}

/** The same beside its name, as short as can be. */
function brief({ components, angles, remark }: Statement): string {
  return [components, ...angles.map(([angle, to]) => `∠${to} ${angle}`), remark].filter(Boolean).join(" ");
}

function written(vector: Float64Array): string {
  const few = Array.from(vector.subarray(0, SAID), (x) => number(x, 3));
  return `(${[...few, ...(vector.length > SAID ? ["…"] : [])].join(", ")})`;
}

function anglesTo(all: Float64Array): (readonly [string, string])[] {
  const every = Array.from(all, (angle, k) => [degrees(angle), eigenvector(k)] as const);
  if (all.length === 1) return [];
  return all.length <= SAID ? every : [every[all.indexOf(Math.min(...all))]];
}

function degrees(angle: number): string {
  return `${angle.toFixed(0)}°`;
}
