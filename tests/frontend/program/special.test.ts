import { applied } from "./draft";

const nan = NaN;
const inf = Infinity;

/** Values to double precision by mpmath, with 30 digits; at poles and infinity SciPy's. */
const CASES: [string, number[], number[]][] = [
  ["erf", [0, 0.5, -1, 30, inf, nan], [0, 0.5204998778130465, -0.8427007929497149, 1, 1, nan]],
  ["erfc", [0, 0.5, 5, -inf], [1, 0.4795001221869535, 1.5374597944280347e-12, 2]],
  ["erfinv", [0, 0.5, -0.5, 1, -1, 1.5, nan], [0, 0.4769362762044699, -0.4769362762044699, inf, -inf, nan, nan]],
  ["gamma", [1, 5, 0.5, -0.5, 0, -0, -1, -2, 172, inf, -inf], [
    1, 24, 1.772453850905516, -3.5449077018110318, inf, -inf, nan, nan, inf, inf, nan,
  ]],
  ["gammaln", [1, 2, 0.5, -0.5, 100, 0, -1, -2, inf], [
    0, 0, 0.5723649429247001, 1.2655121234846454, 359.1342053695754, inf, inf, inf, inf,
  ]],
  ["digamma", [1, 0.5, 10, -0.5, -15.748276350377841, 0, -0, -1, -2, inf], [
    -0.5772156649015329, -1.9635100260214235, 2.251752589066721, 0.03648997397857652, -0.3196075374538254,
    -inf, inf, nan, nan, inf,
  ]],
  ["j0", [0, 1, 2.404825557695773, -1, 10, inf, nan], [
    1, 0.7651976865579666, 0, 0.7651976865579666, -0.24593576445134832, nan, nan,
  ]],
  ["j1", [0, 1, -1, 10], [0, 0.44005058574493355, -0.44005058574493355, 0.0434727461688614]],
  ["y0", [0, 1, 10, -1], [-inf, 0.08825696421567697, 0.05567116728359939, nan]],
  ["y1", [0, 1, 10, -1], [-inf, -0.7812128213002887, 0.24901542420695386, nan]],
];

const POLYGAMMA: [number, number, number][] = [
  [0, 1, -0.5772156649015329],
  [1, 1, Math.PI ** 2 / 6],
  [1, 0.5, Math.PI ** 2 / 2],
  [1, -0.5, Math.PI ** 2 / 2 + 4],
  [2, 1, -2.4041138063191885],
  [3, 0.5, Math.PI ** 4],
  // The terms left and right of zero cancel: −2 Σ (k + 5/2)⁻³.
  [2, -1.5, -0.23620405164172740],
  [1, 0, inf],
  [1, -3, inf],
  [2, -3, -inf],
  [1, inf, 0],
  [1, 1e10, 1.00000000005e-10],
];

describe("special functions", () => {
  it.each(CASES)("%s", (name, x, expected) => {
    applied(name, [x])[0].forEach((found, k) => expectClose(found, expected[k]));
  });

  it.each(POLYGAMMA)("polygamma(%f, %f)", (m, x, expected) => {
    expectClose(applied("polygamma", [m, x])[0][0], expected);
  });

  it("is quick far from zero", () => {
    const start = performance.now();
    for (const m of [1, 2, 50, 1e9, 2 ** 53]) applied("polygamma", [m, [-1e15 - 0.5, -1e300, 1e300, -12345.678]]);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

function expectClose(found: number, expected: number): void {
  const tolerance = 2e-15 * Math.max(Math.abs(expected), 0.1);
  if (Number.isFinite(expected)) expect(Math.abs(found - expected)).toBeLessThanOrEqual(tolerance);
  else expect(found).toBe(expected);
}
