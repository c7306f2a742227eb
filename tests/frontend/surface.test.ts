import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Frame, type Landscape } from "../../hesswidget/frontend/engine/frame";
import { alongCoordinates } from "../../hesswidget/frontend/engine/plane";
import type { Picture } from "../../hesswidget/frontend/panels/panel";
import { type Scene, distinct, heightRange, isHidden, lifted, meshOf, shareOf, valueAt } from "../../hesswidget/frontend/panels/landscape/surface_mesh";
import { sectionsOf } from "../../hesswidget/frontend/panels/landscape/surface_sections";
import { Camera, HALF, type Triple, afterKey, turned, zoomed } from "../../hesswidget/frontend/panels/landscape/turntable";
import { START } from "../../hesswidget/frontend/model/view_state";

const BOX = [
  { name: "x", minimum: -2, maximum: 2 },
  { name: "y", minimum: 0, maximum: 10 },
];
const EXTENTS: [[number, number], [number, number]] = [[-2, 2], [0, 10]];

function sampled(f: (x: number, y: number) => number, n: number, m = n): Landscape {
  const grids = [n, m].map((count, axis) => {
    const [from, to] = EXTENTS[axis];
    return Float64Array.from({ length: count }, (_, k) => from + ((to - from) * k) / (count - 1));
  });
  const values = Float64Array.from({ length: n * m }, (_, k) => f(grids[0][k % n], grids[1][Math.floor(k / n)]));
  const ordered = [...values].filter(Number.isFinite).sort((a, b) => a - b);
  const levels = Float64Array.from({ length: 14 }, (_, k) => ordered[Math.round(((k + 1) / 15) * (ordered.length - 1))]);
  return { version: 1, grids, values, levels: levels.filter((level, k) => !k || level > levels[k - 1]) };
}

function sceneOf(landscape: Landscape): Scene {
  return { extents: EXTENTS, ends: EXTENTS, half: [1, 1], names: ["x", "y"], range: heightRange(landscape) };
}

const mesh = (landscape: Landscape, range = heightRange(landscape)) => meshOf(landscape.grids, landscape.values, EXTENTS, range);

describe("the mesh of a surface", () => {
  it("spans the plane and the shown heights", () => {
    const { places, normals, indices } = mesh(sampled((x, y) => x + y, 5, 3));
    expect([...places.slice(0, 3)]).toEqual([-1, -1, 0]);
    expect([...places.slice(-3)]).toEqual([1, 1, 1]);
    expect(indices.length).toBe(3 * 2 * 4 * 2);
    // In the box x + y is (2 X + 5 (Y + 1) + 2) / 14 of the height 2 HALF.
    const gradient = [(2 * HALF * 2) / 14, (2 * HALF * 5) / 14];
    const length = Math.hypot(...gradient, 1);
    for (let k = 0; k < 15; k++) {
      const [nx, ny, nz] = normals.slice(3 * k, 3 * k + 3);
      expect(nx).toBeCloseTo(-gradient[0] / length, 6);
      expect(ny).toBeCloseTo(-gradient[1] / length, 6);
      expect(nz).toBeCloseTo(1 / length, 6);
    }
  });

  it("has every triangle turned up, so that the underside can be told", () => {
    const { places, indices } = mesh(sampled((x, y) => x * y + Math.sin(5 * x), 9));
    for (let t = 0; t < indices.length; t += 3) {
      const [a, b, c] = [0, 1, 2].map((k) => [places[3 * indices[t + k]], places[3 * indices[t + k] + 1]]);
      expect((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])).toBeGreaterThan(0);
    }
  });

  it("leaves a hole where there is no value, and loses one triangle's corner at most beside it", () => {
    const landscape = sampled((x, y) => x + y, 5);
    landscape.values[12] = NaN;
    landscape.values[24] = Infinity;
    const { indices, normals } = mesh(landscape);
    expect([...indices]).not.toContain(12);
    expect([...indices]).not.toContain(24);
    expect(indices.length / 3).toBe(16 * 2 - 4 * 2 + 4 - 1); // four cells about the hole keep a triangle each, the corner's one
    for (const k of indices) expect(Math.hypot(...normals.slice(3 * k, 3 * k + 3))).toBeCloseTo(1, 5);
    const empty = sampled(() => NaN, 4);
    expect(mesh(empty).indices.length).toBe(0);
  });

  it("splits a cell along its flatter diagonal", () => {
    const { indices } = mesh({ ...sampled((x) => x, 2), values: Float64Array.of(5, 0, 0, 1) });
    expect([...indices]).toEqual([0, 1, 2, 1, 3, 2]);
  });

  it("keeps heights exact beside an offset that 32 bits do not hold", () => {
    const { places } = mesh(sampled((x) => 1e12 + x, 5));
    expect(Array.from({ length: 5 }, (_, k) => places[3 * k + 2])).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });
});

