import { BrowserEngine } from "../../hesswidget/frontend/engine/browser";
import { sentence } from "../../hesswidget/frontend/model/reason";
import type { Frame, FrameRequest } from "../../hesswidget/frontend/engine/frame";
import { Frames } from "../../hesswidget/frontend/engine/frames";
import { alongCoordinates } from "../../hesswidget/frontend/engine/plane";
import { Library, type ProgramsTrait } from "../../hesswidget/frontend/engine/library";
import { wording } from "./model";
import { Draft } from "./program/draft";

const NUMBERS = "gradient_norm gradient_threshold zero_threshold condition_number asymmetry is_stationary newton_turn positive zero negative lowest".split(" ");
const VECTORS = "gradient eigenvalues model near0 newton_step ascent gradient_angles newton_angles".split(" ");
const MATRICES = "hessian block_norms eigenvectors".split(" ");

/** What all programs of a test share. */
let pools: { floats: number[]; ints: number[] };
beforeEach(() => void (pools = { floats: [], ints: [] }));

/** The frame of f(x) = b x² in one variable, as far as these tests look at it: its value. */
function frame(factor: number, turns = 0) {
  const draft = new Draft(pools);
  const point = draft.input("point", 1);
  const parameters = draft.input("parameters", 1);
  draft.input("origin", 1);
  draft.input("basis", 1, 1);
  draft.input("ends", 1, 2);
  const scale = draft.constant(factor);
  const label = draft.constant(2);
  const said = draft.constant([1, 0]);
  const looped = turns ? draft.apply("scan", [point], { body: loopOf(pools, 1), length: turns, carries: 1, sequences: 0 }) : point;
  const square = draft.apply("multiply", [looped, looped]);
  const value = draft.apply("multiply", [draft.apply("multiply", [square, parameters]), scale]);
  draft.output("point", point).output("value", draft.apply("reshape", [value], { shape: [] }));
  draft.output("label", label).output("said", said);
  for (const name of NUMBERS) draft.output(name, label);
  for (const name of VECTORS) draft.output(name, draft.apply("reshape", [label], { shape: [1] }));
  for (const name of MATRICES) draft.output(name, draft.apply("reshape", [label], { shape: [1, 1] }));
  draft.output("density", draft.apply("reshape", [said], { shape: [2, 1] }));
  return draft.header;
}

/** One turn of a loop, which changes nothing. */
function loopOf(shared: { floats: number[]; ints: number[] }, ...shape: number[]) {
  const draft = new Draft(shared);
  let x = draft.input("x", ...shape);
  for (let k = 0; k < 16; k++) x = draft.apply("negative", [x]);
  return draft.output("y", x).body;
}

function tile(rows: number) {
  const draft = new Draft(pools);
  const parameters = draft.input("parameters", 1);
  draft.input("origin", 1);
  draft.input("basis", 1, 1);
  const places = draft.input("places", 1, rows);
  const x = draft.apply("reshape", [places], { shape: [rows] });
  const values = draft.apply("multiply", [draft.apply("multiply", [x, x]), parameters]);
  return draft.output("values", values).header;
}

function engine(trait: Partial<ProgramsTrait> = {}, painting = 0) {
  const arrived: Frame[] = [];
  const failed: Error[] = [];
  const programs = {
    traced: ["b"],
    sets: [
      { static: { kind: 0 }, programs: { frame: frame(1), tile: tile(64) }, tables: {} },
      { static: { kind: 1 }, programs: { frame: frame(10), tile: tile(64) }, tables: {} },
    ],
    ...trait,
    floats: Float64Array.from(pools.floats).buffer,
    ints: Int32Array.from(pools.ints).buffer,
  };
  const answers = { arrived: (f: Frame) => arrived.push(f), failed: (e: Error) => failed.push(e) };
  const made = new BrowserEngine(new Frames(wording, ["x"], () => painting).replayed(new Library(programs, 1)), answers);
  return { engine: made, arrived, failed };
}

function request(x: number, moving = true, kind = 0): FrameRequest {
  const point = Float64Array.of(x);
  const plane = alongCoordinates([{ name: "x", minimum: -2, maximum: 2 }], [0], point);
  return { point, parameters: { b: 3, kind }, plane, moving };
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 60));

