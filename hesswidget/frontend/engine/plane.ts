/** A slice's geometry: the points origin + Σ tⱼ basisⱼ, with t between the ends. Twin of hesswidget/landscape/plane.py. */

export interface Plane {
  readonly origin: Float64Array;
  /** One or two orthonormal vectors, one after the other. */
  readonly basis: Float64Array;
  /** How far t goes along each: low, high, low, high. */
  readonly ends: Float64Array;
  /** What each vector is called. */
  readonly names: readonly string[];
  /** The coordinates that the vectors are the axes of, and t the values of; null where the slice lies aslant. */
  readonly axes: readonly number[] | null;
}

/** How far a coordinate goes. */
export interface Extent {
  name: string;
  minimum: number;
  maximum: number;
}

/** How far an aslant slice goes to either side: until some coordinate has moved by this share of its range. */
const REACH = 0.3;

/** The slice through a point along one or two coordinates. */
export function alongCoordinates(extents: readonly Extent[], axes: readonly number[], point: Float64Array): Plane {
  const n = extents.length;
  const basis = new Float64Array(axes.length * n);
  axes.forEach((axis, k) => (basis[k * n + axis] = 1));
  return {
    origin: point.map((x, i) => (axes.includes(i) ? 0 : x)),
    basis,
    ends: Float64Array.from(axes.flatMap((i) => [extents[i].minimum, extents[i].maximum])),
    names: axes.map((i) => extents[i].name),
    axes,
  };
}

/** The slice through a point along unit vectors, as far as the coordinates' ranges make sense of. */
export function alongVectors(
  extents: readonly Extent[],
  vectors: readonly Float64Array[],
  names: readonly string[],
  point: Float64Array,
): Plane {
  const n = extents.length;
  const basis = new Float64Array(vectors.length * n);
  vectors.forEach((vector, k) => basis.set(vector, k * n));
  const ends = vectors.flatMap((vector) => {
    const quickest = extents.reduce((most, { minimum, maximum }, i) => Math.max(most, Math.abs(vector[i]) / (maximum - minimum)), 0);
    return [-REACH / quickest, REACH / quickest];
  });
  return { origin: point.slice(), basis, ends: Float64Array.from(ends), names, axes: null };
}

/** The components of a vector along a slice's own. */
export function project({ basis, names }: Plane, vector: ArrayLike<number>): number[] {
  const n = vector.length;
  return names.map((_, k) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += basis[k * n + i] * vector[i];
    return sum;
  });
}

/** Where a point is in a slice. */
export function positionIn(plane: Plane, point: Float64Array): number[] {
  return project(plane, point.map((x, i) => x - plane.origin[i]));
}

/** The point at a place in a slice. */
export function placeOn({ origin, basis }: Plane, place: readonly number[]): Float64Array {
  const n = origin.length;
  return origin.map((x, i) => place.reduce((sum, t, k) => sum + t * basis[k * n + i], x));
}

/**
 * The point at a place in a slice; or, where that leaves the coordinates' ranges, at the last place before on the way from
 * the slice's origin, which lies within them.
 */
export function placeWithin(plane: Plane, place: readonly number[], extents: readonly Extent[]): Float64Array {
  const { origin } = plane;
  const target = placeOn(plane, place);
  let share = 1;
  extents.forEach(({ minimum, maximum }, i) => {
    const way = target[i] - origin[i];
    const room = (way > 0 ? maximum : minimum) - origin[i];
    if (Math.abs(way) > Math.abs(room)) share = Math.min(share, room / way);
  });
  return placeOn(plane, place.map((t) => share * t)).map((x, i) => Math.min(Math.max(x, extents[i].minimum), extents[i].maximum));
}

/** Whether a point lies in a slice, up to rounding. */
export function contains(plane: Plane, point: Float64Array): boolean {
  const nearest = placeOn(plane, positionIn(plane, point));
  const size = point.reduce((most, x) => Math.max(most, Math.abs(x)), plane.ends[1] - plane.ends[0]);
  return point.every((x, i) => Math.abs(x - nearest[i]) <= 1e-9 * size);
}

/** A text that is the same for two slices that lie at the same place. */
export function keyOf({ origin, basis, ends }: Plane): string {
  return [origin, basis, ends].map((numbers) => numbers.join()).join(";");
}
