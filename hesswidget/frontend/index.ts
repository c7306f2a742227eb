/** The bundle: an anywidget for notebooks, and what draws explorers that were saved into an output or a page. */
import type { RenderProps } from "@anywidget/types";
import { mount } from "./mount";

export { show, showAll } from "./saved";

function render({ model, el, signal }: RenderProps & { signal: AbortSignal }): void {
  mount(model, el, signal);
}

export default { render };
