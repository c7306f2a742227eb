import type { Frame, Request } from "../engine/frame";
import type { Link } from "../engine/link";

/**
 * Asks Python what a point is beyond what its Hessian says: a degenerate one by a look along the null space, whether
 * one-sided differences of the gradient bear the Hessian out at all, what of it is rounding noise, and whether pieces of
 * the function meet there.
 */
export class SecondLook {
  private turn = 0;

  constructor(
    private readonly link: Link,
    private readonly onAnswer: (frame: Frame, label: string, reason: string) => void,
  ) {}

  /** Something moves: an answer that is on its way says nothing of what is shown. */
  forget(): void {
    this.turn++;
  }

  async ask(frame: Frame, { point, parameters }: Request): Promise<void> {
    const turn = ++this.turn;
    try {
      const { content } = await this.link.ask({ kind: "look", parameters }, [point]);
      if (turn === this.turn) this.onAnswer(frame, String(content.label), String(content.reason));
    } catch {
      // A refusal, or a kernel that takes no messages: what the Hessian says stands.
    }
  }
}
