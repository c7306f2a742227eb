import type { Frame } from "../../hesswidget/frontend/engine/frame";
import type { PlaneScales } from "../../hesswidget/frontend/panels/landscape/layer";
import { shareWithin } from "../../hesswidget/frontend/panels/landscape/layers/shafts";
import { type StepsPicture, steps } from "../../hesswidget/frontend/panels/landscape/layers/steps";
import { stepsInWords } from "../../hesswidget/frontend/panels/landscape/steps";
import { svg } from "../../hesswidget/frontend/base/dom";

const BOX = { left: 0, top: 0, width: 100, height: 200 };
const BOTH = { gradient: true, newton: true };

function frameOf(changes: Partial<Frame> = {}): Frame {
  return {
    ...{ value: 1, isStationary: false, point: Float64Array.of(0, 0), eigenvalues: Float64Array.of(1, 2) },
    ...{ gradient: Float64Array.of(6, 8), ascent: Float64Array.of(0.3, 0.4), gradientAngles: Float64Array.of(53.1, 36.9) },
    ...{ newtonStep: Float64Array.of(-0.6, -0.4), newtonAngles: Float64Array.of(33.7, 56.3), newtonTurn: 19.4 },
    ...changes,
  } as Frame;
}

/** x and y from −1 to 1 in a box that is twice as high as it is wide. */
function scales(): PlaneScales {
  const plane = { origin: new Float64Array(2), basis: Float64Array.of(1, 0, 0, 1), ends: Float64Array.of(-1, 1, -1, 1), names: ["x", "y"], axes: [0, 1] };
  const [x, y] = [(t: number) => 50 + 50 * t, (t: number) => 100 - 100 * t];
  return { x, y, plane, box: BOX, isToScale: false } as unknown as PlaneScales;
}

function drawn(frame: Frame, shown = BOTH) {
  const context = svg("g");
  const picture = { frame, steps: shown } as StepsPicture;
  steps.draw(context, scales(), picture);
  const paths = [...context.querySelectorAll(".hw-step")];
  const marks = steps.marks!(scales(), picture).map(({ key }) => key);
  return { classes: paths.map((path) => path.getAttribute("class")), ends: paths.map((path) => path.getAttribute("d")!.match(/[-\d.]+/g)!.map(Number)), marks };
}

describe("the way to a place", () => {
  it.each([
    [[50, 100], [10, 10], 1],
    [[50, 100], [100, 0], 0.5],
    [[50, 100], [0, -400], 0.25],
    [[50, 100], [-100, 400], 0.25],
    [[150, 100], [10, 0], 0],
    [[50, 100], [0, 0], 1],
  ] as [[number, number], [number, number], number][])("from %j by %j lies in view as far as %d", (from, way, share) => {
    expect(shareWithin(from, way, BOX)).toBeCloseTo(share, 12);
  });
});

describe("the gradient and Newton's step", () => {
  it("are drawn in the plane's units, and named", () => {
    const { classes, ends, marks } = drawn(frameOf());
    expect(classes).toEqual(["hw-step hw-gradient", "hw-step hw-newton"]);
    expect(marks).toEqual(["gradient", "newton"]);
    const [gradient] = ends; // its head is at the end: back from the tip at (65, 60)
    expect(gradient.slice(6, 8)).toEqual([expect.closeTo(65, 9), expect.closeTo(60, 9)]);
  });

  it("are cut where the view ends, and marked as going on", () => {
    const { classes, marks } = drawn(frameOf({ newtonStep: Float64Array.of(-7, 0), ascent: Float64Array.of(0, 0.99) }));
    expect(classes).toEqual(["hw-step hw-gradient", "hw-step hw-newton hw-goes-on"]);
    expect(marks).toEqual(["gradient", "newton", "goes on"]);
  });

  it("are not drawn where they are not chosen, too short to be seen, or not there", () => {
    expect(drawn(frameOf(), { gradient: false, newton: true }).marks).toEqual(["newton"]);
    expect(drawn(frameOf({ ascent: Float64Array.of(0.01, 0) })).marks).toEqual(["newton"]);
    expect(drawn(frameOf({ newtonStep: Float64Array.of(NaN, NaN) })).marks).toEqual(["gradient"]);
    expect(drawn(frameOf({ isStationary: true })).marks).toEqual([]);
  });

  it("are said by components and angles", () => {
    expect(stepsInWords(frameOf(), BOTH)).toEqual([
      "∇f = (6.00, 8.00), 53° from v₁, 37° from v₂",
      "Newton step = (−0.600, −0.400), 34° from v₁, 56° from v₂, 19° from −∇f",
    ]);
    expect(stepsInWords(frameOf({ newtonTurn: 120 }), BOTH)[1]).toMatch(/, 120° from −∇f, uphill$/);
    expect(stepsInWords(frameOf(), { gradient: false, newton: false })).toEqual([]);
    expect(stepsInWords(frameOf({ isStationary: true }), BOTH)[0]).toBe("∇f: zero within the tolerance");
    expect(stepsInWords(frameOf({ newtonStep: Float64Array.of(NaN, NaN) }), BOTH)[1]).toContain("singular");
    expect(stepsInWords(frameOf({ eigenvalues: Float64Array.of(NaN, NaN) }), BOTH)[0]).toBe("∇f: none, since a value is not finite");
  });

  it("are said of many variables in part", () => {
    const many = new Float64Array(9).fill(1);
    const angles = Float64Array.of(80, 70, 12.3, 60, 61, 62, 63, 64, 65);
    const frame = frameOf({ gradient: many, gradientAngles: angles, eigenvalues: many });
    expect(stepsInWords(frame, { gradient: true, newton: false })).toEqual(["∇f = (1.00, 1.00, 1.00, 1.00, …), 12° from v₃"]);
  });
});
