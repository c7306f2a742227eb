/** The widgets that a notebook's kernel has at present. */
import type { ISessionContext } from "@jupyterlab/apputils";
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";

const MIME_TYPE = "application/vnd.jupyter.widget-view+json";
const FIRST_WAIT = 50; // ms, then twice as long each time
const LONGEST_WAIT = 1600;

export class RunningWidgets {
  constructor(
    private readonly session: ISessionContext,
    private readonly rendermime: IRenderMimeRegistry,
    /** The application's, of which a notebook's is a copy. */
    private readonly general: IRenderMimeRegistry,
  ) {}

  /** By what a kernel knows the widget of an output. */
  static idOf(model: IRenderMime.IMimeModel): unknown {
    return (model.data[MIME_TYPE] as { model_id?: unknown } | undefined)?.model_id ?? null;
  }

  /** The running widget of an output, drawn; nothing where the kernel has no such widget. */
  async find(model: IRenderMime.IMimeModel): Promise<IRenderMime.IRenderer | null> {
    const id = RunningWidgets.idOf(model);
    const kernel = this.session.session?.kernel;
    if (!model.trusted || typeof id !== "string" || !kernel?.hasComm(id) || !this.isManaged) return null;
    const renderer = this.rendermime.createRenderer(MIME_TYPE);
    await renderer.renderModel(model);
    for (const _view of renderer.children()) return renderer;
    renderer.dispose(); // it says that it has no model, which the manager may yet get from the kernel
    return null;
  }

  /** The same, as soon as there is one. The kernel may come late, be busy, or be another; nobody tells when it has the widget. */
  async findLater(model: IRenderMime.IMimeModel, signal: AbortSignal): Promise<IRenderMime.IRenderer | null> {
    if (!model.trusted || !(MIME_TYPE in model.data)) return null;
    for (let wait = FIRST_WAIT; !signal.aborted; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      const found = await this.find(model);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    return null;
  }

  /**
   * Whether ipywidgets has a manager for this notebook. It then replaces its factory; renderers that the one before made
   * wait for a manager where ipywidgets does not look for them.
   */
  private get isManaged(): boolean {
    const present = this.rendermime.getFactory(MIME_TYPE);
    return present !== undefined && present !== this.general.getFactory(MIME_TYPE);
  }
}
