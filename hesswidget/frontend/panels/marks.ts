/** What is drawn in a panel says what it means: its legend names every mark that is in view. */
import appearance from "../../appearance.json";
import { svg } from "../base/dom";
import { shapeOf } from "./glyph";

/** How large the sample of a line or an area is, in pixels; a sign takes a box as wide as it is high. */
export const SAMPLE = { width: 26, height: 14 };

/** A mark that is in view, as a legend has it. */
export interface Mark {
  /** What tells it from others: marks of one key are one entry. */
  readonly key: string;
  /** In a word or two, beside its sample. */
  readonly name: string;
  /** In a sentence, for whoever points at it. */
  readonly meaning: string;
  /** What it looks like, in a box of the size `SAMPLE`, by a class of its own that the stylesheet has beside the picture's, */
  sample(): SVGElement;
  /** or in a narrower one. */
  readonly width?: number;
}

const CLASSES: Record<string, { meaning: string }> = appearance.classes;

/** The point itself, or what stands in its place. */
export function markOfPoint(meaning: string, name = "point"): Mark {
  const point = () => svg("g", { class: "hw-sample-point", transform: "translate(7 7) scale(0.85)" }, svg("circle", { r: 6.5 }), svg("circle", { r: 2.5 }));
  return { key: "point", name, meaning, sample: point, width: SAMPLE.height };
}

/** The sign of a class of points. */
export function markOfClass(label: string): Mark {
  const place = () => {
    const path = svg("path", { class: "hw-glyph-path", d: shapeOf(label) });
    return svg("g", { "data-label": label, transform: `translate(${SAMPLE.height / 2} ${SAMPLE.height / 2}) scale(5.5)` }, path);
  };
  return { key: label, name: label, meaning: CLASSES[label]?.meaning ?? "", sample: place, width: SAMPLE.height };
}

/** A line, by its class in the legend. */
export function lineMark(key: string, name: string, meaning: string, look: { class: string } & Record<string, string>): Mark {
  const middle = SAMPLE.height / 2;
  return { key, name, meaning, sample: () => svg("path", { d: `M1 ${middle}H${SAMPLE.width - 1}`, ...look }) };
}

/** An area, by its class in the legend; maybe with diagonal lines. */
export function areaMark(key: string, name: string, meaning: string, look: string, isHatched = false): Mark {
  const area = () => svg("rect", { x: 5, y: 2, width: 16, height: 10 });
  const lines = () => svg("path", { d: "M5 7L10 2M5 12L15 2M10 12L20 2M15 12L21 6" });
  return { key, name, meaning, sample: () => svg("g", { class: look }, area(), ...(isHatched ? [lines()] : [])) };
}
