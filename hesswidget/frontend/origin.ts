/** Where the numbers come from, and who vouches for them. */
import type { AnyModel } from "@anywidget/types";
import { Chip } from "./chip";
import type { Engine } from "./engine/engine";
import type { Frame, Request } from "./engine/frame";
import { KernelLink, type Link } from "./questions/link";
import { type Standing, Verification } from "./questions/verification";
import { short } from "./base/format";

export interface Origin {
  /** Whether a kernel is behind the picture, or it was saved: as what was recorded, or as one picture alone. */
  readonly kind: "running" | "live" | "still";
  /** Whom to ask for what the page does not compute. */
  readonly link: Link;
  readonly chip: Chip;
  /** An engine computes from now on, for a reason. */
  computes(engine: Engine, reason: string, isStrange?: boolean): void;
  /** What is shown moves. */
  moved(): void;
  /** What is shown rests. */
  rested(frame: Frame, request: Request): void;
}

/** After how long without an answer the chip says that it waits, in milliseconds. */
const LATE = 1_200;
/** What a widget's model emits when its kernel is restarted or lost. */
const COMM = "comm_live_update";
const KERNEL = "kernel · autograd";
const SILENT =
  "The kernel does not answer: it is busy, restarting or gone. The picture is computed in this page and stays live; " +
  "w.point and w.parameters in Python stay where they were.";

/** A widget in a notebook: the kernel computes, or verifies what the page computes. */
export class RunningKernel implements Origin {
  readonly kind = "running";
  readonly link: Link;
  readonly chip = new Chip();
  private readonly verification: Verification;
  private engine: Engine | null = null;
  private reason = "";
  private isLate = false;
  /** What rests, for as long as it does. */
  private resting: [Frame, Request] | null = null;

  constructor(
    model: AnyModel,
    onMessage: (sentence: string) => void,
    private readonly onStanding: (standing: Standing) => void,
    signal: AbortSignal,
  ) {
    this.link = new KernelLink(model, onMessage, signal);
    this.verification = new Verification(this.link, (standing) => this.stands(standing), signal);
    const watch = setInterval(() => this.sayIfLate(), 400);
    const askAgain = () => this.resting && this.rested(...this.resting);
    model.on(COMM, askAgain);
    signal.addEventListener("abort", () => {
      clearInterval(watch);
      model.off(COMM, askAgain);
    });
  }

  computes(engine: Engine, reason: string, isStrange = false): void {
    this.engine = engine;
    this.reason = reason;
    this.isLate = false;
    this.chip.says(engine.isImmediate ? "browser" : KERNEL, reason, isStrange);
  }

  moved(): void {
    this.resting = null;
    this.verification.forget();
  }

  rested(frame: Frame, request: Request): void {
    this.resting = [frame, request];
    if (this.engine?.isImmediate) void this.verification.ask(frame, request);
  }

  /** What the kernel says of a picture that the page has computed. */
  private stands(standing: Standing): void {
    if (!this.engine?.isImmediate) return;
    this.onStanding(standing);
    if (standing.kind === "silent") return this.chip.says("browser · Python does not follow", SILENT, true);
    if (standing.kind === "unknown") return this.chip.says("browser", this.reason);
    if (standing.kind === "wrong") return this.chip.says(`browser · off by ${short(standing.deviation, 2)}`, this.reason, true);
    const apart = standing.deviation ? `within ${short(standing.deviation, 2)}` : "to the last digit";
    this.chip.says("browser · verified", `autograd agrees ${apart}. ${this.reason}`);
  }

  /** The kernel engine's answer is late, or has come. */
  private sayIfLate(): void {
    if (!this.engine || this.engine.isImmediate) return;
    const since = this.engine.waitingSince;
    const isLate = since !== null && performance.now() - since > LATE;
    if (isLate !== this.isLate) this.chip.says(isLate ? "waiting for the kernel" : KERNEL, this.reason, isLate);
    this.isLate = isLate;
  }
}
