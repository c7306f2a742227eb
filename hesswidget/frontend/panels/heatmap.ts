import { Changes } from "../base/changes";
import { SUPPRESS_NOTEBOOK_SHORTCUTS, html, setText } from "../base/dom";
import { eigenvector, inTable, number, short, subscript, within } from "../base/format";
import type { Frame } from "../engine/frame";
import type { Block } from "../model/state";
import { ORDERS, type Order, type SliceDirections, type ViewState } from "../model/view_state";
import { type Theme, divergingColour, inkOn } from "../base/theme";
import { type Arrangement, type Span, areSeveral, arranged, rowNames, sizeOf, spans } from "./arrangement";
import { cleared, hatch } from "./canvas";
import type { Focus, Panel, Picture } from "./panel";

const NUMBERS_UP_TO = 12;
/** Borders of blocks are drawn where these are as wide on average, in pixels. */
const BORDERS_FROM = 6;
const TICK = 5;
/** How large formulas are, in pixels, and by what share they may be smaller to fit. */
const FORMULA = 14;
const LEAST_SHARE = 0.7;

/** The matrix that is shown: what it is called, and how an entry is written. */
export interface Subject {
  readonly name: string;
  entry(row: string, column: string): string;
}

const HESSIAN: Subject = {
  name: "Hessian",
  entry: (row, column) => (row === column ? `∂²f/∂${row}²` : `∂²f/∂${row} ∂${column}`),
};

/** What a cell is called when it is in focus. */
const KINDS = { coordinates: "cell", eigenvectors: "pair", blocks: "blocks" } as const;

/** The Hessian as coloured cells: blue positive, red negative, symmetric about zero. */
export class Heatmap implements Panel {
  readonly element: HTMLElement;
  private readonly title = html("h3", {}, "Hessian");
  private readonly note = html("span", { class: "hw-note" });
  private readonly canvas = html("canvas", { class: "hw-heatmap", role: "img", "aria-label": "Hessian" });
  private readonly legend = html("canvas", { class: "hw-colour-scale", "aria-hidden": "true" });
  private readonly low = html("span");
  private readonly high = html("span");
  private readonly caption = html("p", { class: "hw-caption" });
  private explained: Element | string | null = null;
  private readonly formula = html("div", { class: "hw-formula", hidden: true });
  private readonly table = html("table");
  private readonly orders = html("select", {
    ...{ "aria-label": "order of rows and columns", title: "order of rows and columns", ...SUPPRESS_NOTEBOOK_SHORTCUTS },
  });
  /** The orders that there are to choose from. */
  private readonly offered: readonly Order[];
  /** The rows of each block, where blocks say more than entries. */
  private readonly spans: readonly Span[];
  private legendOf: { theme: Theme; low: number } | null = null;
  private readonly changes = new Changes();
  private width = 0;
  private height = 0;
  private font = "sans-serif";
  private cells = { left: 0, top: 0, size: 0, n: 0 };
  private order: Order = "as given";
  private subject = HESSIAN;
  /** What is shown: where each row comes from, and what it is called. */
  private matrix: Arrangement = { entries: new Float64Array(), places: new Int32Array(), of: "coordinates", isInOrder: true };
  private rows: string[] = [];
  /** The cell under the pointer. */
  private lit: { i: number; j: number } | null = null;
  private readonly frameBox = html("div", { class: "hw-heatmap-box" }, this.canvas);

