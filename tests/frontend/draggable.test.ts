import { draggable, isDragged, stepsInPlane, stepsOnLine } from "../../hesswidget/frontend/base/draggable";

const key = (key: string, shiftKey = false) => ({ key, shiftKey });

it("has arrows lead in a plane, farther with Shift, and no other key", () => {
  expect(["ArrowLeft", "ArrowRight", "ArrowDown", "ArrowUp"].map((name) => stepsInPlane(key(name)))).toEqual([
    [-1, 0], [1, 0], [0, -1], [0, 1],
  ]);
  expect(stepsInPlane(key("ArrowUp", true))).toEqual([0, 10]);
  expect(stepsInPlane(key("ArrowUp", true), 3)).toEqual([0, 3]);
  expect(["PageUp", "Home", "d", "toString"].map((name) => stepsInPlane(key(name)))).toEqual([null, null, null, null]);
});

it("has keys lead along a line as sliders have them", () => {
  const keys = ["ArrowLeft", "ArrowDown", "ArrowRight", "ArrowUp", "PageDown", "PageUp", "Home", "End", "d"];
  expect(keys.map((name) => stepsOnLine(key(name)))).toEqual([-1, -1, 1, 1, -10, 10, -Infinity, Infinity, null]);
  expect(stepsOnLine(key("ArrowLeft", true))).toBe(-10);
});

describe("what is dragged", () => {
  function made(begins = true) {
    const [ground, handle] = [document.createElement("div"), document.createElement("button")];
    ground.append(handle);
    document.body.replaceChildren(ground);
    const captured = new Set<number>();
    ground.setPointerCapture = (id) => void captured.add(id);
    ground.hasPointerCapture = (id) => captured.has(id);
    const heard: unknown[] = [];
    draggable(ground, handle, {
      begins: () => begins,
      drags: (_, right, down) => heard.push([right, down]),
      ends: () => heard.push("end"),
      keys: ({ key }) => key === "ArrowUp",
    });
    const point = (type: string, x: number, y: number, more = {}) => {
      const event = new MouseEvent(type, { clientX: x, clientY: y, cancelable: true, bubbles: true });
      for (const [name, value] of Object.entries({ pointerId: 7, isPrimary: true, ...more })) Object.defineProperty(event, name, { value });
      ground.dispatchEvent(event);
      return event.defaultPrevented;
    };
    return { ground, handle, heard, point };
  }

  it("follows the pointer from where it went down to where it is let go", () => {
    const { ground, handle, heard, point } = made();
    point("pointermove", 1, 1);
    expect(point("pointerdown", 10, 20)).toBe(true);
    expect([isDragged(ground), document.activeElement]).toEqual([true, handle]);
    point("pointermove", 13, 18);
    point("pointermove", 14, 18);
    point("pointerup", 14, 18);
    point("pointercancel", 14, 18);
    expect(heard).toEqual([[0, 0], [3, -2], [1, 0], "end"]);
    expect(isDragged(ground)).toBe(false);
  });

  it("is not begun by another button or finger, nor where it may not begin", () => {
    const { heard, point } = made();
    point("pointerdown", 1, 1, { button: 2 });
    point("pointerdown", 1, 1, { isPrimary: false });
    expect(heard).toEqual([]);
    const elsewhere = made(false);
    expect(elsewhere.point("pointerdown", 1, 1)).toBe(false);
    expect(elsewhere.heard).toEqual([]);
  });

  it("keeps the keys that mean something to itself, and only those", () => {
    const { handle } = made();
    const press = (name: string) => !handle.dispatchEvent(new KeyboardEvent("keydown", { key: name, cancelable: true }));
    expect(["ArrowUp", "d"].map(press)).toEqual([true, false]);
  });
});
