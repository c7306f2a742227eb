import { html, say } from "./base/dom";

/** A few words on where the numbers come from; why, under the pointer. */
export class Chip {
  readonly element = html("span", { class: "hw-engine" });

  says(text: string, reason: string, isStrange = false): void {
    say(this.element, text);
    this.element.title = reason;
    this.element.classList.toggle("hw-late", isStrange);
  }
}
