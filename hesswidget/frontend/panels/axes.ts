import type { ScaleLinear, ScaleLogarithmic } from "d3-scale";
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

export type Scale = ScaleLinear<number, number> | ScaleLogarithmic<number, number>;

/** What is held to move a line along the axis below: within the plane, as beneath it there are numbers. */
export function gripOf(): SVGElement[] {
  return [svg("circle", { r: 14, class: "hw-hit" }), svg("path", { d: "M0 -11L6 -1L-6 -1Z", class: "hw-grip" })];
}

/** How far numbers on the axis below may reach beyond it, and half of what a digit of theirs takes, in pixels. */
const BEYOND = 12;
const HALF_A_DIGIT = 3.4;

/** What frames a plane: its border, and axes with ticks and names, that of the upright one so far to the left. */
export function axesOf(x: Scale, y: Scale, plane: Box, xName: string, yName: string, away = 33): SVGElement[] {
  const { left, top, width, height } = plane;
  const bottom = top + height;
  const nodes: SVGElement[] = [svg("rect", { x: left, y: top, width, height, class: "hw-border" })];
  for (const [at, label] of ticksOf(x, Math.max(2, width / 70))) {
    nodes.push(svg("line", { x1: at, x2: at, y1: bottom, y2: bottom + (label ? 4 : 2) }));
    const reach = left + width + BEYOND - label.length * HALF_A_DIGIT; // a number at the end is moved before it is cut off
    if (label) nodes.push(svg("text", { x: Math.min(at, reach), y: bottom + 16, class: "hw-tick-x" }, label));
  }
  for (const [at, label] of ticksOf(y, Math.max(2, height / 55))) {
    nodes.push(svg("line", { x1: left - (label ? 4 : 2), x2: left, y1: at, y2: at }));
    if (label) nodes.push(svg("text", { x: left - 7, y: at + 4, class: "hw-tick-y" }, label));
  }
  nodes.push(svg("text", { x: left + width / 2, y: bottom + 31, class: "hw-axis-name" }, xName));
  const turned = `translate(${left - away} ${top + height / 2}) rotate(-90)`;
  nodes.push(svg("text", { transform: turned, class: "hw-axis-name" }, yName));
  return nodes;
}

/** Where ticks are, and what stands at them: on a logarithmic axis nothing between powers of ten, if there are some. */
function ticksOf(scale: Scale, count: number): [number, string][] {
  const ticks = scale.ticks(count);
  const power = "base" in scale ? scale.tickFormat(0) : () => ""; // writes these alone
  const written = ticks.filter(power).length > 2 ? power : scale.tickFormat(count);
  return ticks.map((tick) => [scale(tick), written(tick) && short(tick)]);
}
