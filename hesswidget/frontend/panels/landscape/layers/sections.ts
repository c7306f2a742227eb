import { join, setAttributes, svg } from "../../../base/dom";
import { type SurfaceLayer, isBehind } from "../layer";
import { eigenvectorMarks } from "./arrows";
import { sectionsOf } from "../surface_sections";
import type { Camera, Triple } from "../turntable";

/** The quadratic model along eigenvectors: what bends up is positive curvature. Fainter where the surface hides it. */
export const sections: SurfaceLayer = {
  name: "hw-sections",
  draw(context, scales, picture) {
    const { camera, scene } = scales;
    const drawn = sectionsOf(picture, scene).flatMap(({ places, sign, isLit }) => {
      const hidden = places.map((place) => isBehind(scales, place));
      const [seen, behind] = [false, true].map((isBehind) => pathAlong(places, hidden, isBehind, camera));
      const name = `hw-arrow hw-${sign}${isLit ? " hw-lit" : ""}`;
      return [
        { d: behind, name: `${name} hw-behind` },
        { d: seen, name: "hw-halo" },
        { d: seen, name },
      ];
    });
    const curves = join(context, drawn.length, () => svg("path"));
    curves.forEach((path, k) => setAttributes(path, { d: drawn[k].d, class: drawn[k].name }));
  },
  marks: (_, picture) => eigenvectorMarks(picture),
};

/** The stretches of a curve that are hidden, or that are not, as an SVG path. */
function pathAlong(places: Triple[], hidden: boolean[], isBehind: boolean, camera: Camera): string {
  let path = "";
  for (let k = 1; k < places.length; k++) {
    if (hidden[k] !== isBehind) continue;
    const isOpen = k > 1 && hidden[k - 1] === isBehind;
    if (!isOpen) path += `M${camera.project(places[k - 1]).join(" ")}`;
    path += `L${camera.project(places[k]).join(" ")}`;
  }
  return path;
}
