import type { Wording } from "../model/reason";
import { type Arrays, type Ask, type Computation, type Replay, arraysIn, copied, stateKey } from "./computation";
import { type Frame, type FrameRequest, type Landscape, frameOf } from "./frame";
import type { Library } from "./library";
import type { Answer, Link } from "./link";
import { type Plane, keyOf } from "./plane";
import { Tiles } from "./tiles";

/** About how long a landscape may take in one display frame with its painting, in milliseconds: all else takes the rest of the 16. */
const AT_ONCE = 10;

/** Frames with their landscapes. */
export class Frames implements Computation<FrameRequest, Frame> {
  constructor(
    private readonly wording: Wording,
    private readonly names: readonly string[],
    /** About how long it takes to paint one value of a landscape, in milliseconds. */
    private readonly painting: () => number,
  ) {}

  /** The frame is there at once, of NaN where a function that may do so raises; the landscape is as fine as time allows while something moves, and refined at rest. */
  replayed(library: Library, mayRaise = false): Replay<FrameRequest, Frame> {
    const { wording, names } = this;
    const tiles = new Tiles(library, this.painting);
    return function* ({ point, parameters, plane }) {
      const { origin, basis, ends } = plane;
      const arrays = copied(yield* library.at(parameters, mayRaise).pieces("frame", { point, origin, basis, ends }));
      const frame = () => frameOf(arrays, plane, tiles.landscape!, tiles.isExact, wording, names);
      yield* tiles.show(plane, parameters, AT_ONCE);
      yield frame();
      yield* tiles.refine();
      yield frame();
    };
  }

  asked(link: Link): Ask<FrameRequest, Frame> {
    const asks = this.asks(link);
    return async (request) => (await asks(request, {})).frame;
  }

  /** Ask for a frame, and for more that an answer has besides. A landscape that did not change is not sent again. */
  asks(link: Link): (request: FrameRequest, more: Readonly<Record<string, unknown>>) => Promise<{ frame: Frame; arrays: Arrays }> {
    let held: Landscape | null = null;
    return async ({ point, parameters, plane, moving }, more) => {
      const content = { kind: "frame", parameters, moving, holds: held?.version ?? 0, ...more };
      const answer = await link.ask(content, [point, plane.origin, plane.basis, plane.ends]);
      const before = held;
      held = null; // what cannot be read is asked for whole the next time
      const arrays = arraysIn(answer);
      const frame = this.decode(answer, arrays, plane, before);
      held = frame.landscape;
      return { frame, arrays };
    };
  }

  claims({ value, gradient, hessian }: Frame): Float64Array[] {
    return [Float64Array.of(value), gradient, hessian];
  }

  keyOf(request: FrameRequest): string {
    return [stateKey(request), keyOf(request.plane), request.plane.names.join()].join(" ");
  }

  /** Read a frame; where its landscape was not sent, the one that is held is the one to go on with. */
  private decode(answer: Answer, arrays: Arrays, plane: Plane, held: Landscape | null): Frame {
    const version = Number(answer.content.landscape);
    const { values, levels } = arrays;
    const landscape = values ? { version, grids: plane.names.map((_, k) => arrays[`grid${k}`]), values, levels } : held;
    if (landscape?.version !== version) {
      throw new Error("The kernel left out a landscape that this view does not have; run the cell again.");
    }
    return frameOf(arrays, plane, landscape, answer.content.exact === true, this.wording, this.names);
  }
}
