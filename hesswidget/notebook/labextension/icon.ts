import { LabIcon } from "@jupyterlab/ui-components";

// A symmetric matrix as a heatmap, in the explorer's colors.
const squares = ["#2166ac", "#f4a582", "#92c5de", "#f4a582", "#b2182b", "#d1e5f0", "#92c5de", "#d1e5f0", "#4393c3"]
  .map((color, k) => `<rect x="${1 + 5 * (k % 3)}" y="${1 + 5 * Math.floor(k / 3)}" width="4" height="4" fill="${color}"/>`)
  .join("");

export const icon = new LabIcon({
  name: "hesswidget:hessian",
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">${squares}</svg>`,
});

/** Where the launcher and the palette list what the extension offers. */
export const CATEGORY = "Hessian";
