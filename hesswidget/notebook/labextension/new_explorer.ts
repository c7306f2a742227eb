import type { KernelSpec } from "@jupyterlab/services";
import type { Offer } from "./offer";

const PYTHON = { name: "python3", display_name: "Python 3" };

const TEXT = `# Explore a Hessian

Run the cell below, then move the sliders. Write a function of your own in its place: with \`autograd.numpy\`, a range for
each variable in \`hw.explore\`, and a range for each parameter that is to get a slider.`;

const CODE = `import autograd.numpy as np
import hesswidget as hw

def f(x, y, a=1.0):
    return np.sin(a * x) * np.cos(y) + 0.1 * (x**2 + y**2)

hw.explore(f, x=(-3, 3), y=(-3, 3), a=(0.0, 3.0))`;

function notebook(specs: KernelSpec.ISpecModels | null): object {
  const all = Object.values(specs?.kernelspecs ?? {}).filter((spec) => spec?.language === "python");
  const { name, display_name } = all.find((spec) => spec?.name === specs?.default) ?? all[0] ?? PYTHON;
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name, display_name, language: "python" } },
    cells: [
      { id: "text", cell_type: "markdown", metadata: {}, source: TEXT },
      { id: "code", cell_type: "code", metadata: {}, source: CODE, execution_count: null, outputs: [] },
    ],
  };
}

/** A notebook that explores a first function. */
export const newExplorer: Offer = {
  command: "hesswidget:new-explorer",
  label: "Hessian Explorer",
  longLabel: "New Hessian Explorer Notebook",
  caption: "Make a notebook that explores the Hessian of a first function",
  failure: "The notebook cannot be made",
  async make({ contents, kernelspecs }, folder) {
    await kernelspecs.ready;
    const { path } = await contents.newUntitled({ path: folder, type: "notebook" });
    const content = notebook(kernelspecs.specs);
    await contents.save(path, { type: "notebook", format: "json", content });
    return path;
  },
};
