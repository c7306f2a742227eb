import { KernelLink } from "../../hesswidget/frontend/engine/link";
import { type VerificationStatus, Verification } from "../../hesswidget/frontend/questions/verification";
import { alongCoordinates } from "../../hesswidget/frontend/engine/plane";
import { FakeModel } from "./model";

const claims = [2, 3, 4].map((x) => Float64Array.of(x));
const point = Float64Array.of(1);
const plane = alongCoordinates([{ name: "x", minimum: 0, maximum: 2 }], [0], point);
const request = { point, parameters: { a: 5 }, plane, moving: false };

function verification() {
  const model = new FakeModel({});
  const { signal } = new AbortController();
  const standings: VerificationStatus[] = [];
  const link = new KernelLink(model as any, () => {}, signal);
  const made = new Verification(link, (standing) => standings.push(standing), signal);
  const answer = (k: number, more: object) =>
    model.emit("msg:custom", { kind: "verify", id: model.sent[k].content.id, ...more }, []);
  return { model, standings, answer, verification: made };
}

describe("Verification", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("sends what is shown as bytes, and tells what it says", async () => {
    const { model, standings, answer, verification: v } = verification();
    const asked = v.ask(claims, request);
    const { content, buffers } = model.sent[0];
    expect(content).toMatchObject({ kind: "verify", parameters: { a: 5 } });
    expect(buffers.map((b) => [...new Float64Array(b)])).toEqual([[1], [2], [3], [4]]);
    answer(0, { agrees: true, deviation: 1e-16, places: 3 });
    await asked;
    expect(standings).toEqual([{ kind: "verified", deviation: 1e-16, places: 3 }]);
  });

  it("tells that it is wrong, by an infinity where JSON had none", async () => {
    const { standings, answer, verification: v } = verification();
    const asked = v.ask(claims, request);
    answer(0, { agrees: false, deviation: null });
    await asked;
    expect(standings).toEqual([{ kind: "wrong", deviation: Infinity }]);
  });

  it("does not take an answer on what is no longer shown for one on what is", async () => {
    const { standings, answer, verification: v } = verification();
    const asked = v.ask(claims, request);
    v.forget();
    answer(0, { agrees: true, deviation: 0 });
    await asked;
    expect(standings).toEqual([{ kind: "unknown" }]);
  });

  it("says that the kernel is silent, through later moves, until it answers", async () => {
    const { standings, answer, verification: v } = verification();
    const first = v.ask(claims, request);
    vi.advanceTimersByTime(3_000);
    v.forget();
    expect(standings).toEqual([{ kind: "silent" }]);
    answer(0, { agrees: true, deviation: 0 });
    await first;
    expect(standings[1]).toEqual({ kind: "unknown" });
  });

  it("takes a refusal for what it is, and not for silence", async () => {
    const { model, standings, verification: v } = verification();
    const asked = v.ask(claims, request);
    model.emit("msg:custom", { kind: "refusal", id: model.sent[0].content.id, message: "no answer: 1/0" }, []);
    await asked;
    vi.advanceTimersByTime(60_000);
    expect(standings).toEqual([{ kind: "refused", sentence: "no answer: 1/0" }]);
    expect(model.sent).toHaveLength(1);
  });

  it("asks a silent kernel about the same again, ever more rarely, as the question or its answer may be lost", async () => {
    const { model, standings, answer, verification: v } = verification();
    void v.ask(claims, request);
    vi.advanceTimersByTime(4_000);
    expect(model.sent).toHaveLength(2);
    vi.advanceTimersByTime(60_000);
    expect(model.sent.length).toBeLessThan(8);
    answer(model.sent.length - 1, { agrees: true, deviation: 0, places: 0 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(standings).toEqual([{ kind: "silent" }, { kind: "unknown" }, { kind: "verified", deviation: 0, places: 0 }]);
  });

  it("does not ask again about what moves", () => {
    const { model, verification: v } = verification();
    void v.ask(claims, request);
    v.forget();
    vi.advanceTimersByTime(60_000);
    expect(model.sent).toHaveLength(1);
  });

  it("is silent too where the kernel takes no messages", async () => {
    const { model, standings, verification: v } = verification();
    model.send = () => {
      throw new Error("Kernel is dead");
    };
    await v.ask(claims, request);
    vi.advanceTimersByTime(3_000);
    expect(standings).toEqual([{ kind: "silent" }]);
  });

  it("is not silent for as long as it says how far a job is", async () => {
    const { model, standings, verification: v } = verification();
    void v.ask(claims, request);
    for (let k = 0; k < 5; k++) {
      vi.advanceTimersByTime(1_500);
      model.emit("msg:custom", { kind: "progress", id: "another's", share: k / 5, words: "" }, []);
    }
    expect(standings).toEqual([]);
    vi.advanceTimersByTime(3_000);
    expect(standings).toEqual([{ kind: "silent" }]);
  });
});
