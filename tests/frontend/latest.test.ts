import { Latest } from "../../hesswidget/frontend/engine/latest";

/** A runner whose tasks end when the test says so. */
function harness(patience?: number) {
  const started: number[] = [];
  const ends: { resolve: (answer: string) => void; reject: (error: Error) => void }[] = [];
  const done: string[] = [];
  const failed: string[] = [];
  const run = (task: number) => {
    started.push(task);
    return new Promise<string>((resolve, reject) => ends.push({ resolve, reject }));
  };
  const latest = new Latest<number, string>(
    run,
    (answer) => done.push(answer),
    (error) => failed.push(error.message),
    patience,
  );
  return { latest, started, ends, done, failed };
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("Latest", () => {
  it("runs one task at a time, skips those overtaken, and always runs the last", async () => {
    const { latest, started, ends, done } = harness();
    for (let k = 0; k < 100; k++) latest.submit(k);
    expect(started).toEqual([0]);
    ends[0].resolve("first");
    await settled();
    expect(started).toEqual([0, 99]);
    ends[1].resolve("last");
    await settled();
    expect(done).toEqual(["first", "last"]);
    expect(latest.waitingSince).toBeNull();
  });

  it("goes on after a failure", async () => {
    const { latest, started, ends, failed } = harness();
    latest.submit(1);
    latest.submit(2);
    ends[0].reject(new Error("no"));
    await settled();
    expect(failed).toEqual(["no"]);
    expect(started).toEqual([1, 2]);
  });

  it("drops the answer of a task it gave up on", async () => {
    const { latest, started, ends, done } = harness(0);
    latest.submit(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    latest.submit(2);
    expect(started).toEqual([1, 2]);
    ends[0].resolve("stale");
    await settled();
    expect(done).toEqual([]);
    ends[1].resolve("fresh");
    await settled();
    expect(done).toEqual(["fresh"]);
  });
});
