/**
 * Buttons in a group that are one stop of the tab key: arrow keys, Home and End lead from one to the other, and the key comes
 * back to the one that had the focus last.
 */
export class TabStop {
  constructor(private readonly group: HTMLElement) {
    group.addEventListener("keydown", (event) => this.walk(event));
    group.addEventListener("focusin", (event) => this.letIn((event.target as Element).closest("button")));
  }

  /** Buttons have come or gone. Those that come have a `tabindex` of −1. */
  settle(): void {
    const { buttons } = this;
    this.letIn(buttons.find((button) => button.tabIndex === 0) ?? buttons[0] ?? null);
  }

  private get buttons(): HTMLButtonElement[] {
    return [...this.group.querySelectorAll("button")];
  }

  private walk(event: KeyboardEvent): void {
    const { buttons } = this;
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const last = buttons.length - 1;
    const to: Record<string, number> = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last };
    if (at < 0 || !Object.hasOwn(to, event.key)) return;
    event.preventDefault();
    buttons[Math.min(Math.max(to[event.key], 0), last)].focus();
  }

  private letIn(button: Element | null): void {
    for (const other of this.buttons) other.tabIndex = other === button ? 0 : -1;
  }
}
