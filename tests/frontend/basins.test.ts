import { type BasinRequest, BasinMaps } from "../../hesswidget/frontend/engine/basins";
import { hueOf } from "../../hesswidget/frontend/engine/ends";
import type { Library } from "../../hesswidget/frontend/engine/library";
import { DIVERGED, ELSEWHERE, Outcomes, SIDE, STOPPED, STRIDES, UNKNOWN, placesOf } from "../../hesswidget/frontend/engine/outcomes";
import { alongCoordinates } from "../../hesswidget/frontend/engine/plane";
import { shareOfSteps } from "../../hesswidget/frontend/panels/basin_image";
import { BasinsPanel } from "../../hesswidget/frontend/panels/basins";

const EXTENTS = [
  { name: "x", minimum: -1, maximum: 1 },
  { name: "y", minimum: -1, maximum: 1 },
];
const ROWS = 64;

/**
 * A library whose paths halve their distance to (sign x, 0) where y is at most the parameter `top`, and diverge above; `slow`
 * is how many steps they take, where `most` allows that; where `isTail` f only flattens out.
 */
function library(slow = 3, work = 1_000, isTail = (_: number) => false) {
  const begun: number[] = [];
  const programs: any = {
    has: (name: string) => /^(basin (begin|advance) [01]|ending)$/.test(name),
    shape: () => [ROWS, 2],
    work: (name: string) => (name === "frame" ? 1 : work),
    *pieces(name: string, given: Record<string, Float64Array>) {
      if (name.startsWith("basin advance")) return programs.iterate(name, 1, given);
      const { starts } = given;
      begun.push(starts[0]);
      return { point: starts.slice(), status: new Float64Array(ROWS), taken: new Float64Array(ROWS) };
    },
    iterate(_: string, steps: number, { point, status, taken, most }: Record<string, Float64Array> & { most: any }) {
      const next = { point: point.slice(), status: status.slice(), taken: taken.slice() };
      for (let row = 0; row < ROWS; row++) {
        for (let k = 0; k < steps && next.status[row] === 0 && next.taken[row] < most; k++) {
          if (++next.taken[row] < slow) continue;
          next.status[row] = point[2 * row + 1] > top.value ? 3 : 1;
          next.point.set([Math.sign(point[2 * row]), 0], 2 * row);
        }
      }
      return next;
    },
    run(name: string, { point, points, statuses, known, count }: Record<string, Float64Array> & { count: any }) {
      if (name === "ending") return { status: Float64Array.of(isTail(point[0]) ? 7 : 1) };
      if (name === "frame") return { label: Float64Array.of(0), eigenvalues: Float64Array.of(1, 2) };
      const all = known.slice();
      let found = count as number;
      const ends = Float64Array.from(statuses, (status, row) => {
        if (status !== 1) return -1;
        const at = Array.from({ length: found }, (_, k) => k).find((k) => all[2 * k] === points[2 * row]);
        if (at !== undefined) return at;
        all.set(points.subarray(2 * row, 2 * row + 2), 2 * found);
        return found++;
      });
      return { ends, known: all, count: Float64Array.of(found) };
    },
  };
  const top = { value: 0.5 };
  const at = (parameters: Record<string, number>) => ((top.value = parameters.top), programs);
  return { library: { at, has: programs.has } as unknown as Library, begun };
}

function maps(made = library(), steps = 10) {
  const seen: number[] = [];
  const failed: Error[] = [];
  const racers = [{ hyperparameters: ["rate"] }, { hyperparameters: ["momentum"] }];
  const all: BasinMaps = new BasinMaps(made.library, racers, steps, EXTENTS, ["minimum"], () => void seen.push(...all.maps.map((map) => map?.outcomes.count ?? 0).slice(0, 1)), (e) => failed.push(e));
  return { maps: all, seen, failed };
}

function request(values: Record<string, number> = {}, point = [0.3, 0.2], followed = 0): BasinRequest {
  return { plane: alongCoordinates(EXTENTS, [0, 1], Float64Array.from(point)), parameters: { top: 0.5, rate: 1, momentum: 1, ...values }, followed };
}

const isWhole = (all: BasinMaps) => all.maps[0]?.outcomes.count === SIDE && all.maps[1]?.outcomes.count === SIDE;

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

/** Let it compute slice by slice until something is so. */
function until(is: () => boolean) {
  while (!is()) {
    if (!vi.getTimerCount()) throw new Error("nothing is computed any more.");
    vi.advanceTimersToNextTimer();
  }
}

describe("places", () => {
  it("are each of the finest grid once, whichever grid they come with", () => {
    const all = STRIDES.flatMap((stride) => [...placesOf(stride)]);
    expect(all.length).toBe(SIDE * SIDE);
    expect(new Set(all).size).toBe(SIDE * SIDE);
    expect(placesOf(STRIDES[0]).length).toBe(17 * 17);
  });

  it("are spoken for by the nearest of a coarser grid until they are known", () => {
    const outcomes = new Outcomes();
    outcomes.set(8 * SIDE + 8, 1, 5);
    expect(outcomes.speaker(10, 9)).toBe(8 * SIDE + 8);
    expect(outcomes.ends[outcomes.speaker(20, 9)]).toBe(UNKNOWN);
    outcomes.set(9 * SIDE + 10, 2, 5);
    expect(outcomes.ends[outcomes.speaker(10, 9)]).toBe(2);
  });
});

describe("a tail", () => {
  it("is no end: paths along it have diverged", () => {
    const { maps: all } = maps(library(3, 1_000, (x) => x > 0));
    all.show(request());
    until(() => isWhole(all));
    expect(all.known.map(({ point }) => [...point])).toEqual([[-1, 0], [0, 0]]);
    const { counts } = all.maps[0]!.outcomes.tally();
    expect(counts.get(DIVERGED)).toBeGreaterThan(SIDE * SIDE * 0.5);
    expect(counts.get(ELSEWHERE)).toBeUndefined();
  });
});

