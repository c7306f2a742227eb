import type { CriticalPoint } from "../questions/critical_points";
import type { Definiteness } from "../engine/definiteness";
import type { Frame, Wire } from "../engine/frame";
import { number } from "../base/format";
import type { Path } from "../questions/separatrices";
import type { Theme } from "../base/theme";

/** What the pointer or the keyboard rests on; it lights up in every panel. */
export type Focus =
  | { kind: "eigen"; i: number }
  | { kind: "cell"; i: number; j: number }
  /** An entry of the Hessian in its eigenbasis. */
  | { kind: "pair"; i: number; j: number }
  | null;

/** The eigenvectors in focus, by their places. */
export function eigenOf(focus: Focus): number[] {
  if (focus?.kind === "eigen") return [focus.i];
  return focus?.kind === "pair" ? [focus.i, focus.j] : [];
}

/** What a panel draws. */
export interface Picture {
  frame: Frame;
  /** The parameters that it is of. */
  parameters: Record<string, Wire>;
  theme: Theme;
  focus: Focus;
  /** The names of the coordinates. */
  names: string[];
  /** The critical points that are known. */
  critical: readonly CriticalPoint[];
  /** Some of those that are not isolated. */
  gutters: readonly Float64Array[];
  /** Paths of steepest descent from the saddles, if they are to be shown. */
  paths: readonly Path[];
  /** Where the Hessian is definite, if that is to be shown. */
  definiteness: Definiteness | null;
}

export interface Panel {
  readonly element: HTMLElement;
  /** Read the sizes that `draw` goes by. Drawing itself reads none, so that the page is laid out once per picture. */
  resize(): void;
  draw(picture: Picture): void;
}

/** A critical point in a sentence. */
export function placeInWords({ label, kind, point, value }: CriticalPoint, names: readonly string[]): string {
  const place = [...point].map((x, i) => `${names[i]} = ${number(x)}`).join(", ");
  return `${label}${kind && kind !== label ? ` (${kind})` : ""} at ${place}; f = ${number(value)}`;
}

/** What an eigenvalue counts as, by the threshold that the label was judged with. */
export function signOf(eigenvalue: number, { zeroThreshold }: Frame): "positive" | "zero" | "negative" {
  if (Math.abs(eigenvalue) <= zeroThreshold) return "zero";
  return eigenvalue > 0 ? "positive" : "negative";
}

/** Which eigenvectors are drawn in the landscape: those of the extreme eigenvalues and the one in focus. */
export function drawnEigenvectors(n: number, focus: Focus): number[] {
  return [...new Set([0, n - 1, ...eigenOf(focus).filter((k) => k < n)])];
}

/** Fit a canvas to a size in CSS pixels, sharp on this screen, and return its cleared context. */
export function fitted(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

/** Diagonal lines for what is not finite. */
export function hatch(context: CanvasRenderingContext2D, colour: string): CanvasPattern | null {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = tile.getContext("2d");
  if (!pen) return null;
  pen.strokeStyle = colour;
  pen.beginPath();
  for (const shift of [-8, 0, 8]) {
    pen.moveTo(shift, 8);
    pen.lineTo(shift + 8, 0);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat");
}
