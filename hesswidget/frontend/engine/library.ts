/** The programs that come with a widget. Twin of explorers/replay.py; explorers/engine.py writes them down. */
import { type Bytes, copyOf, numbersIn } from "../base/float64";
import type { ParameterValues } from "../model/parameters";
import { refuse, shown } from "../base/checks";
import { PICTURE } from "../program/bounds";
import { type Executable, compile } from "../program/execute";
import type { Program } from "../program/operations";
import { read, readConstant } from "../program/program";
import type { Shape } from "../program/shape";
import { Refusal } from "./engine";
import { checkOutput } from "./outputs";

/** Scalar operations that are one piece, as they take a few milliseconds. */
export const QUICK = 3_000_000;

/** What is computed beside the picture itself, many times a second. */
const BESIDE = /^(search|definiteness|levels|ends|ending|end tested|(basin|sweep) (begin|advance) \d+|limit \d+)$/;

type Inputs = Readonly<Record<string, Float64Array | number>>;

export interface ProgramsTrait {
  /** The parameters that are inputs, in order. */
  traced: string[];
  /** For every setting of the other parameters its programs. */
  sets: WrittenSet[];
  floats: Bytes;
  ints: Bytes;
}

/** What was recorded for one setting; all numbers are in the pools that all programs share. */
export interface WrittenSet {
  /** The values of the parameters that are no inputs. */
  static: ParameterValues;
  /** The header of each program, by name. */
  programs: Record<string, unknown>;
  /** The shape of each table of numbers, and where it starts in the pool, by name. */
  tables: Record<string, unknown>;
}

/** The programs of the present parameters, which each gets as its input `parameters`. */
export interface Programs {
  has(name: string): boolean;
  /** Run a program that takes no long; see `Executable.run`. */
  run(name: string, inputs: Inputs): Record<string, Float64Array>;
  /** Run one however long it takes: none of a stranger's. */
  whole(name: string, inputs: Inputs): Record<string, Float64Array>;
  /** Run so many steps of one that carries on; see `Executable.iterate`. */
  iterate(name: string, steps: number, inputs: Inputs): Record<string, Float64Array>;
  /** Run one that may take long in pieces; see `Executable.pieces`. */
  pieces(name: string, inputs: Inputs): Generator<void, Record<string, Float64Array>>;
  /** The shape of a program's input. */
  shape(name: string, input: string): Shape;
  /** Scalar operations of a run. */
  work(name: string): number;
  /** A table of numbers, row by row. */
  table(name: string): Float64Array;
}

/** The state is none of those for which something was recorded. */
export class Unrecorded extends Refusal {
  constructor(
    sentence: string,
    /** Where the function takes another path, if that is known. */
    readonly point: Float64Array | null = null,
  ) {
    super(sentence);
  }
}

const NO_SETTING = "Nothing was recorded for these settings of whole numbers, choices and texts; a running kernel records them as they are wanted.";
const NO_PATH = "Here the function takes a path of its branches that was not recorded; a running kernel records it when it is met.";
const RAISES = "Here the function raises an error, and has no value; a running kernel says which.";

/** What is run at a stretch, a page does nothing else meanwhile. */
function quick(executable: Executable, name: string): Executable {
  if (executable.work > PICTURE.beside) {
    refuse(`stopped: too much work. The program ${shown(name)} has ${executable.work.toPrecision(2)} scalar operations at a stretch; at most ${PICTURE.beside.toPrecision(2)} are run.`);
  }
  return executable;
}

/** Return the outputs of a program of a function that takes a path there which was recorded; NaN of one that raises an error, if it may. */
function covered(outputs: Record<string, Float64Array>, mayRaise: boolean): Record<string, Float64Array> {
  const isCovered = outputs.covered?.[0] ?? 1;
  if (isCovered > 0 || (isCovered < 0 && mayRaise)) return outputs;
  throw new Unrecorded(isCovered < 0 ? RAISES : NO_PATH, outputs.point?.slice() ?? null);
}

