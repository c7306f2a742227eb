import { join, setAttributes, svg } from "../../../base/dom";
import { MARK } from "../../legend";
import { markOfPoint } from "../../marks";
import { type SurfaceLayer, isBehind, placeInBox } from "../layer";
import { lifted } from "../surface_mesh";

/** The stem that the point stands on, from its place on the base. */
export const stem: SurfaceLayer = {
  name: "hw-stems",
  draw(context, scales, { frame }) {
    const { camera } = scales;
    const { place } = placeInBox(scales, frame.point, frame.value);
    const [x, y] = camera.project(place);
    const [footX, footY] = camera.project([place[0], place[1], lifted(0)]);
    const [path] = join(context, 1, () => svg("path", { class: "hw-stem" }));
    setAttributes(path, { d: `M${x} ${y}L${footX} ${footY}M${footX - 4} ${footY}a4 2.4 0 1 0 8 0a4 2.4 0 1 0 -8 0` });
  },
};

const POINT = markOfPoint("the Hessian is taken here; the sliders move it");

/** The point; fainter where the surface hides it, or where it is beyond what is shown. */
export const pin: SurfaceLayer = {
  name: "hw-pins",
  draw(context, scales, { frame }) {
    const { place, isWithin } = placeInBox(scales, frame.point, frame.value);
    const [x, y] = scales.camera.project(place);
    const [element] = join(context, 1, () => svg("g", {}, svg("circle", { r: 6.5 }), svg("circle", { r: 2.5 })));
    const isFaint = !isWithin || isBehind(scales, place);
    setAttributes(element, { transform: `translate(${x} ${y})`, class: isFaint ? "hw-pin hw-behind" : "hw-pin", [MARK]: POINT.key });
  },
  marks: () => [POINT],
};
