import type { Ask } from "./computation";
import type { Answers, Computed, Engine, Request } from "./engine";
import { Latest } from "./latest";

/** The kernel computes, one picture at a time. */
export class KernelEngine<R extends Request, C extends Computed> implements Engine {
  readonly isImmediate = false;
  private readonly pictures: Latest<R, C>;

  constructor(ask: Ask<R, C>, answers: Answers<R, C>) {
    this.pictures = new Latest(
      ask,
      (computed, request) => answers.arrived(computed, request),
      (error, request) => answers.failed(error, request),
    );
  }

  get waitingSince(): number | null {
    return this.pictures.waitingSince;
  }

  submit(request: R): void {
    this.pictures.submit(request);
  }

  stop(): void {} // an answer on its way is drawn; nobody asks for another
}
