import { join, setAttributes, svg } from "../../../base/dom";
import { pointsIn } from "../../../base/float64";
import { CONVERGED, WITHIN } from "../../../engine/path_status";
import { stepAt, stepsOf } from "../../../engine/paths";
import type { RaceFrame } from "../../../engine/race";
import { MARK, WORDS } from "../../legend";
import { type Mark, SAMPLE, lineMark } from "../../marks";
import type { Picture } from "../../panel";
import { type ChartLayer, type SurfaceLayer, placeInBox, placeOf } from "../layer";

export interface RacePicture extends Picture {
  frame: RaceFrame;
  /** The step that all paths have come to; null at their ends. */
  step: number | null;
  /** How far the next step of the followed path goes at most; NaN where its method does not say. */
  radius: number;
  /** Which of −∇f, what the next step is made of, and the quadratic models are to be shown. */
  shown: Readonly<Record<"gradient" | "proposal" | "model", boolean>>;
  /** What each path is called. */
  titles: readonly string[];
  /** Why each ended, as Python has it; empty where it has not said. */
  outcomes: readonly string[];
}

/** So far beyond what is in view, in pixels, a line goes no further. */
/** How paths stand that have come where they were to come. */
const ARRIVED: readonly number[] = [CONVERGED, WITHIN];
const FAR = 1e5;
/** Of a path with more steps than this, no dot stands at each. */
const DOTTED = 60;
/** How a path ended, as a sign about a place; it stands where the path does. */
const ENDED = "M-3.6 0A3.6 3.6 0 1 1 3.6 0A3.6 3.6 0 1 1 -3.6 0Z";
const STOPPED = "M-3.4 -3.4L3.4 3.4M3.4 -3.4L-3.4 3.4";

/** The table of the race says which line is whose. */
const PATH = lineMark("path", "paths", "one for each method, in the colours of the race; a dot at each step, where these are few", { class: "hw-sample-racer" });
const CONVERGES = endMark("converged", ENDED, "a path that has converged ends here");
const ENDS = endMark("stopped or diverged", STOPPED, "a path ends here that has not converged");

type Screen = readonly [x: number, y: number];

/** The paths of a race, each with a dot at each of its steps, a ring where it stands, and a sign for how it ended. */
export const race: ChartLayer<RacePicture> = {
  name: "hw-race-paths",
  dependsOn: ({ frame, step }) => [frame.paths, frame.followed, step],
  draw(context, scales, picture) {
    drawn(context, picture, (point, value) => placeOf(scales, point, value));
  },
  marks: marksOf,
};

/** The same over a surface. */
export const raceOnSurface: SurfaceLayer<RacePicture> = {
  name: "hw-race-paths",
  draw(context, scales, picture) {
    drawn(context, picture, (point, value) => scales.camera.project(placeInBox(scales, point, value).place));
  },
  marks: marksOf,
};

function endMark(name: string, d: string, meaning: string): Mark {
  const middle = SAMPLE.height / 2;
  const sample = () => svg("path", { class: "hw-sample-racer hw-racer-end", d, transform: `translate(${middle} ${middle})` });
  return { key: `path ${name}`, name, meaning, sample, width: SAMPLE.height };
}

function drawn(context: SVGGElement, { frame, step, titles }: RacePicture, place: (point: Float64Array, value: number) => Screen): void {
  const n = frame.point.length;
  const make = () => svg("g", {}, svg("path", { class: "hw-racer-halo" }), svg("path", { class: "hw-racer" }), svg("path", { class: "hw-racer-steps" }), svg("path", { class: "hw-racer-end" }), svg("circle", { class: "hw-racer-now", r: 4.2 }));
  const order = frame.paths.map((_, k) => k).filter((k) => k !== frame.followed);
  join(context, frame.paths.length, make).forEach((group, position) => {
    const k = order[position] ?? frame.followed; // which lies over the others
    const path = frame.paths[k];
    const places = pointsIn(path.points, n).map((point, i) => place(point, path.values[i]));
    const beyond = places.findIndex(([x, y]) => !(Math.abs(x) < FAR && Math.abs(y) < FAR));
    const seen = beyond < 0 ? places : [...places.slice(0, beyond), ...leaving(places[beyond - 1], places[beyond])];
    const [halo, line, dots, end, ring] = group.children;
    const lines = seen.length ? `M${seen.map(written).join("L")}` : "M0 0";
    setAttributes(group, { "data-racer": String(k), class: k === frame.followed ? "hw-followed" : null, [MARK]: PATH.key, [WORDS]: titles[k] });
    setAttributes(halo, { d: lines });
    setAttributes(line, { d: lines });
    setAttributes(dots, { d: seen.length > 1 && seen.length <= DOTTED ? `M${seen.map((at) => `${written(at)}h0`).join("M")}` : "M0 0" });
    const at = beyond < 0 ? seen[stepsOf(path)] : undefined;
    setAttributes(end, { d: ARRIVED.includes(path.status) ? ENDED : STOPPED, transform: at ? `translate(${written(at)})` : null, hidden: !at });
    const stands = step === null ? undefined : seen[stepAt(path, step)];
    setAttributes(ring, { cx: stands?.[0].toFixed(1), cy: stands?.[1].toFixed(1), hidden: !stands });
  });
}

/** The last of a line that leaves for far away, as far as it is drawn. */
function leaving(from: Screen | undefined, to: Screen): Screen[] {
  const way = from && ([to[0] - from[0], to[1] - from[1]] as const);
  const length = way ? Math.max(Math.abs(way[0]), Math.abs(way[1])) : NaN;
  return from && way && Number.isFinite(length) ? [[from[0] + (way[0] / length) * FAR, from[1] + (way[1] / length) * FAR]] : [];
}

function written([x, y]: Screen): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

function marksOf(_: unknown, { frame }: RacePicture): Mark[] {
  const areConverged = frame.paths.map(({ status }) => ARRIVED.includes(status));
  return [PATH, ...(areConverged.includes(true) ? [CONVERGES] : []), ...(areConverged.includes(false) ? [ENDS] : [])];
}
