import { svg, join, setAttributes } from "../../../base/dom";
import { short } from "../../../base/format";
import type { Theme } from "../../../base/theme";
import type { BasinMap } from "../../../engine/basins";
import type { End, EndMap } from "../../../engine/ends";
import { DIVERGED, ELSEWHERE, STOPPED } from "../../../engine/outcomes";
import { BasinColours, paint } from "../../basin_image";
import { shapeOf } from "../../glyph";
import { MARK } from "../../legend";
import { type Mark, SAMPLE, areaMark } from "../../marks";
import { Contours } from "../contours";
import { type ChartLayer, type PaintedLayer, placeOf } from "../layer";
import type { RacePicture } from "./race";

export interface BasinsPicture extends RacePicture {
  /** Where paths of the method that is followed end, if that is to be shown. */
  basins: BasinMap | null;
}

/** Of more ends than this the legend names only those where most paths end. */
const NAMED = 9;

const REST: Readonly<Record<number, Mark>> = {
  [STOPPED]: areaMark("basin stopped", "stopped", "a path from here has not converged when its steps are used up, or stands still", "hw-basin-stopped"),
  [DIVERGED]: areaMark("basin diverged", "diverged", "on a path from here f, its gradient or a step is not finite", "hw-basin-diverged", true),
  [ELSEWHERE]: areaMark("basin elsewhere", "other ends", "a path from here ends at one of more points than are told apart", "hw-basin-elsewhere"),
};

/** A sample of a map: so many places, of so many pixels each. */
const [COLUMNS, ROWS, CELL] = [6, 5, 2];
const NONE = { counts: new Map<number, number>(), total: 1 };

/** In the place of the function's bands, where each start ends; with its contours. */
export const basins: PaintedLayer<BasinsPicture> = {
  name: "hw-basins-map",
  dependsOn: ({ basins, frame, theme }) => [basins?.outcomes.version, frame.landscape, theme],
  isEmpty: ({ basins }) => basins === null,
  draw(context, { box }, { basins, frame, theme }) {
    paint(context, basins!, theme, box.left, box.top, box.width, box.height);
    const { levels, values, grids } = frame.landscape;
    const contours = new Contours(values, grids[0].length, grids[1].length);
    context.strokeStyle = theme.text;
    context.lineWidth = 0.6;
    context.globalAlpha = 0.28;
    for (const level of levels) {
      contours.trace(context, level, box);
      context.stroke();
    }
  },
  marks: (_, { basins, theme }) => marksOfOutcomes(basins!, theme),
};

/** The ends where most paths end, what the tones mean, and what else becomes of paths. */
export function marksOfOutcomes({ outcomes, table }: EndMap, theme: Theme): Mark[] {
  const { counts, total, least, most } = outcomes.tally();
  const colours = new BasinColours(theme);
  const seen = [...counts].filter(([end]) => end >= 0).sort((one, other) => other[1] - one[1]);
  const named = seen.slice(0, NAMED).map(([end, count]) => endMark(table.list[end], count / total, colours));
  const rest = [STOPPED, DIVERGED, ELSEWHERE].filter((end) => counts.has(end)).map((end) => REST[end]);
  return [...named, ...(seen.length ? [stepsMark(least, most, colours)] : []), ...rest];
}

/** The ends themselves, by the signs of their classes. */
export const basinEnds: ChartLayer<BasinsPicture> = {
  name: "hw-basin-ends",
  dependsOn: ({ basins, theme }) => [basins?.outcomes.version, theme],
  draw(context, scales, { basins, theme }) {
    const { counts, total } = basins?.outcomes.tally() ?? NONE;
    const ends = (basins?.table.list ?? []).map((end, k) => ({ end, count: counts.get(k) ?? 0 })).filter(({ count }) => count > 0);
    const { name } = new BasinColours(theme);
    const make = () => svg("g", {}, svg("circle", { r: 7.5, class: "hw-basin-end" }), svg("path", { class: "hw-glyph-path", transform: "scale(5)" }));
    join(context, ends.length, make).forEach((group, k) => {
      const { end, count } = ends[k];
      const [x, y] = placeOf(scales, end.point, NaN);
      setAttributes(group, { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, "data-label": end.label, [MARK]: keyOf(end, count / total, name) });
      setAttributes(group.lastElementChild!, { d: end.label ? shapeOf(end.label) : "M0 0" });
    });
  },
};

function keyOf(end: End, share: number, theme: string): string {
  return `basin ${end.hue} ${end.place} ${percent(share)} ${theme}`;
}

export function percent(share: number): string {
  return `${short(100 * share, 2)} %`;
}

function endMark(end: End, share: number, colours: BasinColours): Mark {
  const meaning = `paths from where this is end in ${end.label ? `this ${end.label}` : "this point"}: ${percent(share)} of the starts`;
  const middle = SAMPLE.height / 2;
  const sign = () => svg("path", { class: "hw-glyph-path", d: shapeOf(end.label!), transform: `translate(${SAMPLE.width - middle} ${middle}) scale(5)` });
  const sample = () => svg("g", { "data-label": end.label }, tones(end.hue, [0.4], colours, 0), ...(end.label ? [sign()] : []));
  return { key: keyOf(end, share, colours.name), name: end.place, meaning, sample };
}

function stepsMark(least: number, most: number, colours: BasinColours): Mark {
  const meaning = "the darker, the more steps a path takes until it has converged";
  return { key: `basin steps ${least} ${most} ${colours.name}`, name: least === most ? `${most} steps` : `${least} to ${most} steps`, meaning, sample: () => tones(0, [0, 0.5, 1], colours, 5) };
}

/** A few tones of an end, with its texture, so far from the left. */
function tones(hue: number, shares: readonly number[], colours: BasinColours, left: number): SVGElement {
  const texture = colours.texture(hue);
  const cells: SVGElement[] = [];
  for (let i = 0; i < COLUMNS; i++) {
    for (let j = 0; j < ROWS; j++) {
      const share = shares[Math.floor((i * shares.length) / COLUMNS)];
      const fill = `rgb(${colours.at(hue, share, texture(i, j)).map(Math.round).join()})`;
      cells.push(svg("rect", { x: left + CELL * i, y: 2 + CELL * (ROWS - 1 - j), width: CELL, height: CELL, "shape-rendering": "crispEdges", fill }));
    }
  }
  return svg("g", {}, ...cells);
}
