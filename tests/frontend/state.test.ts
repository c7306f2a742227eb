import { rangeView } from "../../hesswidget/frontend/controls/range";
import { pythonCall } from "../../hesswidget/frontend/controls/call";
import { State } from "../../hesswidget/frontend/model/state";
import { type FakeModel, blocksModel, range, scalarModel, vectorModel } from "./model";

const stateOf = (model: FakeModel, signal = new AbortController().signal) => new State(model as any, signal);

describe("State", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("reads scalars from their traits and a vector from its bytes", () => {
    expect([...stateOf(scalarModel()).point]).toEqual([0.5, -1]);
    expect(stateOf(scalarModel()).parameters).toEqual({ a: 1, mode: 1, flag: true, note: 'a "b"' });
    expect([...stateOf(vectorModel(3)).point]).toEqual([0.25, 0.25, 0.25]);
  });

  it("writes at a bounded rate, and the last value always goes out", () => {
    const model = scalarModel();
    const state = stateOf(model);
    for (let k = 0; k < 120; k++) {
      state.setCoordinates(new Map([[0, k / 100]]));
      vi.advanceTimersByTime(16);
    }
    expect(model.saves).toBeLessThan(13);
    const before = model.saves;
    state.setCoordinates(new Map([[0, 1.99]]));
    vi.advanceTimersByTime(1000);
    expect(model.saves).toBe(before + 1);
    expect(model.get("x")).toBe(1.99);
    vi.advanceTimersByTime(1000);
    expect(model.saves).toBe(before + 1);
  });

  it("changes several coordinates at once for whoever listens", () => {
    const state = stateOf(scalarModel());
    const heard: number[][] = [];
    state.observe(() => heard.push([...state.point]), new AbortController().signal);
    state.setCoordinates(new Map([[0, 1], [1, 2]]));
    expect(heard[heard.length - 1]).toEqual([1, 2]);
    expect(heard.filter(([x, y]) => x === 1 && y !== 2)).toEqual([]);
  });

  it("does not let an echo of an older value undo a newer one", () => {
    const model = scalarModel();
    const state = stateOf(model);
    state.observe(() => {}, new AbortController().signal);
    state.setCoordinates(new Map([[0, 0.6]]));
    vi.advanceTimersByTime(500);
    state.setCoordinates(new Map([[0, 0.9]]));
    model.set("x", 0.6); // the echo
    expect(state.point[0]).toBe(0.9);
    vi.advanceTimersByTime(500);
    model.set("x", -1); // Python's own word, when nothing is unsent
    expect(state.point[0]).toBe(-1);
  });

  it("does not send while a value is being set, when the model does not yet count it among what is to be sent", () => {
    const model = scalarModel();
    const state = stateOf(model);
    state.observe(() => state.flush(), new AbortController().signal);
    state.setCoordinates(new Map([[0, 0.6]]));
    state.setCoordinates(new Map([[0, 0.9]]));
    expect(model.saves).toBe(0);
    model.set("x", 0.6); // an echo
    expect(state.point[0]).toBe(0.9);
    vi.advanceTimersByTime(500);
    expect([model.get("x"), model.saves]).toEqual([0.9, 1]);
  });

  it("lets the newest of two views win, and neither fights the other", () => {
    const model = scalarModel();
    const views = [stateOf(model), stateOf(model)];
    for (const view of views) view.observe(() => {}, new AbortController().signal);
    views[0].setCoordinates(new Map([[0, 0.5]]));
    vi.advanceTimersByTime(100);
    views[1].setCoordinates(new Map([[0, -0.5]]));
    vi.advanceTimersByTime(1000);
    expect(model.get("x")).toBe(-0.5);
    expect(views.map((view) => view.point[0])).toEqual([-0.5, -0.5]);
  });

  it("sends what is left when the view goes", () => {
    const model = scalarModel();
    const controller = new AbortController();
    const state = stateOf(model, controller.signal);
    state.setParameter("a", 2);
    controller.abort();
    expect(model.saves).toBe(1);
  });

  it("tells of a change by whomever, until the view goes", () => {
    const model = scalarModel();
    const controller = new AbortController();
    let changes = 0;
    stateOf(model).observe(() => changes++, controller.signal);
    model.set("x", 1);
    model.set("a", 2);
    expect(changes).toBe(2);
    controller.abort();
    model.set("x", 0);
    expect(changes).toBe(2);
    expect(model.listening).toBe(0);
  });

  it("moves one coordinate of a vector and leaves the others and the old bytes alone", () => {
    const model = vectorModel(3);
    const old = model.get("_point");
    const state = stateOf(model);
    state.setCoordinates(new Map([[1, 2]]));
    expect([...state.point]).toEqual([0.25, 2, 0.25]);
    expect(old.getFloat64(8, true)).toBe(0.25);
  });

  it("holds each entry of mixed variables in one trait: its own, or the bytes of those that have none", () => {
    const model = blocksModel();
    const state = stateOf(model);
    expect([...state.point]).toEqual([1, 2, 3, 4, 5, 0.5]);
    state.setCoordinates(new Map([[5, 1]]));
    expect([...state.point]).toEqual([1, 2, 3, 4, 5, 1]);
    const bytes = model.get("_point");
    state.setCoordinates(new Map([[3, -1], [5, 0]]));
    expect(model.get("b")).toBe(0);
    expect(model.get("_point")).not.toBe(bytes);
    expect([...state.point]).toEqual([1, 2, 3, -1, 5, 0]);
    const other = blocksModel();
    const linked = stateOf(other);
    let heard = 0;
    linked.observe(() => heard++, new AbortController().signal);
    other.set("b", 2); // as jslink does
    expect([heard, linked.point[5]]).toEqual([1, 2]);
  });

  it("goes back to the start", () => {
    const state = stateOf(scalarModel());
    state.reset();
    expect([...state.point]).toEqual([0, 0]);
    expect(state.parameters).toEqual({ a: 0, mode: 0, flag: true, note: 'a "b"' });
  });
});

