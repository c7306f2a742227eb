/** A model that is trained under the sliders: what is read of it, and which programs train it. */
import { plain, wayOf } from "../../hesswidget/frontend/engine/regularized";
import { readRegularization } from "../../hesswidget/frontend/model/regularization";

const written = () => ({
  ways: [[], ["noise"], ["radius"], ["noise", "radius"]],
  parts: { label_noise: "noise", radius: "radius" },
  meanings: { label_noise: "noise", radius: "SAM" },
  samples: 20,
  tested: 1,
  steps: 100,
  kind: "curve",
  ends: [[-1, 1]],
  size: 3,
  outputs: 1,
  are_classes: false,
  decays: [1e-3, 1e-2],
  reasons: ["goes on"],
  train: { inputs: [[0], [1]], targets: [0.5, -0.5] },
  test: { inputs: [[0.5]], targets: [0] },
});

it("is read as it was written", () => {
  const read = readRegularization(written());
  expect(read.train).toEqual({ inputs: [[0], [1]], targets: [[0.5], [-0.5]] });
  expect(read.areClasses).toBe(false);
});

it.each([
  ["no way to train", { ways: [] }, "there is no way to train."],
  ["a kind that there is not", { kind: "cloud" }, "its kind is none of those that there are."],
  ["inputs of another plane", { train: { inputs: [[0, 1]], targets: [0] } }, "an input is a list of 2; a list of 1 is expected."],
  ["targets of other samples", { train: { inputs: [[0]], targets: [] } }, "targets is a list of 0; a list of 1 is expected."],
  ["an input that is no number", { train: { inputs: [[null]], targets: [0] } }, "an input is null; a number is expected."],
  ["too many steps", { steps: 1e9 }, "steps is 1000000000; a whole number from 1 to 20000 is expected."],
  ["a key that it has not", { more: 1 }, 'it has the key "more"; its keys are'],
])("is refused with %s", (_, changes, sentence) => {
  expect(() => readRegularization({ ...written(), ...changes })).toThrow(sentence);
});

const none = { weight_decay: 0.1, label_noise: 0, radius: 0, batch: 20, steps: 100, rate: 0.1 };

it.each([
  ["nothing", {}, 0],
  ["weight decay alone, which is in all of them", { weight_decay: 1 }, 0],
  ["noise on labels", { label_noise: 0.1 }, 1],
  ["batches, which are noise too", { batch: 19 }, 1],
  ["SAM", { radius: 0.1 }, 2],
  ["both", { radius: 0.1, batch: 3 }, 3],
])("is trained by the programs with fewest parts: %s", (_, changes, way) => {
  expect(wayOf({ ...none, ...changes }, readRegularization(written()))).toBe(way);
});

it("has nothing that regularizes beside it, and all else as it is", () => {
  const without = plain({ ...none, radius: 0.1, batch: 3, steps: 7 }, readRegularization(written()));
  expect(without).toEqual({ ...none, weight_decay: 0 });
});