const { cases } = JSON.parse(readFileSync(join(__dirname, "../figures/height_ranges.json"), "utf8")) as {
  cases: { what: string; heights: (number | null)[][]; levels: number[]; range: [number, number] }[];
};

describe("the shown heights", () => {
  it.each(cases)("are those of a figure: $what", ({ heights, levels, range }) => {
    const [ny, nx] = [heights.length, heights[0].length];
    const grids = [nx, ny].map((n) => Float64Array.from({ length: n }, (_, k) => k));
    const values = Float64Array.from(heights.flat(), (height) => height ?? NaN);
    const { bottom, top } = heightRange({ version: 1, grids, values, levels: Float64Array.from(levels) });
    expect([bottom, top]).toEqual(range);
  });

  it("are all of them where both halves are alike", () => {
    const { bottom, top, isCutAbove, isCutBelow } = heightRange(sampled((x, y) => x + y, 33));
    expect([bottom, top, isCutAbove, isCutBelow]).toEqual([-2, 12, false, false]);
  });

  it("end where one half runs away, and say so", () => {
    const up = heightRange(sampled((x) => x ** 8, 33));
    expect(up.isCutAbove).toBe(true);
    expect(up.isCutBelow).toBe(false);
    expect(up.bottom).toBe(0);
    expect(up.top).toBeLessThan(0.1 * 2 ** 8);
    const down = heightRange(sampled((x) => -(x ** 8), 33));
    expect(down.bottom).toBeCloseTo(-up.top, 9);
    expect(down.top).toBeCloseTo(0, 12);
    expect([down.isCutAbove, down.isCutBelow]).toEqual([false, true]);
  });

  it("change without a jump", () => {
    const tops = Array.from({ length: 200 }, (_, k) => heightRange(sampled((x) => Math.exp(0.01 * (k + 1) * x), 33)).top);
    for (let k = 1; k < 200; k++) expect(Math.abs(tops[k] - tops[k - 1])).toBeLessThan(0.1 * tops[k]);
    expect(tops[199]).toBeLessThan(Math.exp(4));
  });

  it("hold every peak and hollow within the plane", () => {
    const well = sampled((x, y) => -Math.exp(-20 * (x * x + (y - 5) ** 2)), 33);
    expect(heightRange(well).bottom).toBe(-1);
    expect(heightRange({ ...well, values: well.values.map((v) => -v), levels: well.levels.map((v) => -v).reverse() }).top).toBe(1);
  });

  it("exist for a constant, for one value, and for none", () => {
    for (const f of [() => 3, (x: number) => (x === -2 ? 0 : NaN), () => NaN]) {
      const { bottom, top } = heightRange(sampled(f, 5));
      expect(top).toBeGreaterThan(bottom);
      expect(Number.isFinite(top - bottom)).toBe(true);
    }
  });

  it("put the contour levels between bottom and top as their values are", () => {
    const landscape = sampled((x, y) => x * x + y, 33);
    const range = heightRange(landscape);
    const shares = [...landscape.levels].map((level) => shareOf(level, range));
    expect(shares[0]).toBeGreaterThan(0);
    shares.slice(1).forEach((share, k) => {
      expect(share - shares[k]).toBeCloseTo((landscape.levels[k + 1] - landscape.levels[k]) / (range.top - range.bottom), 12);
    });
  });
});

