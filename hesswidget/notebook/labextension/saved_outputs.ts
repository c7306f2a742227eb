/** Outputs of explorers are drawn live from what they hold, whether or not there is a kernel, trusted or not. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import type { NotebookPanel } from "@jupyterlab/notebook";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { DisposableDelegate } from "@lumino/disposable";
import appearance from "../../appearance.json";
import { RunningWidgets } from "./running_widgets";
import { SavedOutput } from "./saved_output";

const MIME_TYPE = appearance.mimeType;

// ipywidgets draws its widgets at rank -10, where the output is trusted; the lower rank is preferred.
const BEFORE_WIDGETS = -20;
const AFTER_WIDGETS = -9;

function factory(rendermime: IRenderMimeRegistry, widgets: RunningWidgets | null): IRenderMime.IRendererFactory {
  return {
    safe: true, // what is saved is data, which is checked before it is drawn
    mimeTypes: [MIME_TYPE],
    createRenderer: ({ mimeType }) => new SavedOutput(mimeType, rendermime, widgets),
  };
}

export const savedOutputs: JupyterFrontEndPlugin<void> = {
  id: "hesswidget:saved-outputs",
  description: "Draws saved explorers live, and hands over to the running widget where there is one.",
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (app: JupyterFrontEnd, rendermime: IRenderMimeRegistry) => {
    rendermime.addFactory(factory(rendermime, null), AFTER_WIDGETS); // consoles and logs
    app.docRegistry.addWidgetExtension("Notebook", {
      createNew: (panel) => {
        const { content, sessionContext } = panel as NotebookPanel;
        const widgets = new RunningWidgets(sessionContext, content.rendermime, rendermime);
        content.rendermime.addFactory(factory(content.rendermime, widgets), BEFORE_WIDGETS);
        return new DisposableDelegate(() => content.rendermime?.removeMimeType(MIME_TYPE));
      },
    });
  },
};
