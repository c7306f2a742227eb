import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Panel, Widget } from "@lumino/widgets";
import { RunningWidgets } from "./running_widgets";

const PICTURE = "image/png"; // what stands in for a saved explorer that cannot be drawn

/** An explorer's output: the running widget where there is one, else the saved explorer, live without a kernel. */
export class SavedOutput extends Panel implements IRenderMime.IRenderer {
  private shown = new AbortController();
  /** What is shown is this running widget. */
  private running: unknown = null;

  constructor(
    private readonly mimeType: string,
    private readonly rendermime: IRenderMimeRegistry,
    private readonly kernel: RunningWidgets | null,
  ) {
    super();
    this.addClass("hesswidget-output");
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    // What a running widget is saved as may change; it shows that itself, and somebody may hold one of its sliders.
    if (this.running !== null && this.running === RunningWidgets.idOf(model)) return;
    const signal = this.begin();
    if (this.adopt(await this.kernel?.find(model), RunningWidgets.idOf(model), signal) || signal.aborted) return;
    void this.handOver(model, signal);
    const saved = new Widget();
    this.addWidget(saved);
    const { show } = await import("./bundle");
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
    this.adopt(await this.kernel?.findLater(model, signal), RunningWidgets.idOf(model), signal);
  }

  /** Show a running widget in the place of everything else, unless something new is shown meanwhile. */
  private adopt(running: Widget | null | undefined, id: unknown, signal: AbortSignal): boolean {
    if (!running) return false;
    if (signal.aborted) {
      running.dispose();
      return false;
    }
    this.begin();
    this.running = id;
    this.addWidget(running);
    return true;
  }

  /** Clear what is shown. The signal tells when the next is. */
  private begin(): AbortSignal {
    this.running = null;
    this.shown.abort();
    this.shown = new AbortController();
    for (const widget of [...this.widgets]) widget.dispose();
    return this.shown.signal;
  }
}