it("levels that cannot be told apart are one", () => {
  expect(distinct([0.1, 0.5, 0.5000001, 0.5000002, 0.6])).toEqual([0, 1, 4]);
  expect(distinct([])).toEqual([]);
});

describe("between the values of a grid", () => {
  const { grids, values } = sampled((x, y) => 2 * x - y + x * y, 5);

  it("a value is what a product of lines gives", () => {
    expect(valueAt(grids, values, 0.3, 4.2)).toBeCloseTo(2 * 0.3 - 4.2 + 0.3 * 4.2, 12);
    expect(valueAt(grids, values, 2, 10)).toBe(2 * 2 - 10 + 20);
  });

  it("there is none outside, nor in a hole", () => {
    expect(valueAt(grids, values, 2.01, 5)).toBeNaN();
    const holed = values.slice();
    holed[0] = NaN;
    expect(valueAt(grids, holed, -1.9, 0.1)).toBeNaN();
  });
});

describe("what stands before what", () => {
  const ridge = sampled((x) => Math.exp(-8 * x * x), 57);
  const scene = sceneOf(ridge);
  const on = (X: number): Triple => [X, 0, lifted(shareOf(valueAt(ridge.grids, ridge.values, 2 * X, 5), scene.range))];
  const eye: Triple = [7, 0, 1.5];

  it("a ridge hides what is behind it and not what is before it, on it, or where it was cut away", () => {
    expect(isHidden(ridge, scene, on(-0.6), eye)).toBe(true);
    expect(isHidden(ridge, scene, on(0.6), eye)).toBe(false);
    expect(isHidden(ridge, scene, on(0), eye)).toBe(false);
    const level = (share: number): [Triple, Triple] => [[-0.35, 0, lifted(share)], [7, 0, lifted(share)]];
    expect(isHidden(ridge, scene, ...level(0.09))).toBe(true);
    const cut = { ...scene, range: { ...scene.range, top: 0.1, isCutAbove: true } };
    expect(isHidden(ridge, cut, ...level(0.9))).toBe(false); // the same heights
  });

  it("from above nothing is hidden", () => {
    expect(isHidden(ridge, scene, on(-0.6), [0, 0, 7])).toBe(false);
  });
});

describe("the turntable", () => {
  it("turns by arrow keys, zooms by + and −, and comes back by Home", () => {
    const left = afterKey(START, { key: "ArrowLeft", shiftKey: false })!;
    expect(left.azimuth - START.azimuth).toBeCloseTo(Math.PI / 36);
    expect(afterKey(left, { key: "ArrowRight", shiftKey: false })!.azimuth).toBeCloseTo(START.azimuth);
    expect(afterKey(START, { key: "ArrowLeft", shiftKey: true })!.azimuth - START.azimuth).toBeCloseTo(Math.PI / 12);
    expect(afterKey(START, { key: "ArrowDown", shiftKey: false })!.elevation).toBeGreaterThan(START.elevation);
    expect(afterKey(START, { key: "ArrowUp", shiftKey: false })!.elevation).toBeLessThan(START.elevation);
    expect(afterKey(START, { key: "+", shiftKey: false })!.zoom).toBeGreaterThan(1);
    expect(afterKey(START, { key: "-", shiftKey: false })!.zoom).toBeLessThan(1);
    expect(afterKey(zoomed(left, 2), { key: "Home", shiftKey: false })).toEqual(START);
    for (const key of ["Tab", "d", "Enter", "Escape"]) expect(afterKey(START, { key, shiftKey: false })).toBeNull();
  });

  it("is never seen from below, nor from nowhere", () => {
    expect(turned(START, 0, 99).elevation).toBeCloseTo(Math.PI / 2);
    expect(turned(START, 0, -99).elevation).toBeGreaterThan(0);
    expect(zoomed(START, 1e9).zoom).toBeLessThan(10);
    expect(zoomed(START, 0).zoom).toBeGreaterThan(0);
  });

  const corners = [-1, 1].flatMap((x) => [-1, 1].flatMap((y) => [-HALF, HALF].map((z): Triple => [x, y, z])));

  it("keeps the whole box on the screen, within its margin, from wherever it is seen", () => {
    for (const [width, height] of [[440, 345], [300, 400], [900, 420]]) {
      for (let azimuth = 0; azimuth < 6.3; azimuth += 0.1) {
        for (let elevation = 0.05; elevation < 1.57; elevation += 0.1) {
          const camera = new Camera({ azimuth, elevation, zoom: 1 }, width, height, { sides: 40, top: 8, bottom: 34 });
          for (const [x, y] of corners.map((corner) => camera.project(corner))) {
            expect(Math.min(x, width - x)).toBeGreaterThan(25);
            expect(y).toBeGreaterThan(7);
            expect(height - y).toBeGreaterThan(25);
          }
        }
      }
    }
  });

  it("draws the same in WebGL as over it, the nearer before the farther", () => {
    const camera = new Camera(START, 440, 345, { sides: 40, top: 8, bottom: 34 });
    const matrix = camera.matrix();
    const clip = (place: Triple) => [0, 1, 2, 3].map((row) => [...place, 1].reduce((sum, p, k) => sum + matrix[4 * k + row] * p, 0));
    for (const corner of corners) {
      const [x, y, z, w] = clip(corner);
      const [px, py] = camera.project(corner);
      expect(220 * (1 + x / w)).toBeCloseTo(px, 3);
      expect(172.5 * (1 - y / w)).toBeCloseTo(py, 3);
      expect(Math.abs(z / w)).toBeLessThan(1);
    }
    const depth = (place: Triple) => clip(place)[2] / clip(place)[3];
    expect(depth(camera.towards.map((t) => 0.1 * t) as Triple)).toBeLessThan(depth([0, 0, 0]));
  });
});

