import { type Executable, compile } from "../../../hesswidget/frontend/program/execute";
import { read } from "../../../hesswidget/frontend/program/program";
import { Draft } from "./draft";

/** (a, b) → (b, a + b · rate), and a beside it: both are handed on in another order. */
function exchange(): Executable {
  const draft = new Draft();
  const [a, b, rate] = [draft.input("a", 2), draft.input("b", 2), draft.input("rate")];
  const sum = draft.apply("add", [a, draft.apply("multiply", [b, rate])]);
  const { header, floats, ints } = draft.output("a", b).output("b", sum).output("before", a);
  return compile(read({ ...header, carry: ["a", "b"] }, floats, ints));
}

const numbers = (found: Record<string, Float64Array>) =>
  Object.fromEntries(Object.entries(found).map(([name, data]) => [name, [...data]]));
const start = { a: Float64Array.of(0, 1), b: Float64Array.of(1, 0), rate: 1 };

describe("iterate", () => {
  it("carries values on, though they change places", () => {
    const found = numbers(exchange().iterate(6, start));
    expect(found).toEqual({ a: [8, 5], b: [13, 8], before: [5, 3] });
    expect(numbers(exchange().run(start))).toEqual({ a: [1, 0], b: [1, 1], before: [0, 1] });
  });

  it("goes on from what it returned, and from a copy of it at any time", () => {
    const executable = exchange();
    const third = executable.iterate(3, start);
    const kept = Object.fromEntries(Object.entries(third).map(([name, data]) => [name, data.slice()]));
    const sixth = numbers(executable.iterate(3, { ...third, rate: 1 }));
    expect(sixth).toEqual(numbers(exchange().iterate(6, start)));
    executable.iterate(50, start);
    expect(numbers(executable.iterate(3, { ...kept, rate: 1 }))).toEqual(sixth);
  });

  it("returns the same memory every time, and leaves the caller's alone", () => {
    const executable = exchange();
    const [one, other] = [{ ...executable.iterate(2, start) }, { ...executable.iterate(5, start) }];
    for (const name in one) expect(one[name]).toBe(other[name]);
    expect(start).toEqual({ a: Float64Array.of(0, 1), b: Float64Array.of(1, 0), rate: 1 });
  });

  it("keeps what it computes from what stays the same apart from what it computes at each step", () => {
    const draft = new Draft();
    const [x, rate] = [draft.input("x"), draft.input("rate")];
    const twice = draft.apply("add", [rate, rate]);
    const moved = draft.apply("add", [x, twice]);
    const next = draft.apply("multiply", [moved, draft.apply("negative", [twice])]);
    const { header, floats, ints } = draft.output("x", next);
    const executable = compile(read({ ...header, carry: ["x"] }, floats, ints));
    expect(executable.iterate(3, { x: 1, rate: 1 }).x[0]).toBe(-20);
    expect(executable.iterate(2, { x: 1, rate: 0.5 }).x[0]).toBe(1);
  });

  it.each([0, -1, 1.5, NaN, Infinity])("refuses %d steps", (steps) => {
    expect(() => exchange().iterate(steps, start)).toThrow(RangeError);
  });
});

describe("pieces", () => {
  const square = [130, 130];
  const long: Record<string, [shapes: number[][], attributes?: object]> = {
    erfinv: [[[40_000]]],
    multiply: [[square, square]],
    add: [[[3, 1, 100], [200, 1]]],
    subtract: [[[40_000, 1], [1, 2]]],
    divide: [[[1, 40_000], [2, 1]]],
    polygamma: [[[], [20_000]]],
    contract: [[[130, 70], [70, 130]], { left: [0, 1], right: [1, 2], out: [2, 0] }],
    inv: [[[700, 8, 8]]],
    det: [[[5, 60, 60]]],
    solve: [[[30, 20, 20], [30, 20, 3]]],
    cholesky: [[[9, 40, 40]]],
  };

  it.each(Object.entries(long))("of one long %s have a pause between them, and come to the same bits", (name, [shapes, attributes = {}]) => {
    const draft = new Draft();
    const inputs = shapes.map((shape, k) => draft.input(`x${k}`, ...shape));
    const { header, floats, ints } = draft.output("out", draft.apply(name, inputs, attributes));
    const executable = compile(read(header, floats, ints));
    const size = (shape: number[]) => shape.reduce((all, length) => all * length, 1);
    const given = Object.fromEntries(shapes.map((shape, k) => [`x${k}`, Float64Array.from({ length: size(shape) }, (_, i) => (shape.length ? Math.sin(i * i + k) : 2))]));
    const whole = executable.run(given).out.slice();
    expect(whole.some(Number.isFinite) || name === "cholesky").toBe(true);
    const pieces = executable.pieces(given);
    let [count, next] = [0, pieces.next()];
    for (; !next.done; next = pieces.next()) count++;
    expect(count).toBeGreaterThan(2);
    expect(next.value!.out.every((x, i) => Object.is(x, whole[i]))).toBe(true);
  });
});