describe("colours", () => {
  const widths = Float64Array.of(10);
  const end = (x: number, hue: number) => ({ point: Float64Array.of(x), hue });
  it("stay with an end that moves, and are given once", () => {
    const before = [end(0, 3), end(5, 1)];
    expect(hueOf(Float64Array.of(0.4), before, [], widths)).toBe(3);
    expect(hueOf(Float64Array.of(0.5), before, [end(0.4, 3)], widths)).toBe(0);
    expect(hueOf(Float64Array.of(9), before, [], widths)).toBe(0);
  });

  it("are as dark as the logarithm of the steps says", () => {
    expect([0, 9, 99].map((steps) => shareOfSteps(steps, 0, 99))).toEqual([0, 0.5, 1].map((share) => expect.closeTo(share, 12)));
    expect(shareOfSteps(7, 7, 7)).toBe(0);
  });
});

describe("BasinMaps", () => {
  it("is coarse at first, then finer, and says where paths end and in how many steps", () => {
    const { maps: all, seen } = maps();
    all.show(request());
    until(() => isWhole(all));
    expect([...new Set(seen)]).toEqual([17, 33, 65, 129]);
    const { outcomes, table } = all.maps[0]!;
    const at = (i: number, j: number) => outcomes.ends[j * SIDE + i];
    expect(at(0, 128)).toBe(DIVERGED);
    expect([...table.list[at(0, 0)].point]).toEqual([-1, 0]);
    expect([...table.list[at(128, 0)].point]).toEqual([1, 0]);
    expect(outcomes.steps[0]).toBe(3);
    expect(table.list[0].label).toBe("minimum");
    const { counts, total, least, most } = outcomes.tally();
    expect([total, least, most]).toEqual([SIDE * SIDE, 3, 3]);
    expect([...counts.values()].reduce((a, b) => a + b)).toBe(total);
  });

  it("tells of paths that run out of steps", () => {
    const { maps: all } = maps(library(20));
    all.show(request());
    until(() => isWhole(all));
    const { outcomes } = all.maps[0]!;
    expect([outcomes.ends[0], outcomes.steps[0]]).toEqual([STOPPED, 10]);
  });

  it("computes nothing anew where only the start has moved, or a hyperparameter of another method", () => {
    const made = library();
    const { maps: all } = maps(made);
    all.show(request());
    until(() => isWhole(all));
    vi.runAllTimers();
    const [first, second] = all.maps;
    const before = made.begun.length;
    all.show(request({}, [0.7, -0.9]));
    expect(vi.getTimerCount()).toBe(0);
    expect(made.begun.length).toBe(before);
    all.show(request({ momentum: 2 }));
    until(() => all.maps[1] !== second && isWhole(all));
    expect(all.maps[0]).toBe(first);
  });

  it("completes the first coarse map, then takes up the newest request", () => {
    const { maps: all } = maps();
    all.show(request());
    for (const top of [0.4, 0.3, -2]) all.show(request({ top }));
    until(() => all.maps[0] !== null);
    const first = all.maps[0];
    until(() => all.maps[0] !== first && isWhole(all));
    expect(new Set(all.maps[0]!.outcomes.ends)).toEqual(new Set([DIVERGED]));
  });

  it("gives up finer maps of what is not wanted any more", () => {
    const { maps: all } = maps(library(10));
    all.show(request());
    until(() => all.maps[0] !== null);
    all.stop();
    expect(vi.getTimerCount()).toBe(0);
    expect(isWhole(all)).toBe(false);
    all.show(request());
    until(() => isWhole(all));
  });

  it("is only as fine as the work allows", () => {
    const { maps: all } = maps(library(3, 20_000_000));
    all.show(request());
    vi.runAllTimers();
    expect(all.maps.map((map) => map!.outcomes.count)).toEqual([33, 33]);
  });

  it("completes the map of the method that is followed before the others", () => {
    const { maps: all } = maps(library(10));
    all.show(request({}, [0, 0], 1));
    until(() => all.maps[1]?.outcomes.count === SIDE);
    expect(all.maps[0]!.outcomes.count).toBeLessThan(SIDE);
    until(() => isWhole(all));
  });

  it("goes on where it was stopped", () => {
    const { maps: all } = maps(library(10));
    all.show(request());
    until(() => all.maps[0]?.outcomes.count === SIDE);
    const [first] = all.maps;
    all.stop();
    all.show(request());
    until(() => isWhole(all));
    expect(all.maps[0]).toBe(first);
  });
});

describe("the panel", () => {
  it("says of a method that has no map why, in its place", () => {
    vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(200);
    const faults = ["", "", "rate is -1", ""];
    const methods = faults.map((fault, k) => ({ title: `method ${k}`, fault, hyperparameters: [] }));
    const panel = new BasinsPanel(methods, 10, EXTENTS, ["minimum"], {} as ConstructorParameters<typeof BasinsPanel>[4]);
    document.body.append(panel.element);
    panel.look({ basins: true } as Parameters<BasinsPanel["look"]>[0]);
    panel.use(library().library);
    panel.draw({ frame: { followed: 0 } } as Parameters<BasinsPanel["draw"]>[0]);
    const said = (selector: string) => [...panel.element.querySelectorAll<HTMLElement>(selector)];
    expect(said(".hw-basin-map").map((box) => box.hidden)).toEqual([false, false, true, true]);
    expect(said(".hw-caption").map((caption) => caption.textContent)).toEqual(["", "", "rate is -1", "no map: it is not followed from other starts"]);
    panel.element.remove();
  });
});
