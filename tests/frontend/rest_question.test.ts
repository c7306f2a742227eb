import { Refusal } from "../../hesswidget/frontend/engine/engine";
import { COMM, KernelLink, type Link, type OnProgress } from "../../hesswidget/frontend/engine/link";
import { RestQuestion } from "../../hesswidget/frontend/questions/rest_question";
import { UnmetPaths } from "../../hesswidget/frontend/questions/unmet_paths";
import { ProgressBar } from "../../hesswidget/frontend/panels/progress";
import { FakeModel } from "./model";

/** A question whose answers are given by hand. */
function made() {
  const asked: { question: string; resolve(answer: string): void; reject(error: Error): void; onProgress: OnProgress }[] = [];
  const told: string[] = [];
  const bar = new ProgressBar("the search");
  const question = new RestQuestion<string, string>(
    (q, onProgress) => new Promise((resolve, reject) => asked.push({ question: q, resolve, reject, onProgress })),
    {
      answered: (answer, q) => told.push(`${q}: ${answer}`),
      failed: (sentence, q) => told.push(`${q}: no, ${sentence}`),
      waits: (wait) => bar.show(wait),
    },
  );
  return { asked, told, bar, question };
}

const asks = (asked: { question: string }[]) => asked.map(({ question }) => question);

describe("what is not recorded of a landscape", () => {
  it("is asked for once for each slice", async () => {
    const asked: unknown[][] = [];
    const ask = async (content: object, buffers: unknown[]) => {
      asked.push([content, ...buffers]);
      return { content: {}, buffers: [] };
    };
    const unmet = new UnmetPaths({ ask } as unknown as Link);
    const [origin, basis, ends] = [Float64Array.of(0), Float64Array.of(1), Float64Array.of(-1, 1)];
    const at = (a: number) => ({ point: origin, parameters: { a }, moving: false, plane: { origin, basis, ends, names: ["x"], axes: null } });
    for (const a of [1, 1, 2]) await unmet.ask(at(a));
    const question = (a: number) => [{ kind: "record_slice", parameters: { a } }, origin, basis, ends];
    expect(asked).toEqual([question(1), question(2)]);
  });
});

describe("a question at rest", () => {
  it("is asked once for what it is about, while it waits and when it is answered", async () => {
    const { asked, told, question } = made();
    const asking = question.ask("a", "A");
    await question.ask("a", "A again");
    asked[0].resolve("yes");
    await asking;
    await question.ask("a", "A again");
    expect([asks(asked), told]).toEqual([["A"], ["A: yes"]]);
  });

  it("drops an answer, and a failure, that something newer has overtaken", async () => {
    const { asked, told, question } = made();
    const all = [question.ask("a", "A"), question.ask("b", "B"), question.ask("c", "C")];
    asked[1].reject(new Error("lost"));
    asked[0].resolve("yes");
    asked[2].resolve("yes");
    await Promise.all(all);
    expect(told).toEqual(["C: yes"]);
    expect(question.isAbout("c")).toBe(true);
  });

  it("says nothing once it is forgotten, and is asked anew", async () => {
    const { asked, told, question } = made();
    const first = question.ask("a", "A");
    question.forget();
    asked[0].resolve("late");
    await first;
    const second = question.ask("a", "A");
    asked[1].resolve("in time");
    await second;
    expect(told).toEqual(["A: in time"]);
  });

  it("is not stopped for itself where it is asked anew while it is worked on", () => {
    const { asked, question } = made();
    void question.ask("a", "A");
    question.forget();
    void question.ask("a", "A");
    const cancel = vi.fn();
    asked[0].onProgress({ share: 0.1, words: "" }, cancel);
    expect(cancel).not.toHaveBeenCalled();
    void question.ask("b", "B");
    asked[0].onProgress({ share: 0.2, words: "" }, cancel);
    asked[1].onProgress({ share: 0.2, words: "" }, cancel);
    expect(cancel).toHaveBeenCalledTimes(2);
  });

  it.each([
    ["is asked again after a failure", new Error("lost"), 2],
    ["is not asked again after a refusal", new Refusal("never"), 1],
  ])("%s", async (_, error, times) => {
    const { asked, told, question } = made();
    const asking = question.ask("a", "A");
    asked[0].reject(error);
    await asking;
    expect(told).toEqual([`A: no, ${error.message}`]);
    void question.ask("a", "A");
    expect(asked).toHaveLength(times);
  });
});

