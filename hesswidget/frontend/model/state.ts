import type { AnyModel } from "@anywidget/types";
import { bytesOf, numbersIn } from "../base/float64";
import type { ParameterValue, ParameterValues } from "./parameters";
import type { Wording } from "./reason";
import { type ViewState, readViewState, writtenViewState } from "./view_state";

/** A slider over numbers. Twin of controls.Range in Python, as are the others below. */
export interface RangeControl {
  kind: "range";
  name: string;
  trait: string | null;
  start: number;
  minimum: number;
  maximum: number;
  step: number;
  integer: boolean;
  logarithmic: boolean;
}
export interface ToggleControl {
  kind: "toggle";
  name: string;
  trait: string;
  start: boolean;
}
export interface TextControl {
  kind: "text";
  name: string;
  trait: string;
  start: string;
}
/** The formula that the function is, which is written anew as text. */
export interface FormulaControl {
  kind: "formula";
  name: string;
  trait: string;
  start: string;
}
export interface ChoiceControl {
  kind: "choice";
  name: string;
  trait: string;
  start: number;
  labels: string[];
  /** Python code that stands for each option. */
  code: string[];
}
export interface FixedControl {
  kind: "fixed";
  name: string;
  trait: string;
  start: string;
}
export type Control = RangeControl | ToggleControl | TextControl | FormulaControl | ChoiceControl;

/** A number or an array among the variables; its entries follow each other in the point, row by row. */
export interface Block {
  name: string;
  shape: number[];
}

/** What a variable is made of: blocks, null here, in containers. */
export type Structure = Container | null;
export interface Container {
  /** A call is one of a named tuple's class. */
  kind: "dict" | "list" | "tuple" | "call";
  /** What is called. */
  name: string;
  /** Python code for a dict's keys, or the names of a named tuple's fields. */
  keys: string[];
  held: Structure[];
}

export interface Problem {
  name: string;
  blocks: Block[];
  /** The variables, each with its name. */
  variables: [name: string, structure: Structure][];
  /** One for each entry of the blocks; those that have no trait travel together as a vector. */
  coordinates: RangeControl[];
  /** There are few enough variables to look for all critical points. */
  searchable: boolean;
  /** Whether they are looked for unasked, where the page could follow them. */
  searched_unasked: boolean;
  /**
   * Python for the call that makes the explorer: what is called, its function if that has a name, the coordinates whose
   * steps were given, and the other arguments.
   */
  call: { name: string; function: string | null; stepped: string[]; rest: Record<string, string> };
  parameters: (Control | FixedControl)[];
  wording: Wording;
}

export const VECTOR_TRAIT = "_point";
export const VIEW_STATE_TRAIT = "_view_state";
/** The ends and the step of each coordinate on screen, where they are wider than those that were given; */
const SHOWN_RANGES_TRAIT = "_shown_ranges";
/** and points that Python has set, one after the other. */
export const TRAIL_TRAIT = "trail";
const SYNC_INTERVAL = 200;
const NOTHING = new Float64Array();

/** What was set in the browser and has not been sent; one for all views of a widget, which share its problem. */
interface Unsent {
  values: Map<string, unknown>;
  isKeeping: boolean;
}
const unsentOf = new WeakMap<Problem, Unsent>();

/**
 * The point, the parameters and how they are looked at, as they stand in the widget's model. The only module that writes to Python, and it
 * writes at a bounded rate: what has changed goes out when an interval is over, so the last value always does.
 */
export class State {
  /** With the ranges that are on screen. */
  readonly problem: Problem;
  /** The ranges that were given. */
  readonly given: readonly RangeControl[];
  private readonly unsent: Unsent;
  private held: { written: unknown; trail: Float64Array } = { written: undefined, trail: NOTHING };
  private timer: ReturnType<typeof setTimeout> | null = null;
  private isWriting = false;

  constructor(
    private readonly model: AnyModel,
    signal: AbortSignal,
  ) {
    const problem: Problem = model.get("_problem");
    this.given = problem.coordinates;
    this.problem = { ...problem, coordinates: this.given.map((control) => ({ ...control })) };
    this.unsent = unsentOf.get(problem) ?? { values: new Map(), isKeeping: false };
    unsentOf.set(problem, this.unsent);
    this.takeRanges();
    signal.addEventListener("abort", () => this.flush());
  }

  /** The controls that can be moved, variables first. */
  get movable(): Control[] {
    const parameters = this.problem.parameters.filter((p): p is Control => p.kind !== "fixed");
    return [...this.problem.coordinates, ...parameters];
  }

  get point(): Float64Array {
    const vector = this.hasVector ? numbersIn(this.model.get(VECTOR_TRAIT)) : NOTHING;
    let k = 0;
    return Float64Array.from(this.problem.coordinates, ({ trait }) => (trait === null ? vector[k++] : this.model.get(trait)));
  }

