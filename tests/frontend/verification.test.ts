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
    answer(0, { agrees: true, deviation: 1e-16 });
    await asked;
    expect(standings).toEqual([{ kind: "verified", deviation: 1e-16 }]);
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
