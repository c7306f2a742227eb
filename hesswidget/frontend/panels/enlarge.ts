import { button, svg } from "../base/dom";

/** With the focus in a panel, this key enlarges it or puts it back; so does Escape, wherever in the explorer the focus is. */
const KEY = "e";
const OUTWARDS = "M7 2H2V7M9 2H14V7M2 9V14H7M14 9V14H9";
const INWARDS = "M1 6H6V1M15 6H10V1M6 15V10H1M10 15V10H15";

/** Have each of these panels enlarged to the whole width, one at a time, and put back, by a button in its head or by keys. */
export function enlargeable(panels: readonly HTMLElement[], root: HTMLElement, onChange: () => void): void {
  const buttons = panels.map((panel) => {
    const title = panel.querySelector("h3")!;
    const name = title.textContent!;
    const path = svg("path", { d: OUTWARDS });
    const element = button({ class: "hw-small hw-enlarge", "aria-keyshortcuts": KEY }, svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, path));
    title.after(element);
    const show = (isLarge: boolean) => {
      panel.classList.toggle("hw-enlarged", isLarge);
      path.setAttribute("d", isLarge ? INWARDS : OUTWARDS);
      element.setAttribute("aria-pressed", String(isLarge));
      element.setAttribute("aria-label", `enlarge: ${name}`);
      element.title = isLarge ? "put back (E or Escape)" : "enlarge to the whole width (E)";
    };
    show(false);
    return { panel, element, show };
  });

  const enlarge = (large: HTMLElement | null) => {
    for (const { panel, show } of buttons) show(panel === large);
    root.classList.toggle("hw-has-enlarged", large !== null);
    onChange();
    (large ?? root).scrollIntoView({ block: "nearest" });
  };
  const isLarge = (panel: HTMLElement) => panel.classList.contains("hw-enlarged");
  for (const { panel, element } of buttons) element.addEventListener("click", () => enlarge(isLarge(panel) ? null : panel));
  root.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || takesText(event.target as Element)) return;
    const large = buttons.find(({ panel }) => isLarge(panel));
    const within = buttons.find(({ panel }) => panel.contains(event.target as Node));
    if (event.key === "Escape" && large) enlarge(null);
    else if (event.key.toLowerCase() === KEY && within) enlarge(within === large ? null : within.panel);
    else return;
    event.preventDefault();
  });
}

/** Whether keys are text there, or choose. */
function takesText(element: Element): boolean {
  return element.matches("select, textarea, input:not([type=range], [type=checkbox])");
}
