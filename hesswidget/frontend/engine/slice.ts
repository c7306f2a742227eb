import { eigenvector, short } from "../base/format";
import { type ParameterValues, parameterKey } from "../model/parameters";
import type { SliceDirections } from "../model/view_state";
import { type Frame, column } from "./frame";
import { type Extent, type Plane, alongCoordinates, alongVectors, contains } from "./plane";

/** The plane through the start in which paths move most. Twin of hesswidget/descent/span.py. */
export interface Span {
  readonly basis: Float64Array;
  readonly ends: Float64Array;
  readonly shares: Float64Array;
}

/** The plane of two random directions, normalized filter by filter, through the step that is looked at. Twin of hesswidget/spectra/filters.py. */
export interface RandomPlane {
  readonly origin: Float64Array;
  readonly basis: Float64Array;
  readonly ends: Float64Array;
}

const RANDOM = ["random 1, by filters", "random 2, by filters"];

/**
 * Lays the slice through the point. One along eigenvectors is anchored at the point, and stays where it is for as long as
 * the point is moved within it, so that the landscape does not swim under the finger.
 */
export class SliceState {
  private anchored: { plane: Plane; parameters: string } | null = null;

  constructor(
    private readonly extents: readonly Extent[],
    private chosen: SliceDirections,
  ) {}

  get directions(): SliceDirections {
    return this.chosen;
  }

  turnTo(directions: SliceDirections): void {
    this.chosen = directions;
    this.anchored = null;
  }

  /** The slice through a point, with the eigenvectors of the newest frame; `isMoving`: what the point is moved within stays. */
  through(point: Float64Array, parameters: ParameterValues, frame: Frame | null, isMoving: boolean): Plane {
    const { kind, indices } = this.chosen;
    if (kind === "coordinates") return alongCoordinates(this.extents, indices, point);
    const key = parameterKey(parameters);
    const held = this.anchored;
    if (isMoving && held && held.parameters === key && contains(held.plane, point)) return held.plane;
    const plane = this.anchor(point, frame) ?? (held && { ...held.plane, origin: point.slice() });
    if (!plane) return alongCoordinates(this.extents, [0, 1], point);
    this.anchored = { plane, parameters: key };
    return plane;
  }

  private anchor(point: Float64Array, frame: (Frame & { span?: Span | null; random?: RandomPlane | null }) | null): Plane | null {
    if (this.chosen.kind === "random") return frame?.random ? { ...frame.random, names: RANDOM, axes: null } : null;
    if (this.chosen.kind === "paths") return frame?.span ? spanned(point, frame.span) : null;
    if (!frame?.eigenvectors.every(Number.isFinite)) return null;
    const { indices } = this.chosen;
    const vectors = indices.map((k) => column(frame.eigenvectors, k));
    return alongVectors(this.extents, vectors, indices.map((k) => eigenvectorName(k, frame)), point);
  }
}

function spanned(point: Float64Array, { basis, ends, shares }: Span): Plane {
  const names = Array.from(shares, (share, k) => `principal ${k + 1} (${(100 * share).toFixed(0)} %)`);
  return { origin: point.slice(), basis, ends, names, axes: null };
}

export function eigenvectorName(k: number, { eigenvalues }: Frame): string {
  return `${eigenvector(k)} (λ = ${short(eigenvalues[k], 2)})`;
}
