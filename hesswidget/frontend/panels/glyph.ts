import { setAttributes, svg } from "../base/dom";

/** One sign for each class, the same wherever the class appears; drawn in a box from −1 to 1. */
const SHAPES: Record<string, string> = {
  minimum: "M0.7 0A0.7 0.7 0 1 1 -0.7 0A0.7 0.7 0 1 1 0.7 0Z",
  maximum: "M0 -0.75L0.8 0.65L-0.8 0.65Z",
  saddle: "M-0.65 -0.65L0.65 0.65M0.65 -0.65L-0.65 0.65",
  degenerate: "M0 -0.8L0.8 0L0 0.8L-0.8 0Z",
  "not stationary": "M-0.65 -0.65L0.6 0.6M0.6 -0.2L0.6 0.6L-0.2 0.6",
  undefined: "M-0.7 0L0.7 0M-0.35 -0.6L0.35 0.6",
};

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
  return SHAPES[label] ?? SHAPES.undefined;
}
