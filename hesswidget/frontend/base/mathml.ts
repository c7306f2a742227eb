/** Formulas that Python has written as trees: a tag of MathML and its children, or one text. Nothing else becomes an element. */
import { refuse } from "./checks";

const NAMESPACE = "http://www.w3.org/1998/Math/MathML";
const TAGS = new Set(["math", "mrow", "mi", "mn", "mo", "mtext", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot", "mover", "munder", "mtable", "mtr", "mtd", "mspace"]);
const MOST_ELEMENTS = 4_000;
const MOST_DEPTH = 100;
const MOST_TEXT = 256;

/** A formula as an element; refused, with a sentence, where it is none. */
export function formula(tree: unknown): Element {
  let count = 0;
  const build = (part: unknown, depth: number): Node => {
    if (typeof part === "string" && part.length <= MOST_TEXT) return document.createTextNode(part);
    const [tag, ...children] = Array.isArray(part) ? (part as unknown[]) : [null];
    if (typeof tag !== "string" || !TAGS.has(tag)) refuse("a formula with something in it that is no MathML.");
    if (++count > MOST_ELEMENTS || depth > MOST_DEPTH) refuse("a formula that is too long.");
    const element = document.createElementNS(NAMESPACE, tag);
    for (const child of children) element.append(build(child, depth + 1));
    return element;
  };
  return build(["math", tree], 0) as Element;
}
