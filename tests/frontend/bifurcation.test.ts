import { BifurcationDiagram } from "../../hesswidget/frontend/views/bifurcation";
import { diagramOf, heightAt } from "../../hesswidget/frontend/questions/diagram";
import { KernelLink } from "../../hesswidget/frontend/engine/link";
import { BifurcationPanel } from "../../hesswidget/frontend/panels/bifurcation";
import { State } from "../../hesswidget/frontend/model/state";
import { FakeModel, range } from "./model";

/** Numbers as Jupyter hands them over: a view at an offset. */
function bytes(...values: number[]): DataView {
  return new DataView(Float64Array.of(0, ...values).buffer, 8, 8 * values.length);
}

/** The pitchfork x⁴/4 − a x²/2 with its branches cut short. */
const written = (others: Record<string, unknown> = {}) => ({
  parameter: "a",
  others,
  branches: [
    { label: "minimum", index: 0, values: bytes(-2, 0), points: [bytes(0, 0)], heights: bytes(0, 0) },
    { label: "maximum", index: 1, values: bytes(0, 2), points: [bytes(0, 0)], heights: bytes(0, 0) },
    { label: "minimum", index: 0, values: bytes(0, 1, 2), points: [bytes(0, 1, 1.5)], heights: bytes(0, -0.25, -1) },
  ],
  events: [{ value: 1e-7, point: [0], height: 0, kind: "pitchfork" }],
  notes: ["a note"],
});

const picture = (a: number, x = 0.5, more = {}) => ({ frame: { point: Float64Array.of(x), value: 0 }, parameters: { a, ...more } }) as any;

function point(chart: Element, type: string, clientX: number): void {
  const event = new MouseEvent(type, { clientX, button: 0, bubbles: true, cancelable: true });
  Object.assign(event, { pointerId: 1 });
  Object.defineProperty(event, "isPrimary", { value: true });
  chart.dispatchEvent(event);
}

function shown(diagram = written(), control = range("a")) {
  const moved: number[] = [];
  const panel = new BifurcationPanel(control as any, [range("x")] as any, (v) => moved.push(v), () => {});
  document.body.replaceChildren(panel.element);
  const chart = panel.element.querySelector<SVGElement>(".hw-bifurcation-chart")!;
  Object.defineProperty(chart, "clientWidth", { value: 466 });
  Object.defineProperty(chart, "clientHeight", { value: 280 });
  chart.setPointerCapture = () => {};
  chart.hasPointerCapture = () => true;
  panel.show(diagramOf(diagram));
  panel.resize();
  panel.draw(picture(1));
  const handle = panel.element.querySelector<SVGElement>("[role=slider]")!;
  return { panel, chart, handle, moved };
}

describe("a branch", () => {
  it("is met between its ends, on a straight line between neighbours", () => {
    const branch = diagramOf(written())!.branches[2];
    expect([0, 0.5, 1, 1.5, 2].map((a) => heightAt(branch, 0, a, (v) => v))).toEqual([0, 0.5, 1, 1.25, 1.5]);
    expect(heightAt(branch, 1, 1.5, (v) => v)).toBe(-0.625);
    expect([-0.1, 2.1].map((a) => heightAt(branch, 0, a, (v) => v))).toEqual([null, null]);
    expect(heightAt(branch, 0, 1.5, Math.log)).toBeCloseTo(1 + (0.5 * Math.log(1.5)) / Math.log(2), 12);
  });
});

