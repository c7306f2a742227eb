import type { Replay } from "./computation";
import type { Answers, Computed, Engine, Request } from "./engine";

/** How long the page computes at a stretch, in milliseconds: until its first picture, and then, while nothing moves, for finer ones. */
const FIRST = 25;
const FINER = 8;

/**
 * The page computes, from what was recorded of autograd's computation: at once, and at rest more finely, in slices. A picture that takes
 * longer is computed in slices too, and then the newest that was asked for meanwhile.
 */
export class BrowserEngine<R extends Request, C extends Computed> implements Engine {
  readonly isImmediate = true;
  readonly waitingSince = null;
  private going: ReturnType<typeof setTimeout> | undefined;
  private isComing = false;
  private next: R | null = null;

  constructor(
    private readonly replay: Replay<R, C>,
    private readonly answers: Answers<R, C>,
  ) {}

  submit(request: R): void {
    if (this.isComing) return void (this.next = request);
    this.stop();
    this.isComing = true;
    this.attempt(request, () => this.replay(request));
  }

  stop(): void {
    clearTimeout(this.going);
    this.isComing = false;
    this.next = null;
  }

  /** Compute for so long; then leave the page to others for a moment, and go on. */
  private go(pictures: Iterator<C | void, void>, request: R, milliseconds: number): void {
    const until = performance.now() + milliseconds;
    do {
      const { value, done } = pictures.next();
      if (done) return;
      if (!value) continue;
      const isFirst = this.isComing;
      this.isComing = false;
      this.answers.arrived(value, request);
      const { next } = this;
      if (next) return this.submit(next);
      if (request.moving || value.exact) return;
      if (isFirst) return this.later(pictures, request);
    } while (performance.now() < until);
    this.later(pictures, request);
  }

  private later(pictures: Iterator<C | void, void>, request: R): void {
    this.going = setTimeout(() => this.attempt(request, () => pictures));
  }

  /** Go on; what fails is told. */
  private attempt(request: R, pictures: () => Iterator<C | void, void>): void {
    try {
      this.go(pictures(), request, this.isComing ? FIRST : FINER);
    } catch (error) {
      this.fail(error as Error, request);
    }
  }

  private fail(error: Error, request: R): void {
    const { next } = this;
    this.stop();
    this.answers.failed(error, request);
    if (next) this.submit(next);
  }
}
