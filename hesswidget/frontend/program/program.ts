import { Budget, MOST, bounded, boundedWork, readShape } from "./bounds";
import { integer, integers, list, listOf, record, refuse, shown, text, truth, within } from "../base/checks";
import { type Attributes, BINARY, type Name, type Operation, type Port, type Program, STRUCTURED, UNARY } from "./operations";
import { infer } from "./rules";
import { type Shape, elements, sameShape, worded } from "./shape";

const PARTS = ["inputs", "constants", "operations", "outputs"] as const;
const ATTRIBUTES = new Map<string, readonly (keyof Attributes)[]>([
  ...[...UNARY, ...BINARY, "where"].map((name) => [name, []] as const),
  ...Object.entries(STRUCTURED),
]);

/**
 * Read a program from its header and pools. Nothing in them is trusted.
 *
 * @throws InvalidData where it does not fit FORMAT.md or asks for too much.
 */
export function read(header: unknown, floats: Float64Array, ints: Int32Array): Program {
  const isStep = typeof header === "object" && header !== null && Object.hasOwn(header, "carry");
  const keys = ["format", "version", ...(isStep ? ["carry"] : []), ...PARTS];
  const { format, version, carry = [], ...parts } = record(header, keys, "the header");
  if (format !== "hesswidget-program") {
    refuse(`the format is ${shown(format)}; "hesswidget-program" is expected.`);
  }
  if (version !== 1) refuse(`the version is ${shown(version)}; this reader knows version 1.`);
  const program = new Reader(floats, ints).program(parts, 0);
  return { ...program, carry: readCarry(carry, program) };
}

function readCarry(found: unknown, { inputs, outputs, shapes }: Program): string[] {
  const names = new Set<string>();
  return list(found, MOST.inputs, "the carry").map((entry) => {
    const name = fresh(names, entry, "state");
    const input = inputs.find((port) => port.name === name);
    const output = outputs.find((port) => port.name === name);
    if (!input || !output) return refuse(`${shown(name)} is in the carry; it is to be an input and an output.`);
    const made = shapes[output.value];
    if (sameShape(input.shape, made)) return name;
    const goes = `goes in with shape ${worded(input.shape)} and comes out with shape ${worded(made)}`;
    return refuse(`${shown(name)} is in the carry, and ${goes}; the shapes are to be equal.`);
  });
}

class Reader {
  private readonly budget = new Budget();

  constructor(
    private readonly floats: Float64Array,
    private readonly ints: Int32Array,
  ) {}

  program(header: unknown, depth: number): Program {
    if (depth > MOST.bodies) refuse(`bodies lie ${depth} deep; at most ${MOST.bodies} are allowed.`);
    const parts = record(header, PARTS, depth ? "the body" : "the header");
    const shapes: Shape[] = [];
    const inputs = this.inputs(parts.inputs);
    for (const { shape } of inputs) this.add(shapes, shape, "the input");
    const constants = list(parts.constants, MOST.constants, "constants").map((entry) => readConstant(entry, this.floats));
    for (const { shape } of constants) this.add(shapes, shape, "the constant");
    const listed = list(parts.operations, MOST.operations, "operations");
    this.budget.forOperations(listed.length);
    let work = 0;
    const operations = listed.map((entry, k) =>
      within(`operation ${k}`, () => {
        const { operation, cost } = this.operation(entry, shapes, depth);
        work = boundedWork(work + cost);
        return operation;
      }),
    );
    const names = new Set<string>();
    const outputs = list(parts.outputs, MOST.outputs, "outputs").map((entry) => {
      const [name, value] = listOf(2, entry, "an output");
      const number = integer(value, 0, shapes.length - 1, "the value of an output");
      return { name: fresh(names, name, "output"), value: number };
    });
    return { inputs, constants, operations, outputs, carry: [], shapes, work, ...this.budget.spent };
  }

  private inputs(found: unknown): Port[] {
    const names = new Set<string>();
    return list(found, MOST.inputs, "inputs").map((entry) => {
      const [name, shape] = listOf(2, entry, "an input");
      return { name: fresh(names, name, "input"), shape: readShape(shape, "the shape of an input") };
    });
  }

  private operation(entry: unknown, shapes: Shape[], depth: number): { operation: Operation; cost: number } {
    const [found, operands, attributes] = listOf(3, entry, "an operation");
    const keys = ATTRIBUTES.get(text(found, MOST.name, "the name"));
    if (!keys) return refuse(`${shown(found)} is not among the operations of FORMAT.md.`);
    const name = found as Name;
    return within(name, () => {
      const numbers = integers(operands, MOST.operands, shapes.length - 1, "the operands");
      const given = record(attributes, keys, "the attributes");
      const known = Object.fromEntries(keys.map((key) => [key, this.attribute(key, given[key], depth)]));
      const { results, work, stretch = work } = infer(name, numbers.map((number) => shapes[number]), known);
      for (const shape of results) this.add(shapes, shape, "the result");
      if (!("body" in known)) this.budget.forOperation(stretch);
      const operation = { name, operands: numbers, attributes: known, results: results.length, work } as Operation;
      return { operation, cost: work };
    });
  }

  private attribute(key: keyof Attributes, found: unknown, depth: number): Attributes[keyof Attributes] {
    switch (key) {
      case "axes":
        return integers(found, MOST.axes, MOST.axes - 1, key);
      case "left":
      case "right":
      case "out":
        return integers(found, MOST.axes, 31, key);
      case "shape":
        return readShape(found, key);
      case "places":
        return this.places(found);
      case "body":
        return within("body", () => this.program(found, depth + 1));
      case "mapped":
        return list(found, MOST.inputs, key).map((entry) => truth(entry, `an entry of ${key}`));
      case "axis":
      case "lead":
        return integer(found, 0, MOST.axes, key);
      case "rows":
      case "chunk":
        return integer(found, 1, MOST.elements, key);
      case "length":
        return integer(found, 0, MOST.elements, key);
      case "carries":
      case "sequences":
        return integer(found, 0, MOST.inputs, key);
    }
  }

  private places(found: unknown): Int32Array {
    const [start, length] = listOf(2, found, "places");
    const size = integer(length, 0, this.ints.length, "the length of places");
    const from = integer(start, 0, this.ints.length - size, "the start of places");
    return this.ints.subarray(from, from + size);
  }

  private add(shapes: Shape[], shape: Shape, what: string): void {
    this.budget.forValue(bounded(shape, what));
    shapes.push(shape);
  }
}

/** An array in the pool: its shape, and where it starts. */
export function readConstant(entry: unknown, floats: Float64Array): { shape: Shape; data: Float64Array } {
  const [found, start] = listOf(2, entry, "a constant");
  const shape = readShape(found, "the shape of a constant");
  const size = elements(shape);
  const from = integer(start, 0, floats.length - size, "the start of a constant");
  return { shape, data: floats.subarray(from, from + size) };
}

/** Names are keys of what a run takes and returns, so that each may be there once. */
function fresh(names: Set<string>, found: unknown, what: string): string {
  const name = text(found, MOST.name, `the name of an ${what}`);
  if (names.has(name)) refuse(`two ${what}s are called ${shown(name)}; names must differ.`);
  names.add(name);
  return name;
}
