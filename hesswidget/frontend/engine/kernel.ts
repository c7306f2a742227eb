import type { AnyModel } from "@anywidget/types";
import { type Engine, Refusal } from "./engine";
import { type Frame, type Landscape, type Request, decode } from "./frame";

interface Waiting {
  id: string;
  resolve: (frame: Frame) => void;
  reject: (error: Error) => void;
}

/** The kernel computes: one message out, one back, told apart by an id. An answer nobody waits for is dropped. */
export class KernelEngine implements Engine {
  private readonly token = Math.random().toString(36).slice(2, 10);
  private count = 0;
  private waiting: Waiting | null = null;
  private held: Landscape | null = null;

  constructor(
    private readonly model: AnyModel,
    private readonly onMessage: (sentence: string) => void,
    signal: AbortSignal,
  ) {
    const listen = (content: any, buffers: DataView[]) => this.receive(content, buffers);
    model.on("msg:custom", listen);
    signal.addEventListener("abort", () => model.off("msg:custom", listen));
  }

  evaluate(request: Request): Promise<Frame> {
    const id = `${this.token}:${++this.count}`;
    const { parameters, axes, moving } = request;
    const content = { kind: "evaluate", id, parameters, axes, moving, holds: this.held?.version ?? 0 };
    return new Promise((resolve, reject) => {
      this.waiting = { id, resolve, reject };
      this.model.send(content, undefined, [request.point.slice().buffer]);
    });
  }

  private receive(content: any, buffers: DataView[]): void {
    if (content?.kind === "refusal" && content.id === "") this.onMessage(String(content.message));
    const waiting = this.waiting;
    if (!waiting || content?.id !== waiting.id) return;
    this.waiting = null;
    if (content.kind === "refusal") return waiting.reject(new Refusal(String(content.message)));
    try {
      const frame = decode(content, buffers, this.held);
      this.held = frame.landscape;
      waiting.resolve(frame);
    } catch (error) {
      this.held = null;
      waiting.reject(error as Error);
    }
  }
}
