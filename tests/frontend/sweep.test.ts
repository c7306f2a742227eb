import { Outcomes, SIDE, placesOf } from "../../hesswidget/frontend/engine/outcomes";
import { Slices } from "../../hesswidget/frontend/engine/slices";
import { valuesOf } from "../../hesswidget/frontend/engine/sweep";

describe("the values of a sweep", () => {
  it("are even on the slider, logarithmic or not", () => {
    const axis = { name: "rate", minimum: 1e-4, maximum: 1, logarithmic: true };
    expect([...valuesOf(axis, 3)].map((x) => x.toPrecision(9))).toEqual([1e-4, 1e-2, 1].map((x) => x.toPrecision(9)));
    expect([...valuesOf({ ...axis, minimum: 0, logarithmic: false }, 3)]).toEqual([0, 0.5, 1]);
  });

  it("of one hyperparameter are one row", () => {
    expect([...placesOf(8, 1)]).toEqual(Array.from({ length: 17 }, (_, k) => 8 * k));
    const outcomes = new Outcomes(1);
    for (const place of placesOf(8, 1)) outcomes.set(place, 0, place);
    outcomes.stride = 8;
    expect(outcomes.tally()).toMatchObject({ total: 17, least: 0, most: SIDE - 1 });
  });
});

describe("Slices", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  function* steps(log: string[], name: string, count: number, came = () => {}): Generator<void, void> {
    for (let k = 0; k < count; k++) {
      log.push(`${name}${k}`);
      if (k === 1) came();
      yield;
    }
  }

  it("goes on until something has come, and then does what was asked for last instead", () => {
    const log: string[] = [];
    const slices = new Slices(() => {});
    slices.start(steps(log, "a", 5, () => (slices.isComing = false)), true);
    slices.afterwards(() => slices.start(steps(log, "b", 3), false));
    slices.afterwards(() => slices.start(steps(log, "c", 3), false));
    vi.runAllTimers();
    expect(log).toEqual(["a0", "a1", "c0", "c1", "c2"]);
    expect(slices.isBusy).toBe(false);
  });

  it("goes on as it is where what was asked for last is what it does", () => {
    const log: string[] = [];
    const slices = new Slices(() => {});
    slices.start(steps(log, "a", 3, () => (slices.isComing = false)), true);
    slices.afterwards(() => slices.start(steps(log, "b", 3), false));
    slices.afterwards(null);
    vi.runAllTimers();
    expect(log).toEqual(["a0", "a1", "a2"]);
  });

  it("tells what fails, and is ready for more", () => {
    const failed: string[] = [];
    const slices = new Slices(({ message }) => failed.push(message));
    slices.start((function* (): Generator<void, void> { throw new Error("no"); })(), true);
    vi.runAllTimers();
    expect([failed, slices.isBusy, slices.isComing]).toEqual([["no"], false, false]);
  });
});
