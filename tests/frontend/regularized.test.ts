/** A model that is trained under the sliders: what is read of it, and which programs train it. */
import { Trainings, plain, wayOf } from "../../hesswidget/frontend/engine/regularized";
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
  train: { inputs: [[0], [1]], targets: [[0.5], [-0.5]] },
  test: { inputs: [[0.5]], targets: [[0]] },
});

it("is read as it was written", () => {
  const read = readRegularization(written());
  expect(read.train).toEqual({ inputs: [[0], [1]], targets: [[0.5], [-0.5]] });
  expect(read.are_classes).toBe(false);
});

it.each([
  ["no way to train", { ways: [] }, "there is no way to train."],
  ["a kind that there is not", { kind: "cloud" }, "its kind is none of those that there are."],
  ["inputs of another plane", { train: { inputs: [[0, 1]], targets: [[0]] } }, "an input is a list of 2; a list of 1 is expected."],
  ["targets of other samples", { train: { inputs: [[0]], targets: [] } }, "targets is a list of 0; a list of 1 is expected."],
  ["an input that is no number", { train: { inputs: [[null]], targets: [[0]] } }, "an input is null; a number is expected."],
  ["too many steps", { steps: 1e9 }, "steps is 1000000000; a whole number from 1 to 20000 is expected."],
  ["more than a picture shows", { kind: "plane", ends: [[0, 1], [0, 1]], size: 65, train: { inputs: [], targets: [] }, test: { inputs: [], targets: [] } }, "the model says 4225 numbers; at most 4096 are shown."],
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

/** Programs of a loss w², which a step halves the w of; a picture of it has what is read of one. */
function programs(work: number) {
  const point = (w: number) => Float64Array.of(w);
  const calls: string[] = [];
  const step = (steps: number, given: any) => {
    const w = given.point[0] / 2 ** steps;
    return { point: point(w), value: point(w * w), status: point(0) };
  };
  const solution = ({ point: [w] }: any) => ({
    ...Object.fromEntries(["label", "positive", "zero", "negative", "value", "gradient_norm", "gradient_threshold", "zero_threshold", "condition_number", "asymmetry", "is_stationary", "newton_turn"].map((name) => [name, point(1)])),
    ...Object.fromEntries(["gradient", "hessian", "block_norms", "density", "eigenvalues", "eigenvectors", "newton_step", "ascent", "gradient_angles", "newton_angles", "model", "near0", "near1", "said"].map((name) => [name, point(2)])),
    ...{ point: point(w), train_loss: point(w * w), test_loss: point(NaN), weights: point(w), effective_dimension: point(1), log_evidence: point(1), evidences: point(1), best_decay: point(1), input_rise: point(0), fit: point(w) },
  });
  const one = {
    has: () => true,
    work: () => work,
    whole: () => ({ value: point(1), gradient: point(1), hessian: point(1) }),
    iterate: (name: string, steps: number, given: any) => {
      calls.push(`${name} × ${steps}`);
      return step(steps, given);
    },
    *pieces(name: string, given: any) {
      if (name === "losses") return { train_loss: point(given.point[0] ** 2), test_loss: point(NaN) };
      calls.push(name);
      return name === "solution" ? solution(given) : name.startsWith("begin") ? step(0, given) : step(1, given);
    },
  };
  return { calls, library: { at: () => one } as any };
}

const wording = { labels: ["minimum", "saddle"], headings: ["minimum", "saddle", "", ""], parts: [] };
const extents = [{ name: "w", minimum: -1, maximum: 1 }];
const asked = (parameters: object, moving: boolean) => ({ point: Float64Array.of(8), parameters: { ...none, ...parameters } as any, moving });
const last = (pictures: Iterator<any>) => {
  let found: any = null;
  for (let next = pictures.next(); !next.done; next = pictures.next()) found = next.value ?? found;
  return found;
};

it("trains with and without, and the training without only once", () => {
  const { calls, library } = programs(1);
  const replay = new Trainings(readRegularization(written()), wording, extents).replayed(library);
  const first = last(replay(asked({ steps: 3 }, false)));
  expect([first.training.count, first.plain.count, first.exact]).toEqual([3, 100, true]);
  expect(first.training.trainLoss).toBe(1);
  expect([...first.training.moments]).toEqual([0, 1, 2, 3]);
  const before = calls.filter((name) => name === "begin 0").length;
  last(replay(asked({ steps: 3, radius: 0.1 }, false)));
  expect(calls.filter((name) => name === "begin 0").length).toBe(before);
  expect(calls).toContain("begin 2");
});

it("goes on from the last solution while something moves, where a training takes long, and says so", () => {
  const { library } = programs(1);
  const slow = programs(2_900_000);
  const told = readRegularization(written());
  const quick = last(new Trainings(told, wording, extents).replayed(library)(asked({}, true)));
  expect([quick.exact, quick.training.goesOn]).toEqual([true, false]);
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => (now += 8));
  const replay = new Trainings(told, wording, extents).replayed(slow.library);
  const whole = last(replay(asked({ steps: 20 }, false)));
  const moved = last(replay(asked({ steps: 20, radius: 0.1 }, true)));
  clock.mockRestore();
  expect([moved.exact, moved.training.goesOn, moved.training.count]).toEqual([false, true, 20]);
  expect(moved.training.trainLoss).toBeLessThan(whole.training.trainLoss);
});
