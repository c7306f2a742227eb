import { stepsInPlane } from "../../base/draggable";
import { START, VIEWPOINTS, type Viewpoint } from "../../model/view_state";

/** Half the height of the box that holds the surface; its base goes from −1 to 1 along its longer axis. */
export const HALF = 0.7;

const STEP = Math.PI / 36;
const TURN = 2 * Math.PI;
/** How far the eye is: far enough for equal lengths to look alike, near enough to tell front from back. */
const DISTANCE = 7;

/** Where one looks from when the front of what is seen is pushed to the right and down; never from below. */
export function turned({ azimuth, elevation, zoom }: Viewpoint, right: number, down: number): Viewpoint {
  const angle = azimuth - right;
  return { azimuth: angle - TURN * Math.round(angle / TURN), elevation: bounded("elevation", elevation + down), zoom };
}

export function zoomed(from: Viewpoint, factor: number): Viewpoint {
  return { ...from, zoom: bounded("zoom", from.zoom * factor) };
}

function bounded(what: keyof Viewpoint, value: number): number {
  const { low, high } = VIEWPOINTS[what];
  return Math.min(high, Math.max(low, value));
}

/** What a viewpoint becomes by a key; null for a key that means nothing here. With Shift a turn is three times as far. */
export function afterKey(from: Viewpoint, event: Pick<KeyboardEvent, "key" | "shiftKey">): Viewpoint | null {
  const steps = stepsInPlane(event, 3);
  if (steps) return turned(from, STEP * steps[0], -STEP * steps[1]);
  switch (event.key) {
    case "+":
    case "=": // the key of + without Shift
      return zoomed(from, 1.15);
    case "-":
    case "−":
      return zoomed(from, 1 / 1.15);
    case "Home":
      return START;
    default:
      return null;
  }
}

export type Triple = [number, number, number];

/** Brings places in the box −1…1 × −1…1 × −HALF…HALF to the screen, for WebGL and for what is drawn over it. */
export class Camera {
  private readonly right: Triple;
  private readonly up: Triple;
  /** Towards the eye, of length 1. */
  readonly towards: Triple;
  private readonly scale: number;
  /** How far the box stands above the middle, in pixels. */
  private readonly raised: number;

  constructor(
    readonly from: Viewpoint,
    private readonly width: number,
    private readonly height: number,
    margin: { sides: number; top: number; bottom: number },
    half: readonly [number, number] = [1, 1],
  ) {
    const reach = Math.hypot(...half); // of the box's corners as it turns
    const [ca, sa] = [Math.cos(from.azimuth), Math.sin(from.azimuth)];
    const [ce, se] = [Math.cos(from.elevation), Math.sin(from.elevation)];
    this.right = [-sa, ca, 0];
    this.up = [-se * ca, -se * sa, ce];
    this.towards = [ce * ca, ce * sa, se];
    // What the lowest corner needs in front, and the highest at the back. The same at every azimuth: a turn changes no size.
    const tall = (reach * se + HALF * ce) / (1 - Math.abs(reach * ce - HALF * se) / DISTANCE);
    this.scale = from.zoom * Math.min((width / 2 - margin.sides) / reach, (height - margin.top - margin.bottom) / 2 / tall);
    this.raised = (margin.bottom - margin.top) / 2;
  }

  get eye(): Triple {
    return this.towards.map((t) => t * DISTANCE) as Triple;
  }

  /** Where a place is drawn, in pixels. */
  project(place: Triple): [number, number] {
    const scale = this.scale / (1 - dot(this.towards, place) / DISTANCE);
    return [this.width / 2 + scale * dot(this.right, place), this.height / 2 - this.raised - scale * dot(this.up, place)];
  }

  /** The same for WebGL: a 4 × 4 matrix, column by column. */
  matrix(): Float32Array {
    const [sx, sy] = [(2 * this.scale) / this.width, (2 * this.scale) / this.height];
    const lift = (2 * this.raised) / this.height;
    const columns = [0, 1, 2].flatMap((k) => [
      sx * this.right[k],
      sy * this.up[k] - (lift * this.towards[k]) / DISTANCE,
      -this.towards[k] / 3, // the box lies well within the depths that WebGL keeps, −1 to 1
      -this.towards[k] / DISTANCE,
    ]);
    return Float32Array.from([...columns, 0, lift, 0, 1]);
  }
}

export function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
