/** The widgets that a notebook's kernel has at present. */
import type { ISessionContext } from "@jupyterlab/apputils";
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";

const MIME_TYPE = "application/vnd.jupyter.widget-view+json";
const FIRST_WAIT = 50; // ms, then twice as long each time
const LAST_WAIT = 6400;

export class RunningWidgets {
  constructor(
    private readonly session: ISessionContext,
    private readonly rendermime: IRenderMimeRegistry,
    /** The application's, of which a notebook's is a copy. */
    private readonly general: IRenderMimeRegistry,
  ) {}

  /** A renderer of the running widget that an output shows; nothing where the kernel has no such widget. */
  renderer(model: IRenderMime.IMimeModel): IRenderMime.IRenderer | null {
    const id = (model.data[MIME_TYPE] as { model_id?: unknown } | undefined)?.model_id;
    const kernel = this.session.session?.kernel;
    if (!model.trusted || typeof id !== "string" || !kernel?.hasComm(id) || !this.managed) return null;
    return this.rendermime.createRenderer(MIME_TYPE);
  }

  /** The same, for an output that was opened before its kernel was reached: the first that comes within seconds. */
  async laterRenderer(model: IRenderMime.IMimeModel, signal: AbortSignal): Promise<IRenderMime.IRenderer | null> {
    if (!model.trusted || !(MIME_TYPE in model.data)) return null;
    await this.session.ready;
    for (let wait = FIRST_WAIT; wait <= LAST_WAIT && !signal.aborted; wait *= 2) {
      const renderer = this.renderer(model);
      if (renderer) return renderer;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    return null;
  }

  /**
   * Whether ipywidgets has a manager for this notebook. It then replaces its factory; renderers that the one before made
   * wait for a manager where ipywidgets does not look for them.
   */
  private get managed(): boolean {
    const present = this.rendermime.getFactory(MIME_TYPE);
    return present !== undefined && present !== this.general.getFactory(MIME_TYPE);
  }
}
