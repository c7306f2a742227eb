import { compile } from "../../../hesswidget/frontend/program/execute";
import { Draft } from "./draft";

/** y = x² + shift for rows of two, and the row's sum. */
function squares(draft: Draft, chunk: number) {
  const inner = draft.inner();
  const x = inner.input("x", chunk, 2);
  const shift = inner.input("shift");
  const square = inner.apply("multiply", [x, x]);
  const y = inner.apply("add", [square, shift]);
  return inner.output("y", y).output("sum", inner.apply("sum", [y], { axes: [1] })).body;
}

describe("map", () => {
  it.each([1, 2, 3, 4, 5])("runs its body over 5 rows, %i at a time, overlapping at the end", (chunk) => {
    const draft = new Draft();
    const operands = [draft.input("x", 5, 2), draft.input("shift")];
    const body = squares(draft, chunk);
    const made = draft.apply("map", operands, { body, mapped: [true, false], rows: 5, chunk }, 2);
    const x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const found = draft.output("y", made).output("sum", made + 1).run({ x, shift: 0.5 });
    const y = x.map((one) => one * one + 0.5);
    expect(found).toEqual({ y, sum: [0, 2, 4, 6, 8].map((k) => y[k] + y[k + 1]) });
  });

  it("runs over many rows, and over the last of them twice", () => {
    const draft = new Draft();
    const operands = [draft.input("x", 100, 2), draft.input("shift")];
    const body = squares(draft, 64);
    const made = draft.apply("map", operands, { body, mapped: [true, false], rows: 100, chunk: 64 }, 2);
    const x = Array.from({ length: 200 }, (_, k) => k);
    expect(draft.output("y", made).run({ x, shift: 1 }).y).toEqual(x.map((one) => one * one + 1));
  });

  it("keeps what it computed before its first chunk, though buffers are lent again in every chunk", () => {
    const draft = new Draft();
    const operands = [draft.input("x", 3, 2), draft.input("same", 1, 2)];
    const inner = draft.inner();
    const [x, same] = [inner.input("x", 1, 2), inner.input("same", 1, 2)];
    const square = inner.apply("multiply", [x, x]);
    const cube = inner.apply("multiply", [square, x]);
    // The buffer of the squares is free by now, but they will be written there again.
    const twice = inner.apply("add", [same, same]);
    const body = inner.output("y", inner.apply("add", [cube, twice])).body;
    const y = draft.apply("map", operands, { body, mapped: [true, false], rows: 3, chunk: 1 });
    const found = draft.output("y", y).run({ x: [1, 2, 3, 4, 5, 6], same: [0.25, 0.5] });
    expect(found).toEqual({ y: [1.5, 9, 27.5, 65, 125.5, 217] });
  });

  it("lies within a map and reads what both keep the same", () => {
    const draft = new Draft();
    const operands = [draft.input("x", 3, 4), draft.input("shift")];
    const row = draft.inner();
    const [x, shift] = [row.input("x", 1, 4), row.input("shift")];
    const doubled = row.apply("add", [shift, shift]);
    const entry = row.inner();
    const [one, twice] = [entry.input("one", 1), entry.input("twice")];
    // Depends on nothing that either loop changes.
    const fourfold = entry.apply("add", [twice, twice]);
    entry.output("y", entry.apply("subtract", [one, fourfold]));
    const flat = row.apply("reshape", [x], { shape: [4] });
    const inner = { body: entry.body, mapped: [true, false], rows: 4, chunk: 1 };
    const line = row.apply("map", [flat, doubled], inner);
    row.output("y", row.apply("reshape", [line], { shape: [1, 4] }));
    const y = draft.apply("map", operands, { body: row.body, mapped: [true, false], rows: 3, chunk: 1 });
    const executable = draft.output("y", y).compile();
    const given = Float64Array.from({ length: 12 }, (_, k) => k);
    for (const shift of [0.25, 1, -2]) {
      expect([...executable.run({ x: given, shift }).y]).toEqual([...given].map((one) => one - 4 * shift));
    }
  });

  it("reads nothing that changes: all of it is constant", () => {
    const draft = new Draft();
    const x = draft.constant({ shape: [3], data: [1, 2, 3] });
    const inner = draft.inner();
    const one = inner.input("one", 2);
    const body = inner.output("y", inner.apply("negative", [one])).body;
    const y = draft.apply("map", [x], { body, mapped: [true], rows: 3, chunk: 2 });
    expect(draft.output("y", y).run()).toEqual({ y: [-1, -2, -3] });
  });
});

