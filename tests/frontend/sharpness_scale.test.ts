import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Heights, sharpnessHeights } from "../../hesswidget/frontend/panels/sharpness_scale";

type Rows = (number | null)[][];
interface Case extends Heights {
  what: string;
  along: Rows;
  edges: Rows;
  beside: Rows;
}
const cases: Case[] = JSON.parse(readFileSync(join(__dirname, "../figures/sharpness_heights.json"), "utf8")).cases;

const read = (rows: Rows) => rows.map((row) => Float64Array.from(row, (x) => x ?? NaN));

describe("the axis of sharpness beside its threshold", () => {
  it.each(cases)("$what", ({ along, edges, beside, low, high, isLogarithmic }) => {
    const found = sharpnessHeights(read(along), read(edges), read(beside));
    expect(found.isLogarithmic).toBe(isLogarithmic);
    expect(found.low).toBeCloseTo(low, 8);
    expect(found.high).toBeCloseTo(high, 8);
  });
});
