import type { Frame } from "../../hesswidget/frontend/engine/frame";
import { Frames } from "../../hesswidget/frontend/engine/frames";
import {
  alongCoordinates,
  alongVectors,
  contains,
  keyOf,
  placeOn,
  placeWithin,
  positionIn,
} from "../../hesswidget/frontend/engine/plane";
import { SliceState } from "../../hesswidget/frontend/engine/slice";
import { firstViewState } from "../../hesswidget/frontend/model/view_state";
import { wording } from "./model";

const extents = ["x", "y", "z"].map((name) => ({ name, minimum: -2, maximum: 2 }));
const s = Math.SQRT1_2;
const point = Float64Array.of(0.5, -1, 1.5);
const aslant = alongVectors(extents, [Float64Array.of(s, s, 0), Float64Array.of(0, 0, 1)], ["v₁", "v₃"], point);

describe("a plane", () => {
  it("along coordinates has them for its places, to the last digit", () => {
    const plane = alongCoordinates(extents, [2, 0], point);
    expect(positionIn(plane, point)).toEqual([1.5, 0.5]);
    expect([...placeOn(plane, [0.1, 0.7])]).toEqual([0.7, -1, 0.1]);
    expect([plane.names, [...plane.ends]]).toEqual([["z", "x"], [-2, 2, -2, 2]]);
  });

  it("stays the same while the point moves within it, and only then", () => {
    const key = (x: number, y: number, z: number) => keyOf(alongCoordinates(extents, [0, 1], Float64Array.of(x, y, z)));
    expect(key(0, 1, 2)).toBe(key(5, 6, 2));
    expect(key(0, 1, 2)).not.toBe(key(0, 1, 3));
    expect(keyOf(aslant)).not.toBe(keyOf({ ...aslant, ends: aslant.ends.map((t) => 2 * t) }));
    expect(contains(aslant, placeOn(aslant, [0.3, -0.7]))).toBe(true);
    expect(contains(aslant, Float64Array.of(0.5, -0.9, 1.5))).toBe(false);
  });

  it("that lies aslant has its origin in the point, and is wide by the coordinates' ranges", () => {
    expect(positionIn(aslant, point)).toEqual([0, 0]);
    const [x, y, z] = placeOn(aslant, [1, 2]);
    expect([x, y, z]).toEqual([0.5 + s, -1 + s, 3.5]);
    expect(aslant.ends[1]).toBeCloseTo(1.2 / s);
    expect([...aslant.ends].slice(2)).toEqual([-1.2, 1.2]);
  });

  it("keeps the point in the plane and within the ranges", () => {
    for (const place of [[0.2, 0.1], [9, 0], [-9, -9], [3, 0.2], [0, 9]]) {
      const found = placeWithin(aslant, place, extents);
      expect(contains(aslant, found)).toBe(true);
      found.forEach((x) => expect(Math.abs(x)).toBeLessThanOrEqual(2));
      const [t, u] = positionIn(aslant, found);
      expect(t * place[1] - u * place[0]).toBeCloseTo(0, 12); // on the way from the origin
    }
    expect(positionIn(aslant, placeWithin(aslant, [0.2, 0.1], extents))[0]).toBeCloseTo(0.2, 14);
    expect(placeWithin(aslant, [0, 9], extents)[2]).toBe(2);
  });
});

/** A frame whose Hessian has the eigenvectors of the axes in the order that `turn` gives. */
function frame(turn: number[], eigenvalues = [-1, 2, 3]): Frame {
  const eigenvectors = new Float64Array(9);
  turn.forEach((i, k) => (eigenvectors[3 * i + k] = 1));
  return { eigenvalues: Float64Array.from(eigenvalues), eigenvectors } as unknown as Frame;
}

/** One of a Hessian that is not finite. */
const none = { eigenvalues: new Float64Array(3).fill(NaN), eigenvectors: new Float64Array(9).fill(NaN) } as unknown as Frame;

describe("Slicing at random", () => {
  const parameters = { a: 1 };
  const random = { origin: Float64Array.of(7, 8, 9), basis: Float64Array.of(1, 0, 0, 0, 0, 1), ends: Float64Array.of(-2, 2, -3, 3) };

  it("lies through the step that a frame is of, not through the start", () => {
    const slicing = new SliceState(extents, { kind: "random", indices: [0, 1] });
    expect(slicing.through(point, parameters, null, false).axes).toEqual([0, 1]); // until one is known
    const at = slicing.through(point, parameters, { ...none, random } as unknown as Frame, false);
    expect(at).toMatchObject({ ...random, axes: null });
    expect(at.names).toHaveLength(2);
  });
});

describe("Slicing by eigenvectors", () => {
  const parameters = { a: 1 };
  function slicing() {
    const made = new SliceState(extents, firstViewState(extents.length).slice);
    made.turnTo({ kind: "eigenvectors", indices: [0, 2] });
    return { slicing: made, plane: made.through(point, parameters, frame([2, 0, 1]), false) };
  }

  it("lays the plane through the point, and names the eigenvectors", () => {
    const { plane } = slicing();
    expect([...plane.basis]).toEqual([0, 0, 1, 0, 1, 0]);
    expect(plane.names).toEqual(["v₁ (λ = −1)", "v₃ (λ = 3)"]);
    expect([...plane.origin]).toEqual([...point]);
  });

  it("leaves it where it is while the point moves within it, and lays it anew at rest", () => {
    const { slicing: s, plane } = slicing();
    const moved = placeOn(plane, [0.5, 0.25]);
    expect(s.through(moved, parameters, frame([0, 1, 2]), true)).toBe(plane);
    const anew = s.through(moved, parameters, frame([0, 1, 2]), false);
    expect([...anew.origin]).toEqual([...moved]);
    expect([...anew.basis]).toEqual([1, 0, 0, 0, 0, 1]);
  });

  it("lays it anew when the point leaves it or a parameter moves", () => {
    const { slicing: s, plane } = slicing();
    const outside = Float64Array.of(0.6, -1, 1.5);
    expect([...s.through(outside, parameters, frame([2, 0, 1]), true).origin]).toEqual([...outside]);
    expect(s.through(point, { a: 2 }, frame([0, 1, 2]), true).basis).not.toEqual(plane.basis);
  });

  it("lies where it lay if an answer has the eigenvectors that it was laid by, and is named by their eigenvalues", () => {
    const { slicing: s, plane } = slicing();
    const frames = new Frames(wording, [], () => 0);
    const again = (answer: Frame) => frames.keyOf({ point, parameters, plane: s.through(point, parameters, answer, false), moving: false });
    const before = frames.keyOf({ point, parameters, plane, moving: true });
    expect(again(frame([2, 0, 1]))).toBe(before);
    expect(again(none)).toBe(before);
    expect(again(frame([2, 0, 1], [-5, 2, 3]))).not.toBe(before);
    expect(again(frame([0, 2, 1]))).not.toBe(before);
  });

  it("keeps the last directions where there are no eigenvectors, and has coordinates where there never were", () => {
    const { slicing: s, plane } = slicing();
    const moved = Float64Array.of(0, 0, 0);
    expect(s.through(moved, parameters, none, false)).toMatchObject({ basis: plane.basis, origin: moved });
    s.turnTo({ kind: "eigenvectors", indices: [0, 1] });
    expect(s.through(moved, parameters, none, false).axes).toEqual([0, 1]);
  });
});
