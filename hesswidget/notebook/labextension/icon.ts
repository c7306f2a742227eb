import { LabIcon } from "@jupyterlab/ui-components";
import appearance from "../../appearance.json";

// A symmetric matrix as a heatmap, in the explorer's colors: positive entries and negative, stronger the larger.
const { positive, negative } = appearance.palette.light;
const squares = [1, -0.5, 0.5, -0.5, -1, 0.25, 0.5, 0.25, 0.8]
  .map((entry, k) => {
    const color = `fill="${entry > 0 ? positive : negative}" fill-opacity="${Math.abs(entry)}"`;
    return `<rect x="${1 + 5 * (k % 3)}" y="${1 + 5 * Math.floor(k / 3)}" width="4" height="4" ${color}/>`;
  })
  .join("");

export const icon = new LabIcon({
  name: "hesswidget:hessian",
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">${squares}</svg>`,
});

/** Where the launcher and the palette list what the extension offers. */
export const CATEGORY = "Hessian";
