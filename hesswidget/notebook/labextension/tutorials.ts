import { copyMissing, join } from "./copy";
import type { Offer } from "./offer";

const FOLDER = "hesswidget-tutorials"; // as in hesswidget/command/tutorials.py
const INDEX = "00-index.ipynb";

const notebooks = import.meta.webpackContext("../../../notebooks", { regExp: /^\.\/[^/]+\.ipynb$/, mode: "lazy" });

/** The tutorials, copied to where the user works. */
export const tutorials: Offer = {
  command: "hesswidget:tutorials",
  label: "Hessian Tutorials",
  caption: `Copy the tutorials into the folder ${FOLDER}, where they are not there yet, and open them`,
  failure: "The tutorials cannot be copied",
  async make({ contents }, folder) {
    const place = join(folder, FOLDER);
    await copyMissing(contents, place, notebooks);
    return join(place, INDEX);
  },
};
