import { scaleLinear, scaleLog } from "d3-scale";
import { Changes } from "../base/changes";
import { SUPPRESS_NOTEBOOK_SHORTCUTS, html, setAttributes, setText, svg } from "../base/dom";
import { draggable, stepsInPlane } from "../base/draggable";
import { onSteps } from "../base/format";
import { uniqueIdentifier } from "../base/identifier";
import { snapped, toSlider, valueAt } from "../base/steps";
import type { Theme } from "../base/theme";
import type { End } from "../engine/ends";
import type { Library } from "../engine/library";
import { DIVERGED, SIDE, STOPPED } from "../engine/outcomes";
import type { RaceRequest } from "../engine/race";
import { type Boundary, SweepMap } from "../engine/sweep";
import type { RangeControl, State } from "../model/state";
import { type Scale, axesOf, boxWithin, type Box } from "./axes";
import { BasinColours, paint, shareOfSteps } from "./basin_image";
import { cleared, hatch } from "./canvas";
import type { RacePicture } from "./landscape/layers/race";
import { marksOfOutcomes } from "./landscape/layers/basins";
import { Legend, MARK } from "./legend";
import { type Mark, lineMark } from "./marks";
import type { Panel } from "./panel";
import type { Race } from "../model/race";

const MARGIN = { left: 58, right: 14, top: 8, bottom: 36 };
const LIMIT: Mark = lineMark("limit", "limit of theory", "up to this rate the method comes to rest at the minimum where most of these paths end, if f were its quadratic model there", { class: "hw-limit" });

interface Surroundings {
  redraw(): void;
  remark(sentence: string): void;
  /** Ends that have colours already. */
  ends(): readonly End[];
}

/** Which hyperparameters have the path from the present start converge, and how fast; one sets them by pointer or by keys. */
export class SweepPanel implements Panel<RacePicture> {
  readonly element: HTMLElement;
  private readonly canvas = html("canvas", { "aria-hidden": "true" });
  private readonly chart = svg("svg", { class: "hw-sweep-chart" });
  private readonly frame = svg("g", { class: "hw-axis" });
  private readonly limit = svg("path", { class: "hw-limit", [MARK]: LIMIT.key });
  private readonly clip = svg("rect");
  private readonly handle = svg("g", { class: "hw-handle", role: "slider", tabindex: 0, ...SUPPRESS_NOTEBOOK_SHORTCUTS }, svg("circle", { r: 14, class: "hw-hit" }), svg("circle", { r: 5.5 }), svg("circle", { r: 2 }));
  private readonly title = html("h3");
  private readonly caption = html("p", { class: "hw-caption" });
  private readonly legend: Legend;
  private readonly changes = new Changes();
  private map: SweepMap | null = null;
  private scales: readonly Scale[] = [];
  private width = 0;
  private height = 0;

  /** The panel of a race that has a sweep. */
  static of(race: Race, state: State, surroundings: Surroundings): SweepPanel | null {
    const controls = race.sweep.map((name) => state.problem.parameters.find((control) => control.name === name));
    const ranges = controls.filter((control): control is RangeControl => control?.kind === "range");
    return ranges.length && ranges.length === controls.length ? new SweepPanel(ranges, race, state, surroundings) : null;
  }

  private constructor(
    /** One or two. */
    private readonly axes: readonly RangeControl[],
    private readonly race: Race,
    private readonly state: State,
    private readonly surroundings: Surroundings,
  ) {
    const name = axes.map((axis) => axis.name).join(" and ");
    setText(this.title, `sweep of ${name}`);
    setAttributes(this.handle, { "aria-label": `${name}, in the sweep` });
    const id = uniqueIdentifier();
    this.chart.append(svg("clipPath", { id }, this.clip), this.frame, svg("g", { "clip-path": `url(#${id})` }, this.limit), this.handle);
    const box = html("div", { class: "hw-sweep-box" }, this.canvas, this.chart);
    this.legend = new Legend([box]);
    this.element = html("section", { class: "hw-panel hw-sweep", hidden: true }, html("div", { class: "hw-head" }, this.title), box, this.legend.element, this.caption);
    draggable(this.chart, this.handle, { drags: (event) => this.drag(event), keys: (event) => this.step(event) });
  }

  /** How many values of each are tried so far. */
  get count(): number {
    return this.map?.map?.outcomes.count ?? 0;
  }

  use(library: Library | null): void {
    this.map?.stop();
    const { problem } = this.state;
    const fails = (error: Error) => this.surroundings.remark(`The sweep could not be computed: ${error.message}`);
    const map = library && new SweepMap(library, this.axes, this.race.racers, this.race.steps, problem.coordinates, problem.wording.labels, this.surroundings, fails);
    this.map = map && this.race.racers.some((_, k) => map.has(k)) ? map : null;
    this.element.hidden = this.map === null;
    this.width = 0;
  }

  follow(request: RaceRequest): void {
    this.map?.show(request);
  }

  stop(): void {
    this.map?.stop();
  }

  resize(): void {
    this.width = this.chart.clientWidth;
    this.height = this.chart.clientHeight;
  }

