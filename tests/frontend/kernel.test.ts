import { Refusal } from "../../hesswidget/frontend/engine/engine";
import { sentence } from "../../hesswidget/frontend/model/reason";
import type { Frame } from "../../hesswidget/frontend/engine/frame";
import { Frames } from "../../hesswidget/frontend/engine/frames";
import { KernelEngine } from "../../hesswidget/frontend/engine/kernel";
import { KernelLink } from "../../hesswidget/frontend/engine/link";
import { alongCoordinates } from "../../hesswidget/frontend/engine/plane";
import { numbersIn } from "../../hesswidget/frontend/base/float64";
import { frameOf } from "../../hesswidget/frontend/engine/frame";
import { FakeModel, wording } from "./model";

const extents = ["x", "y"].map((name) => ({ name, minimum: -2, maximum: 3 }));
const point = Float64Array.of(1, 2);
const request = { point, parameters: { a: 1 }, plane: alongCoordinates(extents, [0, 1], point), moving: false };
const landscape = { version: 1, grids: [point, point], values: new Float64Array(4), levels: point };

/** A frame as Python writes it, each buffer a view at an offset, as Jupyter hands them over. */
function answer(id: string, version: number, withLandscape: boolean): [any, DataView[]] {
  const arrays: [string, number[], number[]][] = [
    ["value", [], [7]],
    ["label", [], [2]],
    ["negative", [], [1]],
    ["zero", [], [0]],
    ["positive", [], [1]],
    ["lowest", [], [-1]],
    ["said", [2], [1, 0]],
    ...["gradient_norm", "gradient_threshold", "zero_threshold", "condition_number", "asymmetry", "is_stationary", "newton_turn"].map(
      (name): [string, number[], number[]] => [name, [], [0]],
    ),
    ["point", [2], [1, 2]],
    ["gradient", [2], [0, 1]],
    ["hessian", [2, 2], [1, 2, 3, 4]],
    ["eigenvalues", [2], [-1, 5]],
    ["eigenvectors", [2, 2], [1, 0, 0, 1]],
    ["block_norms", [0, 0], []],
    ["density", [2, 0], []],
    ...["newton_step", "ascent", "gradient_angles", "newton_angles"].map((name): [string, number[], number[]] => [name, [2], [0, 0]]),
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
  const arrived: Frame[] = [];
  const failed: Error[] = [];
  const link = new KernelLink(model as any, (s) => told.push(s), controller.signal);
  const answers = { arrived: (frame: Frame) => arrived.push(frame), failed: (error: Error) => failed.push(error) };
  const frames = new Frames(wording, ["x", "y"], () => 0);
  return { model, told, controller, arrived, failed, engine: new KernelEngine(frames.asked(link), answers) };
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("KernelEngine", () => {
  it("sends numbers as bytes and reads a frame back", async () => {
    const { model, engine: kernel, arrived } = engine();
    kernel.submit(request);
    const { content, buffers } = model.sent[0];
    expect(buffers.map((b) => [...new Float64Array(b)])).toEqual([[1, 2], [0, 0], [1, 0, 0, 1], [-2, 3, -2, 3]]);
    expect(content).toMatchObject({ kind: "frame", parameters: { a: 1 }, moving: false, holds: 0 });
    model.emit("msg:custom", ...answer(content.id, 1, true));
    await settled();
    const [frame] = arrived;
    expect(frame.value).toBe(7);
    expect([frame.label, sentence(frame.reason), frame.inertia]).toEqual(["saddle", "saddle of index 1 of 2: λ = −1", [1, 0, 1]]);
    expect([...frame.hessian]).toEqual([1, 2, 3, 4]);
    expect(frame.landscape.values[3]).toBeNaN();
  });

  it("knows where a function that branches may take a path that is not recorded", () => {
    const [header, buffers] = answer("1", 1, true);
    const arrays = Object.fromEntries(header.arrays.map(([name]: [string], k: number) => [name, numbersIn(buffers[k])]));
    const [whole, open] = [3, NaN].map((value) => ({ ...landscape, values: Float64Array.of(0, 1, 2, value) }));
    const isOpen = (branches: object, on = open) => frameOf({ ...arrays, ...branches }, request.plane, on, true, wording, ["x", "y"]).isOpen;
    expect([isOpen({}), isOpen({ covered: Float64Array.of(1) }), isOpen({ covered: Float64Array.of(1) }, whole)]).toEqual([false, true, false]);
  });

  it("refuses a picture that lacks something", () => {
    const [header, buffers] = answer("1", 1, true);
    const without = header.arrays.findIndex(([name]: [string]) => name === "hessian");
    expect(() => frameOf(Object.fromEntries(header.arrays.flatMap(([name]: [string], k: number) => (k === without ? [] : [[name, numbersIn(buffers[k])]]))), request.plane, landscape, true, wording, ["x", "y"])).toThrow('a picture lacks "hessian".');
  });

  it("keeps the landscape that was not sent again", async () => {
    const { model, engine: kernel, arrived } = engine();
    kernel.submit(request);
    model.emit("msg:custom", ...answer(model.sent[0].content.id, 4, true));
    await settled();
    kernel.submit(request);
    expect(model.sent[1].content.holds).toBe(4);
    model.emit("msg:custom", ...answer(model.sent[1].content.id, 4, false));
    await settled();
    expect(arrived[1].landscape).toBe(arrived[0].landscape);
  });

  it("asks for all of it again after a frame it could not read", async () => {
    const { model, engine: kernel, failed } = engine();
    kernel.submit(request);
    model.emit("msg:custom", ...answer(model.sent[0].content.id, 9, false));
    await settled();
    expect(failed[0].message).toContain("left out a landscape");
    kernel.submit(request);
    expect(model.sent[1].content.holds).toBe(0);
  });

  it("drops answers to others", async () => {
    const { model, engine: kernel, arrived, failed } = engine();
    kernel.submit(request);
    model.emit("msg:custom", ...answer("someone:1", 1, true));
    model.emit("msg:custom", null, []);
    await settled();
    expect([arrived, failed]).toEqual([[], []]);
    expect(kernel.waitingSince).not.toBeNull();
  });

  it("turns a refusal into its sentence", async () => {
    const { model, told, engine: kernel, failed } = engine();
    kernel.submit(request);
    model.emit("msg:custom", { kind: "refusal", id: model.sent[0].content.id, message: "f raised <b>" }, []);
    await settled();
    expect(failed).toEqual([new Refusal("f raised <b>")]);
    model.emit("msg:custom", { kind: "refusal", id: "", message: "a is out of range" }, []);
    expect(told).toEqual(["a is out of range"]);
  });

  it("says so when the kernel takes no messages", async () => {
    const { model, engine: kernel, failed } = engine();
    model.send = () => {
      throw new Error("Kernel is dead");
    };
    kernel.submit(request);
    await settled();
    expect(failed[0].message).toContain("the kernel that this explorer belongs to is gone");
  });

  it("stops listening when the view goes", () => {
    const { model, controller } = engine();
    controller.abort();
    expect(model.listening).toBe(0);
  });
});
