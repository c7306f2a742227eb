import { numbersIn } from "../base/float64";
import type { Link } from "../engine/link";
import { type ParameterValues, parameterKey } from "../model/parameters";
import { RestQuestion } from "./rest_question";

/** So many are drawn: of one saddle there are two. */
const PATHS = 800;

/** A path of steepest descent from a saddle: points, one after the other, and how it ends. */
export interface Path {
  points: Float64Array;
  outcome: string;
}

/** The paths that Python follows from the saddles, asked for where they are shown and nothing moves. */
export class Separatrices {
  paths: readonly Path[] = [];
  private readonly question: RestQuestion<ParameterValues, { paths: Path[]; note: string }>;

  constructor(
    private readonly link: Link,
    onChange: (sentence: string) => void,
  ) {
    this.question = new RestQuestion((parameters) => this.put(parameters), {
      answered: ({ paths, note }) => {
        this.paths = paths;
        onChange(note);
      },
      unknown: "Where steepest descent leads from the saddles",
      failed: onChange,
    });
  }

  /** Something moves: where a parameter has, the paths of before hold no more. */
  follow(parameters: ParameterValues): void {
    if (this.question.isAbout(parameterKey(parameters))) return;
    this.paths = [];
    this.question.forget();
  }

  ask(parameters: ParameterValues): Promise<void> {
    return this.question.ask(parameterKey(parameters), parameters);
  }

  private async put(parameters: ParameterValues): Promise<{ paths: Path[]; note: string }> {
    const { content, buffers } = await this.link.ask({ kind: "separatrices", parameters }, []);
    const outcomes = content.outcomes as string[];
    const paths = buffers.slice(0, PATHS).map((buffer, k) => ({ points: numbersIn(buffer), outcome: outcomes[k] }));
    return { paths, note: (content.note as string | undefined) ?? "" };
  }
}
