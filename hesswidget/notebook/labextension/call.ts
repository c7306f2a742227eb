/** The call of hw.explore for a function that a cell defines. */
import { parser } from "@lezer/python";

type Node = ReturnType<typeof parser.parse>["topNode"];

/** An argument without a default becomes a variable of the function, one with a number a parameter with a slider. */
export function call(source: string): { code: string } | { problem: string } {
  const defined = functions(source).at(-1);
  if (!defined) {
    return {
      problem: "This cell defines no function at its top level. Define one, such as def f(x, y): ... or f = lambda x, y: ...",
    };
  }
  const ranges = [];
  let variables = 0;
  for (const { name, given } of defined.arguments) {
    if (given === null) variables += 1;
    const range = given === null ? "(-2, 2)" : rangeAround(given);
    if (range) ranges.push(`${name}=${range}`);
  }
  if (!variables) {
    return { problem: `${defined.name} has no argument without a default; those are the variables of its Hessian.` };
  }
  return { code: `import hesswidget as hw\n\nhw.explore(${[defined.name, ...ranges].join(", ")})` };
}

interface Definition {
  name: string;
  arguments: { name: string; given: string | null }[];
}

function functions(source: string): Definition[] {
  const text = (node: Node) => source.slice(node.from, node.to);
  const found: Definition[] = [];
  for (let node = parser.parse(source).topNode.firstChild; node; node = node.nextSibling) {
    const definition = node.name === "DecoratedStatement" ? node.getChild("FunctionDefinition") : node;
    const name = definition?.getChild("VariableName");
    const lambda = definition?.name === "AssignStatement" ? definition.getChild("LambdaExpression") : null;
    const list = (lambda ?? definition)?.getChild("ParamList");
    if (!name || !list || !(lambda || definition!.name === "FunctionDefinition")) continue;
    found.push({ name: text(name), arguments: parameters(list, text) });
  }
  return found;
}

function parameters(list: Node, text: (node: Node) => string): Definition["arguments"] {
  const found: Definition["arguments"] = [];
  let starred = false;
  for (let node = list.firstChild; node; node = node.nextSibling) {
    const before = found.at(-1);
    if (node.name === "*" || node.name === "**") starred = true;
    else if (node.name === ",") starred = false;
    else if (node.name === "VariableName" && !starred && node.prevSibling?.name !== "AssignOp") {
      found.push({ name: text(node), given: null });
    } else if (node.prevSibling?.name === "AssignOp" && before) before.given = text(node);
  }
  return found;
}

/** The range that ipywidgets' interact gives to a number: from its negative to three times it. */
function rangeAround(given: string): string | null {
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(given)) return null;
  const value = Number(given);
  const ends = value === 0 ? [0, 1] : value > 0 ? [-value, 3 * value] : [3 * value, -value];
  const isWhole = /^[-+]?\d+$/.test(given);
  return `(${ends.map((end) => python(end, isWhole)).join(", ")})`;
}

function python(value: number, isWhole: boolean): string {
  const written = String(Number(value.toPrecision(12)));
  return isWhole || /[.e]/.test(written) ? written : `${written}.0`;
}
