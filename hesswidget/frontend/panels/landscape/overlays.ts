import { type Definiteness, DefinitenessMap } from "../../engine/definiteness";
import type { FrameRequest } from "../../engine/frame";
import type { Link } from "../../engine/link";
import { type Path, Separatrices } from "../../questions/separatrices";
import type { Library } from "../../engine/library";
import type { ViewState } from "../../model/view_state";
import { isPressed, toggle } from "./switch";

const SIGNS = "shade where the Hessian is positive definite, indefinite and negative definite";
const PATHS = "show paths of steepest descent from the saddles";
const NONE: readonly Path[] = [];

/** What a person may have drawn over a landscape besides: where the Hessian is definite, and paths. A button for each. */
export class Overlays {
  readonly buttons: readonly HTMLButtonElement[];
  private readonly signs = toggle("signs of H", SIGNS);
  private readonly ways = toggle("paths", PATHS);
  private readonly separatrices: Separatrices;
  private map: DefinitenessMap | null = null;
  private request: FrameRequest | null = null;

  constructor(
    link: Link,
    dimensions: number,
    choose: (changes: Partial<ViewState>) => void,
    private readonly onChange: () => void,
    private readonly onRefusal: (sentence: string) => void,
  ) {
    this.buttons = [...(dimensions > 1 ? [this.signs] : []), ...(dimensions === 2 ? [this.ways] : [])];
    this.separatrices = new Separatrices(link, (refusal) => {
      if (refusal) onRefusal(refusal);
      onChange();
    });
    this.signs.addEventListener("click", () => choose({ signs: !isPressed(this.signs) }));
    this.ways.addEventListener("click", () => choose({ paths: !isPressed(this.ways) }));
  }

  look({ signs, paths }: ViewState): void {
    if (signs === isPressed(this.signs) && paths === isPressed(this.ways)) return;
    this.signs.setAttribute("aria-pressed", String(signs));
    this.ways.setAttribute("aria-pressed", String(paths));
    if (this.request) this.rest(this.request);
    this.onChange();
  }

  /** Compute with what was recorded; null where nothing was. */
  use(library: Library | null): void {
    this.map?.stop();
    this.map = library?.has("definiteness") ? new DefinitenessMap(library, this.onChange, ({ message }) => this.onRefusal(message)) : null;
    this.signs.hidden = this.map === null;
  }

  /** There is a picture of a request: what goes with it. */
  follow(request: FrameRequest): void {
    this.request = request;
    this.separatrices.follow(request.parameters);
    if (isPressed(this.signs)) this.map?.show(request.plane, request.parameters, request.moving);
  }

  /** Nothing moves: what takes longer. */
  rest(request: FrameRequest): void {
    this.follow(request);
    if (isPressed(this.ways)) void this.separatrices.ask(request.parameters);
  }

  get definiteness(): Definiteness | null {
    return isPressed(this.signs) ? (this.map?.present ?? null) : null;
  }

  get shownPaths(): readonly Path[] {
    return isPressed(this.ways) ? this.separatrices.paths : NONE;
  }
}
