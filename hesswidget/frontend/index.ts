/** The bundle: an anywidget for notebooks, and what draws explorers that were saved into an output or a page. */
import type { AnyModel, RenderProps } from "@anywidget/types";
import type { ProgramsTrait } from "./engine/library";
import { isOfAJob, mountJob } from "./measured";
import { mount } from "./mount";
import { unpack } from "./saved/unpack";

export { show, showAll } from "./saved";

async function render({ model, el, signal }: RenderProps & { signal: AbortSignal }): Promise<void> {
  if (isOfAJob(model.get("_view"))) return mountJob(model, el, signal);
  const programs = await programsOf(model);
  if (!signal.aborted) mount(model, programs, el, signal, undefined, () => programsOf(model));
}

/** The programs that come with a widget, of which all but the numbers is packed; null where there are none. */
async function programsOf(model: AnyModel): Promise<ProgramsTrait | null> {
  const { packed, ...pools } = model.get("_programs");
  return packed === undefined ? null : { ...((await unpack(packed)) as ProgramsTrait), ...pools };
}

export default { render };
