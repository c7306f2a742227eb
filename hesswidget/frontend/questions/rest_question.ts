import { Refusal } from "../engine/engine";
import { NoAnswer, type OnProgress, type Progress } from "../engine/link";

/** An answer that takes a while: how far it is, and what has Python stop and answer with what it has. */
export interface Wait extends Progress {
  cancel(): void;
}

interface Handlers<Q, A> {
  answered(answer: A, question: Q): void;
  /** What is not known where nobody answers, as the subject of a sentence. */
  unknown?: string;
  /** There is no answer, but a sentence. */
  failed?(sentence: string, question: Q): void;
  /** The answer takes a while; null once it does not any more. */
  waits?(wait: Wait | null): void;
}

/**
 * A question that is asked when nothing moves: once for what it is about, and again where nobody answered. An answer that
 * has been overtaken is dropped, and whoever still works on it is told to stop.
 */
export class RestQuestion<Q, A> {
  /** What is asked about or known; null where nothing is. */
  private key: string | null = null;
  private turn = 0;
  private isWaiting = false;

  constructor(
    private readonly put: (question: Q, onProgress: OnProgress) => Promise<A>,
    private readonly handlers: Handlers<Q, A>,
  ) {}

  /** Whether this is asked about or known: with an answer, or a sentence in its place. */
  isAbout(key: string): boolean {
    return key === this.key;
  }

  /** Ask about something, unless that was done already. */
  async ask(key: string, question: Q): Promise<void> {
    if (this.isAbout(key)) return;
    this.forget();
    this.key = key;
    const { turn } = this;
    const isOvertaken = () => turn !== this.turn;
    try {
      const answer = await this.put(question, (progress, cancel) => {
        if (!isOvertaken()) this.wait({ ...progress, cancel });
        else if (!this.isAbout(key)) cancel(); // where the same was asked again meanwhile, one answer is for both
      });
      if (isOvertaken()) return;
      this.wait(null);
      this.handlers.answered(answer, question);
    } catch (error) {
      if (isOvertaken()) return;
      this.wait(null);
      if (!(error instanceof Refusal)) this.key = null; // to ask again at the next rest
      const { message } = error as Error;
      const { unknown = "The answer" } = this.handlers;
      this.handlers.failed?.(error instanceof NoAnswer ? `${unknown} is not known: ${message}.` : message, question);
    }
  }

  /** Something moves: what is on its way says nothing of what is shown. */
  forget(): void {
    this.turn++;
    this.key = null;
    this.wait(null);
  }

  private wait(wait: Wait | null): void {
    if (wait === null && !this.isWaiting) return;
    this.isWaiting = wait !== null;
    this.handlers.waits?.(wait);
  }
}
