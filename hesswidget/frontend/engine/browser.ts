import type { Answers, Engine } from "./engine";
import { type Arrays, type Request, frameOf } from "./frame";
import type { Library } from "./library";
import { Tiles } from "./tiles";
import type { Wording } from "../model/reason";

/** About how long a landscape may take in one display frame with its painting, in milliseconds. */
const AT_ONCE = 18;
/** How long its refinement goes on at a stretch. */
const SLICE = 8;

/**
 * The page computes: it replays what was recorded of autograd's computation. The frame is there at once; the landscape is
 * as fine as time allows while something moves, and refined in slices when it rests.
 */
export class BrowserEngine implements Engine {
  readonly isImmediate = true;
  readonly waitingSince = null;
  private readonly tiles: Tiles;
  private refining: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly library: Library,
    private readonly wording: Wording,
    private readonly names: readonly string[],
    private readonly answers: Answers,
    painting: () => number,
  ) {
    this.tiles = new Tiles(library, painting);
  }

  submit(request: Request): void {
    this.stop();
    try {
      const arrays = this.compute(request);
      this.tiles.show(request.plane, request.parameters, AT_ONCE);
      this.deliver(arrays, request);
      if (!request.moving && !this.tiles.isExact) this.refine(arrays, request);
    } catch (error) {
      this.answers.failed(error as Error, request);
    }
  }

  stop(): void {
    clearTimeout(this.refining);
  }

  /** The outputs are copied: they are the program's own memory, and views outlive the next run. */
  private compute({ point, parameters, plane }: Request): Arrays {
    const { origin, basis, ends } = plane;
    const outputs = this.library.at(parameters).run("frame", { point, origin, basis, ends });
    return Object.fromEntries(Object.entries(outputs).map(([name, array]) => [name, array.slice()]));
  }

  private deliver(arrays: Arrays, request: Request): void {
    const frame = frameOf(arrays, request.plane, this.tiles.landscape!, this.tiles.isExact, this.wording, this.names);
    this.answers.arrived(frame, request);
  }

  private refine(arrays: Arrays, request: Request): void {
    this.refining = setTimeout(() => {
      if (this.tiles.refine(SLICE)) this.refine(arrays, request);
      else this.deliver(arrays, request);
    });
  }
}