describe("the Python call of a state", () => {
  it("is Python, with ranges, values and view", () => {
    const state = stateOf(scalarModel());
    const ranges = "x=(-2.0, 2.0), y=(-2.0, 2.0, 0.01), a=(-2.0, 2.0), data=data, zero_tolerance=2.0";
    const values = String.raw`{"a": 1.0, "mode": None, "flag": True, "note": "a \"b\""}`;
    expect(pythonCall(state, true)).toBe(`hw.explore(f, (0.5, -1.0), ${ranges}, parameters=${values})`);
    state.setViewState({ surface: true, slice: { kind: "coordinates", indices: [1, 0] } });
    const view = '{"slice": {"kind": "coordinates", "indices": [1, 0]}, "surface": True}';
    expect(pythonCall(state, true)).toContain(`, view=${view})`);
    expect(pythonCall(stateOf(vectorModel(2)), true)).toBe('hw.explore(loss, w=hw.vector([0.25, 0.25], -2.0, 2.0), parameters={"l2": 0.0})');
  });

  it("has the variables in their structure", () => {
    const W = "hw.vector([[1.0, 2.0], [3.0, 4.0]], -2.0, 2.0, 0.01)";
    const call = (state: ReturnType<typeof stateOf>) => pythonCall(state, true);
    expect(call(stateOf(blocksModel()))).toBe(`hw.explore(loss, params={'W': ${W}, 'c': hw.vector(5.0, -2.0, 2.0)}, b=hw.vector(0.5, -2.0, 2.0))`);
    const model = blocksModel();
    const [[, params]] = model.get("_problem").variables;
    for (const [kind, expected] of [["list", `[${W}, hw.vector(5.0, -2.0, 2.0)]`], ["tuple", `(${W}, hw.vector(5.0, -2.0, 2.0))`], ["call", `Net(W=${W}, c=hw.vector(5.0, -2.0, 2.0))`]] as const) {
      Object.assign(params, { kind, name: "Net", keys: ["W", "c"] });
      expect(call(stateOf(model))).toContain(`params=${expected}, b=`);
    }
    Object.assign(params, { kind: "tuple", keys: ["0"], held: [{ kind: "tuple", name: "", keys: ["0", "1"], held: [null, null] }] });
    expect(call(stateOf(model))).toContain(`params=((${W}, hw.vector(5.0, -2.0, 2.0)),), b=`);
  });

  it("says that the function has no name rather than naming another", () => {
    expect(pythonCall(stateOf(vectorModel(2)), false)).toMatch(/^hw\.explore\(\.\.\., w=.*\)  # the function has no name/);
    const model = scalarModel();
    model.get("_problem").call.function = null;
    expect(pythonCall(stateOf(model), true)).toMatch(/^hw\.explore\(\.\.\., /);
  });
});

describe("ranges that Python has widened", () => {
  it("are those of every control and slice, and the given ones are kept", () => {
    const model = scalarModel();
    const state = stateOf(model);
    const [x] = state.problem.coordinates;
    expect(state.widened).toEqual([]);
    state.observe(() => {}, new AbortController().signal);
    model.set("_shown_ranges", [{ minimum: -2, maximum: 9, step: 0.05 }, { minimum: -2, maximum: 2, step: 0.01 }]);
    expect(x).toMatchObject({ name: "x", minimum: -2, maximum: 9, step: 0.05 });
    expect(state.widened).toEqual([x]);
    expect(state.given[0].maximum).toBe(2);
    const later = stateOf(model); // another view of the same widget
    expect([later.problem.coordinates[0].maximum, later.given[0].maximum]).toEqual([9, 2]);
    expect(pythonCall(later, true)).toContain("x=(-2.0, 9.0)");
  });

  it("are those of a slider that was made before", () => {
    const control = { ...range("x") } as any;
    const moved: number[] = [];
    const { element, show } = rangeView(control, (value) => moved.push(value), () => {});
    Object.assign(control, { maximum: 9, step: 0.5 });
    show(4);
    const slider = element.querySelector("input")!;
    expect([slider.max, slider.value]).toEqual(["9", "4"]);
    slider.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
    expect(moved).toEqual([4.5]);
  });
});
