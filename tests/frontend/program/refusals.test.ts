import { InvalidData } from "../../../hesswidget/frontend/base/checks";
import { compile } from "../../../hesswidget/frontend/program/execute";
import { read } from "../../../hesswidget/frontend/program/program";
import table from "../../program/malformed.json";
import { Draft } from "./draft";

const empty = { format: "hesswidget-program", version: 1, inputs: [], constants: [], operations: [], outputs: [] };
const inputs = [["x", [2, 3]], ["s", []]];
const of = (...operations: unknown[]) => ({ ...empty, inputs, operations });

/** What JSON cannot say, or only at length; the rest is in the table that Python shares. */
const OTHERS: [string, unknown, string][] = [
  ["nothing", null, "the header is null; an object is expected."],
  ["a list", [], "the header is a list of 0"],
  ["a text", "x".repeat(1000), "an object is expected."],
  ["no version", { ...empty, version: undefined }, "the version is undefined"],
  ["an own prototype", JSON.parse(`{"__proto__": 1, ${JSON.stringify(empty).slice(1)}`), '"__proto__"'],
  ["a missing part", { ...empty, outputs: undefined }, "outputs is undefined"],
  ["a carry that is undefined", { ...empty, carry: null }, "the carry is null"],
  ["too many inputs", { ...empty, inputs: Array.from({ length: 1001 }, (_, k) => [`x${k}`, []]) }, "a list of 1001"],
  ["too many outputs", { ...empty, outputs: new Array(1001).fill(["y", 0]) }, "a list of 1001"],
  ["too many constants", { ...empty, constants: new Array(20_001).fill([[], 0]) }, "a list of 20001"],
  ["too many operations", { ...of(), operations: new Array(2 ** 17 + 1).fill(["negative", [1], {}]) }, "a list of 131073"],
  ["an output before there is any", { ...empty, outputs: [["y", 0]] }, "none is allowed"],
  ["a size that is no number", { ...empty, inputs: [["x", [NaN]]] }, "is NaN"],
  ["an infinite size", { ...empty, inputs: [["x", [Infinity]]] }, "is Infinity"],
  ["an operation called __proto__", of(["__proto__", [0], {}]), '"__proto__" is not among'],
  ["an inherited attribute", of(["sum", [0], Object.create({ axes: [0] })]), "lacks the key"],
];

const floats = Float64Array.from(table.floats);
const ints = Int32Array.from(table.ints);

function refused(header: unknown, sentence: string): void {
  const error = caught(() => read(header, floats, ints));
  expect(error).toBeInstanceOf(InvalidData);
  expect(error.message).toContain(sentence);
  expect(error.message.length).toBeLessThan(400);
  expect(error.message).toMatch(/\.$/);
}

describe("what does not fit FORMAT.md", () => {
  const entries = [...table.invalid, ...table.malformed].map(({ name, ...entry }) => [name, entry] as const);

  it.each(entries)("%s", (_, { program, sentence }) => refused({ ...table.program, ...program }, sentence));

  it.each(OTHERS)("%s", (_, header, sentence) => refused(header, sentence));

  it.each(Object.entries(table["places of numbers"]))("wrong numbers for %s", (_, program) => {
    for (const wrong of table["wrong numbers"]) {
      refused(JSON.parse(JSON.stringify({ ...table.program, ...program }).replace('"?"', JSON.stringify(wrong))), "is");
    }
  });

  it("leaves what is no fault of the program's alone", () => {
    expect(() => compile(read(of(), floats, ints)).run({})).toThrow(RangeError);
    expect(read(table.program, floats, ints).shapes).toEqual([[2, 3], [], [2, 2]]);
    expect(read(empty, floats, ints).shapes).toEqual([]);
    const five = table.invalid.find(({ name }) => name === "bodies five deep")!.program as { operations: Nested };
    const four = { ...five, operations: five.operations[0][2].body.operations };
    expect(read({ ...table.program, ...four }, floats, ints).operations).toHaveLength(1);
  });
});

type Nested = [string, number[], { body: { operations: Nested } }][];

