/** Contours of functions whose level sets are known, as areas with a sign: holes count against what is around them. */
import { Contours } from "../../hesswidget/frontend/panels/landscape/contours";

const N = 81;
const END = 2;
/** One unit of the plane is one pixel, and the middle is the origin. */
const BOX = { left: -END, top: -END, width: 2 * END, height: 2 * END };

type Ring = [number, number][];

function ringsOf(values: Float64Array, nx: number, ny: number, level: number): Ring[] {
  const rings: Ring[] = [];
  const context = {
    beginPath: () => {},
    moveTo: (x: number, y: number) => rings.push([[x, y]]),
    lineTo: (x: number, y: number) => rings.at(-1)!.push([x, y]),
    closePath: () => {},
  };
  new Contours(values, nx, ny).trace(context as unknown as CanvasRenderingContext2D, level, BOX);
  return rings;
}

function sampled(f: (x: number, y: number) => number): Float64Array {
  const place = (k: number) => -END + (2 * END * k) / (N - 1);
  return Float64Array.from({ length: N * N }, (_, k) => f(place(k % N), place(Math.floor(k / N))));
}

const areaOf = (ring: Ring) => ring.reduce((sum, [x, y], k) => sum + (x * ring.at(k - 1)![1] - ring.at(k - 1)![0] * y) / 2, 0);
const areaOver = (f: (x: number, y: number) => number, level: number) => ringsOf(sampled(f), N, N, level).map(areaOf);
const total = (areas: number[]) => areas.reduce((a, b) => a + b, 0);
const radius = Math.hypot;

it("encloses a disc", () => {
  const areas = areaOver((x, y) => -(x * x + y * y), -(1.5 ** 2));
  expect(areas).toHaveLength(1);
  expect(areas[0]).toBeCloseTo(Math.PI * 1.5 ** 2, 2);
});

it("leaves a hole out, which runs the other way round", () => {
  const areas = areaOver((x, y) => -Math.abs(radius(x, y) - 1), -0.4);
  expect(areas).toHaveLength(2);
  expect(total(areas)).toBeCloseTo(Math.PI * (1.4 ** 2 - 0.6 ** 2), 2);
  expect(Math.min(...areas)).toBeCloseTo(-Math.PI * 0.6 ** 2, 2);
});

it("puts each line where the values between two places have the level", () => {
  const [ring] = ringsOf(sampled((x) => x), N, N, 0.123);
  expect(ring.filter(([x, y]) => Math.abs(y) < END && Math.abs(x - 0.123) > 1e-12 && x < END)).toEqual([]);
});

it("runs beyond the edge where all is over the level, and draws nothing where nothing is", () => {
  const [ring] = ringsOf(new Float64Array(6).fill(1), 3, 2, 0);
  for (const [x, y] of ring) expect(Math.max(Math.abs(x), Math.abs(y))).toBeGreaterThan(END);
  expect(areaOf(ring)).toBeGreaterThan(4 * END * END);
  expect(ringsOf(new Float64Array(6).fill(-1), 3, 2, 0)).toEqual([]);
});

it("parts what meets at a saddle only", () => {
  const areas = ringsOf(Float64Array.of(1, -1, -1, 1), 2, 2, 0).map(areaOf);
  expect(areas).toHaveLength(2);
  expect(Math.min(...areas)).toBeGreaterThan(0);
});

it("goes round what is not finite, along the last places that are", () => {
  const areas = areaOver((x, y) => (radius(x, y) < 1 ? NaN : 1), 0);
  expect(areas).toHaveLength(2);
  expect(Math.min(...areas)).toBeLessThan(-Math.PI * 0.95 ** 2);
  for (const value of [Infinity, -Infinity]) {
    for (const [x, y] of ringsOf(sampled((x) => (x > 0 ? value : -1)), N, N, 0).flat()) expect(Number.isFinite(x + y)).toBe(true);
  }
});
