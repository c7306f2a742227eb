import { html, setAttributes, setText, svg } from "../base/dom";
import { number, short } from "../base/format";
import type { RaceFrame } from "../engine/race";
import type { Racer } from "../model/race";

/** How large the chart of a series is, in pixels. */
const CHART = { width: 120, height: 26 };

/** How the followed method stands at its step: what its model misses, the numbers that it goes by, and a series of them. */
export class Standing {
  readonly element = html("div", { class: "hw-caption hw-standing" });
  private readonly sentence = html("span");
  private readonly line = svg("path", { class: "hw-series" });
  private readonly chart = svg("svg", { viewBox: `0 0 ${CHART.width} ${CHART.height}`, ...CHART, "aria-hidden": "true" }, this.line);

  constructor(private readonly racers: readonly Racer[]) {
    this.element.append(this.sentence, this.chart);
  }

  draw({ followed, at, microscope, next, gauges, series }: RaceFrame): void {
    const racer = this.racers[followed];
    const known = [...series].filter((x) => x > 0 && Number.isFinite(x));
    const parts = [microscope ? `B: what ${racer.title} takes for H at step ${at}` : `${racer.title} at step ${at}`];
    if (microscope && Number.isFinite(microscope.residual)) parts.push(`secant residual ${short(microscope.residual, 2)}: it misses the last change of ∇f by that share`);
    racer.gauges.forEach((name, k) => parts.push(`${name} ${number(gauges[k], 3)}`));
    const trials = next ? [...next.trialValues.keys()].filter((k) => Number.isFinite(next.trials[k * next.proposed.length])) : [];
    if (trials.length) parts.push(`it tries ${trials.length === 1 ? "a point" : `${trials.length} points`} for the next step, and ${trials.some((k) => next!.accepted[k] > 0) ? "takes" : "refuses"} ${trials.length === 1 ? "it" : "the last"}`);
    if (known.length > 1) parts.push(`${racer.series} ${short(known[0], 2)} to ${short(known[known.length - 1], 2)} in ${known.length - 1} inner steps`);
    setText(this.sentence, parts.join("; "));
    setAttributes(this.chart, { hidden: known.length < 2 });
    if (known.length > 1) setAttributes(this.line, { d: logLine(known) });
  }
}

/** A line through positive numbers, upright by their logarithms. */
function logLine(heights: readonly number[]): string {
  const logs = heights.map(Math.log);
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  const { width, height } = CHART;
  const places = logs.map((log, k) => [2 + (k * (width - 4)) / (logs.length - 1), 3 + ((high - log) / (high - low || 1)) * (height - 6)]);
  return `M${places.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;
}
