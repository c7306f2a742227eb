/** Readers for data from outside: each returns what it promises, or refuses with one sentence of bounded length. */

/** A program that does not fit FORMAT.md; the message says what was found and what is allowed. */
export class InvalidData extends Error {
  override readonly name = "InvalidData";
}

export function refuse(sentence: string): never {
  throw new InvalidData(sentence);
}

/** Run `read`; what it refuses is said to be in `place`. */
export function within<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidData) throw new InvalidData(`${place}: ${error.message}`);
    throw error;
  }
}

/** A few words for something of any size. */
export function shown(found: unknown): string {
  if (typeof found === "string") return JSON.stringify(found.length > 40 ? `${found.slice(0, 40)}…` : found);
  if (typeof found === "number" || typeof found === "boolean" || found == null) return String(found);
  if (Array.isArray(found)) return `a list of ${found.length}`;
  return typeof found === "object" ? "an object" : `a ${typeof found}`;
}

export function integer(found: unknown, least: number, most: number, what: string): number {
  if (typeof found === "number" && Number.isInteger(found) && found >= least && found <= most) return found;
  const allowed = least > most ? "none is allowed" : `a whole number from ${least} to ${most} is expected`;
  return refuse(`${what} is ${shown(found)}; ${allowed}.`);
}

export function truth(found: unknown, what: string): boolean {
  return typeof found === "boolean" ? found : refuse(`${what} is ${shown(found)}; true or false is expected.`);
}

export function text(found: unknown, most: number, what: string): string {
  if (typeof found === "string" && found.length <= most) return found;
  return refuse(`${what} is ${shown(found)}; a text of at most ${most} characters is expected.`);
}

export function list(found: unknown, most: number, what: string): readonly unknown[] {
  if (Array.isArray(found) && found.length <= most) return found;
  return refuse(`${what} is ${shown(found)}; a list of at most ${most} is expected.`);
}

export function listOf(length: number, found: unknown, what: string): readonly unknown[] {
  if (Array.isArray(found) && found.length === length) return found;
  return refuse(`${what} is ${shown(found)}; a list of ${length} is expected.`);
}

/** At most `length` whole numbers from 0 to `most`. */
export function integers(found: unknown, length: number, most: number, what: string): readonly number[] {
  return list(found, length, what).map((entry) => integer(entry, 0, most, `an entry of ${what}`));
}

/** An object with just these keys. */
export function record(found: unknown, keys: readonly string[], what: string): Record<string, unknown> {
  if (typeof found !== "object" || found === null || Array.isArray(found)) {
    return refuse(`${what} is ${shown(found)}; an object is expected.`);
  }
  const allowed = keys.length ? `its keys are ${keys.join(", ")}` : "it has no keys";
  for (const key in found) if (!keys.includes(key)) refuse(`${what} has the key ${shown(key)}; ${allowed}.`);
  for (const key of keys) if (!Object.hasOwn(found, key)) refuse(`${what} lacks the key ${shown(key)}; ${allowed}.`);
  return found as Record<string, unknown>;
}
