import { SUPPRESS_NOTEBOOK_SHORTCUTS, button, html, setAttributes, setText, svg } from "../base/dom";
import { draggable, stepsInPlane } from "../base/draggable";
import { short } from "../base/format";
import { type BasinMap, BasinMaps, type Basined } from "../engine/basins";
import type { End } from "../engine/ends";
import type { Library } from "../engine/library";
import { DIVERGED, ELSEWHERE, SIDE, STOPPED, UNKNOWN } from "../engine/outcomes";
import { type Extent, placeOn, positionIn } from "../engine/plane";
import type { RaceRequest } from "../engine/race";
import type { ViewState } from "../model/view_state";
import { cleared } from "./canvas";
import { paint } from "./basin_image";
import { type BasinsPicture, percent } from "./landscape/layers/basins";
import { isPressed, toggle } from "./landscape/switch";
import type { Panel } from "./panel";
import { swatch } from "./racer";

const TITLE = "show where the paths of the method that is followed end, from each start in the slice; and of the others below";
/** A map is so much higher than wide, at most, and at least. */
const SHAPES = [0.55, 1.2] as const;

/** What paths come to that is at none of the ends. */
const OUTSIDE: Readonly<Record<number, string>> = { [STOPPED]: "stopped", [DIVERGED]: "diverged", [ELSEWHERE]: "other ends" };

const NO_MAP = "no map: it is not followed from other starts";

interface Wishes {
  choose(changes: Partial<ViewState>): void;
  redraw(): void;
  /** Where paths start; keys may come faster than pictures. */
  present(): Float64Array;
  /** Start from here. */
  start(point: Float64Array): void;
  /** Say what went wrong. */
  remark(sentence: string): void;
}

interface Method extends Basined {
  readonly title: string;
  readonly fault: string;
}

/** Where paths end from every start: a button that has it shown in the landscape, and a panel with the maps of all methods, side by side. */
export class BasinsPanel implements Panel<BasinsPicture> {
  readonly element: HTMLElement;
  readonly button = toggle("basins", TITLE);
  private readonly list = html("div", { class: "hw-basin-list" });
  private readonly canvases: HTMLCanvasElement[] = [];
  private readonly marks: SVGElement[] = [];
  private readonly titles: HTMLButtonElement[] = [];
  private readonly captions: HTMLElement[] = [];
  private readonly drawn: string[] = [];
  private maps: BasinMaps | null = null;
  private request: RaceRequest | null = null;
  private width = 0;

  constructor(
    private readonly methods: readonly Method[],
    private readonly steps: number,
    private readonly extents: readonly Extent[],
    private readonly labels: readonly string[],
    private readonly wishes: Wishes,
  ) {
    this.button.hidden = true;
    this.button.addEventListener("click", () => wishes.choose({ basins: !isPressed(this.button) }));
    this.list.style.setProperty("--hw-count", String(methods.length));
    methods.forEach(({ title }, k) => this.list.append(this.one(title, k)));
    this.element = html("section", { class: "hw-panel hw-basins", hidden: true }, html("div", { class: "hw-head" }, html("h3", {}, "basins of each method")), this.list);
  }

  look({ basins }: ViewState): void {
    setAttributes(this.button, { "aria-pressed": String(basins) });
    this.show();
  }

  /** Compute with what was recorded; null where nothing was. */
  use(library: Library | null): void {
    this.maps?.stop();
    const { methods, steps, extents, labels, wishes } = this;
    const fails = (error: Error) => wishes.remark(`The basins could not be computed: ${error.message}`);
    const maps = library && extents.length > 1 ? new BasinMaps(library, methods, steps, extents, labels, () => wishes.redraw(), fails) : null;
    this.maps = maps?.areThere ? maps : null;
    this.button.hidden = this.maps === null;
    this.canvases.forEach((canvas, k) => (canvas.parentElement!.hidden = !maps?.has(k)));
    this.show();
  }

  /** There is a picture of a request: maps that go with it. */
  follow(request: RaceRequest): void {
    this.request = request;
    if (this.isShown) this.maps!.show(request);
  }

  stop(): void {
    this.maps?.stop();
  }

  /** The map of a method, if it is to be shown, and has come. */
  of(k: number): BasinMap | null {
    return this.isShown ? (this.maps!.maps[k] ?? null) : null;
  }

  /** The ends that have colours. */
  get ends(): readonly End[] {
    return this.isShown ? this.maps!.known : [];
  }

  resize(): void {
    this.width = Math.max(0, ...this.canvases.map((canvas) => canvas.parentElement!.clientWidth)); // one without a map has none
  }

