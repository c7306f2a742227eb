/** What frames a plane: its axes with ticks and names, and the bar that says what the colours mean. */
import type { ScaleLinear } from "d3-scale";
import { svg } from "../base/dom";
import type { Landscape } from "../engine/frame";
import { short } from "../base/format";
import type { Theme } from "../base/theme";
import type { Box } from "./contours";

type Scale = ScaleLinear<number, number>;

export function axesOf(x: Scale, y: Scale, plane: Box, xName: string, yName: string): SVGElement[] {
  const { left, top, width, height } = plane;
  const bottom = top + height;
  const nodes: SVGElement[] = [svg("rect", { x: left, y: top, width, height, class: "hw-border" })];
  for (const tick of x.ticks(Math.max(3, width / 70))) {
    const at = x(tick);
    nodes.push(svg("line", { x1: at, x2: at, y1: bottom, y2: bottom + 4 }));
    nodes.push(svg("text", { x: at, y: bottom + 16, class: "hw-tick-x" }, short(tick)));
  }
  for (const tick of y.ticks(Math.max(3, height / 55))) {
    const at = y(tick);
    nodes.push(svg("line", { x1: left - 4, x2: left, y1: at, y2: at }));
    nodes.push(svg("text", { x: left - 7, y: at + 4, class: "hw-tick-y" }, short(tick)));
  }
  nodes.push(svg("text", { x: left + width / 2, y: bottom + 31, class: "hw-axis-name" }, xName));
  const turned = `translate(11 ${top + height / 2}) rotate(-90)`;
  nodes.push(svg("text", { transform: turned, class: "hw-axis-name" }, yName));
  return nodes;
}

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
