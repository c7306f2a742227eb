import { InvalidData } from "../../../hesswidget/frontend/base/checks";
import { compile } from "../../../hesswidget/frontend/program/execute";
import { read } from "../../../hesswidget/frontend/program/program";
import { type Body, Draft } from "./draft";

const empty = { format: "hesswidget-program", version: 1, inputs: [], constants: [], operations: [], outputs: [] };
const inputs = [["x", [2, 3]], ["s", []], ["m", [2, 2]]];
const [x, s, m] = [0, 1, 2];

/** A header with the inputs above and these operations. */
const of = (...operations: unknown[]) => ({ ...empty, inputs, operations });
const body = (parts: Partial<Record<keyof Body, unknown>> = {}) => ({
  inputs: [["x", [1, 3]]],
  constants: [],
  operations: [["negative", [0], {}]],
  outputs: [["y", 1]],
  ...parts,
});
const mapOf = (attributes: object) =>
  of(["map", [x], { body: body(), mapped: [true], rows: 2, chunk: 1, ...attributes }]);
const scalarBody = (operations: unknown[] = [["negative", [0], {}]]) =>
  body({ inputs: [["s", []]], operations, outputs: [["s", operations.length]] });
const scanOf = (attributes: object, operands = [s]) =>
  of(["scan", operands, { body: scalarBody(), length: 3, carries: 1, sequences: 0, ...attributes }]);

/** `scan` within `scan`, so many deep, each so many turns. */
const nested = (depth: number, length: number): unknown => {
  if (!depth) return scalarBody([]);
  return scalarBody([["scan", [0], { body: nested(depth - 1, length), length, carries: 1, sequences: 0 }]]);
};
const within = (depth: number, length: number) => ({ ...empty, ...(nested(depth, length) as object) });

