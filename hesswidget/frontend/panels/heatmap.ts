import { html, say } from "../dom";
import { type Frame, column } from "../engine/frame";
import { inTable, number, short } from "../format";
import { type Theme, divergingColour, inkOn } from "../theme";
import { type Focus, type Panel, type Picture, fitted, hatch } from "./panel";

const NUMBERS_UP_TO = 12;

/** The Hessian as coloured cells: blue positive, red negative, symmetric about zero. */
export class Heatmap implements Panel {
  readonly element: HTMLElement;
  private readonly title = html("h3", {}, "Hessian");
  private readonly note = html("span", { class: "hw-note" });
  private readonly canvas = html("canvas", { class: "hw-heatmap", role: "img" });
  private readonly legend = html("canvas", { class: "hw-legend", "aria-hidden": "true" });
  private readonly low = html("span");
  private readonly high = html("span");
  private readonly caption = html("p", { class: "hw-caption" });
  private readonly table = html("table", { class: "hw-unseen" });
  private legendOf: Theme | null = null;
  private width = 0;
  private font = "sans-serif";
  private cells = { left: 0, top: 0, size: 0, n: 0 };
  private readonly frameBox = html("div", { class: "hw-heatmap-box" }, this.canvas);

  constructor(
    private readonly onFocus: (focus: Focus) => void,
    private readonly onPick: (i: number, j: number) => void,
  ) {
    const scale = html("div", { class: "hw-scale" }, this.low, this.legend, this.high);
    const head = html("div", { class: "hw-head" }, this.title, this.note);
    this.element = html("section", { class: "hw-panel hw-hessian" }, head, this.frameBox, scale, this.caption, this.table);
    this.canvas.addEventListener("pointermove", (event) => this.onFocus(this.cellAt(event)));
    this.canvas.addEventListener("pointerleave", () => this.onFocus(null));
    this.canvas.addEventListener("click", (event) => {
      const cell = this.cellAt(event);
      if (cell?.kind === "cell" && cell.i !== cell.j) this.onPick(cell.j, cell.i);
    });
  }

  resize(): void {
    this.width = this.frameBox.clientWidth;
    this.font = getComputedStyle(this.element).fontFamily || "sans-serif";
  }

  draw(picture: Picture): void {
    const { frame, focus } = picture;
    const { entries, title } = shown(frame, focus);
    const limit = entries.reduce((most, h) => (Number.isFinite(h) ? Math.max(most, Math.abs(h)) : most), 0);
    if (this.width >= 40) this.paint(picture, entries, limit);
    say(this.title, title);
    this.say(picture, limit);
  }

  private paint(picture: Picture, entries: Float64Array, limit: number): void {
    const { theme, names } = picture;
    const { width } = this;
    const n = names.length;
    const gutter = n <= NUMBERS_UP_TO ? Math.min(64, 14 + 7 * Math.max(...names.map((name) => name.length))) : 34;
    const top = n <= NUMBERS_UP_TO ? 22 : 18;
    const side = Math.min(width - gutter - 4, n === 1 ? 180 : n <= 4 ? 340 : 360);
    const left = gutter + Math.max(0, (width - gutter - side) / 2 - gutter / 3);
    const context = fitted(this.canvas, width, top + side + 2);
    if (!context) return;
    this.cells = { left, top, size: side / n, n };
    if (n <= NUMBERS_UP_TO) this.drawCells(context, entries, limit, picture);
    else this.drawPixels(context, entries, limit, theme);
    this.drawNames(context, picture);
    this.drawLegend(theme);
  }

