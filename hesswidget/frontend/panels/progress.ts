import { button, html, setAttributes, setText } from "../base/dom";
import type { Wait } from "../questions/rest_question";

/** How far a job of Python's is, and a button to stop it; hidden while there is none. */
export class ProgressBar {
  readonly element: HTMLElement;
  private readonly bar = html("div", { class: "hw-progress-bar" });
  private readonly track: HTMLElement;
  private readonly words = html("span", { class: "hw-progress-words" });
  private readonly cancel = button({ class: "hw-small" }, "stop");
  private wait: Wait | null = null;

  /**
   * @param task what Python does, such as "the search for critical points".
   * @param stop what it is to stop that.
   */
  constructor(task: string, stop = "stop, and keep what was found") {
    const role = { role: "progressbar", "aria-label": task, "aria-valuemin": 0, "aria-valuemax": 100 };
    this.track = html("div", { class: "hw-progress-track", ...role }, this.bar);
    setAttributes(this.cancel, { "aria-label": `stop ${task}`, title: stop });
    this.cancel.addEventListener("click", () => {
      this.wait?.cancel();
      this.cancel.disabled = true;
    });
    this.element = html("div", { class: "hw-progress", hidden: true }, this.track, this.words, this.cancel);
  }

  show(wait: Wait | null): void {
    if (this.wait === null) this.cancel.disabled = false;
    this.wait = wait;
    this.element.hidden = wait === null;
    if (!wait) return;
    const percent = Math.round(100 * Math.min(Math.max(wait.share, 0), 1)) || 0;
    setAttributes(this.track, { "aria-valuenow": percent, "aria-valuetext": `${percent} %: ${wait.words}` });
    this.bar.style.width = `${percent}%`;
    setText(this.words, wait.words);
  }
}
