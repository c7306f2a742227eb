import appearance from "../../appearance.json";
import { setAttributes, svg } from "../base/dom";

/** One sign for each class, the same wherever the class appears; drawn in a box from −1 to 1. */
const CLASSES: Record<string, { glyph: string }> = appearance.classes;

export function glyph(): SVGSVGElement {
  const path = svg("path", { class: "hw-glyph-path" });
  return svg("svg", { class: "hw-glyph", viewBox: "-1.1 -1.1 2.2 2.2", "aria-hidden": "true" }, path);
}

export function showGlyph(element: SVGSVGElement, label: string): void {
  element.firstElementChild?.setAttribute("d", shapeOf(label));
}

/** The sign of a class at a place in a chart, with a halo to tell it from what it lies on. */
export function mark(): SVGGElement {
  return svg("g", {}, svg("path", { class: "hw-place-halo" }), svg("path", { class: "hw-place" }));
}

/** Show a mark at a place, in pixels; `size` is half its width. */
export function showMark(element: SVGGElement, label: string, [x, y]: readonly number[], size: number): void {
  for (const path of element.querySelectorAll("path")) setAttributes(path, { d: shapeOf(label) });
  setAttributes(element, { transform: `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${size})`, "data-label": label });
}

/** The outline of a class's sign, for a path of one's own. */
export function shapeOf(label: string): string {
  return (CLASSES[label] ?? CLASSES.undefined).glyph;
}
