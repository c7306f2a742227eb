/** Maps of basins as pictures: hue and texture by where a path ends, lightness by how many steps it takes. */
import { hcl } from "d3-color";
import appearance from "../../appearance.json";
import type { EndMap } from "../engine/ends";
import { DIVERGED, type Outcomes, SIDE, STOPPED, UNKNOWN } from "../engine/outcomes";
import { html } from "../base/dom";
import { type Theme, channels } from "../base/theme";
import { hatch } from "./canvas";

type Rgb = readonly [number, number, number];

/** Levels of lightness that are told apart. */
const LEVELS = 24;
/** How light few steps are, and many. */
const LIGHTNESS: Readonly<Record<"light" | "dark", readonly [number, number]>> = { light: [90, 38], dark: [80, 26] };
/** Of the two tones of a texture, the second is darker by so much. */
const DARKER = 8;

/** Which places of the finest grid are of a texture's second tone. */
const TEXTURES: Readonly<Record<string, (i: number, j: number) => boolean>> = {
  plain: () => false,
  rising: (i, j) => (((i - j) % 8) + 8) % 8 < 2,
  falling: (i, j) => (i + j) % 8 < 2,
  dotted: (i, j) => i % 4 < 2 && j % 4 < 2,
};

/** What a map looks like in a theme. */
export class BasinColours {
  private readonly tones = new Map<number, readonly (readonly [Rgb, Rgb])[]>();
  private readonly range: readonly [number, number];
  /** Which colours they are. */
  readonly name: "light" | "dark";
  private readonly stopped: Rgb;
  private readonly elsewhere: Rgb;

  constructor(theme: Theme) {
    const [r, g, b] = channels(theme.surface);
    this.name = r + g + b > 384 ? "light" : "dark";
    this.range = LIGHTNESS[this.name];
    const [dark, light] = [channels(theme.muted), channels(theme.surface)];
    const mixed = (share: number): Rgb => [0, 1, 2].map((k) => share * dark[k] + (1 - share) * light[k]) as unknown as Rgb;
    this.stopped = mixed(0.45);
    this.elsewhere = mixed(0.85);
  }

  /** The colour of an end's place; `share` says how many steps it takes, 0 the least, 1 the most. */
  at(hue: number, share: number, isSecond: boolean): Rgb {
    return this.of(hue)[levelOf(share)][isSecond ? 1 : 0];
  }

  texture(hue: number): (i: number, j: number) => boolean {
    return TEXTURES[lookOf(hue).texture];
  }

  /** The two tones of an end at each level. */
  of(hue: number): readonly (readonly [Rgb, Rgb])[] {
    let tones = this.tones.get(hue);
    if (tones) return tones;
    const look = lookOf(hue);
    const [few, many] = this.range;
    const tone = (l: number): Rgb => {
      const { r, g, b } = hcl(look.hue, look.chroma * Math.min(1, (110 - l) / 50, (l + 12) / 50), l).rgb().clamp();
      return [r, g, b];
    };
    tones = Array.from({ length: LEVELS }, (_, k) => {
      const l = few + ((many - few) * k) / (LEVELS - 1);
      return [tone(l), tone(l - DARKER)] as const;
    });
    this.tones.set(hue, tones);
    return tones;
  }

  /** What is painted where paths do not end at a point that is told from others. */
  rest(end: number): Rgb {
    return end === STOPPED ? this.stopped : this.elsewhere;
  }
}

function levelOf(share: number): number {
  return Math.min(LEVELS - 1, Math.max(0, Math.round(share * (LEVELS - 1))));
}

function lookOf(hue: number): (typeof appearance.ends)[number] {
  return appearance.ends[hue % appearance.ends.length];
}

/** How far a number of steps is from few to many, by its logarithm. */
export function shareOfSteps(steps: number, few: number, many: number): number {
  const from = Math.log1p(few);
  return many > few ? (Math.log1p(steps) - from) / (Math.log1p(many) - from) : 0;
}

/** Paint a map into a box; where paths diverge it is hatched. */
export function paint(context: CanvasRenderingContext2D, map: EndMap, theme: Theme, left: number, top: number, width: number, height: number): void {
  const image = imageOf(map, new BasinColours(theme));
  if (!image) return;
  context.fillStyle = theme.surface;
  context.fillRect(left, top, width, height);
  context.fillStyle = hatch(context, theme.text) ?? theme.muted;
  context.fillRect(left, top, width, height);
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.imageSmoothingEnabled = false;
  // Each place is in the middle of its cell, the outermost on the edge.
  const [cell, row] = [width / (SIDE - 1), height / (SIDE - 1)];
  context.drawImage(image, left - cell / 2, top - row / 2, SIDE * cell, SIDE * row);
  context.restore();
}

/** Maps as they were painted last: one is drawn in the landscape and beside the others. */
const painted = new WeakMap<Outcomes, { key: string; image: HTMLCanvasElement }>();

function imageOf({ outcomes, table }: EndMap, colours: BasinColours): HTMLCanvasElement | null {
  const key = `${outcomes.version} ${colours.name}`;
  const before = painted.get(outcomes);
  if (before?.key === key) return before.image;
  const image = before?.image ?? html("canvas", { width: SIDE, height: SIDE });
  const pen = image.getContext("2d");
  if (!pen) return null;
  const pixels = pen.createImageData(SIDE, SIDE);
  fillIn(pixels.data, outcomes, table.list.map(({ hue }) => hue), colours);
  pen.putImageData(pixels, 0, 0);
  painted.set(outcomes, { key, image });
  return image;
}

/** Write the pixels, from the uppermost row down; transparent where what is below shows through. */
function fillIn(pixels: Uint8ClampedArray, outcomes: Outcomes, hues: readonly number[], colours: BasinColours): void {
  const { most, few, many } = outcomes.tally();
  const looks = hues.map((hue) => ({ tones: colours.of(hue), isSecond: colours.texture(hue) }));
  const levels = Uint8Array.from({ length: most + 1 }, (_, steps) => levelOf(shareOfSteps(steps, few, many)));
  let at = 0;
  for (let j = SIDE - 1; j >= 0; j--) {
    for (let i = 0; i < SIDE; i++, at += 4) {
      const place = outcomes.speaker(i, j);
      const end = outcomes.ends[place];
      if (end === DIVERGED || end === UNKNOWN) continue;
      const look = looks[end];
      const [r, g, b] = look ? look.tones[levels[outcomes.steps[place]] ?? 0][look.isSecond(i, j) ? 1 : 0] : colours.rest(end);
      pixels[at] = r;
      pixels[at + 1] = g;
      pixels[at + 2] = b;
      pixels[at + 3] = 255;
    }
  }
}
