import { Draft, type Given, applied, array } from "./draft";

const nan = NaN;
const inf = Infinity;
const six = array([2, 3], [1, 2, 3, 4, 5, 6]);
const cube = array([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);

/** Operation, operands, attributes, result. */
const CASES: [string, Given[], object, number[]][] = [
  ["sum", [six], { axes: [0] }, [5, 7, 9]],
  ["sum", [six], { axes: [1] }, [6, 15]],
  ["sum", [six], { axes: [0, 1] }, [21]],
  ["sum", [six], { axes: [] }, [1, 2, 3, 4, 5, 6]],
  ["sum", [cube], { axes: [0, 2] }, [14, 22]],
  ["sum", [cube], { axes: [1] }, [4, 6, 12, 14]],
  ["sum", [array([0, 2], [])], { axes: [0] }, [0, 0]],
  ["sum", [7], { axes: [] }, [7]],
  ["prod", [six], { axes: [0] }, [4, 10, 18]],
  ["prod", [cube], { axes: [0, 2] }, [60, 672]],
  ["prod", [array([0, 2], [])], { axes: [0] }, [1, 1]],
  ["max", [six], { axes: [1] }, [3, 6]],
  ["max", [[1, nan, 3]], { axes: [0] }, [nan]],
  ["max", [[-inf, -inf]], { axes: [0] }, [-inf]],
  ["min", [cube], { axes: [0, 2] }, [1, 3]],
  ["min", [[1, nan, 3]], { axes: [0] }, [nan]],
  ["cumsum", [six], { axis: 0 }, [1, 2, 3, 5, 7, 9]],
  ["cumsum", [six], { axis: 1 }, [1, 3, 6, 4, 9, 15]],
  ["cumsum", [array([2, 0], [])], { axis: 1 }, []],
  ["reshape", [six], { shape: [3, 1, 2] }, [1, 2, 3, 4, 5, 6]],
  ["transpose", [six], { axes: [1, 0] }, [1, 4, 2, 5, 3, 6]],
  ["transpose", [cube], { axes: [2, 0, 1] }, [1, 3, 5, 7, 2, 4, 6, 8]],
  ["transpose", [array([2, 1, 2], [1, 2, 3, 4])], { axes: [1, 0, 2] }, [1, 2, 3, 4]],
  ["transpose", [3], { axes: [] }, [3]],
  ["broadcast", [[1, 2]], { shape: [2, 2] }, [1, 2, 1, 2]],
  ["broadcast", [array([2, 1], [1, 2])], { shape: [1, 2, 2] }, [1, 1, 2, 2]],
  ["broadcast", [[1, 2]], { shape: [1, 2] }, [1, 2]],
  ["broadcast", [4], { shape: [3] }, [4, 4, 4]],
  ["gather", [six], { places: [5, 0, 0, 2], shape: [2, 2], lead: 0 }, [6, 1, 1, 3]],
  ["gather", [six], { places: [2, 0], shape: [2], lead: 1 }, [3, 1, 6, 4]],
  ["gather", [six], { places: [2, 3], shape: [2], lead: 0 }, [3, 4]],
  ["gather", [six], { places: [4], shape: [], lead: 0 }, [5]],
  ["gather", [six], { places: [], shape: [0], lead: 0 }, []],
  ["gather", [array([0, 3], [])], { places: [1], shape: [1], lead: 1 }, []],
  ["gather", [six], { places: [0], shape: [], lead: 2 }, [1, 2, 3, 4, 5, 6]],
  ["scatter", [[1, 2, 3]], { places: [3, 0, 3], shape: [2, 2], lead: 0 }, [2, 0, 0, 4]],
  ["scatter", [six], { places: [1, 1, 0], shape: [2], lead: 1 }, [3, 3, 6, 9]],
  ["concatenate", [six, array([1, 3], [7, 8, 9])], { axis: 0 }, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ["concatenate", [six, array([2, 1], [7, 8]), array([2, 0], [])], { axis: 1 }, [1, 2, 3, 7, 4, 5, 6, 8]],
  ["sort", [array([2, 4], [3, nan, -1, 2, 1, 0, -inf, inf])], {}, [-1, 2, 3, nan, -inf, 0, 1, inf]],
  ["sort", [[nan, nan, 1]], {}, [1, nan, nan]],
  ["take", [six, array([2, 4], [0, 9, -3, 1.4, nan, 0.5, 1.5, -inf])], {}, [1, 3, 1, 2, 4, 4, 6, 4]],
];

describe("structure and reductions", () => {
  it.each(CASES)("%s of %j with %j", (name, given, attributes, expected) => {
    expect(applied(name, given, attributes)).toEqual([expected]);
  });

  it("sorts long rows with NaN last", () => {
    const row = Array.from({ length: 99 }, (_, k) => ((k * 37) % 99) - 50).with(40, nan).with(3, inf);
    const sorted = row.filter((x) => x === x).sort((a, b) => a - b);
    expect(applied("sort", [array([2, 99], [...row, ...row])])).toEqual([[...sorted, nan, ...sorted, nan]]);
  });

  it("adds long sums so that rounding errors stay small", () => {
    const x = Array.from({ length: 50_000 }, (_, k) => 0.1 * (1 + (k % 7)));
    const exact = 0.1 * x.reduce((sum, _, k) => sum + 1 + (k % 7), 0);
    const twice = array([50_000, 2], x.flatMap((one) => [one, one]));
    for (const found of [applied("sum", [x], { axes: [0] })[0], applied("sum", [twice], { axes: [0] })[0]]) {
      for (const sum of found) expect(Math.abs(sum / exact - 1)).toBeLessThan(3e-15);
    }
  });
});

describe("contract", () => {
  const sizes = [2, 3, 4, 5, 6];
  const cases: [number[], number[], number[]][] = [
    [[0, 1], [1, 2], [0, 2]],
    [[0, 1], [2, 1], [0, 2]],
    [[1, 0], [2, 1], [2, 0]],
    [[0, 1, 2], [0, 2, 3], [0, 1, 3]],
    [[0, 1, 2], [0, 2, 3], [1, 3, 0]],
    [[0, 1, 2, 3], [3, 1], [2, 0]],
    [[4, 3, 2], [2, 4], [3]],
    [[4], [4], []],
    [[0], [1], [1, 0]],
    [[0, 1], [1], [1, 0]],
    [[], [1], [1]],
    [[], [], []],
    [[3, 4], [4, 3], []],
  ];

  it.each(cases)("%j and %j to %j", (left, right, out) => {
    const shape = (labels: number[]) => labels.map((label) => sizes[label]);
    const size = (labels: number[]) => shape(labels).reduce((a, b) => a * b, 1);
    const x = Array.from({ length: size(left) }, (_, k) => (k % 11) - 4);
    const y = Array.from({ length: size(right) }, (_, k) => (k % 7) + 1);
    const expected = new Array<number>(size(out)).fill(0);
    const labels = [...new Set([...left, ...right])];
    const values = new Map<number, number>();
    const place = (own: number[]) => own.reduce((sum, label) => sum * sizes[label] + values.get(label)!, 0);
    const visit = (k: number): void => {
      if (k === labels.length) expected[place(out)] += x[place(left)] * y[place(right)];
      else for (let v = 0; v < sizes[labels[k]]; v++) visit(values.set(labels[k], v) && k + 1);
    };
    visit(0);
    const given = [array(shape(left), x), array(shape(right), y)];
    expect(applied("contract", given, { left, right, out })).toEqual([expected]);
  });

  it("gives zeros where it sums over nothing", () => {
    const given = [array([2, 0], []), array([0, 2], [])];
    expect(applied("contract", given, { left: [0, 1], right: [1, 2], out: [0, 2] })).toEqual([[0, 0, 0, 0]]);
  });
});

describe("a chain of views", () => {
  it("reads the right elements through reshape, slices and idle transposes, and copies none", () => {
    const draft = new Draft();
    const x = draft.input("x", 2, 3);
    const row = draft.apply("gather", [x], { places: draft.places([3, 4, 5]), shape: [1, 3], lead: 0 });
    const turned = draft.apply("transpose", [row], { axes: [1, 0] });
    const flat = draft.apply("reshape", [turned], { shape: [3] });
    const last = draft.apply("gather", [flat], { places: draft.places([2]), shape: [], lead: 0 });
    const executable = draft.output("flat", flat).output("last", last).output("x", x).compile();
    const found = executable.run({ x: Float64Array.of(1, 2, 3, 4, 5, 6) });
    expect([...found.flat]).toEqual([4, 5, 6]);
    expect([...found.last]).toEqual([6]);
    expect(found.flat.buffer).toBe(found.x.buffer);
  });
});
