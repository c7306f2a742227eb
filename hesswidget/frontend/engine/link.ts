import type { AnyModel } from "@anywidget/types";
import { uniqueIdentifier } from "../base/identifier";
import { Refusal } from "./engine";

interface Waiting {
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
}

export interface Answer {
  content: Record<string, unknown>;
  buffers: DataView[];
}

/** Someone to ask what the page does not compute. */
export interface Link {
  /** The answers are there already, so that asking costs nobody anything. */
  readonly isSaved: boolean;
  /** @throws Refusal where there is no answer but a sentence, any other error where there was no answer: ask again. */
  ask(content: { kind: string } & Record<string, unknown>, numbers: Float64Array[]): Promise<Answer>;
}

const MOST_WAITING = 64;

/** Asks the kernel: one message out, one back, told apart by an id. An answer that nobody waits for is dropped. */
export class KernelLink implements Link {
  readonly isSaved = false;
  private readonly token = uniqueIdentifier();
  private readonly waiting = new Map<string, Waiting>();
  private count = 0;

  constructor(
    private readonly model: AnyModel,
    /** Called with what the kernel says unasked. */
    private readonly onMessage: (sentence: string) => void,
    signal: AbortSignal,
  ) {
    const listen = (content: any, buffers: DataView[]) => this.receive(content, buffers);
    model.on("msg:custom", listen);
    signal.addEventListener("abort", () => model.off("msg:custom", listen));
  }

  /** Send a question. Of those that are never answered only the newest few are kept; who asked the others is told. */
  ask(content: { kind: string } & Record<string, unknown>, numbers: Float64Array[]): Promise<Answer> {
    const id = `${this.token}:${++this.count}`;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      if (this.waiting.size > MOST_WAITING) this.giveUpOldest();
      try {
        this.model.send({ ...content, id }, undefined, numbers.map((array) => array.slice().buffer));
      } catch (error) {
        this.waiting.delete(id);
        reject(error as Error); // a kernel that is gone takes no messages
      }
    });
  }

  private giveUpOldest(): void {
    const [id, { reject }] = this.waiting.entries().next().value!;
    this.waiting.delete(id);
    reject(new Error("The kernel does not answer; it is asked again when the picture comes to rest."));
  }

  private receive(content: any, buffers: DataView[]): void {
    if (content?.kind === "refusal" && content.id === "") this.onMessage(String(content.message));
    const waiting = this.waiting.get(content?.id);
    if (!waiting) return;
    this.waiting.delete(content.id);
    if (content.kind === "refusal") waiting.reject(new Refusal(String(content.message)));
    else waiting.resolve({ content, buffers });
  }
}

/** The float64 in a buffer as Jupyter hands it over, at whatever offset. */
export function numbersIn({ buffer, byteOffset, byteLength }: DataView): Float64Array {
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
}
