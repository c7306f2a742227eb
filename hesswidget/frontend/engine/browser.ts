import type { Replay } from "./computation";
import type { Answers, Computed, Engine, Request } from "./engine";

/** The page computes, from what was recorded of autograd's computation: at once, and at rest more finely, in slices. */
export class BrowserEngine<R extends Request, C extends Computed> implements Engine {
  readonly isImmediate = true;
  readonly waitingSince = null;
  private refining: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly replay: Replay<R, C>,
    private readonly answers: Answers<R, C>,
  ) {}

  submit(request: R): void {
    this.stop();
    try {
      const pictures = this.replay(request);
      const first = pictures.next().value!;
      this.answers.arrived(first, request);
      if (!request.moving && !first.exact) this.refine(pictures, request);
    } catch (error) {
      this.answers.failed(error as Error, request);
    }
  }

  stop(): void {
    clearTimeout(this.refining);
  }

  private refine(pictures: Iterator<C | null, void>, request: R): void {
    this.refining = setTimeout(() => {
      const { value } = pictures.next();
      if (value) this.answers.arrived(value, request);
      else this.refine(pictures, request);
    });
  }
}
