import type { Request } from "../engine/engine";
import type { Link } from "../engine/link";
import { MOST } from "../model/saved_values";
import { parameterKey } from "../model/parameters";
import { RestQuestion } from "./rest_question";

type Start = Pick<Request, "point" | "parameters">;

/**
 * Asks Python why each path of a race ended: it knows what the function raised there, and looks again at an end where
 * pieces of the function meet. Where there is no answer, what the page says stands.
 */
export class Outcomes {
  private readonly question: RestQuestion<Start, readonly string[]>;
  private known: { key: string; reasons: readonly string[] } | null = null;

  constructor(link: Link, onAnswer: () => void) {
    const put = async ({ point, parameters }: Start) => {
      const { reasons } = (await link.ask({ kind: "outcomes", parameters }, [point])).content;
      return Array.isArray(reasons) ? reasons.map((reason) => String(reason).slice(0, MOST.text)) : [];
    };
    this.question = new RestQuestion(put, {
      answered: (reasons, start) => {
        this.known = { key: keyOf(start), reasons };
        onAnswer();
      },
    });
  }

  ask(start: Start): Promise<void> {
    return this.question.ask(keyOf(start), start);
  }

  /** What Python said of paths that start there; empty where it said nothing. */
  of(start: Start): readonly string[] {
    return this.known?.key === keyOf(start) ? this.known.reasons : [];
  }
}

function keyOf({ point, parameters }: Start): string {
  return `${point.join()} ${parameterKey(parameters)}`;
}
