import type { AnyModel } from "@anywidget/types";
import { html } from "./base/dom";
import * as theme from "./base/theme";
import { Controls } from "./controls/controls";
import { BrowserEngine } from "./engine/browser";
import { type Answers, type Computed, type Engine, Refusal, type Request } from "./engine/engine";
import { KernelEngine } from "./engine/kernel";
import { Library, type ProgramsTrait, Unrecorded } from "./engine/library";
import { StandIn } from "./engine/stand_in";
import { State } from "./model/state";
import { StatusLine } from "./panels/status_line";
import { type Backend, type Report, RunningKernel } from "./questions/backend";
import { viewOf } from "./views";
import type { Context, Shown, View } from "./views/view";

/** How long the state must be left alone to count as resting, in milliseconds. */
const REST = 140;
/** The class of the outputs of the extension of JupyterLab. */
const OUTPUT = "hesswidget-output";

/**
 * Draw an explorer into an element: the view of its kind, with its sliders, before whoever stands behind it.
 *
 * @throws where there is no view of that kind, with a sentence.
 */
export function mount(
  model: AnyModel,
  programs: ProgramsTrait | null,
  el: HTMLElement,
  signal: AbortSignal,
  backend: (report: Report) => Backend = (report) => new RunningKernel(model, report, signal),
  reread: () => Promise<ProgramsTrait | null> = async () => programs,
): void {
  new Shell(model, programs, signal, backend, reread).attach(el);
}

