import { calledNames, pythonCall } from "../../hesswidget/frontend/controls/call";
import { type ReadFormula, formulaView } from "../../hesswidget/frontend/controls/formula";
import { State } from "../../hesswidget/frontend/model/state";
import { FakeModel, range } from "./model";

const CONTROL = { kind: "formula" as const, name: "formula text", trait: "formula_text", start: "a*x" };
const settled = () => new Promise((resolve) => setTimeout(resolve));

function mounted(read: ReadFormula | null) {
  const taken: string[] = [];
  const view = formulaView(CONTROL, "f(x, y)", read, (text) => taken.push(text));
  document.body.replaceChildren(view.element);
  const line = view.element.querySelector("input")!;
  const mistake = view.element.querySelector(".hw-mistake")!;
  const type = async (text: string, key = "Enter") => {
    line.value = text;
    line.dispatchEvent(new KeyboardEvent("keydown", { key }));
    await settled();
  };
  return { view, line, mistake, taken, type };
}

describe("the line of a formula", () => {
  it("is named, keeps the notebook's shortcuts off, and hands on what Python has read", async () => {
    const { line, taken, type } = mounted(async (text) => text.trim());
    expect(line.labels![0].textContent).toBe("f(x, y), formula =");
    expect(line.hasAttribute("data-lm-suppress-shortcuts")).toBe(true);
    await type(" a*y ");
    expect(taken).toEqual(["a*y"]);
  });

  it("says what is wrong below itself, keeps what was typed, and changes nothing", async () => {
    const { line, mistake, taken, type, view } = mounted(async () => {
      throw new Error("'<b>x' is no formula");
    });
    await type("<b>x");
    expect([line.value, mistake.textContent, mistake.getAttribute("role")]).toEqual(["<b>x", "'<b>x' is no formula", "alert"]);
    expect([line.getAttribute("aria-invalid"), line.getAttribute("aria-describedby")]).toEqual(["true", mistake.id]);
    view.show("a*x"); // as every picture does
    expect(line.value).toBe("<b>x");
    await type("<b>x", "Escape");
    expect([line.value, mistake.textContent, line.getAttribute("aria-invalid")]).toEqual(["a*x", "", null]);
    expect(taken).toEqual([]);
  });

  it("gives way to what Python sets, also where an answer is on its way", async () => {
    let answer = (_: string) => {};
    const { line, taken, type, view } = mounted(() => new Promise((resolve) => (answer = resolve)));
    await type("x**2");
    view.show("y**2");
    answer("x**2");
    await settled();
    expect([line.value, taken]).toEqual(["y**2", []]);
  });

  it("is there to be read where nobody reads what is typed", () => {
    expect(mounted(null).line.readOnly).toBe(true);
  });
});

describe("the call that is copied", () => {
  it("tells which names of the reader's own it leads to", () => {
    const call = (name: string) => ({ kind: "call" as const, name, keys: ["w", "b"], held: [null, { kind: "list" as const, name: "", keys: ["0"], held: [null] }] });
    const named = (code: string | null) => ({ call: { function: code }, variables: [["x", null], ["net", { ...call("Layer"), held: [call("Layer"), call("exit")] }]] }) as any;
    expect(calledNames(named("subprocess.run"))).toEqual(["subprocess.run", "Layer", "exit"]);
    for (const code of ["'himmelblau'", null]) expect(calledNames(named(code))).toEqual(["Layer", "exit"]);
  });

  const call = (text: string) => {
    const parameters = [range("a"), range("b"), CONTROL];
    const coordinates = [range("x"), range("y")];
    const blocks = ["x", "y"].map((name) => ({ name, shape: [] }));
    const rest = { a: "(-2.0, 2.0)", b: "(-2.0, 2.0)", zero_tolerance: "2.0" };
    const problem = { name: "a*x", blocks, variables: [["x", null], ["y", null]], coordinates, parameters, call: { name: "explore", function: "'a*x'", stepped: [], rest } };
    const model = new FakeModel({ _problem: problem, x: 1, y: 2, a: 1, b: 2, formula_text: text, _view_state: {} });
    return pythonCall(new State(model as any, new AbortController().signal), true);
  };

  it("has the formula as it stands, with the names that stand in it", () => {
    expect(call("b**2*x - 2e5*xa")).toBe(
      'hw.explore("b**2*x - 2e5*xa", (1.0, 2.0), x=(-2.0, 2.0), y=(-2.0, 2.0), b=(-2.0, 2.0), zero_tolerance=2.0, over=["x", "y"], parameters={"b": 2.0})',
    );
    expect(call("a*x")).toBe("hw.explore('a*x', (1.0, 2.0), x=(-2.0, 2.0), y=(-2.0, 2.0), a=(-2.0, 2.0), zero_tolerance=2.0, parameters={\"a\": 1.0})");
  });
});
