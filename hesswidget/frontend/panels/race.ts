import { button, html, join, setAttributes, setText } from "../base/dom";
import { number, short } from "../base/format";
import { BROKE_DOWN, GROWS, LEFT as BEYOND, NO_GRADIENT, NO_SLOPE, NO_VALUE } from "../engine/path_status";
import type { Order } from "../engine/convergence";
import { type Path, stepsOf } from "../engine/paths";
import type { RaceFrame } from "../engine/race";
import type { Race } from "../model/race";
import { fill } from "../model/reason";
import type { Measure, ViewState } from "../model/view_state";
import type { RacePicture } from "./landscape/layers/race";
import type { Panel } from "./panel";
import { LEFT } from "./convergence";
import { swatch } from "./racer";

const FAILURES: readonly number[] = [NO_VALUE, NO_GRADIENT, BROKE_DOWN, GROWS, BEYOND, NO_SLOPE];

const COLUMNS = ["method", "outcome", "steps", "cost", "f", "order"] as const;

/** What became of each method, in words; the one that is picked is under the microscope. */
export class RacePanel implements Panel<RacePicture> {
  readonly element: HTMLElement;
  private readonly rows = html("tbody");
  private readonly orderHead: HTMLElement;
  private measure: Measure = "value";

  constructor(
    private readonly race: Race,
    choose: (changes: Partial<ViewState>) => void,
  ) {
    const titles: Partial<Record<(typeof COLUMNS)[number], string>> = {
      cost: "in gradients: a product with the Hessian counts as two, a value of f as a third",
      f: "the value where it ended",
      order: "how what is left falls, by the measure of the chart",
    };
    const heads = COLUMNS.map((name) => html("th", { scope: "col", title: titles[name] ?? null }, name));
    this.orderHead = heads[COLUMNS.indexOf("order")];
    const table = html("table", {}, html("thead", {}, html("tr", {}, ...heads)), this.rows);
    this.element = html("section", { class: "hw-panel hw-race" }, html("div", { class: "hw-head" }, html("h3", {}, "race")), html("div", { class: "hw-race-table" }, table));
    race.racers.forEach(({ title, source }, k) => {
      const pick = button({ class: "hw-racer-pick", title: source, "aria-description": source }, swatch(k), html("span", {}, title));
      pick.addEventListener("click", () => choose({ followed: k }));
      const cells = COLUMNS.slice(1).map((name) => html("td", { class: `hw-${name}` }));
      this.rows.append(html("tr", {}, html("th", { scope: "row" }, pick), ...cells));
    });
  }

  look({ measure }: ViewState): void {
    this.measure = measure;
    setText(this.orderHead, `order of ${LEFT[measure]}`);
  }

  resize(): void {} // the stylesheet sets it

  draw({ frame, outcomes }: RacePicture): void {
    const { orders } = frame.convergence[this.measure];
    join(this.rows, frame.paths.length, () => html("tr")).forEach((row, k) => {
      const path = frame.paths[k];
      const [method, outcome, steps, cost, value, order] = row.children;
      setAttributes(method.firstElementChild!, { "aria-pressed": String(k === frame.followed) });
      const said = outcomes[k] || this.outcome(k, path);
      setText(outcome, said);
      // What was raised, and where, is to be read, once.
      const isWhole = FAILURES.includes(path.status) && outcomes.indexOf(said) === k;
      setAttributes(outcome, { title: said, "data-whole": isWhole ? "" : null });
      setText(steps, String(stepsOf(path)));
      setText(cost, short(path.costs[stepsOf(path)]));
      setText(value, number(path.values[stepsOf(path)], 4));
      setText(order, worded(this.race.orders, orders[k]));
      const why = worded(this.race.orders_explained, orders[k]);
      setAttributes(order, { title: Number.isFinite(orders[k].spread) || Number.isNaN(orders[k].value) ? why : null });
    });
  }

  /** What became of each path, for those who do not see it. */
  inWords(frame: RaceFrame, outcomes: readonly string[]): string[] {
    return this.race.racers.map(({ title }, k) => `${title} ${outcomes[k] || this.outcome(k, frame.paths[k])}`);
  }

  private outcome(k: number, path: Path): string {
    const { starts, reasons, ends, racers } = this.race;
    if (racers[k].fault) return racers[k].fault;
    const steps = stepsOf(path);
    const template = (steps === 0 && starts[path.status]) || reasons[path.status] || "";
    const [first, slope] = [path.gradientNorms[0], path.gradientNorms[steps]];
    const facts = { steps: [steps], before: [steps - 1], next: [steps + 1], slope: [slope], share: [first ? slope / first : 0] };
    const why = fill(template, Object.fromEntries(Object.entries(facts).map(([name, one]) => [name, Float64Array.from(one)])), []);
    return ends[path.end] ? why.replace(":", ` ${ends[path.end]}:`) : why; // before the numbers, which may be cut off
  }
}

function worded(words: readonly string[], { kind, value, constant, spread }: Order): string {
  return fill(words[kind] ?? "", { value: Float64Array.of(value), constant: Float64Array.of(constant), spread: Float64Array.of(spread) }, []);
}