const nothing = (): never => {
  throw new Unrecorded(NO_SETTING);
};
const NOTHING = { has: () => false, executable: nothing, shape: nothing, table: nothing };

/** Makes programs ready when they are first needed. */
export class Library {
  private readonly sets: readonly ProgramSet[];

  constructor(
    private readonly trait: ProgramsTrait,
    /** Of variables. */
    n: number,
  ) {
    const floats = numbersIn(trait.floats);
    const ints = new Int32Array(copyOf(trait.ints));
    this.sets = trait.sets.map((set) => new ProgramSet(set, floats, ints, n));
  }

  /**
   * The programs of these parameters; where nothing was recorded for them there are none, and to run one is `Unrecorded`, as it is
   * where the function raises an error, unless it may.
   */
  at(parameters: ParameterValues, mayRaise = false): Programs {
    const set = this.sets.find((one) => one.fits(parameters)) ?? NOTHING;
    const traced = Float64Array.from(this.trait.traced, (name) => Number(parameters[name]));
    return {
      has: (name) => set.has(name),
      run: (name, inputs) => covered(quick(set.executable(name), name).run({ ...inputs, parameters: traced }), mayRaise),
      whole: (name, inputs) => covered(set.executable(name).run({ ...inputs, parameters: traced }), mayRaise),
      iterate: (name, steps, inputs) => covered(set.executable(name).iterate(steps, { ...inputs, parameters: traced }), mayRaise),
      *pieces(name, inputs) {
        const executable = set.executable(name);
        const given = { ...inputs, parameters: traced };
        return covered(executable.work <= QUICK ? executable.run(given) : yield* executable.pieces(given), mayRaise);
      },
      shape: (name, input) => set.shape(name, input),
      work: (name) => set.executable(name).work,
      table: (name) => set.table(name),
    };
  }

  /** Whether there is a program of this name, whatever the parameters are. */
  has(name: string): boolean {
    return this.sets.every((set) => set.has(name));
  }
}

/** The programs of one setting. */
class ProgramSet {
  private readonly ready = new Map<string, Executable>();

  constructor(
    private readonly written: WrittenSet,
    private readonly floats: Float64Array,
    private readonly ints: Int32Array,
    private readonly n: number,
  ) {}

  fits(parameters: ParameterValues): boolean {
    return Object.entries(this.written.static).every(([name, value]) => parameters[name] === value);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.written.programs, name);
  }

  executable(name: string): Executable {
    let executable = this.ready.get(name);
    if (!executable) {
      if (!this.has(name)) throw new Error(`there is no program ${JSON.stringify(name)}.`);
      executable = compile(this.read(name));
      this.ready.set(name, executable);
    }
    return executable;
  }

  /** Read a program, as far as a page runs such programs for a picture. */
  private read(name: string): Program {
    const program = read(this.written.programs[name], this.floats, this.ints);
    for (const [count, most, what] of [
      [program.work, BESIDE.test(name) ? PICTURE.beside : PICTURE.work, "scalar operations"],
      [program.heaviest, PICTURE.operation, "scalar operations at a stretch"],
      [program.largest, PICTURE.elements, "numbers in one value"],
      [program.total, PICTURE.allElements, "numbers"],
    ] as const) {
      if (count > most) refuse(`stopped: too much work. The program ${shown(name)} has ${count.toPrecision(2)} ${what}; a picture has at most ${most.toPrecision(2)}.`);
    }
    for (const output of program.outputs) checkOutput(name, output.name, program.shapes[output.value], this.n);
    return program;
  }

  shape(name: string, input: string): Shape {
    const port = this.executable(name).inputs.find((one) => one.name === input);
    if (!port) throw new Error(`the program ${JSON.stringify(name)} has no input ${JSON.stringify(input)}.`);
    return port.shape;
  }

  table(name: string): Float64Array {
    if (!Object.hasOwn(this.written.tables, name)) throw new Error(`there is no table ${JSON.stringify(name)}.`);
    return readConstant(this.written.tables[name], this.floats).data;
  }
}
