import { scaleLinear } from "d3-scale";
import { svg } from "../../base/dom";
import { short } from "../../base/format";
import { type Scene, lifted, shareOf } from "./surface_mesh";
import type { Camera, Triple } from "./turntable";

type Screen = [number, number];
type Half = Scene["half"];

const FLOOR = lifted(0);
const CEILING = lifted(1);
/** About so many pixels from one number to the next. */
const SPACING = { base: 42, height: 34 };
/** Numbers and names stand so far from the edge that they belong to, in pixels. */
const AWAY = { tick: 5, number: 15, name: 33 };

/** The base with its grid, and the box's edges behind the surface. */
export function floorOf(camera: Camera, { ends, half }: Scene): SVGElement[] {
  const nodes: SVGElement[] = [];
  const edge = (name: string, ...places: Triple[]) => {
    const d = `M${places.map((place) => camera.project(place).join(" ")).join("L")}`;
    nodes.push(svg("path", { d, class: name }));
  };
  const [a, b] = half;
  edge("hw-base", [-a, -b, FLOOR], [a, -b, FLOOR], [a, b, FLOOR], [-a, b, FLOOR], [-a, -b, FLOOR]);
  for (const axis of [0, 1]) {
    const { along, length } = sideOf(camera, axis, half);
    for (const { at } of ticks(ends[axis], half[axis], length)) {
      const across = (end: number) => (axis ? [end, at, FLOOR] : [at, end, FLOOR]) as Triple;
      edge("hw-base-grid", across(-along), across(along));
    }
  }
  const [x, y] = farCorner(camera, half);
  edge("hw-base-grid", [x, -y, CEILING], [x, y, CEILING], [-x, y, CEILING]);
  for (const corner of [[x, -y], [x, y], [-x, y]]) edge("hw-base-grid", [...corner, FLOOR] as Triple, [...corner, CEILING] as Triple);
  return nodes;
}

/** Numbers and names: of the variables along the base's two near edges, of f along the box's leftmost upright. */
export function labelsOf(camera: Camera, { ends, half, names, range }: Scene): SVGElement[] {
  const nodes: SVGElement[] = [];
  for (const axis of [0, 1]) {
    const { along, length } = sideOf(camera, axis, half);
    const place = (at: number, out = 0) => (axis ? [along * (1 + out), at, FLOOR] : [at, along * (1 + out), FLOOR]) as Triple;
    const outward = direction(camera.project(place(0)), camera.project(place(0, 0.2)));
    for (const { at, text } of ticks(ends[axis], half[axis], length)) nodes.push(...labelled(camera.project(place(at)), outward, text));
    nodes.push(named(camera.project(place(0)), outward, names[axis], AWAY.name));
  }
  const upright = leftmost(camera, half);
  const [foot, head] = [FLOOR, CEILING].map((z) => camera.project([...upright, z] as Triple));
  if (foot[1] - head[1] < 2 * SPACING.height) return nodes; // seen from above there is no height to read
  nodes.push(svg("path", { d: `M${foot.join(" ")}L${head.join(" ")}`, class: "hw-base" }));
  const scale = scaleLinear([range.bottom, range.top], [0, 1]);
  for (const value of scale.ticks(Math.max(2, (foot[1] - head[1]) / SPACING.height))) {
    nodes.push(...labelled(camera.project([...upright, lifted(shareOf(value, range))] as Triple), [-1, 0], short(value)));
  }
  nodes.push(named(head, [0, -1], "f", 13));
  return nodes;
}

/** The edge of the base that a variable's numbers stand along: the nearer of the two, and how long it looks. */
function sideOf(camera: Camera, axis: number, half: Half): { along: number; length: number } {
  const along = half[1 - axis] * (camera.towards[1 - axis] >= 0 ? 1 : -1);
  const end = (at: number) => camera.project((axis ? [along, at, FLOOR] : [at, along, FLOOR]) as Triple);
  const [[x1, y1], [x2, y2]] = [end(-half[axis]), end(half[axis])];
  return { along, length: Math.hypot(x2 - x1, y2 - y1) };
}

function ticks(ends: [number, number], half: number, length: number): { at: number; text: string }[] {
  const scale = scaleLinear(ends, [-half, half]);
  return scale.ticks(Math.max(2, Math.min(7, length / SPACING.base))).map((value) => ({ at: scale(value), text: short(value) }));
}

/** The corner of the base that is farthest from the eye. */
function farCorner({ towards }: Camera, half: Half): [number, number] {
  return [towards[0] > 0 ? -half[0] : half[0], towards[1] > 0 ? -half[1] : half[1]];
}

function leftmost(camera: Camera, [a, b]: Half): [number, number] {
  const corners: [number, number][] = [[-a, -b], [a, -b], [a, b], [-a, b]];
  const onScreen = (corner: [number, number]) => camera.project([...corner, 0])[0];
  return corners.reduce((best, corner) => (onScreen(corner) < onScreen(best) ? corner : best));
}

function direction([x1, y1]: Screen, [x2, y2]: Screen): Screen {
  const [dx, dy] = [x2 - x1, y2 - y1 + 0.5]; // an edge seen from the side has its numbers below it
  const length = Math.hypot(dx, dy) || 1;
  return [dx / length, dy / length];
}

function labelled([x, y]: Screen, [ox, oy]: Screen, text: string): SVGElement[] {
  return [
    svg("line", { x1: x, y1: y, x2: x + AWAY.tick * ox, y2: y + AWAY.tick * oy }),
    written([x + AWAY.number * ox, y + AWAY.number * oy], ox, text, ""),
  ];
}

function named([x, y]: Screen, [ox, oy]: Screen, text: string, away: number): SVGElement {
  return written([x + away * ox, y + away * oy], ox, text, "hw-axis-name");
}

/** Text beside its place, on the side that leads away from the box. */
function written([x, y]: Screen, rightwards: number, text: string, name: string): SVGElement {
  const anchor = rightwards > 0.6 ? "start" : rightwards < -0.6 ? "end" : "middle";
  const shift = anchor === "middle" ? 0 : -6 * Math.sign(rightwards);
  const element = svg("text", { x: x + shift, y: y + 4, class: name }, text);
  element.style.textAnchor = anchor; // no attribute: a page in one file forbids itself those of style
  return element;
}
