import { Library, Unrecorded } from "../../hesswidget/frontend/engine/library";
import { readPrograms } from "../../hesswidget/frontend/saved/programs";
import type { Problem } from "../../hesswidget/frontend/model/state";
import { Draft } from "./program/draft";

const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty"];
const PROBLEM = { parameters: [{ name: "a" }, { name: "kind" }] } as unknown as Problem;
const EMPTY = { base64: "" };

/** y = factor · a */
function scaled(pools: { floats: number[]; ints: number[] }, factor: number, covered?: number) {
  const draft = new Draft(pools);
  const parameters = draft.input("parameters", 1);
  const [by, isCovered] = [factor, covered ?? 1].map((number) => draft.constant(number));
  draft.output("y", draft.apply("multiply", [parameters, by]));
  if (covered !== undefined) draft.output("covered", isCovered);
  return draft.header;
}

function library(tables: Record<string, unknown> = {}, covered?: number) {
  const pools = { floats: [1, 2, 3, 4, 5, 6], ints: [] as number[] };
  const sets = [2, 3].map((factor, kind) => ({ static: { kind }, programs: { ["__proto__"]: {}, twice: scaled(pools, factor, covered) }, tables }));
  const numbers = Float64Array.from(pools.floats);
  return new Library({ traced: ["a"], sets, floats: new DataView(numbers.buffer), ints: new ArrayBuffer(0) }, 1);
}

describe("programs by name", () => {
  it("are those of the present parameters, which they get", () => {
    const run = (parameters: Record<string, number>) => [...library().at(parameters).run("twice", {}).y];
    expect([run({ a: 5, kind: 0 }), run({ a: 5, kind: 1 })]).toEqual([[10], [15]]);
    const none = library().at({ a: 5, kind: 2 });
    expect(none.has("twice")).toBe(false);
    expect(() => none.run("twice", {})).toThrow(Unrecorded);
    expect(() => none.table("starts")).toThrow("Nothing was recorded");
  });

  it("have no outputs where a function takes a path that was not recorded, or raises something", () => {
    const answers = (covered: number) => [...library({}, covered).at({ a: 5, kind: 0 }).run("twice", {}).y];
    expect(answers(1)).toEqual([10]);
    expect(() => answers(0)).toThrow("takes a path of its branches that was not recorded");
    expect(() => answers(-1)).toThrow("raises an error");
    expect([...library({}, -1).at({ a: 5, kind: 0 }, true).run("twice", {}).y]).toEqual([10]); // whoever goes on with NaN
  });

  it("are not there because objects have something of that name", () => {
    const programs = library().at({ a: 1, kind: 0 });
    for (const name of [...NAMES.slice(1), "thrice"]) {
      expect(programs.has(name)).toBe(false);
      expect(() => programs.run(name, {})).toThrow("there is no program");
      expect(() => programs.table(name)).toThrow("there is no table");
    }
    expect(() => programs.shape("twice", "starts")).toThrow("has no input");
  });

  it("have tables beside them, which lie in the pool", () => {
    expect([...library({ starts: [[2, 2], 1] }).at({ a: 1, kind: 0 }).table("starts")]).toEqual([2, 3, 4, 5]);
    for (const table of [[[2, 9], 0], [[2], -1], [[2], 1e6], [2, 0], "x", null, [[2 ** 40], 0]]) {
      expect(() => library({ starts: table }).at({ a: 1, kind: 0 }).table("starts")).toThrow();
    }
  });
});

describe("saved programs", () => {
  const saved = (set: object) => ({ traced: ["a"], sets: [{ static: { kind: 0 }, programs: {}, tables: {}, ...set }], floats: EMPTY, ints: EMPTY });

  it("keep names that objects have of their own", () => {
    const programs = JSON.parse(`{${NAMES.map((name) => `${JSON.stringify(name)}: 1`).join()}}`);
    const [set] = readPrograms(saved({ programs, tables: programs }), PROBLEM).sets;
    for (const named of [set.programs, set.tables]) {
      expect(Object.keys(named).sort()).toEqual([...NAMES].sort());
      expect(Object.getPrototypeOf(named)).toBe(Object.prototype);
    }
  });

  it("are bounded, and nothing but what they should be", () => {
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, k) => [`p${k}`, {}]));
    const sets = [{ programs: many }, { tables: many }, { programs: { ["p".repeat(65)]: {} } }, { programs: [] }, { tables: null }, { static: { b: 1 } }, { more: 1 }];
    for (const set of sets) expect(() => readPrograms(saved(set), PROBLEM)).toThrow();
    expect(() => readPrograms({ ...saved({}), traced: ["b"] }, PROBLEM)).toThrow("a parameter that the function has not");
    expect(() => readPrograms({ ...saved({}), sets: Array.from({ length: 17 }, () => saved({}).sets[0]) }, PROBLEM)).toThrow("at most 16");
  });
});
