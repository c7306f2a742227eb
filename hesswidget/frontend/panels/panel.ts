import type { Theme } from "../base/theme";
import type { Frame } from "../engine/frame";
import type { ParameterValues } from "../model/parameters";

/** What the pointer or the keyboard rests on; it lights up in every panel. */
export type Focus =
  | { kind: "eigen"; i: number }
  | { kind: "cell"; i: number; j: number }
  /** An entry of the Hessian in its eigenbasis. */
  | { kind: "pair"; i: number; j: number }
  /** Two blocks of variables. */
  | { kind: "blocks"; i: number; j: number }
  | null;

/** What every panel can draw; a panel that draws more says what. */
export interface Picture {
  frame: Frame;
  /** The parameters that it is of. */
  parameters: ParameterValues;
  theme: Theme;
  focus: Focus;
  /** The names of the coordinates. */
  names: readonly string[];
}

export interface Panel<P extends Picture = Picture> {
  readonly element: HTMLElement;
  /** Read the sizes that `draw` goes by. Drawing itself reads none, so that the page is laid out once per picture. */
  resize(): void;
  draw(picture: P): void;
}

/** The eigenvectors in focus, by their indices. */
export function eigenOf(focus: Focus): number[] {
  if (focus?.kind === "eigen") return [focus.i];
  return focus?.kind === "pair" ? [focus.i, focus.j] : [];
}
