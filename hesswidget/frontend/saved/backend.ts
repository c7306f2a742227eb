import type { Engine } from "../engine/engine";
import type { Backend, Report } from "../questions/backend";
import type { SavedAnswers } from "./answers";

/** What was saved stands in for a kernel. */
export class SavedBackend implements Backend {
  constructor(
    readonly link: SavedAnswers,
    /** How many pictures were saved, where no program was. */
    private readonly pictures: number | null,
    private readonly report: Report,
  ) {}

  get kind(): "live" | "still" {
    return this.pictures === 1 ? "still" : "live";
  }

  computes(engine: Engine, reason: string): void {
    const computed = "This picture was saved and is computed in this page; no Python is running.";
    if (engine.isImmediate) return this.report.engine("browser · saved", `${computed} ${reason}`, false);
    this.report.engine(this.pictures === 1 ? "one saved picture" : `${this.pictures ?? 0} saved pictures`, reason, false);
  }

  moved(): void {} // nobody verifies it

  rested(): void {}
}
