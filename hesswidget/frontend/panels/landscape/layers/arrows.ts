import { join, setAttributes, svg } from "../../../base/dom";
import { column, signOf } from "../../../engine/frame";
import { project } from "../../../engine/plane";
import { type Focus, type Picture, eigenOf } from "../../panel";
import { MARK } from "../../legend";
import { type Mark, lineMark } from "../../marks";
import { type ChartLayer, placeOf } from "../layer";

/** How long the arrow of the largest curvature is, as a share of the shorter side. */
const LENGTH = 0.2;

/** What an eigenvector's arrow says by its colour. */
const SIGNS: Readonly<Record<string, Mark>> = {
  positive: arrowMark("positive", "λ > 0", "f curves up along this eigenvector of the Hessian"),
  negative: arrowMark("negative", "λ < 0", "f curves down along this eigenvector of the Hessian"),
  zero: arrowMark("zero", "λ = 0", "f has no curvature along this eigenvector of the Hessian, as far as rounding lets one see"),
};

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
    const drawn: { d: string; name: string; mark: string | null }[] = [];
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
      const sign = signOf(eigenvalues[k], frame);
      drawn.push({ d, name: "hw-halo", mark: null }, { d, name: `hw-arrow hw-${sign}${lit}`, mark: SIGNS[sign].key });
    }
    const shafts = join(context, drawn.length, () => svg("path"));
    shafts.forEach((path, k) => setAttributes(path, { d: drawn[k].d, class: drawn[k].name, [MARK]: drawn[k].mark }));
  },
  marks: (_, picture) => eigenvectorMarks(picture),
};

/** What the eigenvectors that are drawn in a landscape look like, by the signs of their curvature. */
export function eigenvectorMarks({ frame, focus }: Picture): Mark[] {
  const { eigenvalues, eigenvectors, plane } = frame;
  if (!eigenvalues.every(Number.isFinite)) return [];
  const seen = drawnEigenvectors(eigenvalues.length, focus).filter((k) => Math.hypot(...project(plane, column(eigenvectors, k))) >= 1e-6);
  const signs = new Set(seen.map((k) => signOf(eigenvalues[k], frame)));
  return Object.keys(SIGNS).filter((sign) => signs.has(sign as ReturnType<typeof signOf>)).map((sign) => SIGNS[sign]);
}

function arrowMark(sign: string, name: string, meaning: string): Mark {
  return lineMark(`eigenvector ${sign}`, `eigenvector, ${name}`, meaning, { class: `hw-sample-arrow hw-${sign}`, d: "M6 3L2 7L6 11M2 7H24M20 3L24 7L20 11" });
}

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
