/** "Hessian Explorer", in the launcher and the command palette: a notebook that explores a first function. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, showErrorMessage } from "@jupyterlab/apputils";
import { IDefaultFileBrowser } from "@jupyterlab/filebrowser";
import { ILauncher } from "@jupyterlab/launcher";
import { folderOf } from "./folder";
import { CATEGORY, icon } from "./icon";

const COMMAND = "hesswidget:new-explorer";

const TEXT = `# Explore a Hessian

Run the cell below, then move the sliders. Write a function of your own in its place: with \`autograd.numpy\`, a range for
each variable in \`hw.explore\`, and a range for each parameter that is to get a slider.`;

const CODE = `import autograd.numpy as np
import hesswidget as hw

def f(x, y, a=1.0):
    return np.sin(a * x) * np.cos(y) + 0.1 * (x**2 + y**2)

hw.explore(f, x=(-3, 3), y=(-3, 3), a=(0.0, 3.0))`;

function notebook(kernel: string): object {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: kernel, display_name: kernel } },
    cells: [
      { id: "text", cell_type: "markdown", metadata: {}, source: TEXT },
      { id: "code", cell_type: "code", metadata: {}, source: CODE, execution_count: null, outputs: [] },
    ],
  };
}

export const newExplorer: JupyterFrontEndPlugin<void> = {
  id: "hesswidget:new-explorer",
  description: "Makes a notebook that explores a first function.",
  autoStart: true,
  optional: [ICommandPalette, ILauncher, IDefaultFileBrowser],
  activate: (
    app: JupyterFrontEnd,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    browser: IDefaultFileBrowser | null,
  ) => {
    const { contents, kernelspecs } = app.serviceManager;
    app.commands.addCommand(COMMAND, {
      label: (args) => (args.isPalette ? "New Hessian Explorer Notebook" : "Hessian Explorer"),
      caption: "Make a notebook that explores the Hessian of a first function",
      icon,
      execute: async (args) => {
        try {
          await kernelspecs.ready;
          const { path } = await contents.newUntitled({ path: folderOf(args, browser), type: "notebook" });
          const content = notebook(kernelspecs.specs?.default ?? "python3");
          await contents.save(path, { type: "notebook", format: "json", content });
          return await app.commands.execute("docmanager:open", { path });
        } catch (error) {
          return showErrorMessage("The notebook cannot be made", error as Error);
        }
      },
    });
    palette?.addItem({ command: COMMAND, category: CATEGORY, args: { isPalette: true } });
    launcher?.add({ command: COMMAND, category: CATEGORY, rank: 2 });
  },
};
