import { applied, array } from "./draft";

const { PI, E, LN2, SQRT2 } = Math;
const nan = NaN;
const inf = Infinity;

/** Operation, operands, result; where NumPy's values differ from those of a first try in JavaScript above all. */
const UNARY: [string, number[], number[]][] = [
  ["negative", [1, -2, inf, nan], [-1, 2, -inf, nan]],
  ["absolute", [1, -2, -inf, nan], [1, 2, inf, nan]],
  ["sign", [3, -2, 0, -0, nan, -inf], [1, -1, 0, 0, nan, -1]],
  ["sqrt", [4, 2, -1], [2, SQRT2, nan]],
  ["exp", [0, 1, -inf, 1000], [1, E, 0, inf]],
  ["expm1", [0, 1e-20], [0, 1e-20]],
  ["log", [1, E, 0, -1], [0, 1, -inf, nan]],
  ["log1p", [0, 1e-20, -1], [0, 1e-20, -inf]],
  ["sin", [0, PI / 2, inf], [0, 1, nan]],
  ["cos", [0, PI], [1, -1]],
  ["tan", [0, PI / 4], [0, 1]],
  ["arcsin", [1, 2], [PI / 2, nan]],
  ["arccos", [1, -1], [0, PI]],
  ["arctan", [1, -inf], [PI / 4, -PI / 2]],
  ["sinh", [0, LN2], [0, 0.75]],
  ["cosh", [0, LN2], [1, 1.25]],
  ["tanh", [0, LN2, 1000], [0, 0.6, 1]],
  ["arcsinh", [0.75], [LN2]],
  ["arccosh", [1.25, 0], [LN2, nan]],
  ["arctanh", [0.6, 1], [LN2, inf]],
  ["floor", [1.5, -1.5], [1, -2]],
  ["ceil", [1.5, -1.5], [2, -1]],
  ["rint", [0.5, 1.5, 2.5, -0.5, -1.5, 2.4999, 2 ** 53 + 2, nan, -inf], [0, 2, 2, 0, -2, 2, 2 ** 53 + 2, nan, -inf]],
  ["isnan", [nan, inf, 0], [1, 0, 0]],
  ["isfinite", [nan, inf, -inf, 1e308], [0, 0, 0, 1]],
  ["logical_not", [0, -0, nan, 2], [1, 1, 0, 0]],
];

const BINARY: [string, [number, number, number][]][] = [
  ["add", [[1, 2, 3], [inf, -inf, nan]]],
  ["subtract", [[1, 2, -1]]],
  ["multiply", [[3, -2, -6], [0, inf, nan]]],
  ["divide", [[1, 4, 0.25], [1, 0, inf], [-1, 0, -inf], [0, 0, nan]]],
  ["power", [
    [2, 10, 1024], [3, 2, 9], [4, -1, 0.25], [2, 0.5, SQRT2], [-8, 1 / 3, nan], [-2, 3, -8],
    [1, nan, 1], [nan, 0, 1], [-1, inf, 1], [-1, -inf, 1], [1, inf, 1], [0, -1, inf], [nan, 2, nan],
  ]],
  ["mod", [[7, 3, 1], [-7, 3, 2], [7, -3, -2], [-7, -3, -1], [6, 3, 0], [-1, inf, inf], [1, inf, 1], [1, 0, nan]]],
  ["maximum", [[1, 2, 2], [nan, 1, nan], [1, nan, nan], [-inf, inf, inf]]],
  ["minimum", [[1, 2, 1], [nan, 1, nan], [1, nan, nan], [-inf, inf, -inf]]],
  ["arctan2", [[1, -1, (3 * PI) / 4], [-1, -1, (-3 * PI) / 4], [0, -1, PI]]],
  ["logaddexp", [[0, 0, LN2], [1000, 0, 1000], [-inf, -inf, -inf], [inf, inf, inf], [inf, -inf, inf], [nan, 0, nan]]],
  ["less", [[1, 2, 1], [2, 2, 0], [nan, 1, 0]]],
  ["less_equal", [[2, 2, 1], [3, 2, 0], [nan, nan, 0]]],
  ["equal", [[2, 2, 1], [nan, nan, 0], [0, -0, 1]]],
  ["not_equal", [[2, 2, 0], [nan, nan, 1]]],
  ["logical_and", [[1, nan, 1], [0, 1, 0], [2, 0, 0]]],
  ["logical_or", [[0, 0, 0], [nan, 0, 1], [0, -3, 1]]],
  ["polygamma", [[1, 1, PI ** 2 / 6], [2, 1, -2.4041138063191885], [1, 0.5, PI ** 2 / 2], [0.5, 1, nan], [-1, 1, nan]]],
];

