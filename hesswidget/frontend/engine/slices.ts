/** Computes beside the pictures, in slices of a few milliseconds between which the page does what it likes. */

/** How long the page computes at a stretch, in milliseconds. */
const SLICE = 6;

export class Slices {
  /** What is being computed has shown nothing yet: it is not to be given up, since more may move than is computed. */
  isComing = false;
  private job: Iterator<void, void> | null = null;
  private then: (() => void) | null = null;
  private going: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly onFailure: (error: Error) => void) {}

  get isBusy(): boolean {
    return this.job !== null;
  }

  /** Compute this and nothing else. */
  start(job: Iterator<void, void>, isComing: boolean): void {
    this.stop();
    this.job = job;
    this.isComing = isComing;
    this.going = setTimeout(() => this.go());
  }

  /** Do this instead once something has come, and nothing that was to be done instead before; null: go on as it is. */
  afterwards(then: (() => void) | null): void {
    this.then = then;
  }

  stop(): void {
    clearTimeout(this.going);
    this.job = null;
    this.then = null;
    this.isComing = false;
  }

  private go(): void {
    const until = performance.now() + SLICE;
    try {
      do {
        const isDone = this.job!.next().done === true;
        const { then } = this;
        if (isDone || (then && !this.isComing)) {
          this.stop();
          return then?.();
        }
      } while (performance.now() < until);
    } catch (error) {
      this.stop();
      return this.onFailure(error as Error);
    }
    this.going = setTimeout(() => this.go());
  }
}