describe("mutations of a program", () => {
  /** A little of everything, in few elements. */
  function sample(): Draft {
    const draft = new Draft();
    const [a, b] = [draft.input("a", 2, 3), draft.input("b")];
    const c = draft.constant({ shape: [3, 2], data: [1, 2, 3, 4, 5, 6] });
    const inner = draft.inner();
    const [row, shared] = [inner.input("row", 1, 3), inner.input("shared")];
    inner.output("y", inner.apply("power", [row, shared]));
    const turn = draft.inner();
    const [state, entry] = [turn.input("state"), turn.input("entry", 3)];
    const next = turn.apply("add", [state, turn.apply("sum", [entry], { axes: [0] })]);
    turn.output("state", next).output("history", next);
    const product = draft.apply("contract", [a, c], { left: [0, 1], right: [1, 2], out: [0, 2] });
    draft.apply("eigh", [product], {}, 2);
    draft.apply("solve", [product, draft.apply("transpose", [c], { axes: [1, 0] })]);
    const y = draft.apply("map", [a, b], { body: inner.body, mapped: [true, false], rows: 2, chunk: 1 });
    draft.apply("scan", [b, a], { body: turn.body, length: 2, carries: 1, sequences: 1 }, 2);
    const read = draft.apply("gather", [y], { places: draft.places([2, 0, 1]), shape: [3], lead: 1 });
    draft.apply("scatter", [read], { places: draft.places([1, 1, 0]), shape: [2], lead: 1 });
    draft.apply("concatenate", [a, read], { axis: 1 });
    const sorted = draft.apply("sort", [read]);
    draft.apply("take", [sorted, read]);
    draft.apply("where", [b, a, draft.apply("broadcast", [b], { shape: [2, 3] })]);
    draft.apply("reshape", [draft.apply("cumsum", [a], { axis: 0 })], { shape: [6] });
    return draft.output("y", y).output("last", draft.apply("max", [sorted], { axes: [0, 1] }));
  }

  const values = [
    -1, 0, 1, 2, 3, 4, 7, 1.5, NaN, Infinity, 1e9, 2 ** 24 + 1, 2 ** 31, 2 ** 53, "", "sum", "__proto__", null, true,
    [], {}, [0], [1, 2], [[]],
  ];

  it("are refused, or run to their end", () => {
    let state = 1;
    const below = (n: number) => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return Math.floor((state / 2 ** 31) * n);
    };
    const draft = sample();
    const [text, pool, table] = [JSON.stringify(draft.header), draft.floats, draft.ints];
    let [ran, refused] = [0, 0];
    for (let turn = 0; turn < 6000; turn++) {
      const header = JSON.parse(text);
      for (let k = below(2); k >= 0; k--) mutate(header, below);
      try {
        const executable = compile(read(header, pool, table));
        const given = executable.inputs.map(({ name, shape }) => {
          const size = shape.reduce((product, one) => product * one, 1);
          return [name, Float64Array.from({ length: size }, () => [0, 1, -2.5, NaN, Infinity][below(5)])];
        });
        executable.run(Object.fromEntries(given));
        ran++;
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidData);
        expect((error as Error).message.length).toBeLessThan(400);
        refused++;
      }
    }
    // Neither kind is a rarity, or this would show little.
    expect(ran).toBeGreaterThan(300);
    expect(refused).toBeGreaterThan(3000);
  }, 60_000);

  /** Change one thing somewhere: replace, remove, repeat, or exchange. */
  function mutate(header: unknown, below: (n: number) => number): void {
    const spots: [object, string][] = [];
    const collect = (found: unknown): void => {
      if (typeof found !== "object" || found === null) return;
      for (const [key, entry] of Object.entries(found)) {
        spots.push([found, key]);
        collect(entry);
      }
    };
    collect(header);
    const kind = below(8);
    // A number a little larger or smaller often fits still; anything else hardly ever.
    const open = kind < 3 ? spots : spots.filter(([at, key]) => typeof entryOf(at, key) === "number");
    const [holder, key] = open[below(open.length)];
    const at = holder as Record<string, unknown>;
    if (kind === 0) at[key] = structuredClone(values[below(values.length)]);
    else if (kind === 1 && Array.isArray(holder)) holder.splice(Number(key), 1);
    else if (kind === 1) delete at[key];
    else if (kind === 2 && Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(at[key]));
    else if (kind === 2) at[`${key}'`] = at[key];
    else at[key] = (at[key] as number) + below(5) - 2;
  }
});

function entryOf(holder: object, key: string): unknown {
  return (holder as Record<string, unknown>)[key];
}

function caught(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was refused.");
}
