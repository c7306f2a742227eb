import bounds from "../../hesswidget/program/bounds.json";
import type { Problem } from "../../hesswidget/frontend/model/state";
import { readStates } from "../../hesswidget/frontend/saved/read_states";

function problemOf(count: number): Problem {
  const coordinates = Array.from({ length: count }, (_, i) => ({
    ...{ kind: "range", name: `w[${i}]`, trait: null, start: 0, minimum: -1, maximum: 1, step: 0.1, integer: false, logarithmic: false },
  }));
  return { coordinates, parameters: [] } as unknown as Problem;
}

function saved(count: number) {
  const empty = { base64: "" };
  return { kind: "line", parameters: [], coordinates: Array(count).fill([0]), arrays: [], landscapes: [], basis: empty };
}

describe("pictures that were saved", () => {
  it.each([1, 321, 1000])("may be of %i variables", (count) => {
    expect(readStates(saved(count), problemOf(count)).coordinates).toHaveLength(count);
  });

  it("have stops for just as many as the problem has", () => {
    expect(() => readStates(saved(3), problemOf(2))).toThrow("a list of at most 2 is expected");
    expect(() => readStates(saved(1), problemOf(2))).toThrow("there are stops for 1 of 2 controls");
  });

  it("have as many arrays as a picture of a race with its curvature", () => {
    const arrays = (count: number) => Array.from({ length: count }, (_, k) => ({ name: `array_${k}`, size: 0, data: { base64: "" } }));
    const read = (count: number) => () => readStates({ ...saved(8), kind: "frame", arrays: arrays(count) }, problemOf(8));
    expect(read(bounds.saved.arrays)).not.toThrow();
    expect(read(bounds.saved.arrays + 1)).toThrow("a list of at most 250 is expected");
  });

  it("hold the paths of a race, as many and as long as these may be, and nothing else of that size", () => {
    const array = (name: string, size: number) => ({ name, size, data: { base64: Buffer.from(new Float64Array(size).buffer).toString("base64") } });
    const read = (name: string, size: number) => () => readStates({ ...saved(8), kind: "frame", arrays: [array(name, size)] }, problemOf(8));
    expect(read("path_points", 12 * 201 * 8)).not.toThrow();
    expect(read("left_value", 12 * 5001)).not.toThrow();
    expect(read("path_points", 13 * 5001 * 8)).toThrow(/"path_points" of "frame" has 520104 elements; a picture of 8 variables has at most 480096/);
    expect(read("elsewhere", 12 * 201 * 8)).toThrow(/at most 4096/);
  });
});
