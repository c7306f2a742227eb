import { Refusal } from "../../hesswidget/frontend/engine/engine";
import type { Link } from "../../hesswidget/frontend/engine/link";
import { Outcomes } from "../../hesswidget/frontend/questions/outcomes";

const start = (x: number) => ({ point: Float64Array.of(x), parameters: { rate: 0.1 } });
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("why paths ended", () => {
  it("is asked once of a start, and known of that start alone", async () => {
    const asked: unknown[] = [];
    let answered = 0;
    const link = { ask: async (content: object, [point]: Float64Array[]) => (asked.push([content, ...point]), { content: { reasons: ["diverged: no such mixture", ""] }, buffers: [] }) } as unknown as Link;
    const outcomes = new Outcomes(link, () => answered++);
    await outcomes.ask(start(1));
    await outcomes.ask(start(1));
    expect(asked).toEqual([[{ kind: "outcomes", parameters: { rate: 0.1 } }, 1]]);
    expect([answered, outcomes.of(start(1)), outcomes.of(start(2))]).toEqual([1, ["diverged: no such mixture", ""], []]);
  });

  it("is what the page says where nobody answers, or answers something else", async () => {
    const refuses = { ask: async () => { throw new Refusal("Python is not running here."); } } as unknown as Link;
    const outcomes = new Outcomes(refuses, () => {});
    await outcomes.ask(start(1));
    await settled();
    expect(outcomes.of(start(1))).toEqual([]);
    const strange = new Outcomes({ ask: async () => ({ content: { reasons: "x" }, buffers: [] }) } as unknown as Link, () => {});
    await strange.ask(start(1));
    expect(strange.of(start(1))).toEqual([]);
  });
});