  constructor(
    n: number,
    private readonly blocks: readonly Block[],
    private readonly onFocus: (focus: Focus) => void,
    private readonly onPick: (directions: SliceDirections) => void,
    choose: (changes: Partial<ViewState>) => void,
    private readonly onOrder: () => void,
    tools: readonly HTMLElement[] = [],
  ) {
    const scale = html("div", { class: "hw-scale" }, this.low, this.legend, this.high);
    const head = html("div", { class: "hw-head" }, this.title, this.note, ...tools);
    const isInBlocks = areSeveral(blocks, n);
    this.spans = isInBlocks ? spans(blocks) : [];
    this.offered = ORDERS.filter((order) => order !== "blocks" || isInBlocks);
    this.orders.append(...this.offered.map((order) => html("option", {}, order)));
    const picked = () => choose({ order: this.offered[this.orders.selectedIndex] });
    this.orders.addEventListener("change", picked);
    if (n > 2) head.append(html("span", { class: "hw-slice" }, this.orders));
    const spoken = html("div", { class: "hw-unseen" }, this.table); // Firefox hides no caption of a hidden table
    this.element = html("section", { class: "hw-panel hw-hessian" }, head, this.frameBox, scale, this.caption, this.formula, spoken);
    this.canvas.addEventListener("pointermove", (event) => this.onFocus(this.cellAt(event)));
    this.canvas.addEventListener("pointerdown", (event) => this.onFocus(this.cellAt(event)));
    this.canvas.addEventListener("pointerleave", () => this.onFocus(null));
    this.canvas.addEventListener("click", (event) => {
      const cell = this.cellAt(event);
      if (!cell || cell.kind === "eigen" || cell.kind === "blocks" || cell.i === cell.j) return;
      this.onPick({ kind: cell.kind === "cell" ? "coordinates" : "eigenvectors", indices: [cell.j, cell.i] });
    });
  }

  look({ order }: ViewState): void {
    const shown = this.offered.includes(order) ? order : ORDERS[0];
    this.orders.selectedIndex = this.offered.indexOf(shown);
    if (shown === this.order) return;
    this.order = shown;
    this.onOrder();
  }

  resize(): void {
    this.width = this.frameBox.clientWidth;
    this.height = this.frameBox.clientHeight;
    this.font = getComputedStyle(this.element).fontFamily || "sans-serif";
  }

  /** @param least the smallest limit of the colours: what is rounding beside it shows none. */
  draw(picture: Picture, subject = HESSIAN, least = 0): void {
    const { frame, focus } = picture;
    this.subject = subject;
    const order = this.orderOf(frame);
    const only = order !== "blocks" && focus?.kind === "eigen" && focus.i < frame.eigenvalues.length ? focus.i : null;
    this.matrix = arranged(frame, order, only);
    this.rows = rowNames(this.matrix, picture.names, this.blocks, picture.names.length <= NUMBERS_UP_TO);
    this.lit = this.cellOf(focus);
    const { entries } = this.matrix;
    const limit = entries.reduce((most, h) => (Number.isFinite(h) ? Math.max(most, Math.abs(h)) : most), least);
    const now = [entries, this.rows.join(), this.lit?.i, this.lit?.j, picture.theme, this.width, this.font];
    if (this.width >= 40 && this.changes.isNew("cells", now)) this.paint(picture, entries, limit);
    const whole = { coordinates: subject.name, eigenvectors: "symmetric part", blocks: "block norms" }[this.matrix.of];
    setText(this.title, only === null ? whole : `rank-one part of λ${subscript(only + 1)}`);
    this.say(picture, limit);
  }

  /** Show the formula of the entry in focus above its number; null where there is none. */
  explain(formula: Element | string | null): void {
    const isShown = formula !== null && this.lit !== null && this.matrix.of === "coordinates";
    this.formula.hidden = !isShown;
    if (!isShown || this.explained === formula) return;
    this.explained = formula;
    this.formula.style.setProperty("font-size", `${FORMULA}px`);
    this.formula.replaceChildren(formula);
    const share = this.formula.clientWidth / this.formula.scrollWidth;
    if (share < LEAST_SHARE) this.formula.replaceChildren("too long to be shown here; print(w.formula) has it");
    else if (share < 1) this.formula.style.setProperty("font-size", `${FORMULA * share}px`);
  }

  private paint(picture: Picture, entries: Float64Array, limit: number): void {
    const { theme } = picture;
    const { width, rows } = this;
    const n = rows.length;
    const named = n <= NUMBERS_UP_TO ? rows : this.bordered.map(({ name }) => name);
    const gutter = Math.max(34, Math.min(64, 14 + 7 * Math.max(0, ...named.map((name) => name.length))));
    const top = n <= NUMBERS_UP_TO ? 22 : 18;
    const side = Math.max(40, Math.min(width - gutter - 4, this.height - top - 2));
    const left = gutter + Math.max(0, (width - 1.5 * gutter - side) / 2);
    const context = cleared(this.canvas, width, top + side + 2);
    if (!context) return;
    this.cells = { left, top, size: side / n, n };
    if (n <= NUMBERS_UP_TO) this.drawCells(context, entries, limit, picture);
    else this.drawPixels(context, entries, limit, theme);
    this.drawBorders(context, theme);
    this.drawNames(context, picture);
    this.drawLegend(theme);
  }