/** What is wrong, the header, and part of the sentence. */
const REFUSED: [string, unknown, string][] = [
  ["nothing", null, "the header is null; an object is expected."],
  ["a list", [], "the header is a list of 0"],
  ["a text", "x".repeat(1000), "an object is expected."],
  ["no version", { ...empty, version: undefined }, "the version is undefined"],
  ["another version", { ...empty, version: 2 }, "the version is 2; this reader knows version 1."],
  ["another format", { ...empty, format: "x".repeat(1000) }, "the format is"],
  ["an unknown part", { ...empty, code: "alert(1)" }, 'the header has the key "code"'],
  ["an own prototype", JSON.parse(`{"__proto__": 1, ${JSON.stringify(empty).slice(1)}`), '"__proto__"'],
  ["a missing part", { ...empty, outputs: undefined }, "outputs is undefined"],
  ["inputs that are no list", { ...empty, inputs: {} }, "inputs is an object; a list"],
  ["too many inputs", { ...empty, inputs: Array.from({ length: 1001 }, (_, k) => [`x${k}`, []]) }, "a list of 1001"],
  ["too many outputs", { ...empty, outputs: new Array(1001).fill(["y", 0]) }, "a list of 1001"],
  ["too many constants", { ...empty, constants: new Array(20_001).fill([[], 0]) }, "a list of 20001"],
  ["too many operations", { ...of(), operations: new Array(2 ** 17 + 1).fill(["negative", [s], {}]) }, "a list of 131073"],
  ["a long name", { ...empty, inputs: [["x".repeat(65), []]] }, "a text of at most 64 characters"],
  ["a name that is a number", { ...empty, inputs: [[3, []]] }, "the name of an input is 3"],
  ["one name twice", { ...empty, inputs: [["x", []], ["x", []]] }, 'two inputs are called "x"'],
  ["one output twice", { ...of(), outputs: [["y", 0], ["y", 1]] }, 'two outputs are called "y"'],
  ["an output of nothing", { ...of(), outputs: [["y", 3]] }, "a whole number from 0 to 2"],
  ["an output before there is any", { ...empty, outputs: [["y", 0]] }, "none is allowed"],
  ["a negative size", { ...empty, inputs: [["x", [-1]]] }, "an entry of the shape of an input is -1"],
  ["a broken size", { ...empty, inputs: [["x", [1.5]]] }, "is 1.5"],
  ["a size that is no number", { ...empty, inputs: [["x", [NaN]]] }, "is NaN"],
  ["a size in a text", { ...empty, inputs: [["x", ["2"]]] }, 'is "2"'],
  ["nine axes", { ...empty, inputs: [["x", new Array(9).fill(1)]] }, "a list of at most 8"],
  ["too many elements", { ...empty, inputs: [["x", [4097, 4096]]] }, "at most 16777216 elements"],
  ["sizes whose product overflows", { ...empty, inputs: [["x", new Array(8).fill(2 ** 24)]] }, "at most 16777216"],
  ["a huge axis beside an empty one", { ...empty, inputs: [["x", [0, 2 ** 40]]] }, "is 1099511627776"],
  ["too many elements in all", of(...new Array(9).fill(["broadcast", [s], { shape: [2 ** 24] }])), "together"],
  ["a constant before the pool", { ...empty, constants: [[[2], -1]] }, "the start of a constant is -1"],
  ["a constant beyond the pool", { ...empty, constants: [[[2], 3]] }, "a whole number from 0 to 2"],
  ["a constant larger than the pool", { ...empty, constants: [[[5], 0]] }, "none is allowed"],
  ["an unknown operation", of(["eval", [x], {}]), '"eval" is not among the operations'],
  ["an operation called constructor", of(["constructor", [x], {}]), '"constructor" is not among'],
  ["an operation called __proto__", of(["__proto__", [x], {}]), '"__proto__" is not among'],
  ["an operation called toString", of(["toString", [x], {}]), '"toString" is not among'],
  ["an operation without attributes", of(["negative", [x]]), "a list of 3 is expected"],
  ["an operation that is an object", of({ 0: "negative", length: 3 }), "a list of 3 is expected"],
  ["an unknown attribute", of(["negative", [x], { out: 0 }]), 'has the key "out"; it has no keys'],
  ["a missing attribute", of(["sum", [x], {}]), 'lacks the key "axes"'],
  ["an inherited attribute", of(["sum", [x], Object.create({ axes: [0] })]), "lacks the key"],
  ["too few operands", of(["add", [x], {}]), "it has 1 operands; it takes 2."],
  ["too many operands", of(["negative", [x, x], {}]), "it has 2 operands; it takes 1."],
  ["no operand to join", of(["concatenate", [], { axis: 0 }]), "it takes at least 1."],
  ["a later operand", of(["negative", [3], {}]), "a whole number from 0 to 2"],
  ["a broken operand", of(["negative", [0.5], {}]), "an entry of the operands is 0.5"],
  ["shapes that do not broadcast", of(["add", [x, m], {}]), "(2, 3) and (2, 2) cannot be broadcast together."],
  ["an axis too many", of(["sum", [x], { axes: [2] }]), "ascending ones below 2"],
  ["axes in disorder", of(["sum", [x], { axes: [1, 0] }]), "the axes are 1, 0"],
  ["an axis twice", of(["sum", [x], { axes: [1, 1] }]), "the axes are 1, 1"],
  ["the largest of nothing", of(
    ["gather", [x], { places: [0, 0], shape: [0], lead: 0 }],
    ["max", [3], { axes: [0] }],
  ), "over no elements"],
  ["a running sum along no axis", of(["cumsum", [s], { axis: 0 }]), "the axis is 0"],
  ["a reshape to another size", of(["reshape", [x], { shape: [5] }]), "(2, 3) cannot be reshaped to (5,)."],
  ["a transpose that leaves out an axis", of(["transpose", [x], { axes: [0] }]), "each below 2 is expected once"],
  ["a transpose that repeats an axis", of(["transpose", [x], { axes: [0, 0] }]), "each below 2 is expected once"],
  ["a broadcast to a smaller shape", of(["broadcast", [x], { shape: [3] }]), "cannot be broadcast to (3,)."],
  ["a broadcast beyond all bounds", of(["broadcast", [s], { shape: [2 ** 13, 2 ** 13] }]), "at most 16777216"],
  ["places outside", of(["gather", [x], { places: [0, 3], shape: [3], lead: 0 }]), "place 6 is outside"],
  ["negative places", of(["gather", [x], { places: [2, 2], shape: [2], lead: 0 }]), "outside"],
  ["places beyond the pool", of(["gather", [x], { places: [3, 3], shape: [3], lead: 0 }]), "the start of places"],
  ["more places than the pool has", of(["gather", [x], { places: [0, 9], shape: [9], lead: 0 }]), "length of places"],
  ["too few places", of(["gather", [x], { places: [0, 2], shape: [3], lead: 0 }]), "there are 2 places; 3"],
  ["a lead too long", of(["gather", [x], { places: [0, 1], shape: [1], lead: 3 }]), "lead is 3"],
  ["scattered places outside", of(["scatter", [s], { places: [1, 1], shape: [5], lead: 0 }]), "place 5 is outside"],
  ["too few scattered places", of(["scatter", [x], { places: [0, 1], shape: [6], lead: 0 }]), "6 are expected"],
  ["parts that do not fit", of(["concatenate", [x, m], { axis: 0 }]), "cannot be joined along axis 0"],
  ["parts of other rank", of(["concatenate", [x, s], { axis: 0 }]), "cannot be joined"],
  ["scalars joined", of(["concatenate", [s], { axis: 0 }]), "the axis is 0"],
  ["too few labels", of(["contract", [x, m], { left: [0], right: [0, 1], out: [] }]), "1 labels for 2 axes"],
  ["a label of two sizes", of(["contract", [x, m], { left: [0, 1], right: [1, 2], out: [0, 2] }]), "of sizes 3 and 2"],
  ["a label twice", of(["contract", [m, s], { left: [0, 0], right: [], out: [0] }]), "do not all differ"],
  ["a label out of nowhere", of(["contract", [x, s], { left: [0, 1], right: [], out: [0, 1, 2] }]), "in neither"],
  ["a label that is lost", of(["contract", [x, s], { left: [0, 1], right: [], out: [0] }]), "in one operand only"],
  ["a label too large", of(["contract", [x, s], { left: [0, 32], right: [], out: [0, 32] }]), "from 0 to 31"],
  ["a scalar sorted", of(["sort", [s], {}]), "the axis is 0"],
  ["places taken for other rows", of(["transpose", [x], { axes: [1, 0] }], ["take", [m, 3], {}]), "all but the last"],
  ["scalars taken", of(["take", [x, s], {}]), "the axis is 0"],
  ["places taken from nothing", of(
    ["gather", [x], { places: [0, 0], shape: [0], lead: 1 }],
    ["take", [3, x], {}],
  ), "an axis without elements"],
  ["no square matrix", of(["inv", [x], {}]), "(2, 3); square matrices"],
  ["a vector inverted", of(["det", [s], {}]), "(); square matrices"],
  ["a right side of another height", of(["solve", [m, s], {}]), "(…, n, n) and (…, n, k)"],
  ["a chunk larger than the rows", mapOf({ chunk: 3 }), "chunk is 3"],
  ["an empty chunk", mapOf({ chunk: 0 }), "chunk is 0; a whole number from 1"],
  ["other rows", mapOf({ rows: 3 }), "a leading axis of 3"],
  ["too few truths", mapOf({ mapped: [] }), "mapped has 0 entries"],
  ["numbers for truths", mapOf({ mapped: [1] }), "an entry of mapped is 1"],
  ["a body for another chunk", mapOf({ chunk: 2 }), "(1, 3) where (2, 3) is given"],
  ["a body for more operands", mapOf({ body: body({ inputs: [["x", [1, 3]], ["y", []]] }) }), "2 where 1 are given"],
  ["an output without rows", mapOf({ body: body({ operations: [["sum", [0], { axes: [0] }]] }) }), "an output of"],
  ["a body with a format", mapOf({ body: { ...empty } }), 'has the key "format"'],
  ["a body that is no object", mapOf({ body: 3 }), "the body is 3"],
  ["a fault within a body", mapOf({ body: body({ operations: [["nope", [0], {}]] }) }), "map: body: operation 0"],
  ["more carries than operands", scanOf({ carries: 2 }), "2 carries and 0 sequences, but 1 operands"],
  ["a carry that changes shape", scanOf({ body: scalarBody([["broadcast", [0], { shape: [1] }]]) }), "(1,) where ()"],
  ["fewer results than carries", scanOf({ body: { ...scalarBody(), outputs: [] } }), "0 where 1 are given"],
  ["a sequence of another length", scanOf({ sequences: 1, carries: 0 }), "a sequence has the shape ()"],
  ["a stack beyond all bounds", scanOf({
    carries: 0,
    length: 2 ** 24,
    body: scalarBody([["broadcast", [0], { shape: [2] }]]),
  }), "at most 16777216"],
  ["bodies five deep", within(5, 1), "at most 4 are allowed"],
  ["endless turns of nothing", within(4, 2 ** 24), "scalar operations"],
  ["endless turns that only copy", of(["broadcast", [s], { shape: [64, 64] }], ["scan", [3], {
    body: body({ inputs: [["x", [64, 64]]], operations: [], outputs: [["x", 0]] }),
    length: 2 ** 24,
    carries: 1,
    sequences: 0,
  }]), "scalar operations"],
  ["too much work", of(
    ["broadcast", [s], { shape: [4096, 4096] }],
    ["contract", [3, 3], { left: [0, 1], right: [1, 2], out: [0, 2] }],
  ), "6.87e+10 scalar operations"],
  ["large linear algebra", of(["broadcast", [s], { shape: [1000, 1000] }], ["inv", [3], {}]), "1.60e+10 scalar"],
];

const floats = Float64Array.of(1, 2, 3, 4);
const ints = Int32Array.of(0, 5, 6, -1);

describe("what does not fit FORMAT.md", () => {
  it.each(REFUSED)("%s", (_, header, sentence) => {
    const start = performance.now();
    const error = caught(() => read(header, floats, ints));
    expect(error).toBeInstanceOf(InvalidData);
    expect(error.message).toContain(sentence);
    expect(error.message.length).toBeLessThan(400);
    expect(error.message).toMatch(/\.$/);
    expect(performance.now() - start).toBeLessThan(500);
  });

  it("leaves what is no fault of the program's alone", () => {
    expect(() => compile(read(of(), floats, ints)).run({})).toThrow(RangeError);
    expect(read(within(4, 10), floats, ints).operations).toHaveLength(1);
    expect(read(empty, floats, ints).shapes).toEqual([]);
  });
});

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
