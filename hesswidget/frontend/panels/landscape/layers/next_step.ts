import { join, setAttributes, svg } from "../../../base/dom";
import { number } from "../../../base/format";
import { pointsIn } from "../../../base/float64";
import { MARK, WORDS } from "../../legend";
import { type Mark, SAMPLE, lineMark } from "../../marks";
import { type ChartLayer, type PlaneScales, type SurfaceLayer, type SurfaceScales, placeInBox, placeOf } from "../layer";
import type { RacePicture } from "./race";
import { type Shaft, type Vector, baseShafts, chartShafts, drawShafts, marksOfShafts } from "./shafts";

const DOWN = lineMark("descent direction", "−∇f", "f falls most steeply along it. As long as |∇f| / max |λ|, a step of gradient descent at the rate 1 / max |λ|", {
  class: "hw-step hw-gradient",
  d: "M1 7H18M18 3.5L25 7L18 10.5Z",
});
const PROPOSED = lineMark("proposed", "proposed step", "what the followed method would step next, before a line search or a trust region shortens it", {
  class: "hw-step hw-newton",
  d: "M1 7H18M25 7A3.5 3.5 0 1 1 18 7A3.5 3.5 0 1 1 25 7Z",
});
const TAKEN = lineMark("taken", "step taken", "where the followed method goes next", { class: "hw-step hw-taken", d: "M1 7H18M18 3.5L25 7L18 10.5Z" });
const REFUSED = trialMark("refused", "tried, refused", "a point that is tried for the next step and refused, since f falls too little there");
const ACCEPTED = trialMark("accepted", "tried, taken", "the point that is tried for the next step and taken");

/** What the next step of the followed path is made of: −∇f, what is proposed, what is taken, and the points that are tried. */
export const nextStep: ChartLayer<RacePicture> = {
  name: "hw-next-steps",
  dependsOn: ({ frame, shown, titles }) => [frame.point, frame.ascent, frame.next, shown, titles],
  draw: (context, scales, picture) => drawn(context, picture, chartShafts(scales, picture.frame, vectorsOf(picture)), inChart(scales, picture)),
  marks: (scales, picture) => marksOf(chartShafts(scales, picture.frame, vectorsOf(picture)), inChart(scales, picture)),
};

/** The same about a surface: vectors on the base that it stands on, the points that are tried at the height of f. */
export const nextStepOnBase: SurfaceLayer<RacePicture> = {
  name: "hw-next-steps",
  draw: (context, scales, picture) => drawn(context, picture, baseShafts(scales, picture.frame, vectorsOf(picture)), inBox(scales, picture)),
  marks: (scales, picture) => marksOf(baseShafts(scales, picture.frame, vectorsOf(picture)), inBox(scales, picture)),
};

function drawn(context: SVGGElement, { frame }: RacePicture, shafts: readonly Shaft[], trials: readonly Trial[]): void {
  const [arrows, points] = join(context, 2, () => svg("g")) as SVGGElement[];
  setAttributes(context, { "data-racer": String(frame.followed) });
  drawShafts(arrows, shafts);
  join(points, trials.length, () => svg("circle", { r: 3.2 })).forEach((circle, k) => {
    const { place: [cx, cy], words, isAccepted } = trials[k];
    setAttributes(circle, { cx: cx.toFixed(1), cy: cy.toFixed(1), class: isAccepted ? "hw-trial hw-accepted" : "hw-trial", [MARK]: markOfTrial(trials[k]).key, [WORDS]: words });
  });
}

function marksOf(shafts: readonly Shaft[], trials: readonly Trial[]): Mark[] {
  return [...marksOfShafts(shafts), ...trials.map(markOfTrial)];
}

function vectorsOf({ frame, shown, titles }: RacePicture): Vector[] {
  const { next, ascent, isStationary, followed } = frame;
  const down: Vector = { mark: DOWN, look: "hw-gradient", head: "arrow", vector: ascent.map((x) => -x) };
  const words = titles[followed];
  const made: Vector[] = next
    ? [
        { mark: PROPOSED, look: "hw-newton", head: "ring", vector: next.proposed, words },
        { mark: TAKEN, look: "hw-taken", head: "arrow", vector: next.taken, words },
      ]
    : [];
  return [...(shown.gradient && !isStationary ? [down] : []), ...(shown.proposal ? made : [])].filter(({ vector }) => vector.every(Number.isFinite));
}

type Screen = readonly [x: number, y: number];

interface Trial {
  readonly place: Screen;
  readonly words: string;
  readonly isAccepted: boolean;
}

function inChart(scales: PlaneScales, picture: RacePicture): Trial[] {
  const { left, top, width, height } = scales.box;
  const isIn = ([x, y]: Screen) => x >= left && x <= left + width && y >= top && y <= top + height;
  return trialsOf(picture, (trial, value) => placeOf(scales, trial, value)).filter(({ place }) => isIn(place));
}

function inBox(scales: SurfaceScales, picture: RacePicture): Trial[] {
  const { camera, scene: { half } } = scales;
  const placed = (trial: Float64Array, value: number): Screen | null => {
    const { place } = placeInBox(scales, trial, value);
    return Math.abs(place[0]) <= half[0] && Math.abs(place[1]) <= half[1] ? camera.project(place) : null;
  };
  return trialsOf(picture, placed);
}

/** The points that are tried and have a place. */
function trialsOf({ frame: { next, point }, shown }: RacePicture, placed: (trial: Float64Array, value: number) => Screen | null): Trial[] {
  if (!next || !shown.proposal) return [];
  const tried = pointsIn(next.trials, point.length).filter((trial) => trial.every(Number.isFinite)); // none comes behind one that is not
  return tried.flatMap((trial, k): Trial[] => {
    const place = placed(trial, next.trialValues[k]);
    return place ? [{ place, words: `trial ${k + 1} of ${tried.length}, f = ${number(next.trialValues[k], 4)}`, isAccepted: next.accepted[k] > 0 }] : [];
  });
}

function markOfTrial({ isAccepted }: Trial): Mark {
  return isAccepted ? ACCEPTED : REFUSED;
}

function trialMark(look: string, name: string, meaning: string): Mark {
  const middle = SAMPLE.height / 2;
  const sample = () => svg("circle", { class: `hw-trial hw-${look}`, cx: middle, cy: middle, r: 3.2 });
  return { key: `trial ${look}`, name, meaning, sample, width: SAMPLE.height };
}
