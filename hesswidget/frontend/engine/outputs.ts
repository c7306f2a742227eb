/** What the programs of pictures return: the shape of each output, by name, so that nobody's program makes more of it. */
import bounds from "../../program/bounds.json";
import { refuse, shown } from "../base/checks";
import { MOST as MOST_SAVED } from "../model/saved_values";
import { type Shape, elements, worded } from "../program/shape";

/** A length along an axis: the number of variables, or any up to so many. */
type Length = "n" | number | { most: number };
const ROWS = { most: 4_096 };
const BLOCKS = { most: MOST_SAVED.variables };
const AXIS = { most: 512 };
const RACERS = { most: bounds.race.racers };
const BASIN_ROWS = { most: bounds.basins.rows };
const TRIALS = { most: 64 };
const QUANTITIES = { most: 32 };
const STEPS = { most: bounds.race.steps + 1 };

/** What a picture of a race that the kernel has computed has besides, under the same names as the programs of a page. */
const CONVERGENCE: Record<string, readonly Length[]> = {
  left_value: [RACERS, STEPS],
  left_gradient: [RACERS, STEPS],
  left_distance: [RACERS, STEPS],
  value_orders: [RACERS, 4],
  gradient_orders: [RACERS, 4],
  distance_orders: [RACERS, 4],
};
const MICROSCOPE: Record<string, readonly Length[]> = { difference: ["n", "n"], model_eigenvalues: ["n"], secant_residual: [] };
const SPAN: Record<string, readonly Length[]> = { basis: [2, "n"], ends: [2, 2], shares: [2] };
const RANDOM: Record<string, readonly Length[]> = { random_basis: [2, "n"], random_ends: [2, 2] };
const RACE: Record<string, readonly Length[]> = {
  ...CONVERGENCE,
  ...MICROSCOPE,
  ...SPAN,
  ...RANDOM,
  path_points: [RACERS, STEPS, "n"],
  path_gradients: [RACERS, STEPS, "n"],
  path_values: [RACERS, STEPS],
  path_gradient_norms: [RACERS, STEPS],
  path_costs: [RACERS, STEPS],
  path_limits: [RACERS, "n"],
  curvature_steps: [RACERS, STEPS],
  curvature: [RACERS, STEPS, QUANTITIES],
  proposed: ["n"],
  trials: [TRIALS, "n"],
  trial_values: [TRIALS],
  accepted: [TRIALS],
  curvature_model: ["n", "n"],
};

/** What a picture of curvature reads as arrays. */
const FRAME: Record<string, readonly Length[]> = {
  point: ["n"],
  gradient: ["n"],
  hessian: ["n", "n"],
  block_norms: [BLOCKS, BLOCKS],
  density: [2, AXIS],
  eigenvalues: ["n"],
  eigenvectors: ["n", "n"],
  newton_step: ["n"],
  ascent: ["n"],
  gradient_angles: ["n"],
  newton_angles: ["n"],
  said: [{ most: 256 }],
  near0: [AXIS],
  near1: [AXIS],
};
/** What is known of where a training ended besides, and of the training that nothing regularizes. */
const TRAINED: Record<string, readonly Length[]> = {
  evidences: [AXIS],
  fit: [ROWS],
  ...Object.fromEntries(["moments", "train_losses", "test_losses"].flatMap((name) => [name, `plain_${name}`].map((one) => [one, [AXIS]]))),
  plain_eigenvalues: ["n"],
  plain_fit: [ROWS],
};

/** The outputs that pictures read as arrays, and how much any other output of these programs may be. */
const SHAPES: Record<string, Record<string, readonly Length[]>> = {
  frame: { ...FRAME, ...RACE, ...TRAINED },
  solution: { ...FRAME, ...TRAINED },
  losses: {},
  tile: { values: [ROWS] },
  definiteness: { extremes: [ROWS, 2] },
  levels: { levels: [{ most: 64 }] },
  search: { points: [ROWS, "n"], unit_points: [ROWS, "n"] },
  microscope: MICROSCOPE,
  span: SPAN,
  "random plane": RANDOM,
  ending: { label: [], status: [], limit: ["n"] },
  stability: { stable_rates: [RACERS], best_rate: [RACERS], best_momentum: [RACERS] },
  convergence: CONVERGENCE,
  ends: { ends: [BASIN_ROWS], known: [{ most: bounds.basins.ends }, "n"], count: [] },
};
/** Those of paths from many starts, of whichever method. */
const BASIN: Record<string, readonly Length[]> = {
  point: [BASIN_ROWS, "n"],
  gradient: [BASIN_ROWS, "n"],
  value: [BASIN_ROWS],
  at_start: [BASIN_ROWS, 3],
  growth: [BASIN_ROWS, 5],
  status: [BASIN_ROWS],
  swept: [BASIN_ROWS, { most: 2 }],
  rates: [AXIS],
  taken: [BASIN_ROWS],
};
/** Those of how a path begins and goes on, and of what its next step is made of, whichever it is. */
const PATH: Record<string, readonly Length[]> = {
  vectors: [2, "n"],
  measured: [QUANTITIES],
  point: ["n"],
  gradient: ["n"],
  value: [],
  gradient_norm: [],
  at_start: [3],
  growth: [5],
  cost: [],
  status: [],
  proposed: ["n"],
  trials: [TRIALS, "n"],
  trial_values: [TRIALS],
  accepted: [TRIALS],
  curvature_model: ["n", "n"],
};
const MOST = 4_096;
/** Elements of an output of a program that is not among them. */
const MOST_ELSEWHERE = 2 ** 20;

/** Refuse an output that is larger than pictures of n variables have it, or of another shape. */
export function checkOutput(program: string, output: string, shape: Shape, n: number): void {
  const wanted = known(program, output);
  const fits = ([least, most]: readonly [number, number], axis: number) => least <= shape[axis] && shape[axis] <= most;
  if (!wanted) return checkSize(program, output, elements(shape), n);
  if (wanted.length === shape.length && wanted.map((length) => ends(length, n)).every(fits)) return;
  refuse(`the output ${shown(output)} of ${shown(program)} has the shape ${worded(shape)}, which no picture of ${n} variables has.`);
}

/** The same for an array of which only the number of elements is known. */
export function checkSize(program: string, output: string, size: number, n: number): void {
  const lengths = known(program, output)?.map((length) => ends(length, n));
  const [least, most] = lengths ? [0, 1].map((end) => elements(lengths.map((length) => length[end]))) : [0, Object.hasOwn(SHAPES, program) ? MOST : MOST_ELSEWHERE];
  if (least <= size && size <= most) return;
  refuse(`the output ${shown(output)} of ${shown(program)} has ${size} elements; a picture of ${n} variables has ${least === most ? most : `at most ${most}`}.`);
}

function known(program: string, output: string): readonly Length[] | null {
  const ofPaths = /^(begin|advance|proposal|measure) \d+$/.test(program) ? PATH : /^((basin|sweep) (begin|advance)|limit) \d+$/.test(program) ? BASIN : null;
  const outputs = ofPaths ?? (Object.hasOwn(SHAPES, program) ? SHAPES[program] : {});
  return Object.hasOwn(outputs, output) ? outputs[output] : null;
}

/** The least and the most that a length may be. */
function ends(length: Length, n: number): readonly [number, number] {
  if (typeof length === "object") return [0, length.most];
  return length === "n" ? [n, n] : [length, length];
}
