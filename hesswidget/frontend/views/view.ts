import type { AnyModel } from "@anywidget/types";
import type { Theme } from "../base/theme";
import type { SliderMark } from "../controls/control";
import type { Computation } from "../engine/computation";
import type { Computed, Request } from "../engine/engine";
import type { Library } from "../engine/library";
import type { Link } from "../engine/link";
import type { Problem, State } from "../model/state";
import type { StatusLine } from "../panels/status_line";

/** What the shell has for a view. */
export interface Context {
  model: AnyModel;
  state: State;
  /** Whom to ask for what the page does not compute. */
  link: Link;
  /** The line above the view. */
  status: StatusLine;
  /** The element around everything: its data attributes say what is shown. */
  root: HTMLElement;
  /** The view is not needed any more. */
  signal: AbortSignal;
  /** Draw at the next display frame. */
  redraw(): void;
  /** Ask for the picture of the present state at its finest, though nothing has moved. */
  refresh(): void;
  /** Say something until something moves. */
  remark(sentence: string): void;
  /** Have sliders for these coordinates, where there are too many for a slider each. */
  showSliders(coordinates: readonly number[]): void;
  /** Mark values along a parameter's slider. */
  markParameter(name: string, marks: readonly SliderMark[]): void;
  /** Show something else in the place of what was computed, if that is still shown. */
  replace<C extends Computed>(computed: C, other: C): void;
}

/** What has been computed, and for which request. */
export interface Shown<R extends Request = Request, C extends Computed = Computed> {
  computed: C;
  request: R;
}

/** What an explorer shows about its sliders. */
export interface View<R extends Request = Request, C extends Computed = Computed> {
  /** Above the sliders, from top to bottom, */
  readonly elements: readonly HTMLElement[];
  /** and below them. */
  readonly footer?: readonly HTMLElement[];
  /** What engines compute for it. */
  readonly computation: Computation<R, C>;
  draw(shown: Shown<R, C>, theme: Theme): void;
  /** What to ask an engine for, where that is more than the state. */
  request?(state: Request): R;
  /** Compute besides with what was recorded; null where nothing was. */
  use?(library: Library | null): void;
  /** Something moves. */
  moved?(): void;
  /** The engine has answered. */
  arrived?(shown: Shown<R, C>): void;
  /** Nothing moves, and the picture is whole: time for what takes longer. */
  rested?(shown: Shown<R, C>): void;
  /** Read the sizes that drawing goes by. */
  resize?(): void;
  /** Tell those who do not see it what is shown, once it is at rest. */
  announce?(shown: Shown<R, C>): void;
}

/** One kind of explorer. Twin of the file of the same name in hesswidget/explorers. */
export interface ViewKind {
  readonly kind: string;
  /** The traits that this kind alone has, and how each is read where it was saved. */
  readonly traits: Readonly<Record<string, (found: unknown, problem: Problem) => unknown>>;
  /** What it asks for and what it is answered is its own affair. */
  build(context: Context): View<any, any>;
}
