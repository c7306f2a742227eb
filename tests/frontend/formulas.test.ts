import { formula } from "../../hesswidget/frontend/base/mathml";
import { Refusal } from "../../hesswidget/frontend/engine/engine";
import type { Link } from "../../hesswidget/frontend/engine/link";
import type { Problem } from "../../hesswidget/frontend/model/state";
import { Formulas } from "../../hesswidget/frontend/questions/formulas";

describe("a formula", () => {
  it("is MathML, of tags and texts", () => {
    const element = formula(["mfrac", ["mi", "x"], ["mrow", ["mo", "−"], ["mn", "2"]]]);
    expect(element.tagName.toLowerCase()).toBe("math");
    expect(element.textContent).toBe("x−2");
    expect(element.querySelector("mfrac")!.children.length).toBe(2);
  });

  it("is nothing else", () => {
    const deep = (depth: number): unknown => (depth ? ["mrow", deep(depth - 1)] : ["mi", "x"]);
    const wide = ["mrow", ...Array.from({ length: 5_000 }, () => ["mi", "x"])];
    for (const tree of [["script", "alert(1)"], ["mi", { toString: "x" }], ["annotation-xml", "x"], null, 3, {}, [], ["mi", "x".repeat(300)], deep(200), wide]) {
      expect(() => formula(tree)).toThrow();
    }
    expect(formula(["mi", "<img src=x onerror=alert(1)>"]).querySelector("img")).toBeNull();
  });
});

describe("the formulas of a Hessian", () => {
  const problem = {
    coordinates: [{}, {}],
    parameters: [
      { kind: "range", name: "a", integer: false },
      { kind: "range", name: "k", integer: true },
    ],
  } as unknown as Problem;
  const settled = () => new Promise((resolve) => setTimeout(resolve));

  it("are asked for once for each setting of what is no real number", async () => {
    const asked: unknown[] = [];
    const ask = async (content: Record<string, unknown>) => {
      asked.push(content.parameters);
      return { content: { cells: [["mi", "x"], ["mi", "y"], "too long", ["mi", "z"]] }, buffers: [] };
    };
    let changes = 0;
    const formulas = new Formulas({ isSaved: false, ask } as unknown as Link, problem, () => changes++);
    expect(formulas.of(0, 1, { a: 1, k: 2 })).toBeNull();
    await settled();
    expect(changes).toBe(1);
    expect((formulas.of(0, 1, { a: 7, k: 2 }) as Element).textContent).toBe("y");
    expect(formulas.of(1, 0, { a: 7, k: 2 })).toBe("too long");
    expect(formulas.of(0, 0, { a: 7, k: 3 })).toBeNull();
    await settled();
    expect(asked).toEqual([{ a: 1, k: 2 }, { a: 7, k: 3 }]);
  });

  it("are not asked for again where there are none, and are where nobody answered", async () => {
    for (const [error, times] of [[new Refusal("none"), 1], [new Error("silent"), 2]] as const) {
      let count = 0;
      const ask = async () => {
        count++;
        throw error;
      };
      const formulas = new Formulas({ isSaved: false, ask } as unknown as Link, problem, () => {});
      for (let k = 0; k < 2; k++) {
        expect(formulas.of(0, 0, { a: 1, k: 2 })).toBeNull();
        await settled();
      }
      expect(count).toBe(times);
    }
  });
});
