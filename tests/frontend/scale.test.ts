import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SCALES, type ScaleName } from "../../hesswidget/frontend/model/view_state";
import { isToScale, letterboxed } from "../../hesswidget/frontend/panels/landscape/scale";
import { sceneOf } from "../../hesswidget/frontend/panels/landscape/surface_mesh";

interface Case extends Record<ScaleName, boolean> {
  ends: [[number, number], [number, number]];
}
const cases: Case[] = JSON.parse(readFileSync(join(__dirname, "../landscape/scales.json"), "utf8")).cases;

describe("a landscape to scale", () => {
  it.each(cases)("is one whose ranges are of comparable size: $ends", ({ ends, ...said }) => {
    for (const scale of Object.keys(SCALES) as ScaleName[]) expect(isToScale(ends.flat(), scale)).toBe(said[scale]);
  });

  it.each(cases)("has as many pixels for a unit along both axes, in the middle of its room: $ends", ({ ends }) => {
    const room = { left: 44, top: 8, width: 300, height: 220 };
    const { left, top, width, height } = letterboxed(room, ends.flat());
    const [x, y] = ends.map(([low, high]) => high - low);
    expect(width / x).toBeCloseTo(height / y, 12);
    expect(Math.max(width / room.width, height / room.height)).toBeCloseTo(1, 12);
    expect([left + width / 2, top + height / 2]).toEqual([expect.closeTo(194, 9), expect.closeTo(118, 9)]);
  });

  it.each(cases)("stands on a base whose sides are as long as its ranges: $ends", ({ ends }) => {
    const grids = ends.map(([low, high]) => Float64Array.of(low, (low + high) / 2, high));
    const landscape = { version: 1, grids, values: new Float64Array(9), levels: new Float64Array() };
    const { half, extents } = sceneOf(landscape, ["x", "y"], true);
    const [x, y] = ends.map(([low, high]) => high - low);
    expect(half[0] / half[1]).toBeCloseTo(x / y, 12);
    expect(Math.max(...half)).toBe(1);
    expect(extents[0][1] - extents[0][0]).toBeCloseTo(extents[1][1] - extents[1][0], 9);
    expect(sceneOf(landscape, ["x", "y"], false)).toMatchObject({ half: [1, 1], extents: ends });
  });
});