describe("BrowserEngine", () => {
  it("answers at once, with the program of the present choice", () => {
    const { engine: browser, arrived } = engine();
    browser.submit(request(2));
    browser.submit(request(2, true, 1));
    expect(arrived.map((f) => f.value)).toEqual([12, 120]);
    expect([arrived[0].label, sentence(arrived[0].reason)]).toEqual(["saddle", "saddle of index 2 of 1: λ = 2"]);
  });

  it("leaves an older frame as it was", () => {
    const { engine: browser, arrived } = engine();
    browser.submit(request(1));
    browser.submit(request(2));
    expect(arrived[0].point[0]).toBe(1);
    expect(arrived[0].value).toBe(3);
  });

  it("samples the landscape over the range, tile by tile, and keeps it while only the point within it moves", async () => {
    const { engine: browser, arrived } = engine();
    browser.submit(request(1, false));
    await settled();
    const { landscape, exact } = arrived[arrived.length - 1];
    expect(exact).toBe(true);
    const [xs] = landscape.grids;
    expect([xs[0], xs[200], xs[400], xs.length]).toEqual([-2, 0, 2, 401]);
    expect([...landscape.values]).toEqual([...xs].map((x) => x * x * 3));
    browser.submit(request(0.5));
    expect(arrived[arrived.length - 1].landscape).toBe(landscape);
  });

  it("draws coarsely while moving where painting is slow, and exactly when it rests", async () => {
    const { engine: browser, arrived } = engine({}, 1);
    browser.submit(request(1));
    expect([arrived[0].exact, arrived[0].landscape.values.length]).toEqual([false, 101]);
    browser.submit(request(1, false));
    await settled();
    const last = arrived[arrived.length - 1];
    expect([last.exact, last.landscape.values.length]).toEqual([true, 401]);
  });

  it("stops refining when something moves again", async () => {
    const { engine: browser, arrived } = engine({}, 1);
    browser.submit(request(1, false));
    browser.submit(request(1.5));
    await settled();
    expect(arrived.map((f) => f.exact)).toEqual([false, false]);
  });

  it("refuses work, memory and outputs that no picture has", () => {
    const bodies = (times: number) => {
      const draft = new Draft(pools);
      const x = draft.input("x");
      return draft.output("y", draft.apply("scan", [x], { body: loopOf(pools), length: times, carries: 1, sequences: 0 })).header;
    };
    const wide = new Draft(pools);
    wide.input("point", 1);
    const image = wide.apply("broadcast", [wide.constant(0)], { shape: [3000, 3000] });
    wide.output("value", wide.apply("sum", [image], { axes: [0, 1] }));
    const long = new Draft(pools);
    long.output("eigenvalues", long.apply("broadcast", [long.constant(0)], { shape: [1_000_000] }));
    for (const [program, sentence] of [
      [bodies(2 ** 24), "too much work. The program \"frame\" has 3.2e+8 scalar operations; a picture has at most 2.0e+8"],
      [wide.header, "has 9.0e+6 numbers in one value; a picture has at most 2.1e+6"],
      [long.header, 'the output "eigenvalues" of "frame" has the shape (1000000,)'],
    ] as const) {
      const { engine: browser, failed } = engine({ sets: [{ static: {}, programs: { frame: program, tile: tile(64) }, tables: {} }] });
      browser.submit(request(1));
      expect(failed[0].message).toContain(sentence);
    }
  });

  it("draws a landscape only as finely as its work allows", async () => {
    const heavy = (n: number, rows = 64) => {
      const draft = new Draft(pools);
      draft.input("parameters", 1);
      draft.input("origin", 1);
      draft.input("basis", 1, 1);
      const places = draft.input("places", 1, rows);
      const one = draft.constant(1);
      const x = draft.apply("reshape", [places], { shape: [rows] });
      const matrix = draft.apply("broadcast", [one], { shape: [n, n] });
      return draft.output("values", draft.apply("add", [x, draft.apply("det", [matrix], {})])).header;
    };
    const of = (n: number, rows?: number) => engine({ sets: [{ static: {}, programs: { frame: frame(1), tile: heavy(n, rows) }, tables: {} }] });
    const coarse = of(126); // 16 · 126³ operations in each of two runs; 401 places would take seven
    coarse.engine.submit(request(1, false));
    await settled();
    expect(coarse.arrived.at(-1)!.exact).toBe(true);
    expect(coarse.arrived.at(-1)!.landscape.values.length).toBe(101);
    const none = of(184, 50);
    none.engine.submit(request(1, false));
    expect(none.failed[0].message).toContain("101 values of \"tile\" take 3.0e+8 operations");
  });

  it("says so when what came with the widget is no program", () => {
    const broken = { format: "x" };
    const { engine: browser, failed } = engine({ sets: [{ static: {}, programs: { frame: broken, tile: broken }, tables: {} }] });
    browser.submit(request(1));
    expect(failed).toHaveLength(1);
    expect(failed[0].message).not.toBe("");
  });

  it("computes what takes long in slices, and then the newest that was asked for meanwhile", async () => {
    const made = engine({ sets: [{ static: {}, programs: { frame: frame(1, 1_000_000), tile: tile(64) }, tables: {} }] });
    const blocks: number[] = [];
    let last = performance.now();
    const watch = setInterval(() => {
      blocks.push(performance.now() - last);
      last = performance.now();
    });
    for (let x = 1; x <= 5; x++) made.engine.submit(request(x));
    expect(made.arrived).toEqual([]);
    await vi.waitFor(() => expect(made.arrived).toHaveLength(2), { timeout: 20_000, interval: 5 });
    clearInterval(watch);
    expect(made.arrived.map((f) => f.point[0])).toEqual([1, 5]);
    expect(blocks.length).toBeGreaterThan(4);
  });

  it("says so when nothing was recorded for a choice", () => {
    const { engine: browser, failed } = engine();
    browser.submit(request(1, true, 7));
    expect(failed[0].message).toContain("Nothing was recorded");
  });
});
