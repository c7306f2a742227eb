/**
 * Runs the newest task only: at most one is under way, those that a newer one overtakes never start, and the last
 * always runs. One that gives no sign for `patience` milliseconds no longer holds up the newest.
 */
export class Latest<Task, Answer> {
  private running: symbol | null = null;
  private since = 0;
  private next: { task: Task } | null = null;

  constructor(
    private readonly run: (task: Task) => Promise<Answer>,
    private readonly done: (answer: Answer, task: Task) => void,
    private readonly failed: (error: Error, task: Task) => void,
    private readonly patience = 10_000,
  ) {}

  /** Since when the task under way has been running, in `performance.now()` milliseconds; null when none is. */
  get waitingSince(): number | null {
    return this.running ? this.since : null;
  }

  submit(task: Task): void {
    this.next = { task };
    if (!this.running || performance.now() - this.since > this.patience) this.start();
  }

  private start(): void {
    if (!this.next) return;
    const { task } = this.next;
    const turn = Symbol();
    this.next = null;
    this.running = turn;
    this.since = performance.now();
    const settle = (report: () => void) => {
      if (this.running !== turn) return;
      this.running = null;
      this.start();
      report();
    };
    this.run(task).then(
      (answer) => settle(() => this.done(answer, task)),
      (error) => settle(() => this.failed(error, task)),
    );
  }
}
