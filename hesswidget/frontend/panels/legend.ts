import { button, html, join, setText, svg } from "../base/dom";
import { uniqueIdentifier } from "../base/identifier";
import { TabStop } from "../base/tab_stop";
import { type Mark, SAMPLE } from "./marks";

/** The attribute by which what is drawn says which mark it is, */
export const MARK = "data-mark";
/** and one with which it says more of itself, in a sentence. */
export const WORDS = "data-words";

const isMouse = (event: Event) => (event as PointerEvent).pointerType === "mouse";

/**
 * Names the marks that are in view. Pointing at an entry or at a mark in the picture, going to an entry by keys, or a tap
 * explains it.
 */
export class Legend {
  readonly element: HTMLElement;
  private readonly entries = html("ul", { class: "hw-marks", "aria-label": "legend" });
  private readonly explanation = html("div", { class: "hw-explanation", role: "tooltip", hidden: true });
  private readonly stop = new TabStop(this.entries);
  private marks: readonly Mark[] = [];
  /** What the mouse has dragged and is still on: whoever held it knows what it is, and looks at the picture. */
  private held: Element | null = null;
  private key = "";
  private width = 0;

  /** @param grounds where the marks are drawn; @param choices stand behind them, and choose what else is drawn. */
  constructor(grounds: readonly Element[], choices: HTMLElement | null = null) {
    this.explanation.id = uniqueIdentifier();
    this.element = html("div", { class: "hw-legend" }, this.entries, ...(choices ? [choices] : []), this.explanation);
    const quiet = () => this.explain(null);
    const markAt = (element: Element | null) => element?.closest(`[${MARK}]`) ?? null;
    const pointsAt = (event: Event) => this.explain(markAt(event.target as Element));
    for (const ground of [this.entries, ...grounds]) {
      ground.addEventListener("pointerover", (event) => this.isHeld(event as PointerEvent) || pointsAt(event));
      ground.addEventListener("pointerleave", quiet);
    }
    for (const ground of grounds) {
      ground.addEventListener("pointerdown", (event) => isMouse(event) && quiet()); // where a tap explains
      ground.addEventListener("pointerup", (event) => {
        const { clientX, clientY } = event as PointerEvent;
        if (isMouse(event)) this.held = markAt(document.elementFromPoint(clientX, clientY));
      });
    }
    this.entries.addEventListener("focusin", pointsAt);
    this.entries.addEventListener("focusout", quiet);
    this.entries.addEventListener("click", pointsAt); // where a tap gives a button no focus
    this.entries.addEventListener("keydown", ({ key }) => key === "Escape" && this.explain(null));
    // In the next frame, or what it sets would be seen as another change of this one.
    new ResizeObserver(() => requestAnimationFrame(() => this.keepHeight())).observe(this.element);
  }

  /** Name these marks, those of one key once. */
  show(marks: readonly Mark[]): void {
    const key = marks.map((mark) => mark.key).join("\n");
    if (key === this.key) return;
    this.key = key;
    this.marks = [...new Map(marks.map((mark) => [mark.key, mark])).values()];
    const make = () => html("li", {}, button({ tabindex: -1 }));
    join(this.entries, this.marks.length, make).forEach((item, k) => this.write(item.firstElementChild!, this.marks[k]));
    this.stop.settle();
  }

  /** Once it was so high at a width it stays so: marks come and go, and what lies below must not move. */
  private keepHeight(): void {
    const { element } = this;
    if (element.offsetWidth !== this.width) element.style.minHeight = "";
    this.width = element.offsetWidth;
    element.style.minHeight = `${element.offsetHeight}px`;
  }

  private write(button: Element, { key, name, meaning, sample, width = SAMPLE.width }: Mark): void {
    if (button.getAttribute(MARK) === key) return;
    button.setAttribute(MARK, key);
    button.setAttribute("aria-description", meaning);
    const { height } = SAMPLE;
    const box = { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" };
    button.replaceChildren(svg("svg", box, sample()), html("span", {}, name));
  }

  /** Whether something is dragged there, or has been and was not left since. */
  private isHeld(event: PointerEvent): boolean {
    if (isMouse(event) && (event.buttons || this.held?.contains(event.target as Element))) return true;
    this.held = null;
    return false;
  }

  /** Say what is pointed at; nothing where that is no mark. */
  private explain(element: Element | null): void {
    const mark = this.marks.find(({ key }) => key === element?.getAttribute(MARK));
    this.explanation.hidden = !mark;
    if (mark) setText(this.explanation, `${element!.getAttribute(WORDS) ?? mark.name}: ${mark.meaning}.`);
  }
}
