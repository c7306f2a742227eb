import appearance from "../../../appearance.json";
import { median } from "d3-array";
import type { Landscape } from "../../engine/frame";
import { HALF, type Triple } from "./turntable";

/** Which of a landscape's heights are shown, from the base of the box to its top. */
interface HeightRange {
  bottom: number;
  top: number;
  /** Values lie above the top, or below the bottom, and are cut off. */
  isCutAbove: boolean;
  isCutBelow: boolean;
}

/** The box that a surface stands in, in the variables' own numbers. */
export interface Scene {
  /** What −1 and 1 stand for along each axis of the base. */
  extents: [[number, number], [number, number]];
  /** How far the surface goes, and where that is on the base: from −half to half. */
  ends: [[number, number], [number, number]];
  half: readonly [number, number];
  names: readonly string[];
  range: HeightRange;
}

export interface Mesh {
  /** x and y from −1 to 1 across the plane; the height from 0, the bottom, to 1, the top, and beyond where it is cut. */
  places: Float32Array;
  /** Pointing up, of length 1, in the box as it is seen. */
  normals: Float32Array;
  /** Triangles. None touches a value that is not finite. */
  indices: Uint32Array;
}

/** One side of the median is shown whole up to so many times as far as the other goes, and of a longer one no less than `cut` remains. */
const { whole: WHOLE, cut: CUT } = appearance.heightRange;
/** Higher than this a vertex is out of sight, and a 32-bit number is still exact enough to cut the triangle at the top. */
const FAR = 1e4;

/** The box of a landscape; to scale its base is as long along each axis as the plane goes there. */
export function sceneOf(landscape: Landscape, names: readonly string[], isToScale: boolean): Scene {
  const [x, y] = landscape.grids.map((grid): [number, number] => [grid[0], grid[grid.length - 1]]);
  const widths = [x, y].map(([low, high]) => high - low);
  const half = widths.map((width) => (isToScale ? width / Math.max(...widths) : 1)) as [number, number];
  const extents = [x, y].map(([low, high], axis) => {
    const [middle, reach] = [low + (high - low) / 2, (high - low) / 2 / half[axis]];
    return half[axis] === 1 ? [low, high] : [middle - reach, middle + reach];
  }) as Scene["extents"];
  return { extents, ends: [x, y], half, names, range: heightRange(landscape) };
}

/**
 * The heights to show: all of them, unless one half of the plane rises, or falls, much farther from the median than the
 * other does. There it is cut, since the fourth powers of many a function would leave the rest flat; but no peak and no
 * hollow within the plane is. Twin of `height_range` in figures/panels/surface.py; tests/figures/height_ranges.json has
 * what both say.
 */
export function heightRange({ grids, values, levels }: Landscape): HeightRange {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return { bottom: 0, top: 1, isCutAbove: false, isCutBelow: false };
  if (low === high || !levels.length) {
    const pad = low === high ? Math.abs(low) || 1 : 0;
    return { bottom: low - pad, top: high + pad, isCutAbove: false, isCutBelow: false };
  }
  const inner = extremesWithin(values, grids[0].length, grids[1].length);
  const [least, middle, most] = [levels[0], median(levels)!, levels[levels.length - 1]];
  const bottom = Math.min(middle - shown(middle - low, most - middle), ...inner);
  const top = Math.max(middle + shown(high - middle, middle - least), ...inner);
  return { bottom, top, isCutAbove: top < high, isCutBelow: bottom > low };
}

/** How much of one side of the median is shown beside the other; without a jump, since both change as a slider moves. */
function shown(side: number, other: number): number {
  return side <= WHOLE * other ? side : Math.max(CUT * other, 2 * WHOLE * other - side);
}

/** The heights of the grid's peaks and hollows: higher, or lower, than all eight around them. */
function extremesWithin(values: Float64Array, nx: number, ny: number): number[] {
  const found: number[] = [];
  const around = [-nx - 1, -nx, -nx + 1, -1, 1, nx - 1, nx, nx + 1];
  for (let j = 1; j < ny - 1; j++) {
    for (let i = 1; i < nx - 1; i++) {
      const k = j * nx + i;
      const value = values[k];
      if (!Number.isFinite(value)) continue;
      if (around.every((by) => values[k + by] < value) || around.every((by) => values[k + by] > value)) found.push(value);
    }
  }
  return found;
}

/** Which of ascending shares of the height 32 bits tell apart: on a plain, many levels may be a hair from one another. */
export function distinct(shares: readonly number[]): number[] {
  const kept: number[] = [];
  shares.forEach((share, k) => {
    if (!kept.length || share - shares[kept[kept.length - 1]] > 1e-5) kept.push(k);
  });
  return kept;
}

/** A height as a share of the box, 0 at its bottom and 1 at its top. */
export function shareOf(value: number, { bottom, top }: HeightRange): number {
  return (value - bottom) / (top - bottom);
}

/** The place of a share of the height in the box as it is seen. */
export function lifted(share: number): number {
  return HALF * (2 * share - 1);
}

/**
 * A surface over a grid.
 *
 * `extents` are what −1 and 1 stand for along each axis: a grid may reach beyond them.
 */
