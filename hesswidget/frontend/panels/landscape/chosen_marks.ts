import type { ViewState } from "../../model/view_state";
import { isPressed, toggle } from "./switch";

const BUTTONS = {
  gradient: { text: "−∇f", title: "show −∇f, along which f falls most steeply" },
  proposal: { text: "step", title: "show what the next step of the followed path proposes, tries and takes" },
  model: { text: "models", title: "show the quadratic models at the step: with the Hessian, and with what the method takes for it" },
};

type Choice = keyof typeof BUTTONS;
const CHOICES = Object.keys(BUTTONS) as Choice[];

/** What a person may have drawn about the step of a followed path: a button for each. */
export class ChosenMarks {
  /** Of what is drawn on a surface too, */
  readonly shared: readonly HTMLButtonElement[];
  /** and of the models, which a surface has always. */
  readonly ofContours: readonly HTMLButtonElement[];
  private readonly buttons: readonly HTMLButtonElement[];
  shown: Readonly<Record<Choice, boolean>> = { gradient: false, proposal: false, model: false };

  constructor(choose: (changes: Partial<ViewState>) => void) {
    this.buttons = CHOICES.map((choice) => {
      const { text, title } = BUTTONS[choice];
      const button = toggle(text, title);
      button.addEventListener("click", () => choose({ [choice]: !isPressed(button) }));
      return button;
    });
    this.shared = this.buttons.slice(0, 2);
    this.ofContours = this.buttons.slice(2);
  }

  look(view: ViewState): void {
    if (CHOICES.every((choice) => view[choice] === this.shown[choice])) return;
    this.shown = { gradient: view.gradient, proposal: view.proposal, model: view.model };
    this.buttons.forEach((button, k) => button.setAttribute("aria-pressed", String(this.shown[CHOICES[k]])));
  }
}
