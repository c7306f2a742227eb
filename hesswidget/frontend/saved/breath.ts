/** How long the page may be held, in milliseconds. */
const LONGEST = 20;

/** Leave the page to others for a moment. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Leaves the page to others where it was held for long enough. */
export class Breath {
  private since = performance.now();

  async take(): Promise<void> {
    if (performance.now() - this.since < LONGEST) return;
    await pause();
    this.since = performance.now();
  }
}
