/** The bundle: an anywidget for notebooks, and what draws explorers that were saved into an output or a page. */
import type { RenderProps } from "@anywidget/types";
import { Explorer } from "./explorer";

export { show, showAll } from "./saved";

function render({ model, el, signal }: RenderProps & { signal: AbortSignal }): void {
  new Explorer(model, signal).attach(el);
}

export default { render };
