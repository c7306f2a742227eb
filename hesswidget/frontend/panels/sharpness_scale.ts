/** How high sharpness is drawn beside the threshold of its method. Twin of hesswidget/figures/panels/sharpness.py. */
import appearance from "../../appearance.json";

/** Of the highest value, up to where its axis goes; */
export const MARGIN = 1.08;
/** and how far below the lowest a logarithmic one goes. */
const FOOT = 1.5;

/** From where to where an axis goes, and whether it is logarithmic. */
export interface Heights {
  low: number;
  high: number;
  isLogarithmic: boolean;
}

/** On what axis the sharpness that was measured along each path, thresholds, and what is drawn besides, are all readable. */
export function sharpnessHeights(along: readonly Float64Array[], edges: readonly Float64Array[], beside: readonly Float64Array[]): Heights {
  const { ceiling, apart, below } = appearance.sharpness;
  const measured = along.map((values) => extremes([values]));
  const all = extremes([...along, ...edges, ...beside]);
  const high = MARGIN * Math.min(all.high, ceiling * extremes(edges).high || Infinity) || 1;
  const peaks = measured.filter((each) => each.high > 0).map((each) => Math.min(each.high, high));
  const least = Math.min(...peaks);
  if (least * apart < high) return { low: Math.max(all.positive, least / below) / FOOT, high, isLogarithmic: true };
  return { low: MARGIN * Math.max(all.low, -high), high, isLogarithmic: false };
}

/** The lowest and the highest finite value, 0 among them, and the lowest that is positive. */
export function extremes(rows: readonly Float64Array[]): { low: number; high: number; positive: number } {
  let [low, high, positive] = [0, 0, Infinity];
  for (const values of rows) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
      if (value > 0) positive = Math.min(positive, value);
    }
  }
  return { low, high, positive };
}
