import type { Request } from "../engine/engine";
import type { Frame } from "../engine/frame";
import type { Link } from "../engine/link";
import type { Reason } from "../model/reason";
import { RestQuestion } from "./rest_question";

/**
 * Asks Python what a point is beyond what its Hessian says: a degenerate one by a look along the null space, whether
 * one-sided differences of the gradient bear the Hessian out at all, what of it is rounding noise, and whether pieces of
 * the function meet there. Where there is no answer, what the Hessian says stands.
 */
export class Classification {
  private readonly question: RestQuestion<{ frame: Frame; request: Request }, Record<string, unknown>>;
  private count = 0;

  constructor(link: Link, onAnswer: (frame: Frame, label: string, reason: Reason) => void) {
    this.question = new RestQuestion(
      async ({ request: { point, parameters } }) => (await link.ask({ kind: "classify", parameters }, [point])).content,
      { answered: ({ label, reason }, { frame }) => onAnswer(frame, String(label), reason as Reason) },
    );
  }

  forget(): void {
    this.question.forget();
  }

  /** Ask what the point of a frame is; of each frame, since an answer is for one alone. */
  ask(frame: Frame, request: Request): Promise<void> {
    return this.question.ask(String(++this.count), { frame, request });
  }
}
