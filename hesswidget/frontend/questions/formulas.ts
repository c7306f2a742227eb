/** The formulas of the Hessian's entries, asked for when somebody points at one; they hold for all values of sliders over real numbers. */
import { formula } from "../base/mathml";
import { Refusal } from "../engine/engine";
import type { Link } from "../engine/link";
import type { ParameterValues } from "../model/parameters";
import type { Problem } from "../model/state";

/** An entry's formula, or a sentence in its place. */
type Cell = Element | string;

export class Formulas {
  private readonly known = new Map<string, readonly Cell[] | "asked">();
  private readonly staticNames: readonly string[];
  private readonly n: number;

  constructor(
    private readonly link: Link,
    { parameters, coordinates }: Problem,
    private readonly onChange: () => void,
  ) {
    const isTraced = (control: Problem["parameters"][number]) => control.kind === "range" && !control.integer;
    this.staticNames = parameters.filter((control) => control.kind !== "fixed" && !isTraced(control)).map(({ name }) => name);
    this.n = coordinates.length;
  }

  /** The formula of an entry, if it is there; else it is asked for. */
  of(i: number, j: number, parameters: ParameterValues): Cell | null {
    const key = JSON.stringify(this.staticNames.map((name) => parameters[name]));
    const cells = this.known.get(key);
    if (cells === undefined) void this.ask(key, parameters);
    return cells === undefined || cells === "asked" ? null : (cells[i * this.n + j] ?? null);
  }

  private async ask(key: string, parameters: ParameterValues): Promise<void> {
    this.known.set(key, "asked");
    try {
      const { content } = await this.link.ask({ kind: "formula", parameters }, []);
      const cells = Array.isArray(content.cells) ? content.cells.slice(0, this.n * this.n) : [];
      this.known.set(key, cells.map((cell: unknown) => (typeof cell === "string" ? cell.slice(0, 256) : formula(cell))));
      this.onChange();
    } catch (error) {
      // Where there is none, there is none; without an answer it is asked again.
      if (error instanceof Refusal) this.known.set(key, []);
      else this.known.delete(key);
    }
  }
}
