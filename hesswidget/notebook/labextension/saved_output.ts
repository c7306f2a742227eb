import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Panel, Widget } from "@lumino/widgets";
import type { RunningWidgets } from "./running_widgets";

const PICTURE = "image/png"; // what stands in for a saved explorer that cannot be drawn

/** An explorer's output: the running widget where there is one, else the saved explorer, live without a kernel. */
export class SavedOutput extends Panel implements IRenderMime.IRenderer {
  private shown = new AbortController();

  constructor(
    private readonly mimeType: string,
    private readonly rendermime: IRenderMimeRegistry,
    private readonly kernel: RunningWidgets | null,
  ) {
    super();
    this.addClass("hesswidget-output");
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const { signal } = this.begin();
    const running = this.kernel?.renderer(model);
    if (running) {
      this.addWidget(running);
      return running.renderModel(model);
    }
    const saved = new Widget();
    this.addWidget(saved);
    void this.handOver(model, signal);
    const { show } = await import("./explorer");
    if (signal.aborted || (await show(model.data[this.mimeType], saved.node, signal)) || signal.aborted) return;
    if (PICTURE in model.data) {
      const picture = this.rendermime.createRenderer(PICTURE);
      this.addWidget(picture);
      await picture.renderModel(model);
    }
  }

  override dispose(): void {
    this.shown.abort();
    super.dispose();
  }

  private async handOver(model: IRenderMime.IMimeModel, signal: AbortSignal): Promise<void> {
    const running = await this.kernel?.laterRenderer(model, signal);
    if (!running) return;
    await running.renderModel(model); // unseen, so that nothing flickers
    if (signal.aborted) return running.dispose();
    this.begin();
    this.addWidget(running);
  }

  /** Clear what is shown. */
  private begin(): AbortController {
    this.shown.abort();
    this.shown = new AbortController();
    for (const widget of [...this.widgets]) widget.dispose();
    return this.shown;
  }
}
