/** Reads JSON of any size in pieces, between which the page does what it likes. */
import bounds from "../../program/bounds.json";
import { refuse } from "../base/checks";
import type { Breath } from "./breath";

/** So many characters are read at a time; of numbers or keys they take a few milliseconds. */
const AT_A_TIME = 65_536;
const [QUOTE, BACKSLASH, COMMA, COLON, SQUARE, CURLY, SQUARE_END, CURLY_END] = [...'"\\,:[{]}'].map((one) => one.charCodeAt(0));
const SPACES = " \t\n\r";

/** What JSON says: what `JSON.parse` makes of it, and refused where that refuses. It lies no deeper than the stack goes. */
export async function parsed(text: string, breath: Breath): Promise<unknown> {
  return between(text, 0, text.length, breath);
}

async function between(text: string, from: number, to: number, breath: Breath): Promise<unknown> {
  while (from < to && SPACES.includes(text[from])) from++;
  while (from < to && SPACES.includes(text[to - 1])) to--;
  const [opening, closing] = [text.charCodeAt(from), text.charCodeAt(to - 1)];
  const isList = opening === SQUARE && closing === SQUARE_END;
  if (to - from < AT_A_TIME || !(isList || (opening === CURLY && closing === CURLY_END))) return parse(text.slice(from, to));
  const all = isList ? new List() : new Entries();
  /** Where what was not read yet begins, where its last part does, and where that has its colon. */
  let [first, last, colon] = [from + 1, from + 1, -1];
  const end = async (at: number) => {
    if (at - last > AT_A_TIME) {
      if (last > first) all.addAll(text.slice(first, last - 1));
      all.add(isList ? "" : text.slice(last, Math.max(colon, last)), await between(text, isList ? last : colon + 1, at, breath));
    } else if (at - first > AT_A_TIME || at === to - 1) {
      all.addAll(text.slice(first, at));
    } else {
      return;
    }
    first = at + 1;
  };
  let [depth, isText] = [0, false];
  for (let at = first; at < to - 1; at++) {
    const code = text.charCodeAt(at);
    if (isText) {
      if (code === BACKSLASH) at++;
      else isText = code !== QUOTE;
    } else if (code === QUOTE) isText = true;
    else if (code === SQUARE || code === CURLY) depth++;
    else if (code === SQUARE_END || code === CURLY_END) depth--;
    else if (depth === 0 && code === COLON && colon < last) colon = at;
    else if (depth === 0 && code === COMMA) {
      await end(at);
      last = at + 1;
    }
    if ((at & 4095) === 0) await breath.take();
  }
  await end(to - 1);
  return all.found;
}

class List {
  readonly found: unknown[] = [];

  add(_: string, value: unknown): void {
    this.found.push(value);
  }

  addAll(text: string): void {
    if (!text.trim()) damaged();
    for (const value of parse(`[${text}]`) as unknown[]) this.found.push(value);
  }
}

class Entries {
  readonly found: Record<string, unknown> = {};
  private count = 0;

  add(key: string, value: unknown): void {
    const name = parse(key);
    if (typeof name !== "string") damaged();
    this.put(name as string, value);
  }

  addAll(text: string): void {
    if (!text.trim()) damaged();
    for (const [key, value] of Object.entries(parse(`{${text}}`) as object)) this.put(key, value);
  }

  /** As `JSON.parse` does: an entry of its own, whatever it is called. */
  private put(key: string, value: unknown): void {
    if (++this.count > bounds.saved.keys) refuse(`an object has more than ${bounds.saved.keys} keys, which is the most allowed.`);
    Object.defineProperty(this.found, key, { value, writable: true, enumerable: true, configurable: true });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return damaged();
  }
}

function damaged(): never {
  return refuse("it is damaged: what was unpacked is no JSON.");
}
