import { readFileSync } from "node:fs";
import { join } from "node:path";
import { State } from "../../hesswidget/frontend/model/state";
import { firstViewState, readViewState, writtenViewState } from "../../hesswidget/frontend/model/view_state";
import { turned } from "../../hesswidget/frontend/panels/landscape/turntable";
import { type FakeModel, scalarModel } from "./model";

const { taken, refused } = JSON.parse(readFileSync(join(__dirname, "../explorers/view_states.json"), "utf8")) as {
  taken: { n: number; given: object }[];
  refused: { n: number; given: unknown; said: string }[];
};

describe("a view state", () => {
  it.each(taken)("is taken, and written again: %j", ({ n, given }) => {
    expect(writtenViewState(readViewState(given, n), n)).toEqual(given);
  });

  it.each(refused)("is refused where no front end sends it: %j", ({ n, given, said }) => {
    expect(() => readViewState(given, n)).toThrow(new RegExp(said));
  });

  it("has angles that are numbers", () => {
    for (const azimuth of [NaN, Infinity]) expect(() => readViewState({ azimuth }, 2)).toThrow(/azimuth/);
  });

  it("says nothing where nothing was chosen", () => {
    for (const n of [1, 2, 5]) expect(writtenViewState(firstViewState(n), n)).toEqual({});
  });

  it("is one that is taken, however often a surface was turned", () => {
    let seen = firstViewState(2);
    for (let k = 0; k < 40; k++) {
      seen = { ...seen, ...turned(seen, 0.7, 0.3) };
      expect(readViewState(seen, 2)).toEqual(seen);
    }
  });
});

describe("a state that is looked at", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const stateOf = (model: FakeModel) => new State(model as any, new AbortController().signal);

  it("tells every view of the widget at once, and Python at a bounded rate", () => {
    const model = scalarModel();
    const [one, other] = [stateOf(model), stateOf(model)];
    const heard: number[] = [];
    other.observeViewState(({ azimuth }) => heard.push(azimuth), new AbortController().signal);
    for (let k = 0; k < 60; k++) {
      one.setViewState({ azimuth: k / 100 });
      vi.advanceTimersByTime(16);
    }
    expect(heard.length).toBe(60);
    expect(other.viewState.azimuth).toBe(0.59);
    vi.advanceTimersByTime(1000);
    expect(model.saves).toBeLessThan(7);
    expect(model.get("_view_state")).toEqual({ azimuth: 0.59 });
  });

  it("is not set back by an echo of what it was", () => {
    const model = scalarModel();
    const state = stateOf(model);
    state.observeViewState(() => {}, new AbortController().signal);
    state.setViewState({ surface: true });
    vi.advanceTimersByTime(500);
    state.setViewState({ surface: false, signs: true });
    model.set("_view_state", { surface: true }); // the echo
    expect(state.viewState).toMatchObject({ surface: false, signs: true });
    vi.advanceTimersByTime(500);
    model.set("_view_state", {}); // Python's own word
    expect(state.viewState).toEqual(firstViewState(2));
  });
});
