/** "Explore the Hessian of This Function", in the context menu of a code cell and in the command palette. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, showErrorMessage } from "@jupyterlab/apputils";
import { INotebookTracker, NotebookActions } from "@jupyterlab/notebook";
import { CATEGORY, icon } from "./icon";

const COMMAND = "hesswidget:explore-function";

export const exploreFunction: JupyterFrontEndPlugin<void> = {
  id: "hesswidget:explore-function",
  description: "Writes the call that explores the function which a cell defines.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette],
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker, palette: ICommandPalette | null) => {
    app.commands.addCommand(COMMAND, {
      label: "Explore the Hessian of This Function",
      caption: "Write, into a new cell, the call that explores the function defined in this one",
      icon,
      isEnabled: () => tracker.activeCell?.model.type === "code",
      execute: async () => {
        const notebook = tracker.currentWidget?.content;
        const cell = notebook?.activeCell; // a click with any button makes a cell the active one
        if (!notebook || cell?.model.type !== "code") return;
        const { call } = await import("./call");
        const written = call(cell.model.sharedModel.getSource());
        if ("problem" in written) return showErrorMessage("There is nothing to explore", written.problem);
        NotebookActions.insertBelow(notebook);
        notebook.activeCell!.model.sharedModel.setSource(written.code);
        notebook.mode = "edit";
      },
    });
    app.contextMenu.addItem({ command: COMMAND, selector: ".jp-Notebook .jp-CodeCell", rank: 7 });
    palette?.addItem({ command: COMMAND, category: CATEGORY });
  },
};