describe("the bifurcation diagram", () => {
  it("tells classes apart by more than colour, and names the events", () => {
    const { panel } = shown();
    const lines = [...panel.element.querySelectorAll("g .hw-branch")];
    expect(lines.map((line) => line.getAttribute("data-label"))).toEqual(["minimum", "minimum", "maximum"]);
    expect(panel.element.querySelector(".hw-legend")!.textContent).toBe("minimummaximumpointpitchfork at a = 0");
    expect(panel.element.querySelector(".hw-caption")!.textContent).toBe("a note");
    expect(panel.element.querySelector(".hw-event")!.getAttribute("data-mark")).toBe("pitchfork at a = 0");
  });

  it("marks the critical points that there are at the parameter's value", () => {
    const { panel, handle } = shown();
    expect(panel.element.dataset.met).toBe("maximum minimum");
    expect(handle.getAttribute("aria-valuetext")).toBe("a = 1.00: 1 minimum, 1 maximum");
    panel.draw(picture(-1));
    expect(panel.element.dataset.met).toBe("minimum");
    expect(handle.getAttribute("aria-valuenow")).toBe("-1");
  });

  it("moves the parameter by keys, which it keeps to itself, and within its range", () => {
    const { handle, moved, panel } = shown();
    const press = (key: string, more = {}) => {
      const event = new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true, ...more });
      handle.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(["ArrowRight", "ArrowLeft", "PageDown", "Home", "End", "ArrowRight", "d"].map((key) => press(key))).toEqual([
      true, true, true, true, true, true, false,
    ]);
    press("ArrowLeft", { shiftKey: true });
    expect(moved).toEqual([1.01, 1, 0.9, -2, 2, 1.9]);
    expect(handle.hasAttribute("data-lm-suppress-shortcuts")).toBe(true);
    expect(panel.element.querySelector("select")!.hasAttribute("data-lm-suppress-shortcuts")).toBe(true);
  });

  describe("of a logarithmic parameter", () => {
    const control = { ...range("a"), start: 1, minimum: 1e-3, maximum: 1e3, step: 0.5, logarithmic: true };
    const diagram = { ...written(), branches: [], events: [{ value: 0.005, point: [0], height: 0, kind: "fold" }] };

    it("moves by keys and by the pointer as its slider does, on steps of the exponent", () => {
      const { chart, handle, moved } = shown(diagram, control);
      ["ArrowRight", "ArrowRight", "Home", "End"].forEach((key) => handle.dispatchEvent(new KeyboardEvent("keydown", { key })));
      point(chart, "pointerdown", 52); // the left end of 400 pixels
      point(chart, "pointermove", 300); // at 10 ** 0.72
      point(chart, "pointermove", -9_999);
      [Math.sqrt(10), 10, 1e-3, 1e3, 1e-3, Math.sqrt(10), 1e-3].forEach((value, k) => expect(moved[k] / value).toBeCloseTo(1, 12));
    });

    it("has powers of ten at its axis, evenly, and an event between them", () => {
      const { panel, chart } = shown(diagram, control);
      const ticks = [...chart.querySelectorAll(".hw-tick-x")];
      expect(ticks.map((tick) => tick.textContent)).toEqual(["0.001", "0.01", "0.1", "1", "10", "100", "1000"]);
      const places = ticks.map((tick) => Number(tick.getAttribute("x")));
      places.slice(0, -1).forEach((place, k) => expect(place).toBeCloseTo(52 + (400 * k) / 6, 6));
      expect(Math.abs(places[6] - 452)).toBeLessThan(6); // it is moved before it is cut off
      expect(chart.querySelector(".hw-event")!.getAttribute("transform")).toMatch(`translate(${(52 + (400 * (Math.log10(5))) / 6).toFixed(2)} `);
      expect(panel.element.querySelector(".hw-legend")!.textContent).toContain("fold at a = 0.005");
    });
  });

  it("follows the pointer, on the parameter's steps", () => {
    const { chart, moved } = shown();
    point(chart, "pointerdown", 52); // the left end of 400 pixels
    point(chart, "pointermove", 352);
    point(chart, "pointermove", 9_999);
    expect(moved).toEqual([-2, 1, 2]);
  });

  it("draws f upwards too", () => {
    const { panel } = shown();
    const select = panel.element.querySelector("select")!;
    expect([...select.options].map((o) => o.text)).toEqual(["x", "f"]);
    const before = panel.element.querySelector("g .hw-branch")!.parentElement!.innerHTML;
    select.selectedIndex = 1;
    panel.draw(picture(1));
    expect(panel.element.querySelector("g .hw-branch")!.parentElement!.innerHTML).not.toBe(before);
  });

  it("says that there are no points, and when it is of other parameters", () => {
    const { panel } = shown({ ...written({ b: 1 }), branches: [], events: [], notes: [] });
    const caption = panel.element.querySelector(".hw-caption")!;
    panel.draw(picture(1, 0, { b: 1 }));
    expect(caption.textContent).toBe("no critical points in the box");
    panel.draw(picture(1, 0, { b: 2 }));
    expect(caption.textContent).toMatch("other parameters");
    expect(panel.element.classList.contains("hw-stale")).toBe(true);
  });
});

