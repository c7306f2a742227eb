import { KEYS_ARE_MINE, html } from "../../base/dom";

/** Buttons of which one is pressed. */
export class Switch {
  readonly element: HTMLElement;
  private readonly buttons: HTMLButtonElement[];

  constructor(name: string, choices: readonly string[], onPick: (choice: string) => void) {
    this.buttons = choices.map((choice, k) => {
      const button = html("button", { type: "button", class: "hw-small", "aria-pressed": String(k === 0), ...KEYS_ARE_MINE }, choice);
      button.addEventListener("click", () => {
        if (button.getAttribute("aria-pressed") !== "true") onPick(choice);
      });
      return button;
    });
    this.element = html("div", { class: "hw-switch", role: "group", "aria-label": name }, ...this.buttons);
  }

  show(choice: string): void {
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.textContent === choice));
  }
}