  /** The blocks whose rows are together and named. */
  private get bordered(): readonly Span[] {
    return this.matrix.isInOrder ? this.spans : [];
  }

  private drawBorders(context: CanvasRenderingContext2D, theme: Theme): void {
    const { left, top, size, n } = this.cells;
    if (!this.bordered.length || (size * n) / this.bordered.length < BORDERS_FROM) return;
    context.beginPath();
    for (const { first } of this.bordered.slice(1)) {
      const at = first * size;
      context.moveTo(left + at, top - TICK);
      context.lineTo(left + at, top + n * size);
      context.moveTo(left - TICK, top + at);
      context.lineTo(left + n * size, top + at);
    }
    context.strokeStyle = theme.muted;
    context.lineWidth = 1;
    context.stroke();
  }

  /** Names of blocks along an axis, the largest first, as far as there is room. */
  private drawSpans(lit: number | undefined, lengthOf: (name: string) => number, write: (span: Span, at: number, isLit: boolean) => void): void {
    const { size, n } = this.cells;
    const isLit = ({ first, last }: Span) => lit !== undefined && first <= lit && lit < last;
    const extent = (span: Span) => Number(isLit(span)) * 1e6 + span.last - span.first;
    const taken: (readonly [number, number])[] = [];
    for (const span of this.bordered.toSorted((a, b) => extent(b) - extent(a))) {
      const half = lengthOf(span.name) / 2;
      const at = Math.max(half, Math.min(n * size - half, ((span.first + span.last) / 2) * size));
      if (taken.some(([low, high]) => at + half > low && at - half < high)) continue;
      taken.push([at - half, at + half]);
      write(span, at, isLit(span));
    }
  }

