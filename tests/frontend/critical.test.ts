import { CriticalPoints } from "../../hesswidget/frontend/questions/critical_points";
import { CriticalSearch } from "../../hesswidget/frontend/engine/critical_search";
import { KernelLink } from "../../hesswidget/frontend/engine/link";
import type { Library } from "../../hesswidget/frontend/engine/library";
import { CriticalList } from "../../hesswidget/frontend/panels/critical_points";
import { FakeModel } from "./model";

const LABELS = ["minimum", "maximum", "saddle", "degenerate", "not stationary", "undefined"];
const ROWS = 6;
const STARTS = Float64Array.from({ length: 64 }, (_, k) => ((k * 7) % 64) / 64);
const BOX = Float64Array.of(-2, 2);
const EXTENTS = [{ name: "x", minimum: -2, maximum: 2 }];

/** A library whose search finds the zeros that are given for a parameter, from starts that are no farther than 0.3. */
function library(zeros: (a: number) => number[], rows = ROWS) {
  const runs: Float64Array[] = [];
  const search = (a: number) => ({
    has: () => true,
    shape: () => [rows, 1],
    table: () => STARTS,
    run(_: string, { starts }: Record<string, Float64Array>) {
      runs.push(starts.slice());
      const there = zeros(a);
      const away = (zero: number, u: number) => Math.abs((zero + 2) / 4 - u);
      const nearest = (u: number) => [...there].sort((one, other) => away(one, u) - away(other, u))[0] ?? NaN;
      const reached = [...starts].map((u) => (away(nearest(u), u) <= 0.3 ? nearest(u) : NaN));
      const distinct = reached.map((zero, k) => Number(Number.isFinite(zero) && reached.indexOf(zero) === k));
      const unit_points = Float64Array.from(reached, (zero) => (zero + 2) / 4);
      const zeroes = new Float64Array(rows);
      return { distinct: Float64Array.from(distinct), in_set: zeroes, unit_points, points: Float64Array.from(reached), labels: zeroes, values: zeroes, indices: zeroes };
    },
  });
  const made = { at: ({ a }: Record<string, number>) => search(a) };
  return { library: made as unknown as Library, runs };
}

const places = (points: readonly { point: Float64Array }[]) => points.map(({ point }) => point[0]);

describe("the page's search", () => {
  it("starts from what it knows, and from places spread evenly", () => {
    const { library: programs, runs } = library((a) => [a]);
    const search = new CriticalSearch(programs, BOX, LABELS);
    search.follow({ a: 0 });
    expect([...runs[0]]).toEqual([...STARTS.slice(0, ROWS)]);
    search.follow({ a: 0.4 });
    expect(runs[1][0]).toBe(0.5); // where the zero was
    expect([...runs[1].slice(1)]).toEqual([...STARTS.slice(0, ROWS - 1)]);
    expect(places(search.points)).toEqual([0.4]);
    expect(search.points[0].label).toBe("minimum");
  });

  it("does nothing where no parameter has moved", () => {
    const { library: programs, runs } = library((a) => [a]);
    const search = new CriticalSearch(programs, BOX, LABELS);
    expect(search.follow({ a: 1 })).toBe(true);
    search.follow({ a: 1 });
    expect(runs).toHaveLength(1);
  });

  it("takes other starts with each batch, and comes to an end", () => {
    const { library: programs, runs } = library(() => []);
    const search = new CriticalSearch(programs, BOX, LABELS);
    search.follow({ a: 1 });
    let batches = 1;
    while (search.refine({ a: 1 })) batches++;
    expect(batches).toBeLessThan(20);
    expect(new Set(runs.map((starts) => starts.join())).size).toBe(runs.length);
    expect(search.points).toEqual([]);
  });

  it("keeps some rows for what is new, however much is known", () => {
    const many = Array.from({ length: 12 }, (_, k) => -2 + k / 3);
    const { library: programs, runs } = library(() => many);
    const search = new CriticalSearch(programs, BOX, LABELS);
    for (let k = 0; k < 5; k++) search.follow({ a: k });
    const fresh = [...runs[4]].filter((u) => [...STARTS].includes(u));
    expect(fresh.length).toBeGreaterThanOrEqual(ROWS / 3);
  });

  it("has nothing to say where nothing was recorded", () => {
    const none = { at: () => ({ has: () => false }) } as unknown as Library;
    const search = new CriticalSearch(none, BOX, LABELS);
    expect(search.follow({ a: 1 })).toBe(false);
    expect(search.refine({ a: 1 })).toBe(false);
  });
});