export function meshOf(grids: Float64Array[], values: Float64Array, extents: [number, number][], range: HeightRange): Mesh {
  const [nx, ny] = grids.map((grid) => grid.length);
  const [xs, ys] = grids.map((grid, axis) => grid.map((at) => across(at, extents[axis])));
  const places = new Float32Array(3 * nx * ny);
  for (let k = 0; k < nx * ny; k++) {
    const share = shareOf(values[k], range);
    places[3 * k] = xs[k % nx];
    places[3 * k + 1] = ys[Math.floor(k / nx)];
    places[3 * k + 2] = Math.max(-FAR, Math.min(FAR, share)); // NaN stays, and no triangle has it
  }
  return { places, normals: normalsOf(places, nx, ny), indices: trianglesOf(values, nx, ny) };
}

/** A coordinate as −1 to 1. */
export function across(at: number, [from, to]: [number, number]): number {
  return (2 * (at - from)) / (to - from) - 1;
}

/** The coordinate that −1 to 1 stands for. */
export function along(at: number, [from, to]: [number, number]): number {
  return from + ((at + 1) / 2) * (to - from);
}

/** Two triangles a cell, or one where a corner has no value; split along the diagonal whose ends differ less in height. */
function trianglesOf(values: Float64Array, nx: number, ny: number): Uint32Array {
  const indices = new Uint32Array(6 * (nx - 1) * (ny - 1));
  let count = 0;
  const add = (...corners: number[]) => {
    if (!corners.every((k) => Number.isFinite(values[k]))) return;
    indices.set(corners, count);
    count += 3;
  };
  for (let j = 0; j < ny - 1; j++) {
    for (let i = 0; i < nx - 1; i++) {
      const [a, b, c, d] = [j * nx + i, j * nx + i + 1, (j + 1) * nx + i, (j + 1) * nx + i + 1];
      const rising = Math.abs(values[a] - values[d]);
      const falling = Math.abs(values[b] - values[c]);
      if (Number.isFinite(rising) && !(rising > falling)) {
        add(a, b, d);
        add(a, d, c);
      } else {
        add(a, b, c);
        add(b, d, c);
      }
    }
  }
  return indices.subarray(0, count);
}

/** By differences of neighbours; to one side at the border and beside a hole. */
function normalsOf(places: Float32Array, nx: number, ny: number): Float32Array {
  const normals = new Float32Array(places.length);
  const slope = (k: number, before: number, after: number, axis: number) => {
    const from = Number.isFinite(places[3 * before + 2]) ? before : k;
    const to = Number.isFinite(places[3 * after + 2]) ? after : k;
    const run = places[3 * to + axis] - places[3 * from + axis];
    return run ? (2 * HALF * (places[3 * to + 2] - places[3 * from + 2])) / run : 0;
  };
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const k = j * nx + i;
      const dx = slope(k, i ? k - 1 : k, i < nx - 1 ? k + 1 : k, 0);
      const dy = slope(k, j ? k - nx : k, j < ny - 1 ? k + nx : k, 1);
      const length = Math.hypot(dx, dy, 1) || 1;
      normals[3 * k] = -dx / length;
      normals[3 * k + 1] = -dy / length;
      normals[3 * k + 2] = 1 / length;
    }
  }
  return normals;
}

/** What a grid's values come to at a place between them; NaN beside the grid and in a hole. */
export function valueAt(grids: Float64Array[], values: Float64Array, x: number, y: number): number {
  const [nx, ny] = [grids[0].length, grids[1].length];
  const [u, v] = [cellsTo(x, grids[0]), cellsTo(y, grids[1])];
  if (!(u >= 0 && v >= 0 && u <= nx - 1 && v <= ny - 1)) return NaN;
  const [i, j] = [Math.min(nx - 2, Math.floor(u)), Math.min(ny - 2, Math.floor(v))];
  const [s, t] = [u - i, v - j];
  const k = j * nx + i;
  const near = values[k] * (1 - s) + values[k + 1] * s;
  const far = values[k + nx] * (1 - s) + values[k + nx + 1] * s;
  return near * (1 - t) + far * t;
}

/** How many cells of an even grid there are up to a coordinate. */
function cellsTo(at: number, grid: Float64Array): number {
  return ((at - grid[0]) / (grid[grid.length - 1] - grid[0])) * (grid.length - 1);
}

/** Whether the surface lies between a place in the box and the eye. Seen from below it is like glass and hides nothing. */
export function isHidden({ grids, values }: Landscape, scene: Scene, place: Triple, eye: Triple): boolean {
  const STEPS = 64;
  const ray = [eye[0] - place[0], eye[1] - place[1], eye[2] - place[2]];
  const length = Math.hypot(...ray);
  let isBelow = false;
  for (let step = 1; step <= STEPS; step++) {
    const by = (0.04 + (3 * step) / STEPS) / length; // from a little off the place to where every ray has left the box
    const x = place[0] + by * ray[0];
    const y = place[1] + by * ray[1];
    const z = place[2] + by * ray[2];
    if (Math.abs(x) > 1 || Math.abs(y) > 1 || z > HALF) return false;
    const value = valueAt(grids, values, along(x, scene.extents[0]), along(y, scene.extents[1]));
    const height = lifted(shareOf(value, scene.range));
    const isCut = Math.abs(height) > HALF;
    if (isBelow && !isCut && z > height) return true;
    isBelow = !isCut && z < height; // nor is it where there is no height
  }
  return false;
}