  private drawCells(context: CanvasRenderingContext2D, entries: Float64Array, limit: number, picture: Picture): void {
    const { theme } = picture;
    const { lit } = this;
    const { left, top, size, n } = this.cells;
    const gap = Math.min(3, size / 14);
    const fontFor = (digits: number) => Math.max(7.5, Math.min(17, size / (digits + 1.6)));
    const lettersAt = (digits: number) => (size - gap - 2) / (0.62 * fontFor(digits));
    const fits = (digits: number) => inTable(-limit, limit, digits).length < lettersAt(digits);
    const digits = [4, 3].find(fits) ?? 2;
    const [font, letters] = [fontFor(digits), Math.max(1, Math.floor(lettersAt(digits)))];
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.font = `600 ${font}px ${this.font}`;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const h = entries[i * n + j];
        const rgb = divergingColour(theme, Number.isFinite(h) && limit ? h / limit : 0);
        const box = [left + j * size + gap / 2, top + i * size + gap / 2, size - gap, size - gap] as const;
        context.beginPath();
        context.roundRect(...box, Math.min(6, size / 8));
        context.fillStyle = `rgb(${rgb})`;
        context.fill();
        if (!Number.isFinite(h)) {
          context.fillStyle = hatch(context, theme.muted) ?? theme.muted;
          context.fill();
        }
        if (lit && (lit.i === i || lit.j === j)) {
          context.strokeStyle = theme.text;
          context.lineWidth = lit.i === i && lit.j === j ? 2 : 0.6;
          context.stroke();
        }
        context.fillStyle = Number.isFinite(h) ? inkOn(rgb) : theme.text;
        const alike = inTable(h, limit, digits);
        const text = alike.length > letters ? within(h, letters) : alike; // one that is tiny beside the others
        context.fillText(text, left + (j + 0.5) * size, top + (i + 0.5) * size + 0.5, size - gap - 2);
      }
    }
  }

  private drawPixels(context: CanvasRenderingContext2D, entries: Float64Array, limit: number, theme: Theme): void {
    const { left, top, size, n } = this.cells;
    const image = new ImageData(n, n);
    let holes = false;
    for (let k = 0; k < n * n; k++) {
      const h = entries[k];
      holes ||= !Number.isFinite(h);
      const [r, g, b] = divergingColour(theme, Number.isFinite(h) && limit ? h / limit : 0);
      image.data.set([r, g, b, 255], 4 * k);
    }
    const small = document.createElement("canvas");
    small.width = small.height = n;
    small.getContext("2d")?.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = size * (devicePixelRatio || 1) < 1;
    context.drawImage(small, left, top, size * n, size * n);
    context.strokeStyle = theme.muted;
    context.lineWidth = 0.5;
    context.strokeRect(left, top, size * n, size * n);
    if (!holes) return;
    context.fillStyle = hatch(context, theme.text) ?? theme.text;
    for (let k = 0; k < n * n; k++) {
      if (Number.isFinite(entries[k])) continue;
      context.fillRect(left + (k % n) * size, top + Math.floor(k / n) * size, Math.max(1, size), Math.max(1, size));
    }
  }

  private drawNames(context: CanvasRenderingContext2D, { theme }: Picture): void {
    const { rows, lit } = this;
    const { left, top, size, n } = this.cells;
    const every = Math.max(1, Math.ceil((n <= NUMBERS_UP_TO ? 14 : 30) / size));
    const step = n <= NUMBERS_UP_TO ? every : roundUp(every);
    context.font = `12px ${this.font}`;
    const widest = n <= NUMBERS_UP_TO ? Math.max(...rows.map((name) => context.measureText(name).width)) + 5 : 0;
    const columnStep = Math.max(step, roundUp(Math.ceil(widest / size)));
    if (this.bordered.length) {
      context.textBaseline = "alphabetic";
      context.textAlign = "center";
      const longest = Math.max(60, n * size * 0.4);
      const width = (name: string) => Math.min(longest, context.measureText(name).width) + 6;
      this.drawSpans(lit?.j, width, ({ name }, at, isLit) => {
        context.fillStyle = isLit ? theme.text : theme.muted;
        context.fillText(name, left + at, top - 6, longest);
      });
    }
    if (this.bordered.length && n > NUMBERS_UP_TO) {
      context.textBaseline = "middle";
      context.textAlign = "right";
      this.drawSpans(lit?.i, () => 13, ({ name }, at, isLit) => {
        context.fillStyle = isLit ? theme.text : theme.muted;
        context.fillText(name, left - 6, top + at, left - 8);
      });
      return;
    }
    for (let i = 0; i < n; i++) {
      if (i % step && !(lit && (lit.i === i || lit.j === i))) continue;
      const name = rows[i];
      const at = (i + 0.5) * size;
      context.textBaseline = "middle";
      context.textAlign = "right";
      context.fillStyle = lit?.i === i ? theme.text : theme.muted;
      if (!(i % step) || lit?.i === i) context.fillText(name, left - 6, top + at, left - 8);
      if (this.bordered.length) continue;
      context.textAlign = "center";
      context.textBaseline = "alphabetic";
      context.fillStyle = lit?.j === i ? theme.text : theme.muted;
      if (!(i % columnStep) || lit?.j === i) context.fillText(name, left + at, top - 6);
    }
  }

  /** Of norms, which have no sign, the half from zero on. */
  private drawLegend(theme: Theme): void {
    const low = this.matrix.of === "blocks" ? 0 : -1;
    if (theme === this.legendOf?.theme && low === this.legendOf.low) return;
    this.legendOf = { theme, low };
    const context = cleared(this.legend, 120, 8);
    if (!context) return;
    for (let x = 0; x < 120; x++) {
      context.fillStyle = `rgb(${divergingColour(theme, low + ((1 - low) * x) / 119)})`;
      context.fillRect(x, 0, 1.5, 8);
    }
  }

  private say(picture: Picture, limit: number): void {
    const { frame, names } = picture;
    const n = this.rows.length;
    setText(this.low, this.matrix.of === "blocks" ? "0" : short(-limit));
    setText(this.high, limit ? `+${short(limit)}` : "0");
    const unsymmetric = frame.asymmetry > names.length * Number.EPSILON;
    setText(this.note, unsymmetric ? `unsymmetric by ${short(frame.asymmetry)}` : this.matrix.of === "eigenvectors" ? "" : `${n} × ${n}`);
    this.note.classList.toggle("hw-strange", unsymmetric && frame.asymmetry > 1e-8);
    const text = this.entry(picture, unsymmetric);
    setText(this.caption, text);
    this.canvas.title = this.lit ? text : "";
  }

  /** What is in focus: the name of an entry, and its value. */
  private entry({ frame, focus, names }: Picture, unsymmetric: boolean): string {
    const n = names.length;
    const { of } = this.matrix;
    const undefinedThere = Number.isFinite(frame.value) ? "" : "by the formulas of its derivatives: f itself is not finite here";
    const whole = { coordinates: undefinedThere, eigenvectors: "symmetric part, in its eigenbasis", blocks: "Frobenius norms" }[of];
    if (!focus || focus.i >= n) return whole;
    const { i } = focus;
    if (focus.kind === "eigen") return `λ = ${number(frame.eigenvalues[i], 6)}`;
    const { j } = focus;
    if (focus.kind === "blocks") {
      if (of !== "blocks") return whole;
      const [row, column] = [this.blocks[i], this.blocks[j]];
      const norm = number(frame.blockNorms[i * this.blocks.length + j], 6);
      return `‖${this.subject.entry(row.name, column.name)}‖ = ${norm} (${sizeOf(row)} × ${sizeOf(column)})`;
    }
    if (focus.kind === "cell") {
      return `${this.subject.entry(names[i], names[j])} = ${number(frame.hessian[i * n + j], 6)}`;
    }
    // Between two eigenvectors only the symmetric part is known to be zero.
    const name = `${eigenvector(i)}ᵀ ${i === j || !unsymmetric ? "H" : "½(H + Hᵀ)"} ${eigenvector(j)}`;
    return i === j ? `${name} = λ${subscript(i + 1)} = ${number(frame.eigenvalues[i], 6)}` : `${name} = 0`;
  }

  /** Bring what a screen reader reads up to date, once things are at rest. */
  announce(frame: Frame, names: readonly string[]): void {
    const matrix = arranged(frame, this.orderOf(frame), null);
    const { entries } = matrix;
    const rows = rowNames(matrix, names, this.blocks, true);
    const n = rows.length;
    const largest = entries.reduce((best, h, k) => (Math.abs(h) > Math.abs(entries[best]) ? k : best), 0);
    const where = `${rows[Math.floor(largest / n)]}, ${rows[largest % n]}`;
    const { name } = this.subject;
    const subject = { coordinates: name, eigenvectors: `${name}'s symmetric part in its eigenbasis`, blocks: `norms of the ${name}'s blocks` }[matrix.of];
    this.canvas.setAttribute("aria-label", `${subject}, ${n} by ${n}; largest entry ${number(entries[largest])} at ${where}`);
    if (n > NUMBERS_UP_TO) return;
    const cell = (tag: "td" | "th", text: string) => html(tag, {}, text);
    const head = html("tr", {}, cell("td", ""), ...rows.map((name) => cell("th", name)));
    const body = rows.map((row, i) =>
      html("tr", {}, cell("th", row), ...rows.map((_, j) => cell("td", number(entries[i * n + j])))),
    );
    this.table.replaceChildren(html("caption", {}, subject), head, ...body);
  }

  /** The order in which a frame is shown: what is no Hessian has no norms of these blocks with it. */
  private orderOf({ blockNorms }: Frame): Order {
    return this.order === "blocks" && blockNorms.length !== this.blocks.length ** 2 ? ORDERS[0] : this.order;
  }

  private cellAt(event: PointerEvent | MouseEvent): Focus {
    const { left, top, size, n } = this.cells;
    const box = this.canvas.getBoundingClientRect();
    const j = Math.floor((event.clientX - box.left - left) / size);
    const i = Math.floor((event.clientY - box.top - top) / size);
    if (!(i >= 0 && j >= 0 && i < n && j < n)) return null;
    const { places, of } = this.matrix;
    return { kind: KINDS[of], i: places[i], j: places[j] };
  }

  /** Where what is in focus is shown. */
  private cellOf(focus: Focus): { i: number; j: number } | null {
    const { places, of } = this.matrix;
    if (!focus || focus.kind === "eigen" || focus.kind !== KINDS[of]) return null;
    return { i: places.indexOf(focus.i), j: places.indexOf(focus.j) };
  }
}

function roundUp(step: number): number {
  return [1, 2, 5, 10, 20, 50, 100, 200, 500].find((s) => s >= step) ?? step;
}