describe("the critical points on screen", () => {
  function made(programs: Library | null) {
    const model = new FakeModel({});
    const link = new KernelLink(model as never, () => {}, new AbortController().signal);
    const list = new CriticalList(() => {}, () => {});
    const changed = vi.fn();
    const critical = new CriticalPoints(link, EXTENTS, true, LABELS, list, changed);
    critical.use(programs);
    return { model, critical, list, changed };
  }

  const answer = (model: FakeModel, k: number, points: number[]) =>
    model.emit(
      "msg:custom",
      {
        ...{ kind: "find_critical_points", id: model.sent[k].content.id, sentences: ["complete"] },
        ...{ labels: points.map(() => "minimum"), kinds: points.map(() => "minimum"), indices: points.map(() => 0) },
      },
      [points, points, [1.75]].map((numbers) => new DataView(Float64Array.from(numbers).buffer)),
    );
  const rested = async (model: FakeModel, count: number) => vi.waitFor(() => expect(model.sent).toHaveLength(count));

  it("are Python's once it has looked", async () => {
    const { model, critical, list, changed } = made(library((a) => [a]).library);
    critical.rest({ a: 0.5 });
    expect(places(critical.points)).toEqual([0.5]);
    await rested(model, 1);
    expect(model.sent[0].content).toMatchObject({ kind: "find_critical_points", parameters: { a: 0.5 } });
    answer(model, 0, [0.5, 1.5]);
    await vi.waitFor(() => expect(places(critical.points)).toEqual([0.5, 1.5]));
    expect(critical.nonIsolated.map(([x]) => x)).toEqual([1.75]);
    expect(changed).toHaveBeenCalled();
    expect(list.element.textContent).toContain("complete");
  });

  it("are not asked for twice, nor taken from an answer that came too late", async () => {
    const { model, critical, list } = made(library((a) => [a]).library);
    critical.rest({ a: 0.5 });
    await rested(model, 1);
    critical.rest({ a: 0.5 });
    critical.follow({ a: 0.7 });
    answer(model, 0, [0.5, 1.5]);
    await new Promise((done) => setTimeout(done, 20));
    expect(model.sent).toHaveLength(1);
    expect(places(critical.points)).toEqual([0.7]);
    expect(list.element.querySelector(".hw-caption")!.classList.contains("hw-stale")).toBe(true);
  });

  it("are offered to be found where nothing was recorded", async () => {
    const { model, critical, list } = made(null);
    critical.rest({ a: 0.5 });
    const button = [...list.element.querySelectorAll("button")].find((b) => b.textContent === "find all")!;
    await vi.waitFor(() => expect(button.hidden).toBe(false));
    expect(model.sent).toHaveLength(0);
    button.click();
    await rested(model, 1);
    const refusal = { kind: "refusal", id: model.sent[0].content.id, message: "it has 7 variables." };
    model.emit("msg:custom", refusal, []);
    await vi.waitFor(() => expect(list.element.textContent).toContain("7 variables"));
  });

  it("are offered to be found where they are many", async () => {
    const many = Array.from({ length: 60 }, (_, k) => -2 + k / 15);
    const { library: programs } = library(() => many, 64);
    const { model, critical, list } = made(programs);
    critical.rest({ a: 0 });
    const button = [...list.element.querySelectorAll("button")].find((b) => b.textContent === "find all")!;
    await vi.waitFor(() => expect(button.hidden).toBe(false));
    expect(critical.points.length).toBeGreaterThan(40);
    expect(model.sent).toHaveLength(0);
  });

  it("have a nearest one, by shares of the ranges", () => {
    const { critical } = made(library(() => [-1, 1.2]).library);
    critical.follow({ a: 0 });
    expect(critical.nearest(Float64Array.of(0.2))![0]).toBe(1.2);
    expect(critical.nearest(Float64Array.of(0.0))![0]).toBe(-1);
    critical.use(null);
    critical.follow({ a: 1 });
    expect(critical.nearest(Float64Array.of(0))).toBeNull();
  });
});