  private get hasVector(): boolean {
    return this.problem.coordinates.some(({ trait }) => trait === null);
  }

  get parameters(): ParameterValues {
    const movable = this.problem.parameters.filter((p) => p.kind !== "fixed");
    return Object.fromEntries(movable.map((p) => [p.name, this.model.get(p.trait!)]));
  }

  /** The formula that the function is at present; null where it was not given as text. */
  get formula(): string | null {
    const control = this.problem.parameters.find((p) => p.kind === "formula");
    return control ? String(this.model.get(control.trait!)) : null;
  }

  /** Call `listener` whenever the state changes, by whomever. */
  observe(listener: () => void, signal: AbortSignal): void {
    const traits = [SHOWN_RANGES_TRAIT, TRAIL_TRAIT, ...(this.hasVector ? [VECTOR_TRAIT] : [])];
    for (const control of this.movable) if (control.trait) traits.push(control.trait);
    this.hear(traits, listener, signal);
  }

  /** Points that Python has set, one after the other. */
  get trail(): Float64Array {
    const written = this.model.get(TRAIL_TRAIT);
    if (written !== this.held.written) this.held = { written, trail: written ? numbersIn(written) : NOTHING };
    return this.held.trail;
  }

  /** The coordinates whose ranges on screen are wider than those that were given. */
  get widened(): readonly RangeControl[] {
    return this.problem.coordinates.filter(({ minimum, maximum }, i) => minimum < this.given[i].minimum || maximum > this.given[i].maximum);
  }

  /** Python has widened ranges: whoever holds a coordinate sees it. */
  private takeRanges(): void {
    const ranges: Partial<RangeControl>[] = this.model.get(SHOWN_RANGES_TRAIT) ?? [];
    ranges.forEach((range, i) => Object.assign(this.problem.coordinates[i], range));
  }

  get viewState(): ViewState {
    return readViewState(this.model.get(VIEW_STATE_TRAIT), this.problem.coordinates.length);
  }

  /** Call `listener` whenever it is looked at in another way. */
  observeViewState(listener: (view: ViewState) => void, signal: AbortSignal): void {
    this.hear([VIEW_STATE_TRAIT], () => listener(this.viewState), signal);
  }

  setViewState(changes: Partial<ViewState>): void {
    const { viewState, problem } = this;
    this.write({ [VIEW_STATE_TRAIT]: writtenViewState({ ...viewState, ...changes }, problem.coordinates.length) });
  }

  private hear(traits: readonly string[], listener: () => void, signal: AbortSignal): void {
    const hear = () => {
      this.takeRanges();
      this.keepUnsent();
      listener();
    };
    for (const trait of traits) {
      this.model.on(`change:${trait}`, hear);
      signal.addEventListener("abort", () => this.model.off(`change:${trait}`, hear));
    }
  }

  setParameter(name: string, value: ParameterValue): void {
    const control = this.problem.parameters.find((p) => p.name === name);
    if (control?.trait) this.write({ [control.trait]: value });
  }

  setCoordinates(changes: Map<number, number>): void {
    const { point } = this;
    const { coordinates } = this.problem;
    const written: Record<string, unknown> = {};
    for (const [i, value] of changes) {
      point[i] = value;
      const { trait } = coordinates[i];
      if (trait !== null) written[trait] = value;
    }
    if ([...changes.keys()].some((i) => coordinates[i].trait === null)) {
      written[VECTOR_TRAIT] = bytesOf(point.filter((_, i) => coordinates[i].trait === null));
    }
    this.write(written);
  }

  /**
   * See that the model holds all that was set here and not sent. The kernel echoes what it is sent, and an echo that
   * comes after the next move would undo that move: then the newer value is set again.
   */
  private keepUnsent(): void {
    if (this.unsent.isKeeping) return;
    const undone = [...this.unsent.values].filter(([trait, value]) => this.model.get(trait) !== value);
    this.unsent.isKeeping = true;
    for (const [trait, value] of undone) this.model.set(trait, value);
    this.unsent.isKeeping = false;
  }

  /** Go back to where the explorer started. */
  reset(): void {
    this.setCoordinates(new Map(this.problem.coordinates.map((c, i) => [i, c.start])));
    for (const p of this.problem.parameters) if (p.kind !== "fixed") this.setParameter(p.name, p.start);
  }

  /** Send what has not been sent. */
  flush(): void {
    if (this.timer === null || this.isWriting) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.unsent.values.clear();
    this.model.save_changes();
  }

  private write(values: Record<string, unknown>): void {
    for (const [trait, value] of Object.entries(values)) this.unsent.values.set(trait, value);
    this.isWriting = true; // who hears of it may ask to send, before the model counts it among what is to be sent
    for (const [trait, value] of Object.entries(values)) this.model.set(trait, value);
    this.isWriting = false;
    this.timer ??= setTimeout(() => this.flush(), SYNC_INTERVAL); // not at once: the picture goes first
  }
}
