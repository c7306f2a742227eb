/** Who stands behind a picture: a kernel that computes or verifies it, or what was saved. */
import type { AnyModel } from "@anywidget/types";
import { short } from "../base/format";
import type { Engine, Request } from "../engine/engine";
import { COMM, KernelLink, type Link } from "../engine/link";
import { type VerificationStatus, Verification } from "./verification";

export interface Backend {
  /** Whether a kernel is behind the picture, or it was saved: as what was recorded, or as one picture alone. */
  readonly kind: "running" | "live" | "still";
  /** Whom to ask for what the page does not compute. */
  readonly link: Link;
  /** An engine computes from now on, for a reason. */
  computes(engine: Engine, reason: string, isStrange?: boolean): void;
  /** What is shown moves. */
  moved(): void;
  /** What is shown rests; it claims these numbers of autograd. */
  rested(claims: () => Float64Array[], request: Request): void;
}

/** What a backend has to say. */
export interface Report {
  /** A few words on where the numbers come from, and why; strange where a person should know. */
  engine(text: string, reason: string, isStrange: boolean): void;
  /** A sentence from Python, unasked. */
  remark(sentence: string): void;
  /** What is known of the picture at rest. */
  verification(status: VerificationStatus): void;
  /** What this page computes cannot be relied on, for a reason: the kernel is to compute. */
  distrust(reason: string): void;
}

/** After how long without an answer it is said that the picture waits, in milliseconds. */
const LATE = 1_200;
const KERNEL = "kernel · autograd";
const SILENT =
  "The kernel does not answer: it is busy, restarting or gone. The picture is computed in this page and stays live; " +
  "w.point and w.parameters in Python stay where they were.";

interface Signal {
  connect(slot: () => void): void;
  disconnect(slot: () => void): void;
}

/** What tells that the connection to the kernel is lost or back, where the page's host has such a thing, as JupyterLab does. */
function connectionOf(model: AnyModel): Signal | undefined {
  const manager = model.widget_manager as { kernel?: { connectionStatusChanged?: Signal } } | undefined;
  return manager?.kernel?.connectionStatusChanged;
}

const by = (deviation: number) => (Number.isFinite(deviation) ? ` by ${short(deviation, 2)} of its size` : "");

/** What was verified. */
function verified({ deviation, places }: { deviation: number; places: number }): string {
  const apart = deviation ? `within ${short(deviation, 2)}` : "to the last digit";
  const elsewhere = places ? `; what was recorded was tried at ${places} other place${places > 1 ? "s" : ""} as well` : "";
  return `autograd agrees ${apart} on value, gradient and Hessian at this point${elsewhere}.`;
}

/** A widget in a notebook: the kernel computes, or verifies what the page computes. */
export class RunningKernel implements Backend {
  readonly kind = "running";
  readonly link: KernelLink;
  private readonly verification: Verification;
  private engine: Engine | null = null;
  private reason = "";
  private isLate = false;
  /** What rests, for as long as it does. */
  private resting: [() => Float64Array[], Request] | null = null;

  constructor(
    model: AnyModel,
    private readonly report: Report,
    signal: AbortSignal,
  ) {
    this.link = new KernelLink(model, (sentence) => report.remark(sentence), signal);
    this.verification = new Verification(this.link, (status) => this.heard(status), signal);
    const watch = setInterval(() => this.sayIfLate(), 400);
    const askAgain = () => this.resting && this.rested(...this.resting);
    model.on(COMM, askAgain);
    const connection = connectionOf(model);
    connection?.connect(askAgain);
    signal.addEventListener("abort", () => {
      clearInterval(watch);
      model.off(COMM, askAgain);
      connection?.disconnect(askAgain);
    });
  }

  computes(engine: Engine, reason: string, isStrange = false): void {
    this.engine = engine;
    this.reason = reason;
    this.isLate = false;
    this.report.engine(engine.isImmediate ? "browser" : KERNEL, reason, isStrange);
  }

  moved(): void {
    this.resting = null;
    this.verification.forget();
  }

  rested(claims: () => Float64Array[], request: Request): void {
    this.resting = [claims, request];
    if (!this.engine?.isImmediate) return;
    const made = claims();
    this.resting = [() => made, request];
    void this.verification.ask(made, request);
  }

  /** What the kernel says of a picture that the page has computed. */
  private heard(status: VerificationStatus): void {
    if (!this.engine?.isImmediate) return;
    const { report, reason } = this;
    report.verification(status);
    switch (status.kind) {
      case "unknown":
        return report.engine("browser", reason, false);
      case "silent":
        return report.engine("browser · Python does not follow", SILENT, true);
      case "wrong":
        return report.distrust(`What this page computed differs from autograd${by(status.deviation)}.`);
      case "refused":
        return report.distrust(`What this page computed could not be verified: ${status.sentence}`);
      case "verified":
        return report.engine("browser · verified", `${verified(status)} ${reason}`, false);
    }
  }

  /** The kernel engine's answer is late, or has come. */
  private sayIfLate(): void {
    if (!this.engine || this.engine.isImmediate) return;
    const since = this.engine.waitingSince;
    const isLate = since !== null && performance.now() - since > LATE;
    if (isLate !== this.isLate) this.report.engine(isLate ? "waiting for the kernel" : KERNEL, this.reason, isLate);
    this.isLate = isLate;
  }
}
