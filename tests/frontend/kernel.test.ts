import { Refusal } from "../../hesswidget/frontend/engine/engine";
import { KernelEngine } from "../../hesswidget/frontend/engine/kernel";
import { FakeModel } from "./model";

const request = { point: new Float64Array([1, 2]), parameters: { a: 1 }, axes: [0, 1], moving: false };

/** A frame as Python writes it, each buffer a view at an offset, as Jupyter hands them over. */
function answer(id: string, version: number, withLandscape: boolean): [any, DataView[]] {
  const arrays: [string, number[], number[]][] = [
    ["numbers", [6], [7, 1, 0.1, 1e-15, 2, 0]],
    ["point", [2], [1, 2]],
    ["gradient", [2], [0, 1]],
    ["hessian", [2, 2], [1, 2, 3, 4]],
    ["eigenvalues", [2], [-1, 5]],
    ["eigenvectors", [2, 2], [1, 0, 0, 1]],
    ["model", [2, 2], [0, 0, 0, 0]],
    ["near0", [2], [0, 1]],
    ["near1", [2], [0, 1]],
  ];
  if (withLandscape) {
    arrays.push(["grid0", [2], [0, 1]], ["grid1", [2], [0, 1]], ["values", [2, 2], [1, 2, 3, NaN]], ["levels", [1], [2]]);
  }
  const header = {
    kind: "frame",
    id,
    label: "saddle",
    reason: "saddle of index 1 of 2: …",
    inertia: [1, 0, 1],
    axes: [0, 1],
    landscape: version,
    exact: true,
    arrays: arrays.map(([name, shape]) => [name, shape]),
  };
  const buffers = arrays.map(([, , values]) => {
    const padded = new Float64Array(values.length + 1);
    padded.set(values, 1);
    return new DataView(padded.buffer, 8);
  });
  return [header, buffers];
}

function engine() {
  const model = new FakeModel({});
  const told: string[] = [];
  const controller = new AbortController();
  return { model, told, controller, engine: new KernelEngine(model as any, (s) => told.push(s), controller.signal) };
}

describe("KernelEngine", () => {
  it("sends numbers as bytes and reads a frame back", async () => {
    const { model, engine: kernel } = engine();
    const wish = kernel.evaluate(request);
    const { content, buffers } = model.sent[0];
    expect([...new Float64Array(buffers[0])]).toEqual([1, 2]);
    expect(content).toMatchObject({ kind: "evaluate", parameters: { a: 1 }, axes: [0, 1], moving: false, holds: 0 });
    model.emit("msg:custom", ...answer(content.id, 1, true));
    const frame = await wish;
    expect(frame.value).toBe(7);
    expect([...frame.hessian]).toEqual([1, 2, 3, 4]);
    expect(frame.landscape.values[3]).toBeNaN();
  });

  it("keeps the landscape that was not sent again", async () => {
    const { model, engine: kernel } = engine();
    const first = kernel.evaluate(request);
    model.emit("msg:custom", ...answer(model.sent[0].content.id, 4, true));
    const { landscape } = await first;
    const second = kernel.evaluate(request);
    expect(model.sent[1].content.holds).toBe(4);
    model.emit("msg:custom", ...answer(model.sent[1].content.id, 4, false));
    expect((await second).landscape).toBe(landscape);
  });

  it("asks for all of it again after a frame it could not read", async () => {
    const { model, engine: kernel } = engine();
    const wish = kernel.evaluate(request);
    model.emit("msg:custom", ...answer(model.sent[0].content.id, 9, false));
    await expect(wish).rejects.toThrow("left out a landscape");
    void kernel.evaluate(request);
    expect(model.sent[1].content.holds).toBe(0);
  });

  it("drops answers to others", async () => {
    const { model, engine: kernel } = engine();
    let answered = false;
    void kernel.evaluate(request).then(() => (answered = true));
    model.emit("msg:custom", ...answer("someone:1", 1, true));
    model.emit("msg:custom", null, []);
    await Promise.resolve();
    expect(answered).toBe(false);
  });

  it("turns a refusal into its sentence", async () => {
    const { model, told, engine: kernel } = engine();
    const wish = kernel.evaluate(request);
    model.emit("msg:custom", { kind: "refusal", id: model.sent[0].content.id, message: "f raised <b>" }, []);
    await expect(wish).rejects.toThrow(new Refusal("f raised <b>"));
    model.emit("msg:custom", { kind: "refusal", id: "", message: "a is out of range" }, []);
    expect(told).toEqual(["a is out of range"]);
  });

  it("stops listening when the view goes", () => {
    const { model, controller } = engine();
    controller.abort();
    expect(model.listening).toBe(0);
  });
});
