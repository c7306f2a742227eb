import { join, setAttributes, svg } from "../../../base/dom";
import { column, signOf } from "../../../engine/frame";
import { project } from "../../../engine/plane";
import { type Focus, eigenOf } from "../../panel";
import { type ChartLayer, placeOf } from "../layer";

/** How long the arrow of the largest curvature is, as a share of the shorter side. */
const LENGTH = 0.2;

/** Eigenvectors of the extreme eigenvalues and of the one in focus, as long as the root of their curvature. */
export const arrows: ChartLayer = {
  name: "hw-arrows",
  draw(context, scales, { frame, focus }) {
    const { eigenvalues, eigenvectors } = frame;
    if (!eigenvalues.every(Number.isFinite)) return context.replaceChildren();
    const { x, y, box, plane } = scales;
    const n = eigenvalues.length;
    const inFocus = eigenOf(focus);
    const perX = box.width / Math.abs(x.domain()[1] - x.domain()[0]);
    const perY = box.height / Math.abs(y.domain()[1] - y.domain()[0]);
    const largest = Math.max(Math.abs(eigenvalues[0]), Math.abs(eigenvalues[n - 1])) || 1;
    const [cx, cy] = placeOf(scales, frame.point, frame.value);
    const drawn: { d: string; name: string }[] = [];
    for (const k of drawnEigenvectors(n, focus)) {
      const [right, up] = project(plane, column(eigenvectors, k));
      const inPlane = Math.hypot(right, up);
      const [dx, dy] = [right * perX, -up * perY];
      const pixels = Math.hypot(dx, dy);
      if (inPlane < 1e-6 || pixels === 0) continue;
      const share = Math.max(0.3, Math.sqrt(Math.abs(eigenvalues[k]) / largest)) * inPlane;
      const reach = 9 + share * LENGTH * Math.min(box.width, box.height);
      const [ux, uy] = [dx / pixels, dy / pixels];
      const lit = inFocus.includes(k) ? " hw-lit" : "";
      const d = arrow(cx, cy, ux, uy, reach) + arrow(cx, cy, -ux, -uy, reach);
      drawn.push({ d, name: "hw-halo" }, { d, name: `hw-arrow hw-${signOf(eigenvalues[k], frame)}${lit}` });
    }
    const shafts = join(context, drawn.length, () => svg("path"));
    shafts.forEach((path, k) => setAttributes(path, { d: drawn[k].d, class: drawn[k].name }));
  },
};

/** Which eigenvectors are drawn in a landscape: those of the extreme eigenvalues and the one in focus. */
export function drawnEigenvectors(n: number, focus: Focus): number[] {
  return [...new Set([0, n - 1, ...eigenOf(focus).filter((k) => k < n)])];
}

function arrow(cx: number, cy: number, ux: number, uy: number, reach: number): string {
  const [tx, ty] = [cx + ux * reach, cy + uy * reach];
  const [bx, by] = [tx - ux * 6, ty - uy * 6];
  const from = `${cx + ux * 8} ${cy + uy * 8}`;
  return `M${from}L${tx} ${ty}M${bx - uy * 4} ${by + ux * 4}L${tx} ${ty}L${bx + uy * 4} ${by - ux * 4}`;
}
