import { html, setText, svg } from "../base/dom";
import { number, short } from "../base/format";
import type { Frame } from "../engine/frame";
import { glyph, showGlyph } from "./glyph";
import type { Panel, Picture } from "./panel";

/** The line that says it in words: class, reason, signature, value, condition number, and where it is from. */
export class Status implements Panel {
  readonly element: HTMLElement;
  private readonly sign = glyph();
  private readonly label = html("span", { class: "hw-label" });
  private readonly reason = html("span", { class: "hw-reason" });
  private readonly facts = new Map<string, HTMLElement>();
  /** A few words on where the numbers come from; why, under the pointer. */
  private readonly engine = html("span", { class: "hw-engine" });
  private readonly message = new Message();
  private readonly spoken = html("span", { class: "hw-unseen", "aria-live": "polite", role: "status" });

  constructor() {
    const facts = html("div", { class: "hw-facts" });
    for (const [key, name, title] of [
      ["signature", "signature", "how many eigenvalues are positive, zero, negative"],
      ["slope", "|∇f|", "Euclidean norm of the gradient"],
      ["value", "f", "value of the function"],
      ["condition", "κ", "condition number: largest over smallest |λ|"],
    ]) {
      const value = html("b");
      this.facts.set(key, value);
      facts.append(html("span", { title }, `${name} `, value));
    }
    const verdict = html("div", { class: "hw-verdict" }, this.sign, this.label);
    this.element = html("header", { class: "hw-status" }, verdict, facts, this.engine, this.reason, this.message.element);
    this.element.append(this.spoken);
  }

  resize(): void {} // the stylesheet sets it

  draw({ frame }: Picture): void {
    showGlyph(this.sign, frame.label);
    const [heading, ...rest] = frame.reason.split(": ");
    setText(this.label, heading);
    this.writeReason(rest.join(": "));
    this.reason.title = frame.reason;
    const [positive, zero, negative] = frame.inertia;
    const undefined_ = positive + zero + negative === 0;
    setText(this.facts.get("signature")!, undefined_ ? "–" : `${positive}+ ${zero ? `${zero}·0 ` : ""}${negative}−`);
    setText(this.facts.get("slope")!, number(frame.gradientNorm, 3));
    setText(this.facts.get("value")!, number(frame.value, 5));
    setText(this.facts.get("condition")!, number(frame.conditionNumber, 3));
  }

  /** Say the class aloud, once things are at rest. */
  announce(frame: Frame): void {
    const [positive, zero, negative] = frame.inertia;
    const counts = `${negative} negative, ${zero} zero and ${positive} positive eigenvalues; value ${short(frame.value)}`;
    setText(this.spoken, positive + zero + negative ? `${frame.label}; ${counts}` : frame.reason);
  }

  /** Show a sentence in place of the reason, so that nothing moves under the finger; none brings the reason back. */
  show(sentence: string): void {
    this.message.show(sentence);
    this.reason.hidden = sentence !== "";
  }

  showEngine(text: string, reason: string, isStrange: boolean): void {
    setText(this.engine, text);
    this.engine.title = reason;
    this.engine.classList.toggle("hw-late", isStrange);
  }

  /** Python writes λ_min; the screen sets it as an index. */
  private writeReason(text: string): void {
    if (this.reason.dataset.text === text) return;
    this.reason.dataset.text = text;
    const parts = text.split(/_(min|max)\b/);
    this.reason.replaceChildren(...parts.map((part, i) => (i % 2 ? html("sub", {}, part) : part)));
  }
}

/** A line of text with an icon that warns. */
class Message {
  private readonly text = html("span");
  readonly element: HTMLElement;

  constructor() {
    const icon = svg("svg", { viewBox: "0 0 16 16", class: "hw-warning", "aria-hidden": "true" });
    icon.append(svg("path", { d: "M8 1.5L15 14H1ZM8 6v4M8 11.6v.9" }));
    this.element = html("div", { class: "hw-message", role: "alert", hidden: true }, icon, this.text);
  }

  show(sentence: string): void {
    setText(this.text, sentence);
    this.element.hidden = sentence === "";
  }
}
