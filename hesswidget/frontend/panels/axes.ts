import type { ScaleLinear } from "d3-scale";
import { svg } from "../base/dom";
import { short } from "../base/format";

/** Where a plane lies on the screen, in CSS pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

type Side = "left" | "right" | "top" | "bottom";

/** The box that is left of a width and a height within margins. */
export function boxWithin(width: number, height: number, { left, right, top, bottom }: Record<Side, number>): Box {
  return { left, top, width: width - left - right, height: height - top - bottom };
}

type Scale = ScaleLinear<number, number>;

/** What frames a plane: its border, and axes with ticks and names. */
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
