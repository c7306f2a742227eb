import type { RaceFrame } from "../../hesswidget/frontend/engine/race";
import type { PlaneScales, SurfaceScales } from "../../hesswidget/frontend/panels/landscape/layer";
import { nextStep, nextStepOnBase } from "../../hesswidget/frontend/panels/landscape/layers/next_step";
import type { RacePicture } from "../../hesswidget/frontend/panels/landscape/layers/race";
import { svg } from "../../hesswidget/frontend/base/dom";

const ALL = { gradient: true, proposal: true, model: true };

/** x and y from −1 to 1 in a box of 200 by 200. */
const SCALES = {
  ...{ x: (t: number) => 100 + 100 * t, y: (t: number) => 100 - 100 * t, isToScale: true },
  box: { left: 0, top: 0, width: 200, height: 200 },
  plane: { origin: new Float64Array(3), basis: Float64Array.of(1, 0, 0, 0, 1, 0), ends: Float64Array.of(-1, 1, -1, 1), names: ["x", "y"], axes: [0, 1] },
} as unknown as PlaneScales;

/** The third variable lies aslant to the picture. */
const NEXT = {
  proposed: Float64Array.of(1.2, 0.4, 7),
  trials: Float64Array.of(1.3, 0.3, 7, 0.7, 0.1, 3.5, 0.4, 0, 1.75, NaN, NaN, NaN),
  trialValues: Float64Array.of(9, 5, 2, NaN),
  accepted: Float64Array.of(0, 0, 1, 0),
  taken: Float64Array.of(0.3, 0.1, 1.75),
};

function drawn(changes: Partial<RaceFrame> = {}, shown = ALL) {
  const frame = { point: Float64Array.of(0.1, -0.1, 0), value: 4, followed: 1, ascent: Float64Array.of(0, 0.5, 0), isStationary: false, next: NEXT, ...changes } as RaceFrame;
  const picture = { frame, shown, titles: ["newton", "bfgs"] } as unknown as RacePicture;
  const context = svg("g");
  nextStep.draw(context, SCALES, picture);
  const all = (selector: string) => [...context.querySelectorAll(selector)];
  const keys = new Set(nextStep.marks!(SCALES, picture).map(({ key }) => key));
  for (const element of all("[data-mark]")) expect(keys).toContain(element.getAttribute("data-mark"));
  return { context, all, keys };
}

describe("the next step of a path", () => {
  it("draws −∇f, what is proposed, what is taken, and the points that are tried and in view", () => {
    const { context, all, keys } = drawn();
    expect(context.getAttribute("data-racer")).toBe("1");
    expect(all(".hw-step").map((path) => path.getAttribute("class"))).toEqual(["hw-step hw-gradient", "hw-step hw-newton hw-goes-on", "hw-step hw-taken"]);
    expect(all(".hw-trial").map((one) => [one.getAttribute("cx"), one.getAttribute("cy"), one.getAttribute("data-words")])).toEqual([
      ["170.0", "90.0", "trial 2 of 3, f = 5.000"],
      ["140.0", "100.0", "trial 3 of 3, f = 2.000"],
    ]);
    expect(keys).toEqual(new Set(["descent direction", "proposed", "taken", "goes on", "trial refused", "trial accepted"]));
  });

  it("has no next step at the end of a path, and no gradient where it is stationary", () => {
    expect(drawn({ next: null }).keys).toEqual(new Set(["descent direction"]));
    expect(drawn({ next: null, isStationary: true }).keys).toEqual(new Set());
  });

  it("draws what is chosen, and nothing where a method proposes and tries nothing", () => {
    expect(drawn({}, { ...ALL, proposal: false }).keys).toEqual(new Set(["descent direction"]));
    expect(drawn({}, { ...ALL, gradient: false }).keys).not.toContain("descent direction");
    const unknown = { proposed: new Float64Array(3).fill(NaN), trials: new Float64Array(3).fill(NaN), trialValues: Float64Array.of(NaN), accepted: Float64Array.of(0), taken: NEXT.taken };
    expect(drawn({ next: unknown }).keys).toEqual(new Set(["descent direction", "taken"]));
  });

  it("is the same about a surface: on its base, and the trials at the height of f, where they are in the box", () => {
    const range = { bottom: 0, top: 10, isCutBelow: false, isCutAbove: true, unit: 1, power: 1 };
    const scene = { extents: [[-1, 1], [-1, 1]], half: [1, 1], range, names: ["x", "y"] };
    const camera = { project: ([x, y, z]: number[]) => [100 + 100 * x, 100 - 100 * y - 10 * z] };
    const scales = { camera, scene, plane: SCALES.plane } as unknown as SurfaceScales;
    const frame = { point: Float64Array.of(0.1, -0.1, 0), value: 4, followed: 1, ascent: Float64Array.of(0, 0.5, 0), isStationary: false, next: NEXT } as unknown as RaceFrame;
    const picture = { frame, shown: ALL, titles: ["newton", "bfgs"] } as unknown as RacePicture;
    const context = svg("g");
    nextStepOnBase.draw(context, scales, picture);
    expect([...context.querySelectorAll(".hw-step")].map((path) => path.getAttribute("class"))).toEqual(["hw-step hw-gradient", "hw-step hw-newton hw-goes-on", "hw-step hw-taken"]);
    expect([...context.querySelectorAll(".hw-trial")].map((one) => one.getAttribute("data-words"))).toEqual(["trial 2 of 3, f = 5.000", "trial 3 of 3, f = 2.000"]);
    expect(new Set(nextStepOnBase.marks!(scales, picture).map(({ key }) => key))).toContain("trial refused");
  });
});
