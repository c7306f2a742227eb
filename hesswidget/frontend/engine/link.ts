import type { AnyModel } from "@anywidget/types";
import { copyOf } from "../base/float64";
import { uniqueIdentifier } from "../base/identifier";
import { Refusal } from "./engine";

/** How far a job is: the share that is done, and a few words. */
export interface Progress {
  share: number;
  words: string;
}

/** Takes how far a job is, and what has it stop with what it has. */
export type OnProgress = (progress: Progress, cancel: () => void) => void;

interface Waiting {
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
  onProgress: OnProgress;
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
  ask(content: { kind: string } & Record<string, unknown>, numbers: Float64Array[], onProgress?: OnProgress): Promise<Answer>;
}

/** Why nobody answers, as a clause: whoever has asked says what is not known therefore. */
export class NoAnswer extends Error {}

const MOST_WAITING = 64;
/** What a widget's model emits when its kernel is restarted or lost. */
export const COMM = "comm_live_update";

/**
 * Asks the kernel: one message out, one back, told apart by an id, and how far a job is in between. Whoever asks is
 * answered, or told that there will be no answer; an answer that nobody waits for is dropped.
 */
export class KernelLink implements Link {
  readonly isSaved = false;
  private readonly token = uniqueIdentifier();
  private readonly waiting = new Map<string, Waiting>();
  private count = 0;
  /** When the kernel has last given a sign, in `performance.now()` milliseconds. */
  heardAt = -Infinity;

  constructor(
    private readonly model: AnyModel,
    /** Called with what the kernel says unasked. */
    private readonly onMessage: (sentence: string) => void,
    signal: AbortSignal,
  ) {
    const listen = (content: any, buffers: DataView[]) => this.receive(content, buffers);
    const lose = () => this.loseAll();
    model.on("msg:custom", listen);
    model.on(COMM, lose);
    signal.addEventListener("abort", () => {
      model.off("msg:custom", listen);
      model.off(COMM, lose);
    });
  }

  /** Send a question. Of those that are never answered only the newest few are kept; who asked the others is told. */
  ask(content: { kind: string } & Record<string, unknown>, numbers: Float64Array[], onProgress: OnProgress = () => {}): Promise<Answer> {
    const id = `${this.token}:${++this.count}`;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, onProgress });
      if (this.waiting.size > MOST_WAITING) this.giveUpOldest();
      try {
        this.model.send({ ...content, id }, undefined, numbers.map(copyOf));
      } catch {
        this.waiting.delete(id);
        reject(new NoAnswer("the kernel that this explorer belongs to is gone; run its cell again"));
      }
    });
  }

  private giveUpOldest(): void {
    const [id, { reject }] = this.waiting.entries().next().value!;
    this.waiting.delete(id);
    reject(new NoAnswer("the kernel does not answer; it is asked again when the picture comes to rest"));
  }

  /** The kernel that was asked is gone, and none of this will be answered. */
  private loseAll(): void {
    const lost = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of lost) reject(new NoAnswer("the kernel was restarted or lost; it is asked again when the picture comes to rest"));
  }

  private receive(content: any, buffers: DataView[]): void {
    this.heardAt = performance.now();
    if (content?.kind === "refusal" && content.id === "") this.onMessage(String(content.message));
    const waiting = this.waiting.get(content?.id);
    if (!waiting) return;
    if (content.kind === "progress") {
      const cancel = () => void this.ask({ kind: "cancel", job: content.id }, []).catch(() => {});
      return waiting.onProgress({ share: Number(content.share), words: String(content.words) }, cancel);
    }
    this.waiting.delete(content.id);
    if (content.kind === "refusal") waiting.reject(new Refusal(String(content.message)));
    else waiting.resolve({ content, buffers });
  }
}
