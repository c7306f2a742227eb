/** The programs that come with a widget. Twin of explorers/engine.py. */
import type { ParameterValues } from "../model/parameters";
import { type Executable, compile } from "../program/execute";
import { read } from "../program/program";

type Bytes = DataView | ArrayBuffer;

/** A program's header; its numbers are in the pools that all programs share. */
type Written = object;

export interface ProgramsTrait {
  /** The parameters that are inputs, in order. */
  inputs: string[];
  /** For every setting of the other parameters its programs. */
  settings: { when: ParameterValues; frame: Written; tile: Written; search: Written | null; definiteness: Written | null }[];
  /** Places in the unit cube that searches for critical points start from: float64, a row for each. */
  starts: Bytes;
  /** By the number of values along each axis of a plane, the program that chooses its contour levels. */
  levels: Record<string, Written>;
  floats: Bytes;
  ints: Bytes;
}

/** The programs of one setting, ready to run. */
export interface Programs {
  frame: Executable;
  tile: Executable;
  /** The search for critical points, where there is one. */
  search: Executable | null;
  /** The Hessian's extreme eigenvalues on the landscape, where they are recorded. */
  definiteness: Executable | null;
}

/** Makes programs ready when they are first needed. */
export class Library {
  readonly resolutions: readonly number[];
  readonly starts: Float64Array;
  private readonly ready = new Map<Written, Executable>();
  private readonly floats: Float64Array;
  private readonly ints: Int32Array;

  constructor(private readonly trait: ProgramsTrait) {
    this.floats = new Float64Array(bytes(trait.floats));
    this.ints = new Int32Array(bytes(trait.ints));
    this.starts = new Float64Array(bytes(trait.starts));
    this.resolutions = Object.keys(trait.levels).map(Number).sort((a, b) => a - b);
  }

  /** The parameters that are inputs, in order. */
  inputsOf(parameters: ParameterValues): Float64Array {
    return Float64Array.from(this.trait.inputs, (name) => Number(parameters[name]));
  }

  programsFor(parameters: ParameterValues): Programs {
    const setting = this.trait.settings.find(({ when }) => Object.entries(when).every(([a, v]) => parameters[a] === v));
    if (!setting) throw new Error("nothing was recorded for this choice of parameters.");
    const ready = (name: "frame" | "tile" | "search" | "definiteness") => setting[name] && this.readied(setting[name]);
    return {
      frame: ready("frame")!,
      tile: ready("tile")!,
      get search() {
        return ready("search");
      },
      get definiteness() {
        return ready("definiteness");
      },
    };
  }

  /** Whether the Hessian's extreme eigenvalues were recorded. */
  get hasDefiniteness(): boolean {
    return this.trait.settings.every(({ definiteness }) => definiteness !== null);
  }

  levels(resolution: number): Executable {
    return this.readied(this.trait.levels[resolution]);
  }

  private readied(written: Written): Executable {
    let executable = this.ready.get(written);
    if (!executable) {
      executable = compile(read(written, this.floats, this.ints));
      this.ready.set(written, executable);
    }
    return executable;
  }
}

/** A copy, since what arrives may lie at any offset. */
function bytes(given: Bytes): ArrayBuffer {
  if (given instanceof ArrayBuffer) return given;
  return given.buffer.slice(given.byteOffset, given.byteOffset + given.byteLength) as ArrayBuffer;
}