  draw(picture: BasinsPicture): void {
    if (!this.isShown || !this.element.isConnected) return;
    if (!this.width) this.resize();
    const { frame, theme } = picture;
    const { width } = this;
    if (width < 40) return;
    this.methods.forEach(({ fault }, k) => {
      setAttributes(this.titles[k], { "aria-pressed": String(k === frame.followed) });
      const map = this.of(k);
      setText(this.captions[k], map ? inWords(map) : this.maps!.has(k) ? "" : fault || NO_MAP);
      if (!map) return;
      const { ends } = map.plane;
      const height = Math.round(width * Math.min(SHAPES[1], Math.max(SHAPES[0], (ends[3] - ends[2]) / (ends[1] - ends[0]))));
      const key = [map.outcomes.version, width, height, theme.key, devicePixelRatio].join();
      if (key !== this.drawn[k]) {
        this.drawn[k] = key;
        const context = cleared(this.canvases[k], width, height);
        if (context) paint(context, map, theme, 0, 0, width, height);
      }
      const start = frame.paths[k].points.subarray(0, frame.point.length);
      const [right, up] = sharesOf(map, start);
      setAttributes(this.marks[k], { viewBox: `0 0 ${width} ${height}`, width, height });
      setAttributes(this.marks[k].firstElementChild!, {
        transform: `translate(${(width * right).toFixed(1)} ${(height * (1 - up)).toFixed(1)})`,
        ...{ "aria-valuenow": positionIn(map.plane, start)[0], "aria-valuemin": ends[0], "aria-valuemax": ends[1], "aria-valuetext": startInWords(map, start, [right, up]) },
      });
    });
  }

  private get isShown(): boolean {
    return this.maps !== null && isPressed(this.button);
  }

  private show(): void {
    const { isShown, methods, maps, request } = this;
    this.element.hidden = !isShown || methods.length < 2;
    this.width = 0; // it is read once it has been laid out
    if (!isShown) return void maps?.stop();
    if (request) maps!.show(request);
  }

  /** The map of one method. */
  private one(title: string, k: number): HTMLElement {
    const pick = button({ class: "hw-racer-pick" }, swatch(k), html("span", {}, title));
    pick.addEventListener("click", () => this.wishes.choose({ followed: k }));
    const canvas = html("canvas", { "aria-hidden": "true" });
    const label = `start, in the map of ${title}`;
    const start = svg("g", { class: "hw-handle", role: "slider", tabindex: 0, "aria-label": label, ...SUPPRESS_NOTEBOOK_SHORTCUTS }, svg("circle", { r: 13, class: "hw-hit" }), svg("circle", { r: 5.5 }), svg("circle", { r: 2 }));
    const marks = svg("svg", {}, start);
    const caption = html("p", { class: "hw-caption" });
    const box = html("div", { class: "hw-basin-map", "data-method": title }, canvas, marks);
    draggable(box, start, { drags: (event) => this.take(k, event, box), keys: (event) => this.step(k, event) });
    this.titles.push(pick);
    this.canvases.push(canvas);
    this.marks.push(marks);
    this.captions.push(caption);
    return html("div", { class: "hw-basin" }, pick, box, caption);
  }

  /** Start one place of the map further on, where an arrow key leads. */
  private step(k: number, event: KeyboardEvent): boolean {
    const steps = stepsInPlane(event);
    const map = this.of(k);
    if (!steps || !map) return false;
    this.startAt(map, sharesOf(map, this.wishes.present()).map((share, axis) => (Math.round(share * (SIDE - 1)) + steps[axis]) / (SIDE - 1)));
    return true;
  }

  /** Start where the pointer is. */
  private take(k: number, event: PointerEvent, box: HTMLElement): void {
    const map = this.of(k);
    if (!map) return;
    const { left, top, width, height } = box.getBoundingClientRect();
    this.startAt(map, [(event.clientX - left) / width, 1 - (event.clientY - top) / height]);
  }

  /** Start at shares of the map's width and height. */
  private startAt({ plane }: BasinMap, shares: readonly number[]): void {
    const { ends } = plane;
    const within = shares.map((share) => Math.min(1, Math.max(0, share)));
    this.wishes.start(placeOn(plane, within.map((share, axis) => ends[2 * axis] + share * (ends[2 * axis + 1] - ends[2 * axis]))));
  }
}

/** Where a point lies in a map, as shares of its width and height. */
function sharesOf({ plane: { ends }, plane }: BasinMap, point: Float64Array): number[] {
  return positionIn(plane, point).map((t, axis) => (t - ends[2 * axis]) / (ends[2 * axis + 1] - ends[2 * axis]));
}

/** Where a start lies, and what comes of the path from the place of the map that it is in. */
function startInWords({ outcomes, table, plane }: BasinMap, point: Float64Array, shares: readonly number[]): string {
  const where = positionIn(plane, point).map((t, axis) => `${plane.names[axis]} = ${short(t)}`).join(", ");
  const [i, j] = shares.map((share) => Math.round(Math.min(1, Math.max(0, share)) * (SIDE - 1)));
  const place = outcomes.speaker(i, j);
  const end = outcomes.ends[place];
  if (end === UNKNOWN) return where;
  const what = OUTSIDE[end] ?? `${table.list[end].label ?? "ends"} ${table.list[end].place} in ${outcomes.steps[place]} steps`;
  return `${where}; beside it in the map: ${what}`; // where ends change from place to place its own may be another
}

/** How many starts come to what, and in how many steps. */
function inWords({ outcomes, table }: BasinMap): string {
  const { counts, total, least, most } = outcomes.tally();
  const shares = new Map<string, number>();
  for (const [end, count] of counts) {
    const name = OUTSIDE[end] ?? table.list[end]?.label ?? "converged";
    shares.set(name, (shares.get(name) ?? 0) + count / total);
  }
  const said = [...shares].sort((one, other) => other[1] - one[1]).map(([name, share]) => `${name} ${percent(share)}`);
  return [...said, ...(most ? [`${least}–${most} steps`] : [])].join(" · ");
}
