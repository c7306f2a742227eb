import type { Landscape } from "../engine/frame";

/** Where the variables of a problem are on the plane of its landscape: all that a surface knows of its axes. */

export function isPlane({ grids }: Landscape): boolean {
  return grids.length === 2;
}

/** How far the plane goes, along each of its axes. */
export function extentsOf({ grids }: Landscape): [[number, number], [number, number]] {
  const [x, y] = grids.map((grid): [number, number] => [grid[0], grid[grid.length - 1]]);
  return [x, y];
}

export function axisNames({ axes }: Landscape, names: readonly string[]): [string, string] {
  return [names[axes[0]], names[axes[1]]];
}

/** A point's place on the plane. */
export function placeOf({ axes }: Landscape, point: Float64Array): [number, number] {
  return [point[axes[0]], point[axes[1]]];
}

/** The part of a direction that lies in the plane. */
export function directionOf({ axes }: Landscape, direction: Float64Array): [number, number] {
  return [direction[axes[0]], direction[axes[1]]];
}

/** Whether `other` lies on the plane that goes through `point`, to the digits that a search gives it. */
export function isOn({ axes }: Landscape, point: Float64Array, other: Float64Array): boolean {
  return other.every((x, i) => axes.includes(i) || Math.abs(x - point[i]) <= 1e-6 * (1 + Math.abs(x)));
}
