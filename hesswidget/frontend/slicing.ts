import { type Frame, type Request, column } from "./engine/frame";
import { type Extent, type Plane, alongCoordinates, alongVectors, contains, keyOf } from "./engine/plane";
import { eigenvector, short } from "./base/format";

/** What a slice is spanned by: coordinates, or eigenvectors of the Hessian at the point; by their places. */
export interface Span {
  kind: "coordinates" | "eigenvectors";
  picked: readonly number[];
}

/**
 * Lays the slice through the point. One that eigenvectors span is anchored at the point, and stays where it is for as long as
 * the point is moved within it, so that the landscape does not swim under the finger.
 */
export class Slicing {
  private span: Span;
  private anchored: { plane: Plane; parameters: string } | null = null;

  constructor(private readonly extents: readonly Extent[]) {
    this.span = { kind: "coordinates", picked: extents.length > 1 ? [0, 1] : [0] };
  }

  get present(): Span {
    return this.span;
  }

  spanBy(span: Span): void {
    this.span = span;
    this.anchored = null;
  }

  /** The slice through a point, with the eigenvectors of the newest frame; `isMoving`: what the point is moved within stays. */
  through(point: Float64Array, parameters: object, frame: Frame | null, isMoving: boolean): Plane {
    const { kind, picked } = this.span;
    if (kind === "coordinates") return alongCoordinates(this.extents, picked, point);
    const values = JSON.stringify(parameters);
    const held = this.anchored;
    if (isMoving && held && held.parameters === values && contains(held.plane, point)) return held.plane;
    const plane = this.anchor(point, frame) ?? (held && { ...held.plane, origin: point.slice() });
    if (!plane) return alongCoordinates(this.extents, [0, 1], point);
    this.anchored = { plane, parameters: values };
    return plane;
  }

  /** Whether the slice of a request is spanned by the very eigenvectors that the answer has. */
  isAnchored({ point, plane }: Request, frame: Frame): boolean {
    if (this.span.kind === "coordinates") return true;
    const wanted = this.anchor(point, frame);
    return wanted === null || (keyOf(wanted) === keyOf(plane) && wanted.names.join() === plane.names.join());
  }

  private anchor(point: Float64Array, frame: Frame | null): Plane | null {
    if (!frame?.eigenvectors.every(Number.isFinite)) return null;
    const { picked } = this.span;
    const vectors = picked.map((k) => column(frame.eigenvectors, k));
    return alongVectors(this.extents, vectors, picked.map((k) => eigenvectorName(k, frame)), point);
  }
}

export function eigenvectorName(k: number, { eigenvalues }: Frame): string {
  return `${eigenvector(k)} (λ = ${short(eigenvalues[k], 2)})`;
}
