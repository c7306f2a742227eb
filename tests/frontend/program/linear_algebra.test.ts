import { eigh as decomposing } from "../../../hesswidget/frontend/program/eigh";
import { applied, array } from "./draft";

const nan = NaN;
const matrices = (n: number, ...data: number[]) => array([data.length / (n * n), n, n], data);

/** Numbers from −½ to ½; the same in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 2 ** 31 - 0.5;
  };
}

function expectClose(found: readonly number[], expected: readonly number[], tolerance = 1e-14): void {
  expect(found).toHaveLength(expected.length);
  const scale = Math.max(...expected.filter(Number.isFinite).map(Math.abs), 1);
  expected.forEach((value, k) => {
    if (Number.isFinite(value)) expect(Math.abs(found[k] - value)).toBeLessThanOrEqual(tolerance * scale);
    else expect(found[k]).toBe(value);
  });
}

describe("linear algebra", () => {
  it("solves each system, and says NaN for all of a singular one", () => {
    const b = array([3, 2, 1], [3, 5, 1, 1, 8, 4]);
    expectClose(applied("solve", [matrices(2, 1, 1, 1, 3, 1, 2, 2, 4, 0, 4, 2, 0), b])[0], [2, 1, nan, nan, 2, 2]);
  });

  it("inverts each matrix, and says NaN for all of a singular one", () => {
    const [huge, tiny] = [2 ** 1000, 2 ** -1000];
    const found = applied("inv", [matrices(2, 4, 7, 2, 6, 0, 0, 0, 0, huge, 0, 0, tiny)])[0];
    expectClose(found.slice(0, 4), [0.6, -0.7, -0.2, 0.4]);
    expect(found.slice(4, 8)).toEqual([nan, nan, nan, nan]);
    expect(found.slice(8)).toEqual([tiny, 0, 0, huge]);
  });

  it("takes determinants, with the sign and the logarithm of what would overflow", () => {
    expectClose(applied("det", [matrices(2, 1, 2, 3, 4, 1, 2, 2, 4, 0, 1, 1, 0)])[0], [-2, 0, -1]);
    expectClose(applied("det", [matrices(3, 2, 0, 0, 5, 3, 0, 1, 1, 4)])[0], [24]);
    expect(applied("det", [array([2, 0, 0], [])])).toEqual([[1, 1]]);
    const [sign, log] = applied("slogdet", [matrices(2, 1e200, 0, 0, -1e200, 4, 2, 2, 1, 0, 1, 1, 0)], {}, 2);
    expect(sign).toEqual([-1, 0, -1]);
    expectClose(log, [400 * Math.LN10, -Infinity, 0]);
    expect(applied("slogdet", [array([1, 0, 0], [])], {}, 2)).toEqual([[1], [0]]);
  });

  it("takes Cholesky factors of the lower triangle, NaN where there is none", () => {
    const found = applied("cholesky", [matrices(2, 4, 99, 2, 5, 1, 2, 2, 1, nan, 0, 0, 1, 0, 0, 0, 1)])[0];
    expectClose(found, [2, 0, 1, 2, ...new Array<number>(12).fill(nan)]);
  });
});

describe("eigh", () => {
  const eigh = (n: number, data: number[]) => applied("eigh", [array([n, n], data)], {}, 2);

  it("is exact where the numbers are simple, and reads the lower triangle", () => {
    expect(eigh(1, [-3])).toEqual([[-3], [1]]);
    expect(eigh(2, [2, 99, 1, 2])[0]).toEqual([1, 3]);
    expect(eigh(2, [5, 0, 0, -1])[0]).toEqual([-1, 5]);
    expect(eigh(3, [3, 0, 0, 0, 1, 0, 0, 0, 2])[0]).toEqual([1, 2, 3]);
    expect(eigh(2, [0, 0, 0, 0])[0]).toEqual([0, 0]);
  });

  it("is the same in pieces, of which a matrix with many rows has many", () => {
    const n = 70;
    const draw = generator(2);
    const data = Float64Array.from({ length: n * n }, draw);
    const results = () => [new Float64Array(n), new Float64Array(n * n)];
    const [whole, parts] = [results(), results()];
    const step = (found: Float64Array[]) => decomposing({ attributes: {}, operands: [data], from: [[n, n]], results: found, to: [[n], [n, n]] });
    step(whole)();
    expect([...step(parts).pieces!()].length).toBe(3 * n);
    expect(parts).toEqual(whole);
  });

  it("is NaN where the matrix is not finite, in the lower triangle", () => {
    for (const odd of [nan, Infinity, -Infinity]) {
      for (const data of [[odd, 0, 0, 1], [1, 0, odd, 1]]) {
        expect(eigh(2, data)).toEqual([[nan, nan], [nan, nan, nan, nan]]);
      }
    }
    const [values] = applied("eigh", [matrices(2, nan, 0, 0, 1, 2, 0, 0, 1)], {}, 2);
    expect(values).toEqual([nan, nan, 1, 2]);
  });

  const random = generator(1);
  const kinds: [string, () => number][] = [
    ["ordinary", random],
    ["huge", () => 1e300 * random()],
    ["tiny", () => 1e-300 * random()],
    ["sparse", () => (random() > 0 ? 0 : random())],
    ["small whole", () => Math.round(3 * random())],
    ["differing by 600 orders of magnitude", () => random() * 10 ** (600 * random())],
    ["differing by 60 orders of magnitude", () => random() * 10 ** (60 * random())],
  ];

  // The residual and the loss of orthogonality of a backward stable method: a small multiple of n times 2⁻⁵³.
  it.each(kinds)("decomposes matrices of %s entries", (_, entry) => {
    for (let turn = 0; turn < 150; turn++) {
      const n = 1 + (turn % 9);
      const a = new Array<number>(n * n).fill(0);
      for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = entry();
      const [values, vectors] = eigh(n, a);
      const scale = Math.max(...a.map(Math.abs)) || 1;
      let worst = 0;
      for (let i = 0; i < n; i++) {
        if (i) expect(values[i]).toBeGreaterThanOrEqual(values[i - 1]);
        for (let j = 0; j < n; j++) {
          let [product, residual] = [i === j ? -1 : 0, (-values[j] / scale) * vectors[i * n + j]];
          for (let k = 0; k < n; k++) {
            product += vectors[k * n + i] * vectors[k * n + j];
            residual += (a[i * n + k] / scale) * vectors[k * n + j];
          }
          worst = Math.max(worst, Math.abs(product), Math.abs(residual));
        }
      }
      expect(worst).toBeLessThan(1.5e-14);
    }
  });
});
