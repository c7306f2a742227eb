/** What is drawn in a landscape: things over each other, each of which knows only what it draws. */
import type { ScaleLinear } from "d3-scale";
import type { Landscape } from "../../engine/frame";
import { type Plane, keyOf, positionIn } from "../../engine/plane";
import type { Box } from "../axes";
import type { Mark } from "../marks";
import type { Picture } from "../panel";
import { type Scene, across, isHidden, lifted, shareOf } from "./surface_mesh";
import type { Camera, Triple } from "./turntable";

/** One thing that is drawn; `P` says which numbers it needs of a picture, `Scales` where they lie. */
interface Layer<Context, Scales, P extends Picture> {
  /** The class of what it draws on. */
  readonly name: string;
  draw(context: Context, scales: Scales, picture: P): void;
  /** What it depends on besides where things lie: where none of it is new the layer is left as it is. */
  dependsOn?(picture: P): readonly unknown[];
  /** The marks that it has drawn, for the legend. What it draws in a chart says which it is by the attribute `data-mark`. */
  marks?(scales: Scales, picture: P): readonly Mark[];
}

/** A layer on a canvas of its own. */
export interface PaintedLayer<P extends Picture = Picture> extends Layer<CanvasRenderingContext2D, PlaneScales, P> {
  /** Whether there is nothing to draw: its canvas is then not laid over the others, which costs at every picture. */
  isEmpty?(picture: P): boolean;
}

/** A layer in a group of the chart, over all that is painted. */
export interface ChartLayer<P extends Picture = Picture> extends Layer<SVGGElement, PlaneScales, P> {
  /** The point that holds a pointer at a place, in pixels, because it is so near to it. */
  holds?(x: number, y: number): Float64Array | null;
}

/** A layer over the surface. */
export interface SurfaceLayer<P extends Picture = Picture> extends Layer<SVGGElement, SurfaceScales, P> {}

/** Where things lie that are seen from above, or along a curve. */
export interface PlaneScales {
  x: ScaleLinear<number, number>;
  /** Of the slice's second direction; of f where the landscape is a curve. */
  y: ScaleLinear<number, number>;
  plane: Plane;
  box: Box;
  /** One unit is as long along both axes; a curve has only one. */
  isToScale: boolean;
}

/** Where a point is in the chart; one that does not lie in the slice, where its projection is. */
export function placeOf({ x, y, plane }: PlaneScales, point: Float64Array, value: number): [number, number] {
  const [right, up] = positionIn(plane, point);
  return [x(right), up !== undefined ? y(up) : Number.isFinite(value) ? y(value) : y.range()[0]];
}

export function scalesKey({ x, y, plane }: PlaneScales): string {
  return [x, y].flatMap((scale) => [...scale.domain(), ...scale.range()]).join() + keyOf(plane);
}

/** Where things lie in the box that the surface stands in. */
export interface SurfaceScales {
  camera: Camera;
  scene: Scene;
  /** The surface, which hides things. */
  landscape: Landscape;
  plane: Plane;
}

/** Where a point is in the box, up to whose top or bottom it is moved; and whether there was no need to. */
export function placeInBox(
  { scene, plane }: SurfaceScales,
  point: Float64Array,
  value: number,
): { place: Triple; isWithin: boolean } {
  const [x, y] = positionIn(plane, point).map((t, axis) => across(t, scene.extents[axis]));
  const { isCutBelow, isCutAbove } = scene.range;
  const share = shareOf(value, scene.range);
  // A minimum is a little lower than the lowest of the grid.
  const isWithin = Number.isFinite(share) && (share >= 0 || !isCutBelow) && (share <= 1 || !isCutAbove);
  return { place: [x, y, lifted(Math.min(1, Math.max(0, share || 0)))], isWithin };
}

export function isBehind({ camera, scene, landscape }: SurfaceScales, place: Triple): boolean {
  return isHidden(landscape, scene, place, camera.eye);
}
