import type { Wire } from "../engine/frame";

/** A control on the page: its element, and how to show a value that came from elsewhere. */
export interface ControlView {
  element: HTMLElement;
  show(value: Wire): void;
}
