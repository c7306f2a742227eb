import type { Frame, Request } from "../engine/frame";
import type { Link } from "../engine/link";

/** How long the kernel may take before it counts as silent, in milliseconds. */
const PATIENCE = 2_000;

/** What is known of the picture at rest. `silent`: the kernel does not answer, so Python does not follow either. */
export type Standing = { kind: "unknown" } | { kind: "verified" | "wrong"; deviation: number } | { kind: "silent" };

/** While the picture rests, asks the kernel to compute the same with autograd and to compare. */
export class Verification {
  private standing: Standing = { kind: "unknown" };
  private turn = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly link: Link,
    private readonly onChange: (standing: Standing) => void,
    signal: AbortSignal,
  ) {
    signal.addEventListener("abort", () => clearTimeout(this.timer));
  }

  /** Something moves: nothing is known of what is shown, but a silent kernel stays silent until it answers. */
  forget(): void {
    this.turn++;
    if (this.standing.kind !== "silent") this.set({ kind: "unknown" });
  }

  async ask({ value, gradient, hessian }: Frame, { point, parameters }: Request): Promise<void> {
    const turn = ++this.turn;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.set({ kind: "silent" }), PATIENCE);
    const derivatives = Float64Array.of(value, ...gradient, ...hessian);
    try {
      const { content } = await this.link.ask({ kind: "verify", parameters }, [point, derivatives]);
      clearTimeout(this.timer);
      const deviation = typeof content.deviation === "number" ? content.deviation : Infinity;
      if (turn === this.turn) this.set({ kind: content.agrees === true ? "verified" : "wrong", deviation });
      else if (this.standing.kind === "silent") this.set({ kind: "unknown" });
    } catch {
      // A refusal, or a kernel that takes no messages: not known, and after a while silent.
    }
  }

  private set(standing: Standing): void {
    this.standing = standing;
    this.onChange(standing);
  }
}
