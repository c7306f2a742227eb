/**
 * Executes programs for tests in another language: reads a request a line from standard input, answers each with a
 * line. Build it with `npx esbuild --bundle --platform=node --format=esm` and run it with Node.
 *
 * A request has `id` and `inputs` (name: base64 of little-endian float64), and either a program (`header`, and the
 * pools `floats` and `ints` in base64) or the `key` that an earlier program was sent with. With `repeats` the median
 * time of so many runs is told too; with `steps` so many are run, each on what the one before carried on. The answer
 * tells the program's work as well. What is computed in one go is computed in pieces too, and compared.
 */
import { createInterface } from "node:readline";
import { InvalidData } from "../../../hesswidget/frontend/base/checks";
import { type Executable, compile } from "../../../hesswidget/frontend/program/execute";
import { read } from "../../../hesswidget/frontend/program/program";

interface Request {
  id: unknown;
  key?: string;
  header?: unknown;
  floats?: string;
  ints?: string;
  inputs?: Record<string, string>;
  repeats?: number;
  steps?: number;
}

const kept = new Map<string, Executable>();
const works = new WeakMap<Executable, number>();

function answer({ id, inputs = {}, repeats, steps = 1, ...request }: Request): object {
  try {
    const executable = prepared(request);
    const given = Object.fromEntries(Object.entries(inputs).map(([name, text]) => [name, float64(text)]));
    const results = executable.iterate(steps, given);
    const written = () => Object.fromEntries(executable.outputs.map(({ name, shape }) => [name, { shape, data: base64(results[name]) }]));
    const outputs = written();
    if (steps === 1) {
      for (const _ of executable.pieces(given));
      if (JSON.stringify(written()) !== JSON.stringify(outputs)) throw new Error("in pieces it computes something else.");
    }
    return { id, outputs, work: works.get(executable), ...(repeats ? { milliseconds: median(timed(() => executable.run(given), repeats)) } : {}) };
  } catch (error) {
    const kind = error instanceof InvalidData ? "invalid" : "other";
    return { id, error: error instanceof Error ? error.message : String(error), kind };
  }
}

function prepared({ key, header, floats = "", ints = "" }: Omit<Request, "id" | "inputs" | "repeats" | "steps">): Executable {
  if (header === undefined) {
    const executable = kept.get(key ?? "");
    if (!executable) throw new Error(`no program was sent with the key ${JSON.stringify(key)}.`);
    return executable;
  }
  const program = read(header, float64(floats), new Int32Array(bytes(ints)));
  const executable = compile(program);
  works.set(executable, program.work);
  kept.set(key ?? "", executable);
  return executable;
}

/** A copy of its own, since what Buffer returns need not be aligned. */
function bytes(text: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(text, "base64")).buffer;
}

function float64(text: string): Float64Array {
  return new Float64Array(bytes(text));
}

function base64({ buffer, byteOffset, byteLength }: Float64Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}

function timed(run: () => void, repeats: number): number[] {
  return Array.from({ length: repeats }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
}

function median(times: number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim()) process.stdout.write(`${JSON.stringify(answer(JSON.parse(line) as Request))}\n`);
}
