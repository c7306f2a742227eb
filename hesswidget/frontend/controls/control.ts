import type { ParameterValue } from "../model/parameters";

/** A value that means something beside those that a slider has. */
export interface SliderMark {
  readonly value: number;
  readonly title: string;
  /** Whether something ends there, or is best. */
  readonly kind: "limit" | "best";
  /** The path whose it is, by its number. */
  readonly racer: number;
}

/** A control on the page: its element, and how to show a value that came from elsewhere. */
export interface ControlView {
  element: HTMLElement;
  show(value: ParameterValue): void;
  /** Mark values along a slider. */
  mark?(marks: readonly SliderMark[]): void;
}
