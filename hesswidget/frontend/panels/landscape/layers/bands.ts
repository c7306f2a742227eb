import { Contours } from "../contours";
import { hatch } from "../../canvas";
import { areaMark, lineMark } from "../../marks";
import type { PaintedLayer } from "../layer";

const CONTOURS = lineMark("contours", "contours", "f is constant along each; between two neighbours lies the same area", { class: "hw-sample-contour" });
const HOLES = areaMark("holes", "f is not finite", "f has no finite value where this is", "hw-sample-hole", true);

/** The function: bands between its levels, hatched where it has no value. */
export const bands: PaintedLayer = {
  name: "hw-bands",
  dependsOn: ({ frame, theme }) => [frame.landscape, theme],
  draw(context, { box }, { frame, theme }) {
    const { levels, values, grids } = frame.landscape;
    const [nx, ny] = grids.map((grid) => grid.length);
    context.fillStyle = theme.height(0);
    context.fillRect(box.left, box.top, box.width, box.height);
    context.lineWidth = 0.7;
    context.strokeStyle = theme.muted;
    const contours = new Contours(values, nx, ny);
    levels.forEach((level, k) => {
      contours.trace(context, level, box);
      context.fillStyle = theme.height((k + 1) / levels.length);
      context.fill();
      context.globalAlpha = 0.4;
      context.stroke();
      context.globalAlpha = 1;
    });
    const [cellWidth, cellHeight] = [box.width / (nx - 1), box.height / (ny - 1)];
    let pattern: CanvasPattern | string | null = null;
    for (let k = 0; k < values.length; k++) {
      if (Number.isFinite(values[k])) continue;
      pattern ??= hatch(context, theme.muted) ?? theme.muted;
      const x = box.left + ((k % nx) - 0.5) * cellWidth;
      const y = box.top + box.height - (Math.floor(k / nx) + 0.5) * cellHeight;
      context.fillStyle = theme.surface;
      context.fillRect(x, y, cellWidth + 0.5, cellHeight + 0.5);
      context.fillStyle = pattern;
      context.fillRect(x, y, cellWidth + 0.5, cellHeight + 0.5);
    }
  },
  marks: (_, { frame }) => (frame.landscape.values.every(Number.isFinite) ? [CONTOURS] : [CONTOURS, HOLES]),
};
