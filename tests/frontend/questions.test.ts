import { CriticalPoints } from "../../hesswidget/frontend/questions/critical_points";
import { Refusal } from "../../hesswidget/frontend/engine/engine";
import { KernelLink } from "../../hesswidget/frontend/engine/link";
import { CriticalList } from "../../hesswidget/frontend/panels/critical_points";
import { Separatrices } from "../../hesswidget/frontend/questions/separatrices";
import { FakeModel } from "./model";

const PARAMETERS = { a: 1 };
const settled = () => vi.advanceTimersByTimeAsync(1);

function linked() {
  const model = new FakeModel({});
  const link = new KernelLink(model as never, () => {}, new AbortController().signal);
  const refuse = (k: number) => model.emit("msg:custom", { kind: "refusal", id: model.sent[k].content.id, message: "it has 7 variables." }, []);
  /** Ask so much else that what was asked before is given up. */
  const flood = () => {
    for (let k = 0; k < 64; k++) link.ask({ kind: "classify" }, []).catch(() => {});
  };
  return { model, link, refuse, flood };
}

describe("a question that is never answered", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  it("is settled when too many others wait, the oldest first", async () => {
    const { link, model, flood } = linked();
    const asked = link.ask({ kind: "find_critical_points" }, []);
    flood();
    const error = await asked.catch((given: Error) => given);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(Refusal); // nobody has said that there is no answer
    const newest = link.ask({ kind: "find_critical_points" }, []);
    model.emit("msg:custom", { kind: "find_critical_points", id: model.sent.at(-1)!.content.id }, []);
    expect((await newest).content.kind).toBe("find_critical_points");
  });

  it("is asked again for paths, and one that was refused is not", async () => {
    const { model, link, refuse, flood } = linked();
    const told: string[] = [];
    const paths = new Separatrices(link, (refusal) => told.push(refusal));
    const asked = paths.ask(PARAMETERS);
    await paths.ask(PARAMETERS); // which is on its way
    expect(model.sent).toHaveLength(1);
    flood();
    await asked;
    expect(told).toEqual([expect.stringContaining("does not answer")]);
    const again = paths.ask(PARAMETERS);
    expect(model.sent.at(-1)!.content.kind).toBe("separatrices");
    refuse(model.sent.length - 1);
    await again;
    const count = model.sent.length;
    await paths.ask(PARAMETERS);
    expect(model.sent).toHaveLength(count);
  });

  it("is asked again for critical points, where the kernel took no message", async () => {
    const { model, link, refuse } = linked();
    const extents = [{ name: "x", minimum: -2, maximum: 2 }];
    const list = new CriticalList(() => {}, () => {});
    const critical = new CriticalPoints(Object.assign(link, { isSaved: true }), extents, true, [], list, () => {});
    const send = model.send.bind(model);
    let tries = 0;
    model.send = () => {
      tries++;
      throw new Error("Kernel is dead");
    };
    critical.rest(PARAMETERS);
    await settled();
    expect(list.element.textContent).toContain("Whether these are all critical points is not known: the kernel");
    model.send = send;
    critical.rest(PARAMETERS);
    await settled();
    refuse(0);
    await settled();
    expect(list.element.textContent).toContain("7 variables");
    critical.rest(PARAMETERS);
    await settled();
    expect([tries, model.sent.length]).toEqual([1, 1]);
  });
});
