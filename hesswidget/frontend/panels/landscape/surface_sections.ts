import appearance from "../../../appearance.json";
import { column, signOf } from "../../engine/frame";
import { positionIn, project } from "../../engine/plane";
import { type Picture, eigenOf } from "../panel";
import { drawnEigenvectors } from "./layers/arrows";
import { type Scene, across, along, lifted, shareOf, valueAt } from "./surface_mesh";
import type { Triple } from "./turntable";

const STEPS = 24; // to either side

/** The quadratic model over a line through the point along an eigenvector: a parabola that bends as its eigenvalue says. */
interface Section {
  places: Triple[];
  sign: "positive" | "zero" | "negative";
  isLit: boolean;
}

/** Sections along the eigenvectors of the extreme eigenvalues and of the one in focus, within the box. */
export function sectionsOf({ frame, focus }: Picture, scene: Scene): Section[] {
  const { plane, model, eigenvalues, eigenvectors, point } = frame;
  if (!eigenvalues.every(Number.isFinite)) return [];
  const centre = positionIn(plane, point).map((a, axis) => across(a, scene.extents[axis]));
  return drawnEigenvectors(eigenvalues.length, focus).flatMap((k) => {
    const inPlane = project(plane, column(eigenvectors, k));
    if (Math.hypot(...inPlane) < 1e-6) return [];
    const [dx, dy] = inPlane.map((d, axis) => d / (scene.extents[axis][1] - scene.extents[axis][0]));
    const step = (2 * appearance.modelReach * Math.min(...scene.half)) / STEPS / Math.hypot(dx, dy);
    const at = (t: number): Triple => {
      const [x, y] = [centre[0] + t * step * dx, centre[1] + t * step * dy];
      const value = valueAt(model.grids, model.values, along(x, scene.extents[0]), along(y, scene.extents[1]));
      return [x, y, lifted(shareOf(value, scene.range))];
    };
    const places = [...reached(at, -1, scene).reverse(), at(0), ...reached(at, 1, scene)].filter((place) => isInBox(place, scene));
    return [{ places, sign: signOf(eigenvalues[k], frame), isLit: eigenOf(focus).includes(k) }];
  });
}

/** The places to one side of the point, up to where the box ends. */
function reached(at: (t: number) => Triple, direction: number, scene: Scene): Triple[] {
  const places = Array.from({ length: STEPS }, (_, k) => at(direction * (k + 1)));
  const end = places.findIndex((place) => !isInBox(place, scene));
  return end < 0 ? places : places.slice(0, end);
}

function isInBox([x, y, z]: Triple, { half }: Scene): boolean {
  return Math.abs(x) <= half[0] && Math.abs(y) <= half[1] && Math.abs(z) <= lifted(1);
}