  draw({ frame, parameters, theme, titles }: RacePicture): void {
    if (!this.map) return;
    if (!this.width) this.resize();
    const { width, height, axes } = this;
    if (width < 80) return;
    const known = this.surroundings.ends();
    if (this.changes.isNew("ends", [known, known.length])) this.map.recolour(known);
    const { map } = this.map;
    const title = titles[frame.followed];
    setText(this.title, `sweep of ${axes.map(({ name }) => name).join(" and ")}: ${title}`);
    const box = boxWithin(width, height, MARGIN);
    const ends = [[box.left, box.left + box.width], [box.top + box.height, box.top]];
    this.scales = axes.map(({ minimum, maximum, logarithmic }, k) => (logarithmic ? scaleLog : scaleLinear)([minimum, maximum], ends[k]));
    const most = Math.max(1, map?.outcomes.tally().most ?? 1);
    const upwards = this.scales[1] ?? scaleLinear([0, most], ends[1]);
    setAttributes(this.chart, { viewBox: `0 0 ${width} ${height}` });
    setAttributes(this.clip, { x: box.left, y: box.top, width: box.width, height: box.height });
    const where = [width, height, ...axes.flatMap(({ minimum, maximum }) => [minimum, maximum])];
    if (this.changes.isNew("axes", [...where, axes[1] ? 0 : most])) {
      this.frame.replaceChildren(...axesOf(this.scales[0], upwards, box, axes[0].name, axes[1]?.name ?? "steps", MARGIN.left - 11));
    }
    if (this.changes.isNew("map", [...where, map?.outcomes.version, theme.key])) this.paint(box, theme, upwards);
    const boundary = map?.boundary ?? null;
    setAttributes(this.limit, { d: (boundary && this.lineOf(boundary, box)) || "M0 0" });
    const isThere = boundary !== null && boundary.rates.some(Number.isFinite);
    this.legend.show([...(map ? marksOfOutcomes(map, theme) : []), ...(isThere ? [LIMIT] : [])]);
    setText(this.caption, map ? "" : `${title} does not have ${axes.length > 1 ? "both" : "it"} free`);
    this.drawHandle(axes.map(({ name }) => Number(parameters[name])), box);
  }

  private paint(box: Box, theme: Theme, upwards: Scale): void {
    const context = cleared(this.canvas, this.width, this.height);
    const map = this.map?.map;
    if (!context || !map) return;
    if (this.axes.length > 1) return paint(context, map, theme, box.left, box.top, box.width, box.height);
    this.paintLine(context, box, theme, upwards);
  }

  /** Of one hyperparameter how many steps it takes, and where it does not come to an end. */
  private paintLine(context: CanvasRenderingContext2D, box: Box, theme: Theme, upwards: Scale): void {
    const { outcomes, table } = this.map!.map!;
    const { few, many } = outcomes.tally();
    const colours = new BasinColours(theme);
    const cell = box.width / (SIDE - 1);
    const css = (rgb: readonly number[]) => `rgb(${rgb.map(Math.round).join()})`;
    const pattern = hatch(context, theme.text) ?? theme.muted;
    for (let i = 0; i < SIDE; i++) {
      const place = outcomes.speaker(i, 0);
      const end = outcomes.ends[place];
      const edge = (at: number) => Math.round(box.left + Math.min(box.width, Math.max(0, at * cell)));
      const [left, right] = [edge(i - 0.5), edge(i + 0.5)];
      if (end >= 0) {
        context.fillStyle = css(colours.at(table.list[end].hue, shareOfSteps(outcomes.steps[place], few, many), false));
        const top = upwards(outcomes.steps[place]);
        context.fillRect(left, top, right - left, box.top + box.height - top);
      } else {
        context.fillStyle = end === DIVERGED ? pattern : css(colours.rest(STOPPED));
        context.fillRect(left, box.top, right - left, box.height);
      }
    }
  }

  /** The limit, along which the rate is a function of the other hyperparameter. */
  private lineOf({ others, rates, axis: at }: Boundary, box: Box): string {
    const { axes, scales } = this;
    const rate = scales[at];
    const within = (value: number) => rate(Math.min(1e3 * axes[at].maximum, Math.max(axes[at].logarithmic ? 1e-300 : -Infinity, value)));
    if (axes.length === 1) return Number.isFinite(rates[0]) ? `M${within(rates[0]).toFixed(1)} ${box.top}v${box.height}` : "";
    const places = [...rates].flatMap((value, k) => {
      if (!Number.isFinite(value)) return [];
      const [along, across] = [within(value), scales[1 - at](others[k])];
      return [(at === 0 ? [along, across] : [across, along]).map((x) => x.toFixed(1)).join(" ")];
    });
    return places.length ? `M${places.join("L")}` : "";
  }

  private drawHandle(values: readonly number[], box: Box): void {
    const { axes, scales } = this;
    const [x, y] = [0, 1].map((k) => (axes[k] ? scales[k](values[k]) : box.top + box.height));
    const said = axes.map(({ name, step }, k) => `${name} = ${onSteps(values[k], step)}`).join(", ");
    setAttributes(this.handle, {
      transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
      ...{ "aria-valuenow": values[0], "aria-valuemin": axes[0].minimum, "aria-valuemax": axes[0].maximum, "aria-valuetext": said },
    });
  }

  private drag(event: PointerEvent): void {
    const { left, top } = this.chart.getBoundingClientRect();
    const at = [event.clientX - left, event.clientY - top];
    this.scales.forEach((scale, k) => this.state.setParameter(this.axes[k].name, snapped(scale.invert(at[k]), this.axes[k])));
  }

  private step(event: KeyboardEvent): boolean {
    const steps = stepsInPlane(event);
    if (!steps) return false;
    this.axes.forEach((axis, k) => {
      const length = k === 0 && this.axes.length === 1 ? steps[0] + steps[1] : steps[k];
      if (!length) return;
      const place = toSlider(Number(this.state.parameters[axis.name]), axis) + length * axis.step;
      this.state.setParameter(axis.name, valueAt(place, axis));
    });
    return true;
  }
}
