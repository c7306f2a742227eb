import { svg } from "../../base/dom";
import type { Theme } from "../../base/theme";
import type { Landscape } from "../../engine/frame";
import type { Box } from "../axes";

/**
 * Bands of equal height on the bar hold equal areas of the plane. The texts between them, by the place of the level that
 * each is to say, change more often than the bar does.
 */
export function colourBarOf({ levels }: Landscape, theme: Theme, plane: Box): { nodes: SVGElement[]; texts: Map<number, SVGElement> } {
  const left = plane.left + plane.width + 10;
  const band = plane.height / (levels.length + 1);
  const nodes: SVGElement[] = [];
  for (let k = 0; k <= levels.length; k++) {
    const y = plane.top + plane.height - (k + 1) * band;
    nodes.push(svg("rect", { x: left, y, width: 9, height: band + 0.5, fill: theme.height(levels.length ? k / levels.length : 0) }));
  }
  const every = Math.max(1, Math.round(levels.length / 5));
  const texts = new Map<number, SVGElement>();
  levels.forEach((_, k) => {
    if ((k + Math.floor(every / 2)) % every) return;
    const y = plane.top + plane.height - (k + 1) * band;
    nodes.push(svg("line", { x1: left, x2: left + 11, y1: y, y2: y }));
    const text = svg("text", { x: left + 13, y: y + 3.5, class: "hw-tick-bar" });
    texts.set(k, text);
    nodes.push(text);
  });
  nodes.push(svg("title", {}, "Values of f; between two neighbouring contours lies the same area"));
  return { nodes, texts };
}