  private drawCells(context: CanvasRenderingContext2D, entries: Float64Array, limit: number, picture: Picture): void {
    const { theme, focus } = picture;
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
        if (focus?.kind === "cell" && (focus.i === i || focus.j === j)) {
          context.strokeStyle = theme.text;
          context.lineWidth = focus.i === i && focus.j === j ? 2 : 0.6;
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

  private drawNames(context: CanvasRenderingContext2D, { theme, names, focus }: Picture): void {
    const { left, top, size, n } = this.cells;
    const every = Math.max(1, Math.ceil((n <= NUMBERS_UP_TO ? 14 : 30) / size));
    const step = n <= NUMBERS_UP_TO ? every : roundUp(every);
    const lit = focus?.kind === "cell" ? focus : null;
    context.font = `12px ${this.font}`;
    const widest = n <= NUMBERS_UP_TO ? Math.max(...names.map((name) => context.measureText(name).width)) + 5 : 0;
    const columnStep = Math.max(step, roundUp(Math.ceil(widest / size)));
    for (let i = 0; i < n; i++) {
      if (i % step && !(lit && (lit.i === i || lit.j === i))) continue;
      const name = n <= NUMBERS_UP_TO ? names[i] : String(i);
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
    const context = fitted(this.legend, 120, 8);
    if (!context) return;
    for (let x = 0; x < 120; x++) {
      context.fillStyle = `rgb(${divergingColour(theme, x / 59.5 - 1)})`;
      context.fillRect(x, 0, 1.5, 8);
    }
  }

  private say({ frame, focus, names }: Picture, limit: number): void {
    const n = names.length;
    say(this.low, short(-limit));
    say(this.high, limit ? `+${short(limit)}` : "0");
    const unsymmetric = frame.asymmetry > n * Number.EPSILON;
    say(this.note, unsymmetric ? `unsymmetric by ${short(frame.asymmetry)}` : `${n} × ${n}`);
    this.note.classList.toggle("hw-strange", unsymmetric && frame.asymmetry > 1e-8);
    if (focus?.kind === "cell" && focus.i < n && focus.j < n) {
      const { i, j } = focus;
      const top = i === j ? `∂²f/∂${names[i]}²` : `∂²f/∂${names[i]} ∂${names[j]}`;
      say(this.caption, `${top} = ${number(frame.hessian[i * n + j], 6)}`);
    } else {
      say(this.caption, focus?.kind === "eigen" ? `λ = ${number(frame.eigenvalues[focus.i], 6)}` : "");
    }
  }

  /** Bring what a screen reader reads up to date, once things are at rest. */
  announce({ frame, names }: Picture): void {
    const n = names.length;
    const { hessian } = frame;
    const largest = hessian.reduce((best, h, k) => (Math.abs(h) > Math.abs(hessian[best]) ? k : best), 0);
    const where = `${names[Math.floor(largest / n)]}, ${names[largest % n]}`;
    this.canvas.setAttribute("aria-label", `Hessian, ${n} by ${n}; largest entry ${number(hessian[largest])} at ${where}`);
    if (n > NUMBERS_UP_TO) return;
    const cell = (tag: "td" | "th", text: string) => html(tag, {}, text);
    const head = html("tr", {}, cell("td", ""), ...names.map((name) => cell("th", name)));
    const rows = names.map((name, i) =>
      html("tr", {}, cell("th", name), ...names.map((_, j) => cell("td", number(hessian[i * n + j])))),
    );
    this.table.replaceChildren(html("caption", {}, "Hessian"), head, ...rows);
  }

  private cellAt(event: PointerEvent | MouseEvent): Focus {
    const { left, top, size, n } = this.cells;
    const box = this.canvas.getBoundingClientRect();
    const j = Math.floor((event.clientX - box.left - left) / size);
    const i = Math.floor((event.clientY - box.top - top) / size);
    return i >= 0 && j >= 0 && i < n && j < n ? { kind: "cell", i, j } : null;
  }
}

/** The entries to draw: the Hessian, or the rank-one part that belongs to the eigenvalue in focus. */
function shown(frame: Frame, focus: Focus): { entries: Float64Array; title: string } {
  if (focus?.kind !== "eigen" || focus.i >= frame.eigenvalues.length) return { entries: frame.hessian, title: "Hessian" };
  const v = column(frame.eigenvectors, focus.i);
  const lambda = frame.eigenvalues[focus.i];
  const n = v.length;
  const entries = Float64Array.from({ length: n * n }, (_, k) => lambda * v[Math.floor(k / n)] * v[k % n]);
  return { entries, title: `rank-one part of λ${subscript(focus.i + 1)}` };
}

export function subscript(i: number): string {
  return [...String(i)].map((digit) => String.fromCharCode(0x2080 + Number(digit))).join("");
}

function roundUp(step: number): number {
  return [1, 2, 5, 10, 20, 50, 100, 200, 500].find((s) => s >= step) ?? step;
}
