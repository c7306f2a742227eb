/** Vectors from a point in a landscape, as far as they lie within what is shown. */
import { join, setAttributes, svg } from "../../../base/dom";
import type { Frame } from "../../../engine/frame";
import { project } from "../../../engine/plane";
import type { Box } from "../../axes";
import { MARK, WORDS } from "../../legend";
import { type Mark, SAMPLE } from "../../marks";
import { type PlaneScales, type SurfaceScales, placeInBox, placeOf } from "../layer";
import { lifted } from "../surface_mesh";

type Screen = [number, number];

/** A vector, and what it looks like. */
export interface Vector {
  readonly mark: Mark;
  /** Its class. */
  readonly look: string;
  readonly head: "arrow" | "ring";
  readonly vector: Float64Array;
  /** What it says of itself besides. */
  readonly words?: string;
}

export interface Shaft extends Vector {
  readonly from: Screen;
  readonly to: Screen;
  readonly isCut: boolean;
}

/** Shorter than this, in pixels, a vector is hidden by the point, which is as large; */
const SHORTEST = 11;
const POINT = 8;
/** and where it begins on the base of a surface, below the point. */
const FOOT = 4;

const CUT: Mark = {
  key: "goes on",
  name: "goes on",
  meaning: "the arrow is longer than what is in view: it is cut where that ends",
  sample: () => svg("path", { class: "hw-step hw-gradient hw-goes-on", d: `M3 ${SAMPLE.height / 2}H20M12 3L16 7L12 11M17 3L21 7L17 11` }),
};

/** In a chart; on a slice their projections. */
export function chartShafts(scales: PlaneScales, { point, value }: Frame, vectors: readonly Vector[]): Shaft[] {
  const { x, y, box, plane } = scales;
  const centre = placeOf(scales, point, value);
  return vectors.flatMap((one) => {
    const [right, up = 0] = project(plane, one.vector);
    const way: Screen = [x(right) - x(0), plane.names.length > 1 ? y(up) - y(0) : 0];
    const share = shareWithin(centre, way, box);
    return shaftOf(one, centre, along(centre, way, share), share < 1, POINT);
  });
}

/** On the base that a surface stands on. */
export function baseShafts(scales: SurfaceScales, { point, value }: Frame, vectors: readonly Vector[]): Shaft[] {
  const { camera, scene, plane } = scales;
  const [x, y] = placeInBox(scales, point, value).place;
  const [a, b] = scene.half;
  const base: Box = { left: -a, top: -b, width: 2 * a, height: 2 * b };
  const onScreen = ([u, v]: Screen) => camera.project([u, v, lifted(0)]);
  return vectors.flatMap((one) => {
    const way = project(plane, one.vector).map((t, axis) => (2 * t) / (scene.extents[axis][1] - scene.extents[axis][0])) as Screen;
    const share = shareWithin([x, y], way, base);
    return shaftOf(one, onScreen([x, y]), onScreen(along([x, y], way, share)), share < 1, FOOT);
  });
}

function along([x, y]: Screen, [dx, dy]: Screen, share: number): Screen {
  return [x + share * dx, y + share * dy];
}

/** How much of a way lies within a box: all of it, 1, or less. */
export function shareWithin([x, y]: Screen, [dx, dy]: Screen, { left, top, width, height }: Box): number {
  const room = (at: number, by: number, low: number, high: number) => (by ? ((by > 0 ? high : low) - at) / by : Infinity);
  return Math.max(0, Math.min(1, room(x, dx, left, left + width), room(y, dy, top, top + height)));
}

function shaftOf(one: Vector, from: Screen, to: Screen, isCut: boolean, begins: number): Shaft[] {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (!(length > SHORTEST)) return [];
  return [{ ...one, from: along(from, [dx, dy], begins / length), to, isCut }];
}

export function drawShafts(context: SVGGElement, shafts: readonly Shaft[]): void {
  const parts = shafts.flatMap((shaft) => {
    const d = pathOf(shaft);
    return [
      { d, name: "hw-halo", mark: null, words: null },
      { d, name: `hw-step ${shaft.look}${shaft.isCut ? " hw-goes-on" : ""}`, mark: shaft.mark.key, words: shaft.words ?? null },
    ];
  });
  join(context, parts.length, () => svg("path")).forEach((path, k) => {
    setAttributes(path, { d: parts[k].d, class: parts[k].name, [MARK]: parts[k].mark, [WORDS]: parts[k].words });
  });
}

export function marksOfShafts(shafts: readonly Shaft[]): Mark[] {
  return [...shafts.map(({ mark }) => mark), ...(shafts.some(({ isCut }) => isCut) ? [CUT] : [])];
}

/** A shaft and what is at its end: an arrow's head, a ring, or two angles where it goes on. */
function pathOf({ head, from, to: [tx, ty], isCut }: Shaft): string {
  const length = Math.hypot(tx - from[0], ty - from[1]) || 1;
  const [ux, uy] = [(tx - from[0]) / length, (ty - from[1]) / length];
  const at = (back: number, aside: number) => `${tx - back * ux - aside * uy} ${ty - back * uy + aside * ux}`;
  const angle = (back: number) => `M${at(back + 4, 4)}L${at(back, 0)}L${at(back + 4, -4)}`;
  if (isCut) return `M${from.join(" ")}L${at(2, 0)}${angle(2)}${angle(7)}`;
  if (head === "arrow") return `M${from.join(" ")}L${at(7, 0)}M${at(7, 3.5)}L${at(0, 0)}L${at(7, -3.5)}Z`;
  return `M${from.join(" ")}L${at(3.5, 0)}M${at(3.5, 0)}A3.5 3.5 0 1 1 ${at(-3.5, 0)}A3.5 3.5 0 1 1 ${at(3.5, 0)}Z`;
}
