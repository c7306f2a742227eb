import { html, setText, svg } from "../base/dom";
import type { Wait } from "../questions/rest_question";
import { ProgressBar } from "./progress";

/** The line above every view: what it has to say, where the numbers come from, and what went wrong. */
export class StatusLine {
  readonly element: HTMLElement;
  /** A few words on where the numbers come from; why, under the pointer. */
  private readonly engine = html("span", { class: "hw-engine" });
  private readonly message = new Message();
  private readonly recording = new ProgressBar("recording", "stop, and have the kernel compute");
  private readonly spoken = html("span", { class: "hw-unseen", "aria-live": "polite", role: "status" });

  constructor() {
    this.element = html("header", { class: "hw-status" }, this.engine, this.recording.element, this.message.element, this.spoken);
  }

  /** Put what a view says before where the numbers come from, and what may give way to a sentence behind it. */
  add(facts: readonly HTMLElement[], reason?: HTMLElement): void {
    this.engine.before(...facts);
    if (reason) this.engine.after(html("div", { class: "hw-reason-box" }, reason));
  }

  /** Show a sentence in place of the reason, so that nothing moves under the finger; none brings the reason back. */
  show(sentence: string): void {
    this.message.show(sentence);
    this.element.classList.toggle("hw-says", sentence !== "");
  }

  /** Show how far Python is with recording what the page lacks, in the same place. */
  showRecording(wait: Wait | null): void {
    this.recording.show(wait);
    this.element.classList.toggle("hw-records", wait !== null);
  }

  /** Say aloud what those see who can. */
  announce(sentence: string): void {
    setText(this.spoken, sentence);
  }

  showEngine(text: string, reason: string, isStrange: boolean): void {
    setText(this.engine, text);
    this.engine.title = reason;
    this.engine.classList.toggle("hw-late", isStrange);
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
