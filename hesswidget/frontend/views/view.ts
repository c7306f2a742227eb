import type { AnyModel } from "@anywidget/types";
import type { Theme } from "../base/theme";
import type { Frame, Request } from "../engine/frame";
import type { Library } from "../engine/library";
import type { Link } from "../engine/link";
import type { ParameterValues } from "../model/parameters";
import type { Problem, State } from "../model/state";

/** What the shell has for a view. */
export interface Context {
  model: AnyModel;
  state: State;
  /** Whom to ask for what the page does not compute. */
  link: Link;
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
  /** Show another frame in the place of one, if that is still shown. */
  replace(frame: Frame, other: Frame): void;
}

/** What has been computed, and for which request. */
export interface Shown {
  frame: Frame;
  request: Request;
}

/** What an explorer shows above its sliders. */
export interface View {
  /** From top to bottom. */
  readonly elements: readonly HTMLElement[];
  /** About how long it takes to paint one value of a plane, in milliseconds. */
  readonly painting: number;
  /** What to ask an engine for. */
  request(point: Float64Array, parameters: ParameterValues, isMoving: boolean): Request;
  /** Compute with what was recorded; null where nothing was. */
  use(library: Library | null): void;
  /** Something moves. */
  moved(): void;
  /** The engine has answered. */
  arrived(shown: Shown): void;
  /** Nothing moves, and the picture is whole: time for what takes longer. */
  rested(shown: Shown): void;
  /** Read the sizes that drawing goes by. */
  resize(): void;
  draw(shown: Shown, theme: Theme): void;
  /** Tell those who do not see it what is shown, once it is at rest. */
  announce(shown: Shown): void;
  /** Say a sentence, such as why there is no picture; none takes it back. */
  say(sentence: string): void;
  /** Say in a few words where the numbers come from, and why. */
  showEngine(text: string, reason: string, isStrange: boolean): void;
}

/** One kind of explorer. Twin of the file of the same name in hesswidget/explorers. */
export interface ViewKind {
  readonly kind: string;
  /** The traits that this kind alone has, and how each is read where it was saved. */
  readonly traits: Readonly<Record<string, (found: unknown, problem: Problem) => unknown>>;
  build(context: Context): View;
}
