/** Readers for the Python that a saved explorer offers to be copied: names and literals, and nothing that does anything. */
import { refuse, shown, text } from "../base/checks";

const IDENTIFIER = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;
/** What leads to an example or is a formula. */
const QUOTED = /^'[\p{L}\p{N}_ .+\-*/%(),<>=!]*'$|^"[\w -]*"$/u;
const STRING = /^(?:'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*")/;
const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?/i;
/** What literals may be called with, as Python writes them; keywords of these stand before an equals sign. */
const WORDS = /^(?:\.\.\.|True|False|None|nan|inf|ipywidgets\.(?:FloatLogSlider|fixed)(?=\()|(?:min|max|step)(?==))/;
const MARKS = /^[()[\]{},:= ]/;

/** An argument and what it gets, in a call; any text may be the name of one that a function takes by `**`. */
export function keyword(argument: string, code: string): string {
  return IDENTIFIER.test(argument) ? `${argument}=${code}` : `**{${JSON.stringify(argument)}: ${code}}`;
}

/** What may be called so in Python. */
export function identifier(found: unknown, what: string): string {
  const name = text(found, 200, what);
  return IDENTIFIER.test(name) ? name : refuse(`${what} is ${shown(name)}; a name is expected.`);
}

/** What leads to a function: names with dots between them, or the name of an example or a formula in quotes. */
export function reference(found: unknown, what: string): string {
  const code = text(found, 2_100, what);
  return isQuoted(code) || code.split(".").every((part) => IDENTIFIER.test(part)) ? code : refuse(`${what} is ${shown(code)}; a name is expected.`);
}

/** Whether it is the name of an example or a formula in quotes. */
export function isQuoted(code: string): boolean {
  return QUOTED.test(code);
}

/** Literals, or the name of the argument that is to get them. */
export function literals(found: unknown, argument: string, most: number, what: string): string {
  const code = text(found, most, what);
  if (code === argument && IDENTIFIER.test(code)) return code;
  for (let rest = code; rest; ) {
    const next = [STRING, NUMBER, WORDS, MARKS].map((kind) => kind.exec(rest)?.[0]).find(Boolean);
    if (!next) return refuse(`${what} is ${shown(code)}; literals are expected.`);
    rest = rest.slice(next.length);
  }
  return code;
}
