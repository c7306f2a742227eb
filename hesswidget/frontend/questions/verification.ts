import { Refusal, type Request } from "../engine/engine";
import type { Answer, KernelLink } from "../engine/link";
import { RestQuestion } from "./rest_question";

/** How long the kernel may take before it counts as silent, in milliseconds; and before it is asked again, twice as long each time. */
const PATIENCE = 2_000;
const LONGEST = 16_000;

/**
 * What is known of the picture at rest. `verified`: at the point, and what was recorded also at some other places. `refused`: it could
 * not be compared. `silent`: the kernel does not answer, so Python does not follow either.
 */
export type VerificationStatus =
  | { kind: "unknown" | "silent" }
  | { kind: "verified"; deviation: number; places: number }
  | { kind: "wrong"; deviation: number }
  | { kind: "refused"; sentence: string };

interface Claimed {
  claims: Float64Array[];
  request: Request;
}

/** While the picture rests, asks the kernel to compute the same with autograd and to compare. */
export class Verification {
  private status: VerificationStatus = { kind: "unknown" };
  private readonly question: RestQuestion<Claimed, VerificationStatus>;
  private count = 0;
  /** What is shown and rests; and how long to wait before the kernel is asked about it again. */
  private claimed: Claimed | null = null;
  private pause = PATIENCE;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly link: KernelLink,
    private readonly onChange: (status: VerificationStatus) => void,
    signal: AbortSignal,
  ) {
    // Without an answer nothing is known, and after a while the kernel counts as silent. A refusal is an answer.
    this.question = new RestQuestion((claimed) => this.put(claimed), { answered: (status) => this.set(status) });
    signal.addEventListener("abort", () => {
      clearTimeout(this.timer);
      clearTimeout(this.again);
    });
  }

  /** Something moves: nothing is known of what is shown, but a silent kernel stays silent until it answers. */
  forget(): void {
    this.claimed = null;
    clearTimeout(this.again);
    this.question.forget();
    if (this.status.kind !== "silent") this.set({ kind: "unknown" });
  }

  /** Ask about what this page claims of a state. */
  ask(claims: Float64Array[], request: Request): Promise<void> {
    this.claimed = { claims, request };
    this.pause = PATIENCE;
    return this.putAgain();
  }

  /** Ask about the same again, as what was asked may be lost. */
  private putAgain(): Promise<void> {
    clearTimeout(this.again);
    if (!this.claimed) return Promise.resolve();
    this.listen(PATIENCE);
    return this.question.ask(String(++this.count), this.claimed);
  }

  private async put({ claims, request: { point, parameters } }: Claimed): Promise<VerificationStatus> {
    let answer: Answer;
    try {
      answer = await this.link.ask({ kind: "verify", parameters }, [point, ...claims]);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.heard();
      return { kind: "refused", sentence: error.message };
    }
    this.heard();
    const { agrees, deviation, places } = answer.content;
    if (agrees !== true) return { kind: "wrong", deviation: typeof deviation === "number" ? deviation : Infinity };
    return { kind: "verified", deviation: Number(deviation), places: Number(places) || 0 };
  }

  /** The kernel answers, be it too late. */
  private heard(): void {
    clearTimeout(this.timer);
    clearTimeout(this.again);
    if (this.status.kind === "silent") this.set({ kind: "unknown" });
  }

  /** Wait for a sign of the kernel: an answer, or how far a job is that keeps it busy. */
  private listen(patience: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const left = PATIENCE - (performance.now() - this.link.heardAt);
      if (left > 0) this.listen(left);
      else this.silent();
    }, patience);
  }

  private silent(): void {
    if (this.status.kind !== "silent") this.set({ kind: "silent" });
    this.again = setTimeout(() => void this.putAgain(), this.pause);
    this.pause = Math.min(2 * this.pause, LONGEST);
  }

  private set(status: VerificationStatus): void {
    this.status = status;
    this.onChange(status);
  }
}
