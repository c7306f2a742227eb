import type { RenderProps } from "@anywidget/types";
import { Bifurcation } from "./bifurcation";
import { Controls } from "./controls/controls";
import { html } from "./base/dom";
import { CriticalPoints } from "./critical";
import { BrowserEngine } from "./engine/browser";
import { type Answers, type Engine, Refusal } from "./engine/engine";
import type { Frame, Request } from "./engine/frame";
import { KernelEngine } from "./engine/kernel";
import { SecondLook } from "./questions/classification";
import { keyOf } from "./engine/plane";
import { Library } from "./engine/library";
import type { Standing } from "./questions/verification";
import { type Origin, RunningKernel } from "./origin";
import { Overlays } from "./overlays";
import { Eigenvalues } from "./panels/eigenvalues";
import { Heatmap } from "./panels/heatmap";
import { LandscapePanel } from "./panels/landscape";
import type { Focus, Panel, Picture } from "./panels/panel";
import { SlicePickers } from "./panels/pickers";
import { Status } from "./panels/status";
import { Slicing, type Span } from "./slicing";
import { State } from "./model/state";
import * as theme from "./base/theme";

/** How long the state must be left alone to count as resting, in milliseconds. */
const REST = 140;

/** One view of an explorer: the state asks the engine for a frame, and the panels draw it. */
export class Explorer {
  private readonly root = html("div", { class: "hesswidget" });
  private readonly body = html("div", { class: "hw-body" });
  private readonly state: State;
  private readonly origin: Origin;
  private readonly look: SecondLook;
  private engine: Engine;
  private readonly status: Status;
  private readonly landscape: LandscapePanel;
  private readonly heatmap: Heatmap;
  private readonly eigenvalues: Eigenvalues;
  private readonly controls: Controls;
  private readonly panels: Panel[];
  private readonly names: string[];
  private readonly slicing: Slicing;
  private readonly pickers: SlicePickers;
  /** Where there are few enough variables to look for critical points. */
  private readonly critical: CriticalPoints | null;
  private readonly overlays: Overlays;
  /** Where the widget has a diagram. */
  private readonly bifurcation: Bifurcation | null;
  private frame: Frame | null = null;
  private theme: theme.Theme | null = null;
  private focus: Focus = null;
  private readonly said = { remark: "", failure: "" };
  private isChanging = false;
  private shown: Request | null = null;
  private wanted: Request | null = null;
  private width = 0;
  private drawing = 0;
  private resting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly model: RenderProps["model"],
    signal: AbortSignal,
    /** What stands in for a kernel, where the picture was saved and there is none. */
    saved: Origin | null = null,
  ) {
    this.state = new State(model, signal);
    const { coordinates } = this.state.problem;
    this.names = coordinates.map((c) => c.name);
    this.slicing = new Slicing(coordinates);
    const onMessage = (sentence: string) => this.say({ remark: sentence });
    const onFocus = (focus: Focus) => this.setFocus(focus);
    const onStanding = ({ kind }: Standing) => (this.root.dataset.standing = kind);
    this.origin = saved ?? new RunningKernel(model, onMessage, onStanding, signal);
    const { link } = this.origin;
    this.look = new SecondLook(link, (frame, label, reason) => this.relabelled(frame, label, reason));
    this.status = new Status(this.origin.chip);
    const move = (changes: Map<number, number>) => this.state.setCoordinates(changes);
    const onSpan = (span: Span) => this.spanBy(span);
    this.pickers = new SlicePickers(this.names, onSpan);
    this.overlays = new Overlays(link, this.names.length, () => this.redraw(), onMessage);
    this.landscape = new LandscapePanel(coordinates, this.pickers.element, this.overlays.buttons, move, () => this.rest());
    this.landscape.current = () => this.state.point;
    this.critical = this.makeCritical();
    this.bifurcation = Bifurcation.of(model, link, this.state, () => this.redraw(), signal);
    this.engine = this.chooseEngine();
    const onOrder = () => {
      this.redraw();
      this.announce();
    };
    this.heatmap = new Heatmap(this.names.length, onFocus, (span) => this.names.length > 2 && onSpan(span), onOrder);
    this.eigenvalues = new Eigenvalues(onFocus, () => this.redraw());
    this.pickers.show(this.slicing.present, null);
    this.controls = new Controls(this.state, this.slicing.present.picked, onMessage);
    const panels = html("div", { class: "hw-panels" });
    // Canvases are painted first: setting a font on one has the browser work out all styles that elements have changed.
    this.panels = [this.heatmap, this.landscape, this.eigenvalues, this.status];
    panels.append(this.landscape.element, this.heatmap.element, this.eigenvalues.element);
    this.body.append(this.status.element, panels, this.controls.element);
    for (const panel of [this.bifurcation?.panel, this.critical?.list]) {
      if (!panel) continue;
      this.panels.push(panel);
      panels.append(panel.element);
    }
    if (saved && !this.engine.isImmediate) this.body.append(html("p", { class: "hw-about" }, model.get("engine_reason")));
    this.root.append(this.body);
    this.root.dataset.function = this.state.problem.name;
    if (saved) this.root.dataset.saved = saved.kind;
    this.live(signal);
  }

  attach(el: HTMLElement): void {
    el.append(this.root);
    this.controls.show();
    this.rest();
  }

  /** The engine that Python has chosen. */
  private chooseEngine(): Engine {
    const engine = this.model.get("engine") === "browser" ? this.browserEngine() : this.kernelEngine();
    this.origin.computes(engine, this.model.get("engine_reason"));
    return engine;
  }

  private browserEngine(): Engine {
    const library = new Library(this.model.get("_programs"));
    this.critical?.use(library);
    this.overlays.use(library);
    return new BrowserEngine(library, this.state.problem.wording, this.names, this.answers, () => this.landscape.painting);
  }

  private kernelEngine(): Engine {
    this.critical?.use(null);
    this.overlays.use(null);
    return new KernelEngine(this.origin.link, this.state.problem.wording, this.names, this.answers);
  }

  private makeCritical(): CriticalPoints | null {
    const { coordinates, wording, searchable } = this.state.problem;
    if (!searchable) return null;
    const go = (point: Float64Array) => this.state.setCoordinates(new Map([...point].map((x, i) => [i, x])));
    const critical = new CriticalPoints(this.origin.link, coordinates, wording.labels, () => this.redraw(), go);
    critical.list.onNearest(() => {
      const nearest = critical.nearest(this.state.point);
      if (nearest) go(nearest);
    });
    return critical;
  }

  private get answers(): Answers {
    return { arrived: this.arrived, failed: this.failed };
  }

  private live(signal: AbortSignal): void {
    this.state.observe(() => this.changed(), signal);
    const engineChanged = () => {
      this.engine.stop();
      this.engine = this.chooseEngine();
      this.frame = null;
      this.rest();
    };
    this.model.on("change:engine", engineChanged);
    signal.addEventListener("abort", () => this.model.off("change:engine", engineChanged));
    const themeChanged = () => {
      this.theme = null;
      this.redraw();
    };
    theme.observe(themeChanged, signal);
    const sizes = new ResizeObserver(() => {
      if (this.body.clientWidth === this.width) return; // a picture changes heights only
      this.width = this.body.clientWidth;
      for (const panel of this.panels) panel.resize();
      themeChanged(); // before the first size, el was detached and had no theme
    });
    sizes.observe(this.body);
    signal.addEventListener("abort", () => {
      sizes.disconnect();
      this.engine.stop();
      this.critical?.stop();
      this.landscape.dispose();
      clearTimeout(this.resting);
      cancelAnimationFrame(this.drawing);
    });
  }

  /** Something moved. What one message or gesture sets together arrives trait by trait: wait until all of it is there. */
  private changed(): void {
    if (this.isChanging) return;
    this.isChanging = true;
    queueMicrotask(() => {
      this.isChanging = false;
      if (this.said.remark) this.say({ remark: "" });
      this.controls.show();
      this.origin.moved();
      this.look.forget();
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
    if (this.frame?.exact && this.shown && isSame(this.shown, request)) this.settled(this.frame, request);
    else this.ask(request);
  }

  /** Ask for a frame: an engine that answers at once just before the next drawing, so that only the newest is computed. */
  private ask(request: Request): void {
    if (!this.engine.isImmediate) return this.engine.submit(request);
    this.wanted = request;
    this.redraw();
  }

  /** The picture is at rest and whole. */
  private settled(frame: Frame, request: Request): void {
    this.announce();
    this.critical?.rest(request.parameters);
    void this.bifurcation?.rest(request.parameters);
    void this.look.ask(frame, request);
    this.overlays.rest(request);
    this.origin.rested(frame, request);
  }

  private request(moving: boolean): Request {
    const { point, parameters } = this.state;
    const plane = this.slicing.through(point, parameters, this.frame, moving || this.landscape.isDragging);
    return { point, parameters, plane, moving };
  }

  private readonly arrived = (frame: Frame, request: Request): void => {
    this.frame = frame;
    this.shown = request;
    this.critical?.follow(request.parameters);
    this.overlays.follow(request);
    this.say({ failure: "" });
    this.redraw();
    if (request.moving) return;
    // The eigenvectors have turned since the slice was laid: lay it anew, once this answer is dealt with.
    if (!this.landscape.isDragging && !this.slicing.isAnchored(request, frame)) return queueMicrotask(() => this.rest());
    if (frame.exact) this.settled(frame, request);
  };

  private readonly failed = (error: Error, request: Request): void => {
    if (this.engine.isImmediate && this.origin.kind === "running") return this.handOver(error, request);
    const sentence = error instanceof Refusal ? error.message : `The picture could not be made: ${error.message}`;
    this.say({ failure: sentence });
  };

  /** The page cannot replay what came with the widget: the kernel computes from here on, and the line says why. */
  private handOver(error: Error, request: Request): void {
    this.engine.stop();
    const reason = `This page could not replay what was recorded: ${error.message}`;
    this.engine = this.kernelEngine();
    this.origin.computes(this.engine, reason, true);
    this.engine.submit(request);
  }

  /**
   * Show what a control or the engine has to say. A remark stays until something moves, a failure until there is a picture
   * of the present state.
   */
  private say(sentences: { remark?: string; failure?: string }): void {
    Object.assign(this.said, sentences);
    this.status.show(this.said.remark || this.said.failure);
    if (this.said.failure) this.root.dataset.error = this.said.failure;
    else delete this.root.dataset.error;
  }

  private spanBy(span: Span): void {
    this.slicing.spanBy(span);
    this.pickers.show(span, this.frame);
    if (span.kind === "coordinates") this.controls.showAxes(span.picked);
    this.rest();
  }

  private setFocus(focus: Focus): void {
    if (JSON.stringify(focus) === JSON.stringify(this.focus)) return;
    this.focus = focus;
    this.redraw();
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
    if (!this.frame || !this.width) return;
    if (!this.theme) {
      this.root.dataset.theme = theme.isDark() ? "dark" : "light";
      this.theme = theme.read(this.root);
    }
    const picture = this.picture(this.frame, this.theme);
    for (const panel of this.panels) panel.draw(picture);
    this.root.dataset.label = this.frame.label;
    this.root.dataset.critical = picture.critical.map(({ label }) => label).join(" ");
    this.root.dataset.exact = String(this.frame.exact);
    this.root.dataset.point = this.frame.point.slice(0, 12).join(" ");
    this.root.dataset.pictures = String(Number(this.root.dataset.pictures ?? 0) + 1);
  }

  private picture(frame: Frame, colours: theme.Theme): Picture {
    const { definiteness, shownPaths: paths } = this.overlays;
    const { names, focus } = this;
    const parameters = this.shown?.parameters ?? this.state.parameters;
    const critical = this.critical?.points ?? [];
    const gutters = this.critical?.gutters ?? [];
    return { frame, parameters, theme: colours, focus, names, critical, gutters, definiteness, paths };
  }

  private announce(): void {
    if (!this.frame || !this.theme) return;
    const picture = this.picture(this.frame, this.theme);
    this.status.announce(picture);
    this.heatmap.announce(picture);
    if (!this.landscape.isDragging) this.pickers.show(this.slicing.present, this.frame);
  }

  /** Python knows better what the point is. */
  private relabelled(frame: Frame, label: string, reason: string): void {
    if (this.frame !== frame || (label === frame.label && reason === frame.reason)) return;
    this.frame = { ...frame, label, reason };
    this.redraw();
    this.announce();
  }
}

function isSame(one: Request, other: Request): boolean {
  const state = ({ point, parameters, plane }: Request) => JSON.stringify([[...point], parameters, keyOf(plane)]);
  return state(one) === state(other);
}
