import { rgb } from "d3-color";
import { interpolateLab } from "d3-interpolate";
import appearance from "../../appearance.json";

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
  /** What it was read from: themes are the same where this is. */
  key: string;
}

type Rgb = [number, number, number];

const DIVERGING_STEPS = 255;
const [DARK, LIGHT] = appearance.inks;
/** On this brightness both inks have the same contrast. */
const EVEN = Math.sqrt(brightness(channels(DARK)) * brightness(channels(LIGHT)));

/** Whether the page is dark: the notebook's own word first, then the reader's preference. */
export function isDark(): boolean {
  const body = document.body;
  if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false";
  if (body.dataset.vscodeThemeKind) return body.dataset.vscodeThemeKind.includes("dark");
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  if (scheme === "dark" || scheme === "light") return scheme === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

const COLOURS = ["surface", "text", "muted", "accent", "positive", "negative", "zero", "low", "high"] as const;

/** Read the theme that the stylesheet sets on `root`; the one before, where that is still the same. */
export function read(root: HTMLElement, before: Theme | null): Theme {
  const style = getComputedStyle(root);
  const colours = Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--hw-${name}`).trim() || "#888"]));
  const key = Object.values(colours).join(" ");
  if (key === before?.key) return before;
  const colour = (name: (typeof COLOURS)[number]) => colours[name];
  const towards = (name: "positive" | "negative") => interpolateLab(colour("zero"), colour(name));
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
    key,
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
export function divergingColour(theme: Theme, share: number): Rgb {
  const at = 3 * (DIVERGING_STEPS + Math.round(Math.max(-1, Math.min(1, share)) * DIVERGING_STEPS));
  return [theme.diverging[at], theme.diverging[at + 1], theme.diverging[at + 2]];
}

/** Dark or white, whichever has the larger contrast to a colour (WCAG 2). */
export function inkOn(ground: Rgb): string {
  return brightness(ground) > EVEN ? DARK : LIGHT;
}

/** Relative luminance with the stray light that WCAG 2 adds: contrast is the ratio of two of these. */
function brightness(colour: Rgb): number {
  const [r, g, b] = colour.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
}

/** Red, green and blue of a colour as CSS writes it, from 0 to 255; of a translucent one as it looks on a `ground`. */
export function channels(css: string, ground = css): Rgb {
  const [over, under] = [rgb(css), rgb(ground)];
  const mixed = (one: number, other: number) => over.opacity * one + (1 - over.opacity) * other;
  return [mixed(over.r, under.r), mixed(over.g, under.g), mixed(over.b, under.b)];
}
