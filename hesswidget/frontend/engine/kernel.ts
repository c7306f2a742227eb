import type { Answers, Engine } from "./engine";
import { type Frame, type Landscape, type Request, frameOf } from "./frame";
import { Latest } from "./latest";
import { type Answer, type Link, numbersIn } from "./link";
import type { Plane } from "./plane";
import type { Wording } from "../model/reason";

interface Header {
  landscape: number;
  exact: boolean;
  arrays: [string, number[]][];
}

/** The kernel computes, one frame at a time. */
export class KernelEngine implements Engine {
  readonly isImmediate = false;
  private readonly frames: Latest<Request, Frame>;
  private held: Landscape | null = null;

  constructor(
    private readonly link: Link,
    private readonly wording: Wording,
    private readonly names: readonly string[],
    answers: Answers,
  ) {
    this.frames = new Latest(
      (request) => this.evaluate(request),
      (frame, request) => answers.arrived(frame, request),
      (error, request) => answers.failed(error, request),
    );
  }

  get waitingSince(): number | null {
    return this.frames.waitingSince;
  }

  submit(request: Request): void {
    this.frames.submit(request);
  }

  stop(): void {} // an answer on its way is drawn; nobody asks for another

  private async evaluate({ point, parameters, plane, moving }: Request): Promise<Frame> {
    const content = { kind: "frame", parameters, moving, holds: this.held?.version ?? 0 };
    const answer = await this.link.ask(content, [point, plane.origin, plane.basis, plane.ends]);
    try {
      const frame = this.decode(answer, plane);
      this.held = frame.landscape;
      return frame;
    } catch (error) {
      this.held = null;
      throw error;
    }
  }

  /** Read a frame. A landscape that did not change is not sent again: the one that is held is the one to go on with. */
  private decode({ content, buffers }: Answer, plane: Plane): Frame {
    const header = content as unknown as Header;
    const arrays = Object.fromEntries(header.arrays.map(([name], i) => [name, numbersIn(buffers[i])]));
    const landscape = arrays.values
      ? {
          version: header.landscape,
          grids: plane.names.map((_, k) => arrays[`grid${k}`]),
          values: arrays.values,
          levels: arrays.levels,
        }
      : this.held;
    if (!landscape || landscape.version !== header.landscape) {
      throw new Error("The kernel left out a landscape that this view does not have; run the cell again.");
    }
    return frameOf(arrays, plane, landscape, header.exact, this.wording, this.names);
  }
}
