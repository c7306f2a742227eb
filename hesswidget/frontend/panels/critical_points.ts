import appearance from "../../appearance.json";
import { button, html, join, setAttributes, setText } from "../base/dom";
import type { CriticalPoint } from "../engine/critical_search";
import { number, short } from "../base/format";
import { TabStop } from "../base/tab_stop";
import { glyph, showGlyph } from "./glyph";
import type { Panel, Picture } from "./panel";
import { ProgressBar } from "./progress";
import type { Wait } from "../questions/rest_question";

const CLASSES = Object.entries(appearance.classes);
const ORDER = Object.keys(appearance.classes);
/** A point this near to a critical one, relative to its size, is at it. */
const AT = 1e-9;

/** A picture with the critical points that are known. */
export interface CriticalPicture extends Picture {
  critical: readonly CriticalPoint[];
  /** Some of those that are not isolated. */
  nonIsolated: readonly Float64Array[];
}

/** The critical points in the box as a list, to go to one by a click or a key. */
export class CriticalList implements Panel<CriticalPicture> {
  readonly element: HTMLElement;
  private readonly counts = html("span", { class: "hw-tally" });
  private readonly list = html("ul", { class: "hw-points" });
  private readonly stop = new TabStop(this.list);
  private readonly remark = html("p", { class: "hw-caption", "aria-live": "polite" });
  private readonly nearest: HTMLButtonElement;
  private readonly unfold = button({ class: "hw-small hw-unfold", "aria-expanded": "false" }, "whole list");
  private readonly find = button({ class: "hw-small", hidden: true }, "find all");
  private readonly progress = new ProgressBar("the search for critical points");
  private listed: CriticalPoint[] = [];
  private of: readonly CriticalPoint[] | null = null;

  constructor(
    private readonly onPick: (point: Float64Array) => void,
    onNearest: () => void,
  ) {
    const title = "move the point to the critical point that is nearest to it";
    this.nearest = button({ class: "hw-small", title }, "go to the nearest");
    this.nearest.addEventListener("click", onNearest);
    this.unfold.title = "show the whole list, and all that is said of it";
    this.unfold.addEventListener("click", () => {
      const isUnfolded = this.element.classList.toggle("hw-unfolded");
      this.unfold.setAttribute("aria-expanded", String(isUnfolded));
    });
    const said = html("div", { class: "hw-said" }, this.progress.element, this.remark);
    const head = html("div", { class: "hw-head" }, html("h3", {}, "critical points"), this.counts, said, this.find, this.nearest, this.unfold);
    this.element = html("section", { class: "hw-panel hw-critical" }, head, this.list);
    this.list.addEventListener("click", (event) => {
      const k = [...this.list.children].indexOf((event.target as Element).closest("li")!);
      if (k >= 0) this.onPick(this.listed[k].point);
    });
  }

  resize(): void {} // the stylesheet sets it

  draw({ critical, frame, names }: CriticalPicture): void {
    if (critical !== this.of) {
      this.of = critical;
      this.listed = [...critical].sort(inOrder);
      this.write(names);
    }
    const size = frame.point.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const isThere = ({ point }: CriticalPoint) => point.every((x, i) => Math.abs(x - frame.point[i]) <= AT * size);
    [...this.list.children].forEach((item, k) =>
      setAttributes(item.firstElementChild!, { "aria-current": isThere(this.listed[k]) ? "true" : null }),
    );
  }

  /** Offer to have all found, where that is not done unasked. */
  offer(find: () => void): void {
    this.find.onclick = () => {
      this.find.hidden = true;
      this.say("Python is looking for them …");
      find();
    };
    this.find.hidden = false;
    if (!this.listed.length) setText(this.counts, "not looked for yet");
  }

  /** What Python has to say of the list: whether points are missing, or are not isolated. */
  say(sentences: string): void {
    this.find.hidden = true;
    setText(this.remark, sentences);
    this.remark.title = sentences;
    this.remark.classList.remove("hw-stale");
  }

  /** Python looks, and that takes a while; null once it does not. */
  wait(wait: Wait | null): void {
    this.progress.show(wait);
  }

  /** What was said holds no more. Its place is kept, or what lies below would move. */
  forget(): void {
    this.find.hidden = true;
    this.remark.classList.add("hw-stale");
  }

  private write(names: readonly string[]): void {
    const labels = this.listed.map(({ label }) => label);
    const counted = CLASSES.filter(([label]) => labels.includes(label)).map(([label, { plural }]) => {
      const count = labels.filter((other) => other === label).length;
      return `${count} ${count === 1 ? label : plural}`;
    });
    setText(this.counts, counted.join(", ") || "none in the box");
    this.nearest.disabled = this.listed.length === 0;
    const make = () => {
      const text = html("span");
      return html("li", {}, button({ class: "hw-point", tabindex: -1 }, glyph(), text));
    };
    join(this.list, this.listed.length, make).forEach((item, k) => {
      const critical = this.listed[k];
      const button = item.firstElementChild as HTMLButtonElement;
      const [sign, text] = button.children;
      showGlyph(sign as unknown as SVGSVGElement, critical.label);
      const place = [...critical.point].map((x) => short(x)).join(", ");
      setText(text, `(${place})${critical.kind && critical.kind !== critical.label ? ` ${critical.kind}` : ""}`);
      setAttributes(button, { title: inWords(critical, names), "aria-label": inWords(critical, names), "data-label": critical.label });
      button.dataset.point = [...critical.point].join(" ");
    });
    this.stop.settle();
  }
}

/** A critical point in a sentence. */
export function inWords({ label, kind, point, value }: CriticalPoint, names: readonly string[]): string {
  const place = [...point].map((x, i) => `${names[i]} = ${number(x)}`).join(", ");
  return `${label}${kind && kind !== label ? ` (${kind})` : ""} at ${place}; f = ${number(value)}`;
}

/** By class, then from left to right, so that the list stays in order while a parameter moves. */
function inOrder(one: CriticalPoint, other: CriticalPoint): number {
  const byClass = ORDER.indexOf(one.label) - ORDER.indexOf(other.label);
  if (byClass) return byClass;
  const i = one.point.findIndex((x, k) => x !== other.point[k]);
  return i < 0 ? 0 : one.point[i] - other.point[i];
}
