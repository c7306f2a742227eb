import type { Request } from "../engine/engine";
import type { KernelLink } from "../engine/link";
import { RestQuestion } from "./rest_question";

/** How long the kernel may take before it counts as silent, in milliseconds. */
const PATIENCE = 2_000;

/** What is known of the picture at rest. `silent`: the kernel does not answer, so Python does not follow either. */
export type VerificationStatus = { kind: "unknown" } | { kind: "verified" | "wrong"; deviation: number } | { kind: "silent" };

interface Claimed {
  claims: Float64Array[];
  request: Request;
}

/** While the picture rests, asks the kernel to compute the same with autograd and to compare. */
export class Verification {
  private standing: VerificationStatus = { kind: "unknown" };
  private readonly question: RestQuestion<Claimed, VerificationStatus>;
  private count = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly link: KernelLink,
    private readonly onChange: (standing: VerificationStatus) => void,
    signal: AbortSignal,
  ) {
    // Without an answer nothing is known, and after a while the kernel counts as silent.
    this.question = new RestQuestion((claimed) => this.put(claimed), { answered: (standing) => this.set(standing) });
    signal.addEventListener("abort", () => clearTimeout(this.timer));
  }

  /** Something moves: nothing is known of what is shown, but a silent kernel stays silent until it answers. */
  forget(): void {
    this.question.forget();
    if (this.standing.kind !== "silent") this.set({ kind: "unknown" });
  }

  /** Ask about what this page claims of a state. */
  ask(claims: Float64Array[], request: Request): Promise<void> {
    this.listen(PATIENCE);
    return this.question.ask(String(++this.count), { claims, request });
  }

  private async put({ claims, request: { point, parameters } }: Claimed): Promise<VerificationStatus> {
    const { content } = await this.link.ask({ kind: "verify", parameters }, [point, ...claims]);
    clearTimeout(this.timer);
    if (this.standing.kind === "silent") this.set({ kind: "unknown" }); // also where the answer comes too late
    const deviation = typeof content.deviation === "number" ? content.deviation : Infinity;
    return { kind: content.agrees === true ? "verified" : "wrong", deviation };
  }

  /** Wait for a sign of the kernel: an answer, or how far a job is that keeps it busy. */
  private listen(patience: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const left = PATIENCE - (performance.now() - this.link.heardAt);
      if (left > 0) this.listen(left);
      else this.set({ kind: "silent" });
    }, patience);
  }

  private set(standing: VerificationStatus): void {
    this.standing = standing;
    this.onChange(standing);
  }
}
