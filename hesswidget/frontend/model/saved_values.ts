/** Readers for the values in a saved explorer, which may come from a stranger. */
import limits from "../../problem/limits.json";
import bounds from "../../program/bounds.json";
import { record, refuse, shown, text } from "../base/checks";
import { numbersIn } from "../base/float64";
import type { ParameterValue, ParameterValues } from "./parameters";

/** What a saved explorer may have at most. */
export const MOST = {
  ...limits,
  ...bounds.saved,
  /** Of a block: as many as NumPy has. */
  axes: 64,
} as const;

/** Float64 as Python writes them into JSON. */
export function numbers(found: unknown, what: string): Float64Array<ArrayBuffer> {
  const written = bytes(found, what);
  return written.length % 8 === 0 ? numbersIn(written) : refuse(`${what} has ${written.length} bytes; float64 are expected.`);
}

export function bytes(found: unknown, what: string): Uint8Array<ArrayBuffer> {
  const { base64: written } = record(found, ["base64"], what);
  return base64(text(written, bounds.saved.unpacked, what), what);
}

export function finite(found: unknown, what: string): number {
  return typeof found === "number" && Number.isFinite(found) ? found : refuse(`${what} is ${shown(found)}; a number is expected.`);
}

export function name(found: unknown, what: string): string {
  return text(found, MOST.name, what);
}

export function wire(found: unknown): ParameterValue {
  return typeof found === "string" || typeof found === "boolean" ? found : finite(found, "a value");
}

export function texts(found: unknown, what: string): Record<string, string> {
  const given = record(found, Object.keys((found ?? {}) as object).slice(0, MOST.parameters), what);
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [name(key, "a name"), text(value, MOST.text, what)]));
}

/** Values of some of the parameters, by name. */
export function wires(found: unknown, names: readonly string[], what: string): ParameterValues {
  const given = (typeof found === "object" && found !== null ? found : {}) as object;
  const values = record(found, names.filter((known) => Object.hasOwn(given, known)), what);
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, wire(value)]));
}

/** The bytes that a text writes in base64. */
export function base64(written: string, what: string): Uint8Array<ArrayBuffer> {
  let characters: string;
  try {
    characters = atob(written);
  } catch {
    return refuse(`${what} is ${shown(written)}; base64 is expected.`);
  }
  const bytes = new Uint8Array(characters.length);
  for (let k = 0; k < bytes.length; k++) bytes[k] = characters.charCodeAt(k);
  return bytes;
}