describe("a question that takes a while", () => {
  it("shows how far it is until it is settled, and can be stopped once", async () => {
    const { asked, bar, question } = made();
    const { element } = bar;
    const [track, button] = [element.querySelector("[role=progressbar]")!, element.querySelector("button")!];
    const asking = question.ask("a", "A");
    expect(element.hidden).toBe(true);
    const cancel = vi.fn();
    asked[0].onProgress({ share: 0.424, words: "9 found <b>" }, cancel);
    expect(element.hidden).toBe(false);
    expect([track.getAttribute("aria-valuenow"), track.getAttribute("aria-label")]).toEqual(["42", "the search"]);
    expect(element.textContent).toContain("9 found <b>");
    expect(button.getAttribute("aria-label")).toBe("stop the search");
    button.click();
    asked[0].onProgress({ share: 0.5, words: "more" }, cancel);
    button.click();
    expect(cancel).toHaveBeenCalledTimes(1);
    asked[0].resolve("what there is");
    await asking;
    expect(element.hidden).toBe(true);
    void question.ask("b", "B");
    asked[1].onProgress({ share: 7, words: "" }, cancel);
    expect([track.getAttribute("aria-valuenow"), button.disabled]).toEqual(["100", false]);
  });

  it("is stopped when it reports though something newer was asked, or nothing is any more", () => {
    const { asked, bar, question } = made();
    const cancel = vi.fn();
    void question.ask("a", "A");
    asked[0].onProgress({ share: 0.1, words: "" }, cancel);
    void question.ask("b", "B");
    expect(bar.element.hidden).toBe(true);
    asked[0].onProgress({ share: 0.2, words: "" }, cancel);
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(bar.element.hidden).toBe(true);
  });
});

describe("the link to a kernel", () => {
  function linked() {
    const model = new FakeModel({});
    const link = new KernelLink(model as never, () => {}, new AbortController().signal);
    return { model, link };
  }

  it("settles all that is asked when the kernel is restarted, and it is asked again", async () => {
    const { model, link } = linked();
    const failures: string[] = [];
    const question = new RestQuestion<string, unknown>((kind) => link.ask({ kind }, []), {
      answered: () => {},
      failed: (sentence) => failures.push(sentence),
    });
    const other = link.ask({ kind: "frame" }, []).catch((error: Error) => error);
    const asking = question.ask("a", "diagram");
    model.emit(COMM);
    await asking;
    expect(await other).toBeInstanceOf(Error);
    expect(failures).toEqual([expect.stringContaining("restarted")]);
    void question.ask("a", "diagram");
    expect(model.sent.map(({ content }) => content.kind)).toEqual(["frame", "diagram", "diagram"]);
  });

  it("tells how far a job is, goes on waiting for its answer, and sends word to cancel it", async () => {
    const { model, link } = linked();
    const seen: unknown[] = [];
    const asking = link.ask({ kind: "diagram" }, [], (progress, cancel) => {
      seen.push(progress);
      cancel();
    });
    const { id } = model.sent[0].content;
    model.emit("msg:custom", { kind: "progress", id, share: 0.5, words: "half" }, []);
    expect(seen).toEqual([{ share: 0.5, words: "half" }]);
    expect(model.sent[1].content).toMatchObject({ kind: "cancel", job: id });
    model.emit("msg:custom", { kind: "diagram", id }, []);
    expect((await asking).content.kind).toBe("diagram");
  });
});
