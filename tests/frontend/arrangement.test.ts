import type { Frame } from "../../hesswidget/frontend/engine/frame";
import { areSeveral, arranged, rowNames, spans } from "../../hesswidget/frontend/panels/arrangement";

const names = ["x", "y", "z"];
/** Unsymmetric, so that rows and columns are told apart. */
const frame = {
  gradient: new Float64Array(3),
  hessian: Float64Array.of(1, 2, 3, 4, -9, 6, 7, 8, 5),
  eigenvalues: Float64Array.of(-2, 0, 3),
  eigenvectors: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 1, 0),
} as unknown as Frame;

describe("the order of the Hessian's rows", () => {
  it("by magnitude is a permutation, of rows and columns alike", () => {
    const found = arranged(frame, "by magnitude", null);
    expect(rowNames(found, names, [], true)).toEqual(["y", "z", "x"]);
    expect([...found.entries]).toEqual([-9, 6, 4, 8, 5, 7, 2, 3, 1]);
  });

  it("puts what is infinite first, what is no number last, and leaves equals as they were", () => {
    const diagonal = (...d: number[]) => ({ ...frame, hessian: Float64Array.from(d.flatMap((x, i) => [0, 1, 2].map((j) => (i === j ? x : 0)))) });
    const order = (...d: number[]) => [...arranged(diagonal(...d), "by magnitude", null).places];
    expect(order(NaN, 1, Infinity)).toEqual([2, 1, 0]);
    expect(order(2, -2, 2)).toEqual([0, 1, 2]);
    expect(order(NaN, NaN, -1)).toEqual([2, 0, 1]);
  });

  it("in the eigenbasis has the eigenvalues on the diagonal", () => {
    const found = arranged(frame, "eigenbasis", null);
    expect(rowNames(found, names, [], true)).toEqual(["v₁", "v₂", "v₃"]);
    expect([...found.entries]).toEqual([-2, 0, 0, 0, 0, 0, 0, 0, 3]);
    expect([...arranged(frame, "eigenbasis", 2).entries]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 3]);
  });

  it("by blocks has their norms, whatever is in focus", () => {
    const blocks = [{ name: "u", shape: [2] }, { name: "z", shape: [] }];
    const found = arranged({ ...frame, blockNorms: Float64Array.of(1, 2, 3, 4) }, "blocks", null);
    expect([...found.entries]).toEqual([1, 2, 3, 4]);
    expect(rowNames(found, names, blocks, false)).toEqual(["u", "z"]);
    expect(spans(blocks)).toEqual([{ name: "u", first: 0, last: 2 }, { name: "z", first: 2, last: 3 }]);
    expect([areSeveral(blocks, 3), areSeveral(blocks.slice(0, 1), 2), areSeveral(blocks.slice(1), 1)]).toEqual([true, false, false]);
  });

  it("shows a rank-one part in the same order", () => {
    expect([...arranged(frame, "as given", 2).entries]).toEqual([0, 0, 0, 0, 3, 0, 0, 0, 0]);
    expect([...arranged(frame, "by magnitude", 2).entries]).toEqual([3, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(rowNames(arranged(frame, "by magnitude", 2), names, [], false)).toEqual(["1", "2", "0"]);
  });
});
