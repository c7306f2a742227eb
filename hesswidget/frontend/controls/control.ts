import type { ParameterValue } from "../model/parameters";

/** A control on the page: its element, and how to show a value that came from elsewhere. */
export interface ControlView {
  element: HTMLElement;
  show(value: ParameterValue): void;
}