describe("sections of the quadratic model", () => {
  // x² − y²/25 about (0, 5): eigenvectors along the axes, of curvature 2 and −2/25.
  const q = (x: number, y: number) => x * x - (y - 5) ** 2 / 25;
  const landscape = sampled(q, 33);
  const model = {
    grids: [Float64Array.from({ length: 33 }, (_, k) => -1.2 + (2.4 * k) / 32), Float64Array.from({ length: 33 }, (_, k) => 2 + (6 * k) / 32)],
    values: new Float64Array(33 * 33),
  };
  model.values.forEach((_, k) => (model.values[k] = q(model.grids[0][k % 33], model.grids[1][Math.floor(k / 33)])));
  const frame = {
    ...{ landscape, model, plane: alongCoordinates(BOX, [0, 1], Float64Array.of(0, 5)), point: Float64Array.of(0, 5), value: 0, zeroThreshold: 1e-9 },
    ...{ eigenvalues: Float64Array.of(-2 / 25, 2), eigenvectors: Float64Array.of(0, 1, 1, 0) },
  } as unknown as Frame;
  const picture = (changes = {}) => ({ frame: { ...frame, ...changes }, focus: null, names: ["x", "y"], critical: [] }) as unknown as Picture;

  it("follow the eigenvectors to the rim, bending as the eigenvalues say", () => {
    const scene = sceneOf(landscape);
    const [falling, rising] = sectionsOf(picture(), scene);
    expect([falling.sign, rising.sign]).toEqual(["negative", "positive"]);
    expect(falling.places.length).toBe(49);
    expect(falling.places.every(([x]) => Math.abs(x) < 1e-12)).toBe(true);
    expect(falling.places.at(-1)![1]).toBeCloseTo(0.5, 6);
    const heights = rising.places.map(([, , z]) => z);
    expect(Math.min(...heights)).toBe(heights[24]);
    expect(heights[24]).toBeCloseTo(lifted(shareOf(0, scene.range)), 12);
    expect(heights[48]).toBeCloseTo(lifted(shareOf(1, scene.range)), 2);
  });

  it("end at the plane's border, and are none without numbers", () => {
    const scene = sceneOf(landscape);
    const [falling] = sectionsOf(picture({ point: Float64Array.of(0, 9) }), scene);
    expect(falling.places.every(([, y]) => y <= 1)).toBe(true);
    expect(sectionsOf(picture({ eigenvalues: Float64Array.of(NaN, NaN) }), scene)).toEqual([]);
  });
});
