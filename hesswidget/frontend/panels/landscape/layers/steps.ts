import { join, setAttributes, svg } from "../../../base/dom";
import { project } from "../../../engine/plane";
import type { Box } from "../../axes";
import { MARK } from "../../legend";
import { type Mark, SAMPLE, lineMark } from "../../marks";
import type { Picture } from "../../panel";
import { type ChartLayer, type PlaneScales, type SurfaceLayer, type SurfaceScales, placeInBox, placeOf } from "../layer";
import { lifted } from "../surface_mesh";

type Screen = [number, number];
type Kind = "gradient" | "newton";

/** Which of the gradient and Newton's step are to be shown. */
export type ShownSteps = Readonly<Record<Kind, boolean>>;

export interface StepsPicture extends Picture {
  steps: ShownSteps;
}

/** A vector from the point, as far as it lies within what is shown. */
interface Shaft {
  kind: Kind;
  from: Screen;
  to: Screen;
  isCut: boolean;
}

/** Shorter than this, in pixels, a vector is hidden by the point, which is as large; */
const SHORTEST = 11;
const POINT = 8;
/** and where it begins on the base of a surface, below the point. */
const FOOT = 4;

const MARKS: Readonly<Record<Kind, Mark>> = {
  gradient: lineMark("gradient", "∇f", "the gradient: f rises most steeply along it. As long as |∇f| / max |λ|, a step of gradient descent turned round", {
    class: "hw-step hw-gradient",
    d: "M1 7H18M18 3.5L25 7L18 10.5Z",
  }),
  newton: lineMark("newton", "Newton", "Newton's step: it leads to where the quadratic model is stationary", {
    class: "hw-step hw-newton",
    d: "M1 7H18M25 7A3.5 3.5 0 1 1 18 7A3.5 3.5 0 1 1 25 7Z",
  }),
};
const CUT: Mark = {
  key: "goes on",
  name: "goes on",
  meaning: "the arrow is longer than what is in view: it is cut where that ends",
  sample: () => svg("path", { class: "hw-step hw-gradient hw-goes-on", d: `M3 ${SAMPLE.height / 2}H20M12 3L16 7L12 11M17 3L21 7L17 11` }),
};

/** The gradient, upwards, and Newton's step; on a slice their projections. */
export const steps: ChartLayer<StepsPicture> = {
  name: "hw-steps",
  draw(context, scales, picture) {
    drawn(context, chartShafts(scales, picture));
  },
  marks: (scales, picture) => marksOf(chartShafts(scales, picture)),
};

/** The same on the base that a surface stands on, where lengths are not those of a slope. */
export const stepsOnBase: SurfaceLayer<StepsPicture> = {
  name: "hw-steps",
  draw(context, scales, picture) {
    drawn(context, baseShafts(scales, picture));
  },
  marks: (scales, picture) => marksOf(baseShafts(scales, picture)),
};

function chartShafts(scales: PlaneScales, { frame, steps }: StepsPicture): Shaft[] {
  const { x, y, box, plane } = scales;
  const centre = placeOf(scales, frame.point, frame.value);
  return vectorsOf({ frame, steps }).flatMap(({ kind, vector }) => {
    const [right, up = 0] = project(plane, vector);
    const way: Screen = [x(right) - x(0), plane.names.length > 1 ? y(up) - y(0) : 0];
    const share = shareWithin(centre, way, box);
    return shaftOf(kind, centre, along(centre, way, share), share < 1, POINT);
  });
}

function baseShafts(scales: SurfaceScales, { frame, steps }: StepsPicture): Shaft[] {
  const { camera, scene, plane } = scales;
  const [x, y] = placeInBox(scales, frame.point, frame.value).place;
  const [a, b] = scene.half;
  const base: Box = { left: -a, top: -b, width: 2 * a, height: 2 * b };
  const onScreen = ([u, v]: Screen) => camera.project([u, v, lifted(0)]);
  return vectorsOf({ frame, steps }).flatMap(({ kind, vector }) => {
    const way = project(plane, vector).map((t, axis) => (2 * t) / (scene.extents[axis][1] - scene.extents[axis][0])) as Screen;
    const share = shareWithin([x, y], way, base);
    return shaftOf(kind, onScreen([x, y]), onScreen(along([x, y], way, share)), share < 1, FOOT);
  });
}

function vectorsOf({ frame, steps }: Pick<StepsPicture, "frame" | "steps">): { kind: Kind; vector: Float64Array }[] {
  const both = [
    { kind: "gradient" as const, vector: frame.ascent },
    { kind: "newton" as const, vector: frame.newtonStep },
  ];
  return both.filter(({ kind, vector }) => steps[kind] && !frame.isStationary && vector.every(Number.isFinite));
}

function along([x, y]: Screen, [dx, dy]: Screen, share: number): Screen {
  return [x + share * dx, y + share * dy];
}

/** How much of a way lies within a box: all of it, 1, or less. */
export function shareWithin([x, y]: Screen, [dx, dy]: Screen, { left, top, width, height }: Box): number {
  const room = (at: number, by: number, low: number, high: number) => (by ? ((by > 0 ? high : low) - at) / by : Infinity);
  return Math.max(0, Math.min(1, room(x, dx, left, left + width), room(y, dy, top, top + height)));
}

function shaftOf(kind: Kind, from: Screen, to: Screen, isCut: boolean, begins: number): Shaft[] {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (!(length > SHORTEST)) return [];
  return [{ kind, from: along(from, [dx, dy], begins / length), to, isCut }];
}

function drawn(context: SVGGElement, shafts: readonly Shaft[]): void {
  const parts = shafts.flatMap((shaft) => {
    const d = pathOf(shaft);
    return [
      { d, name: "hw-halo", mark: null },
      { d, name: `hw-step hw-${shaft.kind}${shaft.isCut ? " hw-goes-on" : ""}`, mark: MARKS[shaft.kind].key },
    ];
  });
  join(context, parts.length, () => svg("path")).forEach((path, k) => {
    setAttributes(path, { d: parts[k].d, class: parts[k].name, [MARK]: parts[k].mark });
  });
}

function marksOf(shafts: readonly Shaft[]): Mark[] {
  return [...shafts.map(({ kind }) => MARKS[kind]), ...(shafts.some(({ isCut }) => isCut) ? [CUT] : [])];
}

/** A shaft and what is at its end: the gradient's head, the ring where Newton's step ends, or two angles where it goes on. */
function pathOf({ kind, from, to: [tx, ty], isCut }: Shaft): string {
  const length = Math.hypot(tx - from[0], ty - from[1]) || 1;
  const [ux, uy] = [(tx - from[0]) / length, (ty - from[1]) / length];
  const at = (back: number, aside: number) => `${tx - back * ux - aside * uy} ${ty - back * uy + aside * ux}`;
  const angle = (back: number) => `M${at(back + 4, 4)}L${at(back, 0)}L${at(back + 4, -4)}`;
  if (isCut) return `M${from.join(" ")}L${at(2, 0)}${angle(2)}${angle(7)}`;
  if (kind === "gradient") return `M${from.join(" ")}L${at(7, 0)}M${at(7, 3.5)}L${at(0, 0)}L${at(7, -3.5)}Z`;
  return `M${from.join(" ")}L${at(3.5, 0)}M${at(3.5, 0)}A3.5 3.5 0 1 1 ${at(-3.5, 0)}A3.5 3.5 0 1 1 ${at(3.5, 0)}Z`;
}
