/** A stand-in for anywidget's model: traits, listeners, and what was sent. */
export class FakeModel {
  readonly sent: { content: any; buffers: ArrayBuffer[] }[] = [];
  saves = 0;
  private readonly listeners = new Map<string, Set<(...args: any[]) => void>>();

  constructor(private readonly traits: Record<string, unknown>) {}

  get(name: string): any {
    return this.traits[name];
  }

  set(name: string, value: unknown): void {
    if (this.traits[name] === value) return;
    this.traits[name] = value;
    this.emit(`change:${name}`);
  }

  save_changes(): void {
    this.saves++;
  }

  on(event: string, listener: (...args: any[]) => void): void {
    if (!this.listeners.has(event)) this.listeners.set(event, new Set());
    this.listeners.get(event)!.add(listener);
  }

  off(event: string, listener: (...args: any[]) => void): void {
    this.listeners.get(event)?.delete(listener);
  }

  send(content: any, _callbacks: unknown, buffers: ArrayBuffer[]): void {
    this.sent.push({ content, buffers });
  }

  emit(event: string, ...args: any[]): void {
    for (const listener of this.listeners.get(event) ?? []) listener(...args);
  }

  get listening(): number {
    return [...this.listeners.values()].reduce((count, set) => count + set.size, 0);
  }
}

export const range = (name: string, trait: string | null = name) => ({
  kind: "range",
  name,
  trait,
  start: 0,
  minimum: -2,
  maximum: 2,
  step: 0.01,
  integer: false,
  logarithmic: false,
});

export function scalarModel(): FakeModel {
  const parameters = [
    range("a"),
    { kind: "choice", name: "mode", trait: "mode", start: 0, labels: ["p", "q"], code: ["'p'", "None"] },
    { kind: "toggle", name: "flag", trait: "flag", start: true },
    { kind: "text", name: "note", trait: "note", start: 'a "b"' },
    { kind: "fixed", name: "data", trait: "data", start: "array" },
  ];
  const call = { name: "explore", function: "f", stepped: ["y"], rest: { a: "(-2.0, 2.0)", data: "data", zero_tolerance: "2.0" } };
  const problem = { name: "f", blocks: ["x", "y"].map((name) => ({ name, shape: [] })), variables: [["x", null], ["y", null]], coordinates: [range("x"), range("y")], parameters, call };
  return new FakeModel({ _problem: problem, x: 0.5, y: -1, a: 1, mode: 1, flag: true, note: 'a "b"', engine: "kernel", _view_state: {} });
}

export function vectorModel(n: number): FakeModel {
  const coordinates = Array.from({ length: n }, (_, i) => range(`w[${i}]`, null));
  const padded = new Float64Array(n + 1).fill(0.25);
  // Jupyter hands over a view into a larger buffer: its offset must be honoured.
  const view = new DataView(padded.buffer, 8, 8 * n);
  return new FakeModel({ _problem: { name: "loss", blocks: [{ name: "w", shape: [n] }], variables: [["w", null]], coordinates, parameters: [range("l2")], call: { name: "explore", function: "loss", stepped: [], rest: {} } }, _point: view, l2: 0, _view_state: {} });
}

/** Of `loss(params, b, l2)`: a matrix and a number in a dict, beside a number with a trait of its own. */
export function blocksModel(): FakeModel {
  const entries = ["W[0, 0]", "W[0, 1]", "W[1, 0]", "W[1, 1]", "c"].map((name) => range(name, null));
  const coordinates = [...entries, range("b")];
  const blocks = [{ name: "W", shape: [2, 2] }, { name: "c", shape: [] }, { name: "b", shape: [] }];
  const params = { kind: "dict", name: "", keys: ["'W'", "'c'"], held: [null, null] };
  const call = { name: "explore", function: "loss", stepped: ["W[0, 1]"], rest: {} };
  const problem = { name: "loss", blocks, variables: [["params", params], ["b", null]], coordinates, parameters: [], call };
  const _point = new DataView(Float64Array.of(1, 2, 3, 4, 5).buffer);
  return new FakeModel({ _problem: problem, _point, b: 0.5, _view_state: {} });
}

export const wording = {
  labels: ["minimum", "maximum", "saddle", "degenerate", "not stationary", "undefined"],
  headings: ["minimum", "maximum", "saddle of index {negative:count} of {n:count}", "degenerate", "not stationary", "undefined"],
  parts: ["λ = {lowest}", "f is {value} at this point"],
};
