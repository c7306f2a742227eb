/** What can be dragged with the pointer and moved with keys: one behaviour for all of it. */

interface Draggable {
  /** Whether a drag may begin with this; everywhere unless said otherwise. */
  begins?: (event: PointerEvent) => boolean;
  /** The pointer is at a place, so far from where it was before. */
  drags: (event: PointerEvent, right: number, down: number) => void;
  ends?: () => void;
  /** A key is down on the handle; whether it means something there. */
  keys: (event: KeyboardEvent) => boolean;
}

type Target = GlobalEventHandlers & HTMLOrSVGElement & Element;

/** Have `handle` take the keys and all of `ground` the pointer; `ground` is of the class `hw-dragging` meanwhile. */
export function draggable(
  ground: Target,
  handle: Target,
  { begins = () => true, drags, ends = () => {}, keys }: Draggable,
): void {
  let last: [number, number] = [0, 0];
  const drag = (event: PointerEvent) => {
    const [right, down] = [event.clientX - last[0], event.clientY - last[1]];
    last = [event.clientX, event.clientY];
    drags(event, right, down);
  };
  ground.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary || !begins(event)) return;
    ground.setPointerCapture(event.pointerId);
    ground.classList.add("hw-dragging");
    if (handle !== ground) {
      handle.focus({ preventScroll: true });
      event.preventDefault();
    }
    last = [event.clientX, event.clientY];
    drag(event);
  });
  ground.addEventListener("pointermove", (event) => {
    if (ground.hasPointerCapture(event.pointerId)) drag(event);
  });
  const end = () => {
    if (!isDragged(ground)) return;
    ground.classList.remove("hw-dragging");
    ends();
  };
  ground.addEventListener("pointerup", end);
  ground.addEventListener("pointercancel", end);
  handle.addEventListener("keydown", (event) => {
    if (keys(event)) event.preventDefault();
  });
}

export function isDragged(ground: Element): boolean {
  return ground.classList.contains("hw-dragging");
}

type Key = Pick<KeyboardEvent, "key" | "shiftKey">;

const ARROWS: Readonly<Record<string, readonly [right: number, up: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowDown: [0, -1],
  ArrowUp: [0, 1],
};
/** With Shift, and by pages, a step is so many times as long. */
const LONG = 10;

/** How many steps to the right and up an arrow key leads; null for any other key. */
export function stepsInPlane({ key, shiftKey }: Key, long = LONG): [right: number, up: number] | null {
  if (!Object.hasOwn(ARROWS, key)) return null;
  const length = shiftKey ? long : 1;
  return [ARROWS[key][0] * length, ARROWS[key][1] * length];
}

/** How many steps along a line a key leads, as sliders have it: without end for Home and End; null for any other key. */
export function stepsOnLine(event: Key): number | null {
  const steps = stepsInPlane(event);
  if (steps) return steps[0] + steps[1];
  switch (event.key) {
    case "PageDown":
      return -LONG;
    case "PageUp":
      return LONG;
    case "Home":
      return -Infinity;
    case "End":
      return Infinity;
    default:
      return null;
  }
}
