import { choiceView, textView, toggleView } from "../../hesswidget/frontend/controls/choice";
import { rangeView } from "../../hesswidget/frontend/controls/range";
import { range } from "./model";

function mounted(changes: Record<string, unknown> = {}) {
  const moved: number[] = [];
  const refused: string[] = [];
  const control = { ...range("x"), ...changes } as any;
  const view = rangeView(control, (v) => moved.push(v), (s) => refused.push(s));
  document.body.replaceChildren(view.element);
  const slider = view.element.querySelector<HTMLInputElement>("input[type=range]")!;
  const typed = view.element.querySelector<HTMLInputElement>(".hw-typed")!;
  const press = (key: string, more = {}) => {
    const event = new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true, ...more });
    slider.dispatchEvent(event);
    return event;
  };
  const type = (text: string) => {
    typed.value = text;
    typed.dispatchEvent(new Event("input"));
    typed.dispatchEvent(new Event("change"));
  };
  return { view, slider, typed, moved, refused, press, type };
}

describe("a slider", () => {
  it("moves by steps, tens of steps and to its ends, and keeps those keys to itself", () => {
    const { moved, press } = mounted();
    for (const key of ["ArrowRight", "ArrowUp", "ArrowLeft", "PageUp", "Home", "End"]) {
      expect(press(key).defaultPrevented).toBe(true);
    }
    press("ArrowDown", { shiftKey: true });
    expect(moved).toEqual([0.01, 0.02, 0.01, 0.11, -2, 2, 1.9]);
    expect(press("d").defaultPrevented).toBe(false);
  });

  it("has a name, a rounded value in words, and the mark that keeps notebook shortcuts off", () => {
    const { slider, typed, view } = mounted();
    view.show(0.1 + 0.2);
    expect(slider.getAttribute("aria-label")).toBe("x");
    expect(slider.getAttribute("aria-valuetext")).toBe("0.30");
    expect(slider.hasAttribute("data-lm-suppress-shortcuts")).toBe(true);
    expect(typed.hasAttribute("data-lm-suppress-shortcuts")).toBe(true);
  });

  it("shows a value between its steps without moving it", () => {
    const { slider, typed, moved, view } = mounted();
    view.show(Math.PI / 3);
    expect(Number(slider.value)).toBeCloseTo(Math.PI / 3, 12);
    expect(typed.value).toBe("1.047198");
    expect(moved).toEqual([]);
  });

  it("takes a typed number exactly and refuses the rest with a sentence", () => {
    const { moved, refused, type, typed } = mounted();
    type("1.23456789");
    expect(moved).toEqual([1.23456789]);
    for (const text of ["9", "abc", "<img src=x onerror=alert(1)>", "NaN"]) type(text);
    expect(moved).toEqual([1.23456789]);
    expect(refused.filter(Boolean)).toHaveLength(4);
    expect(refused[1]).toBe('x was given "9"; it takes a number from −2.00 to 2.00.');
    expect(typed.value).toBe("1.234568");
  });

  it("takes whole numbers only where its range is one of integers", () => {
    const { moved, refused, type, press } = mounted({ integer: true, step: 1, start: 1 });
    type("1.5");
    press("ArrowRight");
    expect(moved).toEqual([2]);
    expect(refused[0]).toContain("a whole number");
  });

  it("is even in the logarithm where asked", () => {
    const { moved, press } = mounted({ logarithmic: true, minimum: 1e-4, maximum: 10, start: 0.1, step: 0.1 });
    press("ArrowRight");
    press("End");
    expect(moved[0]).toBeCloseTo(10 ** -0.9, 10);
    expect(moved[1]).toBe(10);
  });
});

describe("the other controls", () => {
  it("show names and labels as text, never as markup", () => {
    const hostile = '<img src=x onerror="window.hurt=1">';
    const control = { kind: "choice", name: hostile, trait: "m", start: 0, labels: [hostile, "q"], code: ["", ""] } as const;
    const { element } = choiceView(control as any, () => {});
    expect(element.querySelector("img")).toBeNull();
    expect(element.textContent).toContain(hostile);
  });

  it("tell what was chosen, ticked and written", () => {
    const told: unknown[] = [];
    const choice = choiceView({ kind: "choice", name: "m", trait: "m", start: 0, labels: ["p", "q"], code: [] }, (v) => told.push(v));
    const select = choice.element.querySelector("select")!;
    select.selectedIndex = 1;
    select.dispatchEvent(new Event("change"));
    const toggle = toggleView({ kind: "toggle", name: "t", trait: "t", start: true }, (v) => told.push(v));
    document.body.replaceChildren(toggle.element); // a box that is on no page does not tell
    toggle.element.querySelector("input")!.click();
    const text = textView({ kind: "text", name: "n", trait: "n", start: "" }, (v) => told.push(v));
    const line = text.element.querySelector("input")!;
    line.value = "hello";
    line.dispatchEvent(new Event("change"));
    line.value = "again";
    line.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    expect(told).toEqual([1, false, "hello", "again"]);
  });
});
