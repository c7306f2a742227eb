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
});
