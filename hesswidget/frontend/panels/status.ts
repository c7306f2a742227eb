import appearance from "../../appearance.json";
import { SUPPRESS_NOTEBOOK_SHORTCUTS, html, setAttributes, setText } from "../base/dom";
import { number, short } from "../base/format";
import type { Frame } from "../engine/frame";
import { sentence } from "../model/reason";
import { glyph, showGlyph } from "./glyph";
import type { Picture } from "./panel";
import type { StatusLine } from "./status_line";

const MEANINGS: Record<string, { meaning: string }> = appearance.classes;

/** What the line says of curvature, in words: class, reason, signature, value, condition number. */
export class Status {
  private readonly sign = glyph();
  private readonly label = html("span", { class: "hw-label", role: "heading", "aria-level": 2 });
  private readonly verdict = html("div", { class: "hw-verdict" }, this.sign, this.label);
  private readonly reason = html("span", { class: "hw-reason", tabindex: 0, ...SUPPRESS_NOTEBOOK_SHORTCUTS });
  private readonly facts = new Map<string, HTMLElement>();

  constructor(private readonly line: StatusLine) {
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
    line.add([this.verdict, facts], this.reason);
  }

  /** @param where which point it is of, where that is not the one that is moved. */
  draw({ frame }: Picture, where = ""): void {
    showGlyph(this.sign, frame.label);
    setAttributes(this.verdict, { "data-label": frame.label, title: MEANINGS[frame.label]?.meaning });
    const { heading, clauses } = frame.reason;
    setText(this.label, heading);
    const said = where ? `${where}: ` : "";
    this.writeReason(said + clauses.join("; "));
    this.reason.title = said + sentence(frame.reason);
    const [positive, zero, negative] = frame.inertia;
    const undefined_ = positive + zero + negative === 0;
    setText(this.facts.get("signature")!, undefined_ ? "–" : `${positive}+ ${zero ? `${zero}·0 ` : ""}${negative}−`);
    setText(this.facts.get("slope")!, number(frame.gradientNorm, 3));
    setText(this.facts.get("value")!, number(frame.value, 5));
    setText(this.facts.get("condition")!, number(frame.conditionNumber, 3));
  }

  /** Say the class aloud, once things are at rest. */
  announce(frame: Frame, more: readonly string[]): void {
    const [positive, zero, negative] = frame.inertia;
    const counts = `${negative} negative, ${zero} zero and ${positive} positive eigenvalues; value ${short(frame.value)}`;
    this.line.announce(positive + zero + negative ? [frame.label, counts, ...more].join("; ") : sentence(frame.reason));
  }

  /** Python writes λ_min; the screen sets it as an index. */
  private writeReason(text: string): void {
    if (this.reason.dataset.text === text) return;
    this.reason.dataset.text = text;
    const parts = text.split(/_(min|max)\b/);
    this.reason.replaceChildren(...parts.map((part, i) => (i % 2 ? html("sub", {}, part) : part)));
  }
}
