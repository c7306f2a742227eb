import { Chip } from "../chip";
import type { Engine } from "../engine/engine";
import type { Origin } from "../origin";
import type { SavedAnswers } from "./answers";

/** What was saved stands in for a kernel. */
export class SavedOrigin implements Origin {
  readonly chip = new Chip();

  constructor(
    readonly link: SavedAnswers,
    /** How many pictures were saved, where no program was. */
    private readonly pictures: number | null,
  ) {}

  get kind(): "live" | "still" {
    return this.pictures === 1 ? "still" : "live";
  }

  computes(engine: Engine, reason: string): void {
    const computed = "This picture was saved and is computed in this page; no Python is running.";
    if (engine.isImmediate) this.chip.says("browser · saved", `${computed} ${reason}`);
    else this.chip.says(this.pictures === 1 ? "one saved picture" : `${this.pictures ?? 0} saved pictures`, reason);
  }

  moved(): void {} // nobody verifies it

  rested(): void {}
}
