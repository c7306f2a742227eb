import { button, html } from "../../base/dom";

/** Buttons of which one is pressed. */
export class Switch {
  readonly element: HTMLElement;
  private readonly buttons: HTMLButtonElement[];

  constructor(name: string, choices: readonly string[], onPick: (choice: string) => void) {
    this.buttons = choices.map((choice, k) => {
      const element = button({ class: "hw-small", "aria-pressed": String(k === 0) }, choice);
      element.addEventListener("click", () => {
        if (element.getAttribute("aria-pressed") !== "true") onPick(choice);
      });
      return element;
    });
    this.element = html("div", { class: "hw-switch", role: "group", "aria-label": name }, ...this.buttons);
  }

  show(choice: string): void {
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.textContent === choice));
  }
}

/** A button that is pressed or not. */
export function toggle(text: string, title: string): HTMLButtonElement {
  return button({ class: "hw-small", title, "aria-pressed": "false" }, text);
}

export function isPressed(button: HTMLButtonElement): boolean {
  return button.getAttribute("aria-pressed") === "true";
}
