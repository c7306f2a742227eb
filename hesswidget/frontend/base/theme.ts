import { rgb } from "d3-color";
import { interpolateLab } from "d3-interpolate";

/** The colours of the notebook's present theme, for what is painted on a canvas. */
export interface Theme {
  surface: string;
  text: string;
  muted: string;
  accent: string;
  positive: string;
  negative: string;
  /** Diverging: −1 is the strongest negative, 0 the surface, 1 the strongest positive; 511 entries of r, g, b. */
  diverging: Uint8ClampedArray;
  /** Sequential, for heights: from 0, the lowest, to 1. */
  height: (share: number) => string;
}

const DIVERGING_STEPS = 255;

/** Whether the page is dark: the notebook's own word first, then the reader's preference. */
export function isDark(): boolean {
  const body = document.body;
  if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false";
  if (body.dataset.vscodeThemeKind) return body.dataset.vscodeThemeKind.includes("dark");
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  if (scheme === "dark" || scheme === "light") return scheme === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Read the theme that the stylesheet sets on `root`. */
export function read(root: HTMLElement): Theme {
  const style = getComputedStyle(root);
  const colour = (name: string) => style.getPropertyValue(`--hw-${name}`).trim() || "#888";
  const towards = (name: string) => interpolateLab(colour("zero"), colour(name));
  const negative = towards("negative");
  const positive = towards("positive");
  const diverging = new Uint8ClampedArray((2 * DIVERGING_STEPS + 1) * 3);
  for (let k = -DIVERGING_STEPS; k <= DIVERGING_STEPS; k++) {
    const share = Math.abs(k) / DIVERGING_STEPS;
    diverging.set(channels(k < 0 ? negative(share) : positive(share)), (k + DIVERGING_STEPS) * 3);
  }
  return {
    surface: colour("surface"),
    text: colour("text"),
    muted: colour("muted"),
    accent: colour("accent"),
    positive: colour("positive"),
    negative: colour("negative"),
    diverging,
    height: interpolateLab(colour("low"), colour("high")),
  };
}

/** Call `listener` when the theme may have changed. */
export function observe(listener: () => void, signal: AbortSignal): void {
  const observer = new MutationObserver(listener);
  const attributeFilter = ["data-jp-theme-light", "data-jp-theme-name", "data-vscode-theme-kind", "data-theme", "class", "style"];
  observer.observe(document.body, { attributes: true, attributeFilter });
  observer.observe(document.documentElement, { attributes: true, attributeFilter });
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", listener, { signal });
  signal.addEventListener("abort", () => observer.disconnect());
}

/** Red, green and blue of a diverging colour; `share` from −1 to 1. */
export function divergingColour(theme: Theme, share: number): [number, number, number] {
  const at = 3 * (DIVERGING_STEPS + Math.round(Math.max(-1, Math.min(1, share)) * DIVERGING_STEPS));
  return [theme.diverging[at], theme.diverging[at + 1], theme.diverging[at + 2]];
}

/** Black or white, whichever is read more easily on a colour (relative luminance, WCAG 2). */
export function inkOn([r, g, b]: [number, number, number]): string {
  const linear = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  return luminance > 0.19 ? "#14171c" : "#ffffff";
}

/** Red, green and blue of a colour as CSS writes it, from 0 to 255; of a translucent one as it looks on a `ground`. */
export function channels(css: string, ground = css): [number, number, number] {
  const [over, under] = [rgb(css), rgb(ground)];
  const mixed = (one: number, other: number) => over.opacity * one + (1 - over.opacity) * other;
  return [mixed(over.r, under.r), mixed(over.g, under.g), mixed(over.b, under.b)];
}