/** What every explorer has, whatever its view: as the state moves, an engine computes what the view asks for and draws. */
class Shell {
  private readonly root = html("div", { class: "hesswidget" });
  private readonly body = html("div", { class: "hw-body" });
  private readonly status = new StatusLine();
  private readonly state: State;
  private readonly backend: Backend;
  private readonly controls: Controls;
  private readonly view: View<any, any>;
  private engine: Engine;
  /** Who computes what this page lacks. */
  private readonly standIn: StandIn;
  /** The formula for which Python has chosen the engine. */
  private chosenFor: string | null;
  private shown: Shown | null = null;
  /** What an engine that answers at once will be asked for before the next drawing. */
  private wanted: Request | null = null;
  private theme: theme.Theme | null = null;
  private isThemeOld = true;
  private readonly sentences = { remark: "", failure: "" };
  private isChanging = false;
  private width = 0;
  private isResized = false;
  private drawing = 0;
  private marking = 0;
  private resting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly model: AnyModel,
    /** What was recorded, where the page is to compute. */
    private programs: ProgramsTrait | null,
    signal: AbortSignal,
    backend: (report: Report) => Backend,
    private readonly reread: () => Promise<ProgramsTrait | null>,
  ) {
    this.state = new State(model, signal);
    this.chosenFor = this.state.formula;
    const remark = (sentence: string) => this.say({ remark: sentence });
    this.backend = backend({
      engine: (text, reason, isStrange) => this.status.showEngine(text, reason, isStrange),
      remark,
      verification: ({ kind }) => (this.root.dataset.standing = kind),
      distrust: (reason) => this.handOver(reason, this.request(false)),
    });
    const { kind, link } = this.backend;
    const askName = async () => (await link.ask({ kind: "named" }, [])).content.named === true;
    const readFormula = async (text: string) => String((await link.ask({ kind: "read_formula", text }, [])).content.text);
    this.controls = new Controls(this.state, remark, askName, kind === "running" ? readFormula : null);
    this.view = viewOf(model.get("_view")).build(this.context(signal, remark));
    this.standIn = new StandIn(link, this.view.computation.asked(link), {
      arrived: this.arrived,
      failed: (error) => this.sayFailure(error),
      computes: (engine, reason) => this.backend.computes(engine, reason),
      records: (wait) => this.status.showRecording(wait),
    });
    this.engine = this.chooseEngine();
    this.body.append(this.status.element, ...this.view.elements, this.controls.element, ...(this.view.footer ?? []));
    const isSaved = this.backend.kind !== "running";
    if (isSaved && !this.engine.isImmediate) this.body.append(html("p", { class: "hw-about" }, model.get("engine_reason")));
    if (isSaved) this.root.dataset.saved = this.backend.kind;
    this.nameFunction();
    this.root.append(this.body);
    this.live(signal);
  }

  attach(el: HTMLElement): void {
    el.classList.add("hw-host");
    el.append(this.root);
    this.controls.show();
    this.rest();
  }

  /** Whoever drives the page can read which function it shows. */
  private nameFunction(): void {
    this.root.dataset.function = this.state.formula ?? this.state.problem.name;
  }

  private context(signal: AbortSignal, remark: (sentence: string) => void): Context {
    return {
      ...{ model: this.model, state: this.state, link: this.backend.link, status: this.status, root: this.root, signal, remark },
      redraw: () => this.redraw(),
      refresh: () => this.rest(),
      showSliders: (coordinates) => this.controls.showSliders(coordinates),
      markParameter: (name, marks) => this.controls.markParameter(name, marks),
      replace: (computed, other) => this.replace(computed, other),
    };
  }

  /** The engine that Python has chosen. */
  private chooseEngine(): Engine {
    this.standIn.end();
    const engine = this.model.get("engine") === "browser" && this.programs ? this.browserEngine() : this.kernelEngine();
    this.backend.computes(engine, this.model.get("engine_reason"));
    return engine;
  }

  private browserEngine(): Engine {
    const library = new Library(this.programs!, this.state.problem.coordinates.length);
    this.view.use?.(library);
    const arrived = (computed: Computed, request: Request) => {
      if (this.standIn.isThere) this.standDown();
      this.arrived(computed, request);
    };
    return new BrowserEngine(this.view.computation.replayed(library), { arrived, failed: this.failed });
  }

  private kernelEngine(): Engine {
    this.view.use?.(null);
    return new KernelEngine(this.view.computation.asked(this.backend.link), this.answers);
  }

  private get answers(): Answers {
    return { arrived: this.arrived, failed: this.failed };
  }

  private live(signal: AbortSignal): void {
    this.state.observe(() => this.changed(), signal);
    const engineChanged = async () => {
      if (this.model.get("engine") === "browser") this.programs = await this.reread().catch(() => null);
      if (signal.aborted) return;
      this.engine.stop();
      this.engine = this.chooseEngine();
      this.shown = null;
      this.rest();
    };
    this.model.on("change:engine", engineChanged);
    const programsChanged = async () => {
      const programs = await this.reread().catch(() => null);
      if (!programs || signal.aborted || !this.engine.isImmediate) return;
      this.programs = programs;
      this.engine.stop();
      this.engine = this.chooseEngine();
      this.ask(this.request(false));
    };
    this.model.on("change:_programs", programsChanged);
    const themeChanged = () => {
      this.isThemeOld = true;
      this.redraw();
    };
    theme.observe(themeChanged, signal);
    const sizes = new ResizeObserver(() => {
      if (this.body.clientWidth === this.width) return; // a picture changes heights only
      if (!this.width) this.tellWhere();
      this.width = this.body.clientWidth;
      this.isResized = true;
      themeChanged(); // before the first size, el was detached and had no theme
    });
    sizes.observe(this.body);
    signal.addEventListener("abort", () => {
      this.model.off("change:engine", engineChanged);
      this.model.off("change:_programs", programsChanged);
      sizes.disconnect();
      this.root.remove(); // or whoever keeps the element keeps the explorer
      this.engine.stop();
      clearTimeout(this.resting);
      cancelAnimationFrame(this.drawing);
      cancelAnimationFrame(this.marking);
    });
  }

  /** Tell Python, where it is on screen in an output of the extension's, which leaves it there when that is updated. */
  private tellWhere(): void {
    if (this.backend.kind !== "running" || !this.root.closest(`.${OUTPUT}`)) return;
    void this.backend.link.ask({ kind: "keeps_widgets" }, []).catch(() => {});
  }

  /** Something moved. What one message or gesture sets together arrives trait by trait: wait until all of it is there. */
  private changed(): void {
    if (this.isChanging) return;
    this.isChanging = true;
    queueMicrotask(() => {
      this.isChanging = false;
      if (this.sentences.remark) this.say({ remark: "" });
      this.controls.show();
      this.nameFunction();
      this.backend.moved();
      this.view.moved?.();
      this.ask(this.request(true));
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.rest(), REST);
    });
  }

  /** Nothing moves any more: send what Python has not seen, and ask for the picture at its finest. */
  private rest(): void {
    clearTimeout(this.resting);
    this.state.flush();
    const request = this.request(false);
    const { shown } = this;
    if (shown?.computed.exact && this.isSame(shown.request, request)) this.settled(shown);
    else this.ask(request);
  }

  private request(isMoving: boolean): Request {
    return this.asked({ point: this.state.point, parameters: this.state.parameters, moving: isMoving });
  }

  /** What the view asks for in a state. */
  private asked(state: Request): Request {
    return this.view.request?.(state) ?? state;
  }

  private isSame(one: Request, other: Request): boolean {
    const { computation } = this.view;
    return computation.keyOf(one) === computation.keyOf(other);
  }

  /** Ask for a picture: an engine that answers at once just before the next drawing, so that only the newest is computed. */
  private ask(request: Request): void {
    this.markResting(false);
    if (!this.engine.isImmediate) return this.engine.submit(request);
    this.wanted = request;
    this.redraw();
  }

  /** The picture is at rest and whole. */
  private settled(shown: Shown): void {
    this.announce();
    this.view.rested?.(shown);
    this.backend.rested(() => this.view.computation.claims(shown.computed), shown.request);
    this.markResting(true);
    void this.chooseAgain(shown.request);
    if (this.programs && this.engine.isImmediate && this.backend.kind === "running") void this.standIn.lookAhead(shown.request, this.settingOf(shown.request));
  }

  /** The page may be able to compute a formula that was written anew, where the kernel computed another. */
  private async chooseAgain({ parameters }: Request): Promise<void> {
    const { formula } = this.state;
    if (this.engine.isImmediate || this.backend.kind !== "running" || formula === this.chosenFor) return;
    this.chosenFor = formula;
    try {
      await this.backend.link.ask({ kind: "choose_engine", parameters }, []);
    } catch {
      return; // the kernel goes on computing
    }
    if (!this.engine.isImmediate) this.backend.computes(this.engine, this.model.get("engine_reason"));
  }

  /** The root says when the picture is at rest, whole and on screen: whoever drives the page can wait for it. */
  private markResting(isResting: boolean): void {
    cancelAnimationFrame(this.marking);
    if (!isResting) return this.root.removeAttribute("data-resting");
    this.marking = requestAnimationFrame(() => this.root.setAttribute("data-resting", "")); // once it is drawn
  }

  private readonly arrived = (computed: Computed, request: Request): void => {
    const shown = (this.shown = { computed, request });
    this.view.arrived?.(shown);
    this.say({ failure: "" });
    this.redraw();
    if (request.moving) return;
    // What a view asks for may depend on what came before, as a slice along eigenvectors does: then ask for that instead,
    // once this answer is dealt with.
    if (!this.isSame(this.asked(request), request)) return queueMicrotask(() => this.rest());
    if (computed.exact) this.settled(shown);
  };

  private readonly failed = (error: Error, request: Request): void => {
    if (this.engine.isImmediate && this.backend.kind === "running") {
      if (error instanceof Unrecorded) return this.standIn.submit(request, this.settingOf(request), error);
      return this.handOver(`This page could not replay what was recorded: ${error.message}`, request);
    }
    this.sayFailure(error);
  };

  private sayFailure(error: Error): void {
    this.say({ failure: error instanceof Refusal ? error.message : `The picture could not be made: ${error.message}` });
  }

  /** What the programs of a picture are recorded for: the values that are none of their inputs. */
  private settingOf({ parameters }: Request): string {
    return JSON.stringify(Object.entries(parameters).filter(([name]) => !this.programs!.traced.includes(name)));
  }

  /** The page computes again. */
  private standDown(): void {
    this.standIn.end();
    this.backend.computes(this.engine, this.model.get("engine_reason"));
  }

  /** This page's engine is of no use: the kernel computes for it from here on, and the line says why. */
  private handOver(reason: string, request: Request): void {
    this.engine.stop();
    this.engine = this.kernelEngine();
    this.backend.computes(this.engine, reason, true);
    this.engine.submit(request);
  }

  /**
   * Show what a control or the engine has to say. A remark stays until something moves, a failure until there is a picture
   * of the present state.
   */
  private say(sentences: { remark?: string; failure?: string }): void {
    Object.assign(this.sentences, sentences);
    const { remark, failure } = this.sentences;
    this.status.show(remark || failure);
    if (failure) this.root.dataset.error = failure;
    else delete this.root.dataset.error;
  }

  /** Draw at the next display frame, once, whatever has changed by then. */
  private redraw(): void {
    if (this.drawing) return;
    this.drawing = requestAnimationFrame(() => {
      const { wanted } = this;
      this.wanted = null;
      if (wanted) this.engine.submit(wanted);
      this.drawing = 0; // now, so that an answer that came just now does not ask for another drawing
      this.draw();
    });
  }

  private draw(): void {
    if (!this.shown || !this.width) return;
    const { dataset } = this.root;
    if (!this.theme || this.isThemeOld) {
      dataset.theme = theme.isDark() ? "dark" : "light";
      this.theme = theme.read(this.root, this.theme);
      this.isThemeOld = false;
    }
    if (this.isResized) this.view.resize?.();
    this.isResized = false;
    this.view.draw(this.shown, this.theme);
    const { computed, request } = this.shown;
    dataset.exact = String(computed.exact);
    dataset.point = request.point.slice(0, 12).join(" ");
    dataset.pictures = String(Number(dataset.pictures ?? 0) + 1);
  }

  private announce(): void {
    if (this.shown) this.view.announce?.(this.shown);
  }

  private replace(computed: Computed, other: Computed): void {
    if (this.shown?.computed !== computed) return;
    this.shown = { ...this.shown, computed: other };
    this.redraw();
    this.announce();
  }
}
