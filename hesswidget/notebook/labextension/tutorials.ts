/** "Hessian Tutorials", in the launcher and the command palette. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, showErrorMessage } from "@jupyterlab/apputils";
import { IDefaultFileBrowser } from "@jupyterlab/filebrowser";
import { ILauncher } from "@jupyterlab/launcher";
import { copyMissing } from "./copy";
import { folderOf, join } from "./folder";
import { CATEGORY, icon } from "./icon";

const COMMAND = "hesswidget:tutorials";
const FOLDER = "hesswidget-tutorials"; // as `hesswidget tour` names it
const INDEX = "00-index.ipynb";

const notebooks = import.meta.webpackContext("../../../notebooks", { regExp: /^\.\/[^/]+\.ipynb$/, mode: "lazy" });

export const tutorials: JupyterFrontEndPlugin<void> = {
  id: "hesswidget:tutorials",
  description: "Copies the tutorials to where the user works, and opens them.",
  autoStart: true,
  optional: [ICommandPalette, ILauncher, IDefaultFileBrowser],
  activate: (
    app: JupyterFrontEnd,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    browser: IDefaultFileBrowser | null,
  ) => {
    app.commands.addCommand(COMMAND, {
      label: "Hessian Tutorials",
      caption: `Copy the tutorials into the folder ${FOLDER}, where they are not there yet, and open them`,
      icon,
      execute: async (args) => {
        const folder = join(folderOf(args, browser), FOLDER);
        try {
          await copyMissing(app.serviceManager.contents, folder, notebooks);
        } catch (error) {
          return showErrorMessage(`The tutorials cannot be copied into ${folder}`, error as Error);
        }
        return app.commands.execute("docmanager:open", { path: join(folder, INDEX) });
      },
    });
    palette?.addItem({ command: COMMAND, category: CATEGORY });
    launcher?.add({ command: COMMAND, category: CATEGORY, rank: 1 });
  },
};
