import { Changes } from "../base/changes";
import { SUPPRESS_NOTEBOOK_SHORTCUTS, html, setText } from "../base/dom";
import { eigenvector, inTable, number, short, subscript } from "../base/format";
import type { Frame } from "../engine/frame";
import { ORDERS, type Order, type SliceDirections, type ViewState } from "../model/view_state";
import { type Theme, divergingColour, inkOn } from "../base/theme";
import { type Arrangement, arranged, rowNames } from "./arrangement";
import { cleared, hatch } from "./canvas";
import type { Focus, Panel, Picture } from "./panel";

const NUMBERS_UP_TO = 12;

/** The matrix that is shown: what it is called, and how an entry is written. */
export interface Subject {
  readonly name: string;
  entry(row: string, column: string): string;
}

const HESSIAN: Subject = {
  name: "Hessian",
  entry: (row, column) => (row === column ? `∂²f/∂${row}²` : `∂²f/∂${row} ∂${column}`),
};

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
  private readonly table = html("table");
  private readonly orders = html(
    "select",
    { "aria-label": "order of rows and columns", title: "order of rows and columns", ...SUPPRESS_NOTEBOOK_SHORTCUTS },
    ...ORDERS.map((order) => html("option", {}, order)),
  );
  private legendOf: Theme | null = null;
  private readonly changes = new Changes();
  private width = 0;
  private height = 0;
  private font = "sans-serif";
  private cells = { left: 0, top: 0, size: 0, n: 0 };
  private order: Order = "as given";
  private subject = HESSIAN;
  /** What is shown: where each row comes from, and what it is called. */
  private matrix: Arrangement = { entries: new Float64Array(), places: new Int32Array(), isEigenbasis: false };
  private rows: string[] = [];
  /** The cell under the pointer. */
  private lit: { i: number; j: number } | null = null;
  private readonly frameBox = html("div", { class: "hw-heatmap-box" }, this.canvas);

  constructor(
    n: number,
    private readonly onFocus: (focus: Focus) => void,
    private readonly onPick: (directions: SliceDirections) => void,
    choose: (changes: Partial<ViewState>) => void,
    private readonly onOrder: () => void,
    tools: readonly HTMLElement[] = [],
  ) {
    const scale = html("div", { class: "hw-scale" }, this.low, this.legend, this.high);
    const head = html("div", { class: "hw-head" }, this.title, this.note, ...tools);
    const picked = () => choose({ order: ORDERS[this.orders.selectedIndex] });
    this.orders.addEventListener("change", picked);
    if (n > 2) head.append(html("span", { class: "hw-slice" }, this.orders));
    const spoken = html("div", { class: "hw-unseen" }, this.table); // Firefox hides no caption of a hidden table
    this.element = html("section", { class: "hw-panel hw-hessian" }, head, this.frameBox, scale, this.caption, spoken);
    this.canvas.addEventListener("pointermove", (event) => this.onFocus(this.cellAt(event)));
    this.canvas.addEventListener("pointerleave", () => this.onFocus(null));
    this.canvas.addEventListener("click", (event) => {
      const cell = this.cellAt(event);
      if (!cell || cell.kind === "eigen" || cell.i === cell.j) return;
      this.onPick({ kind: cell.kind === "cell" ? "coordinates" : "eigenvectors", indices: [cell.j, cell.i] });
    });
  }

  look({ order }: ViewState): void {
    this.orders.selectedIndex = ORDERS.indexOf(order);
    if (order === this.order) return;
    this.order = order;
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
    const only = focus?.kind === "eigen" && focus.i < frame.eigenvalues.length ? focus.i : null;
    this.matrix = arranged(frame, this.order, only);
    this.rows = rowNames(this.matrix, picture.names, picture.names.length <= NUMBERS_UP_TO);
    this.lit = this.cellOf(focus);
    const { entries } = this.matrix;
    const limit = entries.reduce((most, h) => (Number.isFinite(h) ? Math.max(most, Math.abs(h)) : most), least);
    const now = [entries, this.rows.join(), this.lit?.i, this.lit?.j, picture.theme, this.width, this.font];
    if (this.width >= 40 && this.changes.isNew("cells", now)) this.paint(picture, entries, limit);
    const whole = this.matrix.isEigenbasis ? "symmetric part" : subject.name;
    setText(this.title, only === null ? whole : `rank-one part of λ${subscript(only + 1)}`);
    this.say(picture, limit);
  }

  private paint(picture: Picture, entries: Float64Array, limit: number): void {
    const { theme } = picture;
    const { width, rows } = this;
    const n = rows.length;
    const gutter = n <= NUMBERS_UP_TO ? Math.min(64, 14 + 7 * Math.max(...rows.map((name) => name.length))) : 34;
    const top = n <= NUMBERS_UP_TO ? 22 : 18;
    const side = Math.max(40, Math.min(width - gutter - 4, this.height - top - 2));
    const left = gutter + Math.max(0, (width - 1.5 * gutter - side) / 2);
    const context = cleared(this.canvas, width, top + side + 2);
    if (!context) return;
    this.cells = { left, top, size: side / n, n };
    if (n <= NUMBERS_UP_TO) this.drawCells(context, entries, limit, picture);
    else this.drawPixels(context, entries, limit, theme);
    this.drawNames(context, picture);
    this.drawLegend(theme);
  }

  private drawCells(context: CanvasRenderingContext2D, entries: Float64Array, limit: number, picture: Picture): void {
    const { theme } = picture;
    const { lit } = this;
    const { left, top, size, n } = this.cells;
    const gap = Math.min(3, size / 14);
    const fontFor = (digits: number) => Math.max(7.5, Math.min(17, size / (digits + 1.6)));
    const fits = (digits: number) => inTable(-limit, limit, digits).length * 0.62 * fontFor(digits) < size - gap - 2;
    const digits = [4, 3].find(fits) ?? 2;
    const font = fontFor(digits);
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
        context.fillText(inTable(h, limit, digits), left + (j + 0.5) * size, top + (i + 0.5) * size + 0.5, size - gap - 2);
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
    for (let i = 0; i < n; i++) {
      if (i % step && !(lit && (lit.i === i || lit.j === i))) continue;
      const name = rows[i];
      const at = (i + 0.5) * size;
      context.textBaseline = "middle";
      context.textAlign = "right";
      context.fillStyle = lit?.i === i ? theme.text : theme.muted;
      if (!(i % step) || lit?.i === i) context.fillText(name, left - 6, top + at, left - 8);
      context.textAlign = "center";
      context.textBaseline = "alphabetic";
      context.fillStyle = lit?.j === i ? theme.text : theme.muted;
      if (!(i % columnStep) || lit?.j === i) context.fillText(name, left + at, top - 6);
    }
  }

  private drawLegend(theme: Theme): void {
    if (theme === this.legendOf) return;
    this.legendOf = theme;
    const context = cleared(this.legend, 120, 8);
    if (!context) return;
    for (let x = 0; x < 120; x++) {
      context.fillStyle = `rgb(${divergingColour(theme, x / 59.5 - 1)})`;
      context.fillRect(x, 0, 1.5, 8);
    }
  }

  private say(picture: Picture, limit: number): void {
    const { frame, names } = picture;
    const n = names.length;
    setText(this.low, short(-limit));
    setText(this.high, limit ? `+${short(limit)}` : "0");
    const unsymmetric = frame.asymmetry > n * Number.EPSILON;
    setText(this.note, unsymmetric ? `unsymmetric by ${short(frame.asymmetry)}` : this.matrix.isEigenbasis ? "" : `${n} × ${n}`);
    this.note.classList.toggle("hw-strange", unsymmetric && frame.asymmetry > 1e-8);
    const text = this.entry(picture, unsymmetric);
    setText(this.caption, text);
    this.canvas.title = this.lit ? text : "";
  }

  /** What is in focus: the name of an entry, and its value. */
  private entry({ frame, focus, names }: Picture, unsymmetric: boolean): string {
    const n = names.length;
    if (!focus || focus.i >= n) return this.matrix.isEigenbasis ? "symmetric part, in its eigenbasis" : "";
    const { i } = focus;
    if (focus.kind === "eigen") return `λ = ${number(frame.eigenvalues[i], 6)}`;
    const { j } = focus;
    if (focus.kind === "cell") {
      return `${this.subject.entry(names[i], names[j])} = ${number(frame.hessian[i * n + j], 6)}`;
    }
    // Between two eigenvectors only the symmetric part is known to be zero.
    const name = `${eigenvector(i)}ᵀ ${i === j || !unsymmetric ? "H" : "½(H + Hᵀ)"} ${eigenvector(j)}`;
    return i === j ? `${name} = λ${subscript(i + 1)} = ${number(frame.eigenvalues[i], 6)}` : `${name} = 0`;
  }

  /** Bring what a screen reader reads up to date, once things are at rest. */
  announce(frame: Frame, names: readonly string[]): void {
    const n = names.length;
    const matrix = arranged(frame, this.order, null);
    const { entries } = matrix;
    const rows = rowNames(matrix, names, true);
    const largest = entries.reduce((best, h, k) => (Math.abs(h) > Math.abs(entries[best]) ? k : best), 0);
    const where = `${rows[Math.floor(largest / n)]}, ${rows[largest % n]}`;
    const { name } = this.subject;
    const subject = matrix.isEigenbasis ? `${name}'s symmetric part in its eigenbasis` : name;
    this.canvas.setAttribute("aria-label", `${subject}, ${n} by ${n}; largest entry ${number(entries[largest])} at ${where}`);
    if (n > NUMBERS_UP_TO) return;
    const cell = (tag: "td" | "th", text: string) => html(tag, {}, text);
    const head = html("tr", {}, cell("td", ""), ...rows.map((name) => cell("th", name)));
    const body = rows.map((row, i) =>
      html("tr", {}, cell("th", row), ...rows.map((_, j) => cell("td", number(entries[i * n + j])))),
    );
    this.table.replaceChildren(html("caption", {}, subject), head, ...body);
  }

  private cellAt(event: PointerEvent | MouseEvent): Focus {
    const { left, top, size, n } = this.cells;
    const box = this.canvas.getBoundingClientRect();
    const j = Math.floor((event.clientX - box.left - left) / size);
    const i = Math.floor((event.clientY - box.top - top) / size);
    if (!(i >= 0 && j >= 0 && i < n && j < n)) return null;
    const { places, isEigenbasis } = this.matrix;
    return { kind: isEigenbasis ? "pair" : "cell", i: places[i], j: places[j] };
  }

  /** Where what is in focus is shown. */
  private cellOf(focus: Focus): { i: number; j: number } | null {
    const { places, isEigenbasis } = this.matrix;
    if (focus?.kind !== (isEigenbasis ? "pair" : "cell")) return null;
    return { i: places.indexOf(focus.i), j: places.indexOf(focus.j) };
  }
}

function roundUp(step: number): number {
  return [1, 2, 5, 10, 20, 50, 100, 200, 500].find((s) => s >= step) ?? step;
}