describe("scan", () => {
  it("carries values on, takes a row of each sequence, and stacks what else it returns", () => {
    const draft = new Draft();
    const operands = [draft.input("start"), draft.input("x", 4), draft.input("rate")];
    const inner = draft.inner();
    const [state, x, rate] = [inner.input("state"), inner.input("x"), inner.input("rate")];
    const next = inner.apply("add", [inner.apply("multiply", [state, rate]), x]);
    const body = inner.output("state", next).output("before", state).output("next", next).body;
    const made = draft.apply("scan", operands, { body, length: 4, carries: 1, sequences: 1 }, 3);
    draft.output("last", made).output("before", made + 1).output("after", made + 2);
    const found = draft.run({ start: 1, x: [1, 2, 3, 4], rate: 2 });
    expect(found).toEqual({ last: [42], before: [1, 3, 8, 19], after: [3, 8, 19, 42] });
  });

  it("returns carries in another order, and views of them, without overwriting one by the other", () => {
    const draft = new Draft();
    const operands = [draft.input("a", 2), draft.input("b", 1, 2), draft.input("c", 2)];
    const inner = draft.inner();
    const [a, b, c] = [inner.input("a", 2), inner.input("b", 1, 2), inner.input("c", 2)];
    const flat = inner.apply("reshape", [b], { shape: [2] });
    const tall = inner.apply("reshape", [c], { shape: [1, 2] });
    const body = inner.output("a", flat).output("b", tall).output("c", a).body;
    const made = draft.apply("scan", operands, { body, length: 4, carries: 3, sequences: 0 }, 3);
    draft.output("a", made).output("b", made + 1).output("c", made + 2);
    expect(draft.run({ a: [1, 2], b: [3, 4], c: [5, 6] })).toEqual({ a: [3, 4], b: [5, 6], c: [1, 2] });
  });

  it("returns its start after no turn", () => {
    const draft = new Draft();
    const inner = draft.inner();
    const body = inner.output("x", inner.apply("exp", [inner.input("x")])).body;
    const made = draft.apply("scan", [draft.input("x")], { body, length: 0, carries: 1, sequences: 0 });
    expect(draft.output("x", made).run({ x: 7 })).toEqual({ x: [7] });
  });

  it("starts afresh in every turn of a map around it", () => {
    const draft = new Draft();
    const x = draft.input("x", 3);
    const row = draft.inner();
    const start = row.apply("reshape", [row.input("x", 1)], { shape: [] });
    const turn = row.inner();
    const state = turn.input("state");
    const body = turn.output("state", turn.apply("multiply", [state, state])).body;
    const last = row.apply("scan", [start], { body, length: 3, carries: 1, sequences: 0 });
    row.output("y", row.apply("reshape", [last], { shape: [1] }));
    const y = draft.apply("map", [x], { body: row.body, mapped: [true], rows: 3, chunk: 1 });
    expect(draft.output("y", y).run({ x: [1, 2, 3] })).toEqual({ y: [1, 256, 6561] });
  });
});

describe("an executable", () => {
  it("computes what depends on no input once, in its first run", () => {
    const draft = new Draft();
    const x = draft.input("x");
    const nine = draft.constant(9);
    const y = draft.apply("add", [x, draft.apply("sqrt", [nine])]);
    draft.output("y", y);
    const sqrt = vi.spyOn(Math, "sqrt");
    const executable = draft.compile();
    expect([...executable.run({ x: 1 }).y, ...executable.run({ x: 2 }).y]).toEqual([4, 5]);
    expect(sqrt).toHaveBeenCalledTimes(1);
  });

  it("keeps every value that is still to be read, however often buffers are lent again", () => {
    const draft = new Draft();
    const x = draft.input("x", 3);
    const terms = [x];
    for (let k = 1; k < 40; k++) terms.push(draft.apply("add", [terms[k - 1], terms[k >> 1]]));
    terms.forEach((term, k) => k % 3 === 0 && draft.output(`t${k}`, term));
    const expected = [1];
    for (let k = 1; k < 40; k++) expected.push(expected[k - 1] + expected[k >> 1]);
    const executable = draft.compile();
    for (const scale of [1, -2]) {
      const found = executable.run({ x: Float64Array.of(scale, 2 * scale, 0) });
      for (const [name, data] of Object.entries(found)) {
        const term = expected[Number(name.slice(1))];
        expect([...data]).toEqual([term * scale, 2 * term * scale, 0]);
      }
    }
  });

  it("keeps a value for as long as a view of it is to be read", () => {
    const draft = new Draft();
    const x = draft.input("x", 2, 2);
    const twice = draft.apply("add", [x, x]);
    const view = draft.apply("reshape", [twice], { shape: [4] });
    const flat = draft.apply("reshape", [draft.apply("negative", [x])], { shape: [4] });
    const y = draft.apply("multiply", [view, flat]);
    expect(draft.output("y", y).run({ x: [1, 2, 3, 4] })).toEqual({ y: [-2, -8, -18, -32] });
  });

  it("returns inputs and constants as outputs, under any name", () => {
    const draft = new Draft();
    const x = draft.input("__proto__");
    const c = draft.constant([1, 2]);
    const executable = draft.output("__proto__", x).output("constructor", c).compile();
    expect(executable.outputs).toEqual([{ name: "__proto__", shape: [] }, { name: "constructor", shape: [2] }]);
    const found = executable.run(JSON.parse('{"__proto__": 5}'));
    expect(Object.entries(found).map(([name, data]) => [name, [...data]])).toEqual([
      ["__proto__", [5]],
      ["constructor", [1, 2]],
    ]);
  });

  it("says which input is missing or of the wrong length", () => {
    const draft = new Draft();
    const executable = compile(draft.output("x", draft.input("x", 2)).program);
    expect(() => executable.run({})).toThrow('the input "x" is missing.');
    expect(() => executable.run({ x: 1 })).toThrow('the input "x" has 1 elements; 2 are expected.');
  });
});
