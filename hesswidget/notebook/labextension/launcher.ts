/** What the launcher and the command palette offer. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, showErrorMessage } from "@jupyterlab/apputils";
import { IDefaultFileBrowser } from "@jupyterlab/filebrowser";
import { ILauncher } from "@jupyterlab/launcher";
import { CATEGORY, icon } from "./icon";
import { newExplorer } from "./new_explorer";
import { tutorials } from "./tutorials";

export const launcher: JupyterFrontEndPlugin<void> = {
  id: "hesswidget:launcher",
  description: "Offers the tutorials and a new explorer in the launcher and the command palette.",
  autoStart: true,
  optional: [ICommandPalette, ILauncher, IDefaultFileBrowser],
  activate: (
    app: JupyterFrontEnd,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    browser: IDefaultFileBrowser | null,
  ) => {
    for (const [k, offer] of [tutorials, newExplorer].entries()) {
      const { command, label, longLabel, caption } = offer;
      app.commands.addCommand(command, {
        label: (args) => (args.isPalette ? (longLabel ?? label) : label),
        caption,
        icon,
        execute: async ({ cwd }) => {
          const folder = typeof cwd === "string" ? cwd : (browser?.model.path ?? "");
          try {
            const path = await offer.make(app.serviceManager, folder);
            return await app.commands.execute("docmanager:open", { path });
          } catch (error) {
            return showErrorMessage(offer.failure, error as Error);
          }
        },
      });
      palette?.addItem({ command, category: CATEGORY, args: { isPalette: true } });
      launcher?.add({ command, category: CATEGORY, rank: k });
    }
  },
};