function expectClose(found: readonly number[], expected: readonly number[], tolerance = 4e-16): void {
  expect(found).toHaveLength(expected.length);
  expected.forEach((value, k) => {
    const error = Math.abs(found[k] - value);
    if (Number.isFinite(value)) expect(error).toBeLessThanOrEqual(tolerance * (1 + Math.abs(value)));
    else expect(found[k]).toBe(value);
  });
}

describe("elementwise operations", () => {
  it.each(UNARY)("%s", (name, x, expected) => expectClose(applied(name, [x])[0], expected));

  it.each(BINARY)("%s", (name, cases) => {
    const [x, y, expected] = [0, 1, 2].map((k) => cases.map((one) => one[k]));
    expectClose(applied(name, [x, y])[0], expected, 1e-15);
    // One pair at a time, the way of scalars.
    cases.forEach(([a, b, c]) => expectClose(applied(name, [a, b])[0], [c], 1e-15));
  });

  it("chooses where a condition is true, NaN included", () => {
    expect(applied("where", [[1, 0, nan, -0], [1, 2, 3, 4], 9])).toEqual([[1, 9, 3, 9]]);
  });
});

describe("broadcasting", () => {
  const shapes: [number[], number[], number[]][] = [
    [[3, 4, 5], [3, 4, 5], [3, 4, 5]],
    [[3, 4, 5], [], [3, 4, 5]],
    [[], [3, 4, 5], [3, 4, 5]],
    [[3, 4, 5], [4, 5], [3, 4, 5]],
    [[3, 4, 5], [3, 4, 1], [3, 4, 5]],
    [[3, 4, 5], [3, 1, 5], [3, 4, 5]],
    [[3, 1], [1, 4], [3, 4]],
    [[2, 1, 3, 1], [4, 1, 5], [2, 4, 3, 5]],
    [[1, 3, 1, 2, 1], [2, 1, 4, 1, 3], [2, 3, 4, 2, 3]],
    [[0, 3], [3], [0, 3]],
    [[1], [0], [0]],
  ];
  const numbered = (shape: number[], factor: number) =>
    array(shape, Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, k) => factor * (k + 1)));

  it.each(shapes)("%j with %j", (left, right, to) => {
    const [x, y] = [numbered(left, 1), numbered(right, 0.01)];
    for (const name of ["add", "subtract", "multiply", "divide", "less", "maximum", "arctan2"]) {
      const expected = places(to).map((place) => {
        const [a, b] = [(at(place, left) + 1) * 1, (at(place, right) + 1) * 0.01];
        return {
          add: a + b, subtract: a - b, multiply: a * b, divide: a / b, less: +(a < b), maximum: Math.max(a, b),
          arctan2: Math.atan2(a, b),
        }[name];
      });
      expect(applied(name, [x, y])).toEqual([expected]);
    }
    expect(applied("where", [x, y, 0])).toEqual([places(to).map((place) => (at(place, right) + 1) * 0.01)]);
  });
});

/** Every place in an array of this shape, in order. */
function places(shape: number[]): number[][] {
  return shape.reduce<number[][]>(
    (heads, size) => heads.flatMap((head) => Array.from({ length: size }, (_, k) => [...head, k])),
    [[]],
  );
}

/** Where an operand of this shape is read for a place in the result. */
function at(place: number[], shape: number[]): number {
  const own = place.slice(place.length - shape.length);
  return own.reduce((sum, k, axis) => sum * shape[axis] + (shape[axis] === 1 ? 0 : k), 0);
}
