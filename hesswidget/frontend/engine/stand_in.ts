import type { Ask } from "./computation";
import { type Computed, type Request, Refusal } from "./engine";
import { KernelEngine } from "./kernel";
import type { Unrecorded } from "./library";
import type { Link, Progress } from "./link";

interface Handlers {
  arrived(computed: Computed, request: Request): void;
  failed(error: Error): void;
  /** The kernel stands in, or goes on doing so, for a reason. */
  computes(engine: KernelEngine<any, any>, reason: string): void;
  /** How far Python is with recording; null once it is not under way any more. */
  records(wait: (Progress & { cancel(): void }) | null): void;
}

/**
 * The kernel, while it stands in for a page that lacks what it would need: it computes, and Python records what is missing.
 * Twin of hesswidget/explorers/on_demand.py.
 */
export class StandIn {
  private engine: KernelEngine<any, any> | null = null;
  /** The setting that Python records for this page, */
  private recording: string | null = null;
  /** and the one that it could not record, or was told not to, for as long as that is shown. */
  private givenUp: string | null = null;
  /** The setting of which Python has recorded the next ones ahead: at first as it recorded this one. */
  private lookedAheadOf: string | null = null;

  constructor(
    private readonly link: Link,
    private readonly asked: Ask<any, any>,
    private readonly handlers: Handlers,
  ) {}

  get isThere(): boolean {
    return this.engine !== null;
  }

  /** @param setting what programs are recorded for: the values that are none of their inputs. */
  submit(request: Request, setting: string, { message, point }: Unrecorded): void {
    if (!this.engine) {
      const engine: KernelEngine<any, any> = new KernelEngine(this.asked, {
        arrived: (computed: Computed, answered: Request) => this.engine === engine && this.handlers.arrived(computed, answered),
        failed: (error: Error) => this.engine === engine && this.handlers.failed(error),
      });
      this.engine = engine;
      this.handlers.computes(engine, message);
    }
    this.engine.submit(request);
    if (this.givenUp !== setting) this.givenUp = null;
    const isUnderWay = this.recording === setting || (this.recording !== null && request.moving);
    if (this.givenUp === null && !isUnderWay) void this.record(setting, request, point ?? request.point);
  }

  /** The page computes again. */
  end(): void {
    this.engine = null;
  }

  /** The settings next to a new one are wanted soon. */
  async lookAhead({ parameters }: Request, setting: string): Promise<void> {
    if (this.isThere) return;
    const before = this.lookedAheadOf;
    this.lookedAheadOf = setting;
    if (before === null || before === setting) return;
    await this.link.ask({ kind: "record_ahead", parameters }, []).catch(() => {}); // or else when they are wanted
  }

  private async record(setting: string, { parameters }: Request, point: Float64Array): Promise<void> {
    this.recording = setting;
    const isWanted = () => this.recording === setting;
    try {
      await this.link.ask({ kind: "record", parameters }, [point], (progress, cancel) => {
        if (isWanted()) this.handlers.records({ ...progress, cancel });
      });
    } catch (error) {
      if (!isWanted() || !(error instanceof Refusal)) return;
      this.givenUp = setting;
      if (this.engine) this.handlers.computes(this.engine, `The kernel computes: ${error.message}`);
    } finally {
      if (isWanted()) {
        this.recording = null;
        this.handlers.records(null);
      }
    }
  }
}
