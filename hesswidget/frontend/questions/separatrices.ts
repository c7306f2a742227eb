import { Refusal } from "../engine/engine";
import { type ParameterValues, parameterKey } from "../model/parameters";
import { type Link, numbersIn } from "../engine/link";

/** A path of steepest descent from a saddle: points, one after the other, and how it ends. */
export interface Path {
  points: Float64Array;
  outcome: string;
}

/** The paths that Python follows from the saddles, asked for where they are shown and nothing moves. */
export class Paths {
  present: readonly Path[] = [];
  private key = "";

  constructor(
    private readonly link: Link,
    private readonly onChange: (refusal: string) => void,
  ) {}

  /** Something moves: where a parameter has, the paths of before hold no more. */
  follow(parameters: ParameterValues): void {
    if (this.key !== parameterKey(parameters)) this.forget();
  }

  forget(): void {
    this.present = [];
    this.key = "";
  }

  async ask(parameters: ParameterValues): Promise<void> {
    const key = parameterKey(parameters);
    if (key === this.key) return;
    this.key = key;
    try {
      const { content, buffers } = await this.link.ask({ kind: "paths", parameters }, []);
      if (this.key !== key) return;
      const outcomes = content.outcomes as string[];
      this.present = buffers.map((buffer, k) => ({ points: numbersIn(buffer), outcome: outcomes[k] }));
      this.onChange("");
    } catch (error) {
      if (this.key !== key) return;
      if (!(error instanceof Refusal)) this.key = ""; // to ask again at the next rest
      this.onChange((error as Error).message);
    }
  }
}
