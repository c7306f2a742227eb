import type { Name, Operation } from "./operations";
import { type Shape, elements } from "./shape";

/**
 * Where an operation only passes on a stretch of its operand, in order, the start and end of that: its result is then
 * a view of the operand's buffer and costs nothing. Nothing is ever written into a buffer but by the step that made it.
 */
export function viewOf(operation: Operation, [from]: readonly Shape[]): [number, number] | null {
  const { name, attributes } = operation as Operation<Name>;
  if (name === "reshape") return [0, elements(from)];
  if (name === "gather") return stretch(attributes as Operation<"gather">["attributes"], from);
  if (name === "broadcast") {
    const { shape } = attributes as Operation<"broadcast">["attributes"];
    return elements(shape) === elements(from) ? [0, elements(from)] : null;
  }
  if (name === "transpose") {
    const { axes } = attributes as Operation<"transpose">["attributes"];
    const long = axes.filter((axis) => from[axis] !== 1);
    return long.every((axis, k) => k === 0 || axis > long[k - 1]) ? [0, elements(from)] : null;
  }
  return null;
}

function stretch({ places, lead }: Operation<"gather">["attributes"], from: Shape): [number, number] | null {
  if (!places.length || elements(from.slice(0, lead)) !== 1) return null;
  const [first] = places;
  return places.every((place, k) => place === first + k) ? [first, first + places.length] : null;
}