describe("a widget with a diagram", () => {
  function made(diagram: object = written({ b: 0 })) {
    const problem = { name: "f", blocks: [{ name: "x", shape: [] }], variables: [["x", null]], coordinates: [range("x")], parameters: [range("a"), range("b")], call: {} };
    const model = new FakeModel({ _problem: problem, _diagram: diagram, x: 0, a: 0, b: 0 });
    const aborter = new AbortController();
    const state = new State(model as any, aborter.signal);
    const link = new KernelLink(model as any, () => {}, aborter.signal);
    const redraw = vi.fn();
    const context = { model: model as any, link, state, redraw, signal: aborter.signal };
    return { model, aborter, redraw, diagram: new BifurcationDiagram(context) };
  }

  it("asks Python once for the diagram of other parameters, and takes it", async () => {
    const { model, diagram, redraw } = made();
    diagram.rested({ parameters: { a: 1, b: 0 } });
    expect(model.sent).toHaveLength(0);
    diagram.rested({ parameters: { a: 1, b: 2 } });
    diagram.rested({ parameters: { a: 1.5, b: 2 } });
    expect(model.sent.map(({ content }) => content.kind)).toEqual(["diagram"]);
    model.set("_diagram", written({ b: 2 }));
    model.emit("msg:custom", { kind: "diagram", id: model.sent[0].content.id }, []);
    expect(diagram.panel.isOf({ a: 1, b: 2 })).toBe(true);
    expect(redraw).toHaveBeenCalled();
  });

  it("asks for the first one too, where that takes a while, and says until then that it is not there", () => {
    const { model, diagram } = made({ parameter: "a" });
    const panel = diagram.panel.element;
    Object.defineProperty(panel.querySelector("svg")!, "clientWidth", { value: 466 });
    diagram.panel.resize();
    diagram.panel.draw(picture(1, 0, { b: 0 }));
    expect(panel.querySelector(".hw-caption")!.textContent).toMatch("Python draws it");
    expect(panel.querySelectorAll(".hw-tick-x").length).toBeGreaterThan(1);
    expect(panel.querySelector("[role=slider]")!.getAttribute("aria-valuetext")).toMatch("not drawn yet");
    diagram.rested({ parameters: { a: 1, b: 0 } });
    diagram.rested({ parameters: { a: 1, b: 0 } });
    expect(model.sent.map(({ content }) => content.kind)).toEqual(["diagram"]);
    model.set("_diagram", written({ b: 0 }));
    diagram.panel.draw(picture(1, 0, { b: 0 }));
    expect(panel.querySelectorAll(".hw-branch[data-label=minimum]").length).toBeGreaterThan(1);
    diagram.rested({ parameters: { a: 1, b: 0 } });
    expect(model.sent).toHaveLength(1);
  });

  it("shows what Python has to say against it", async () => {
    const { model, diagram, redraw } = made();
    diagram.rested({ parameters: { a: 1, b: 2 } });
    model.emit("msg:custom", { kind: "refusal", id: model.sent[0].content.id, message: "no value" }, []);
    await vi.waitFor(() => expect(redraw).toHaveBeenCalledTimes(2)); // with the diagram, and with the sentence
    Object.defineProperty(diagram.panel.element.querySelector("svg")!, "clientWidth", { value: 466 });
    diagram.panel.resize();
    diagram.panel.draw(picture(1, 0, { b: 2 }));
    expect(diagram.panel.element.querySelector(".hw-caption")!.textContent).toBe("no value");
  });

  it("lets go of the model", () => {
    const { model, aborter } = made();
    aborter.abort();
    expect(model.listening).toBe(0);
  });
});
