import type { State } from "../model/state";

/** The Python call that gives the curvature at the present state. */
export function pythonCall(state: State): string {
  const { problem, point, parameters } = state;
  const numbers = Array.from(point, pythonFloat);
  const given = problem.vector
    ? [`${problem.vector}=[${numbers.join(", ")}]`]
    : problem.coordinates.map((c, i) => `${c.name}=${numbers[i]}`);
  for (const p of problem.parameters) {
    if (p.kind === "fixed") continue;
    const value = parameters[p.name];
    if (p.kind === "choice") given.push(`${p.name}=${p.code[value as number]}`);
    else if (p.kind === "range") given.push(`${p.name}=${p.integer ? value : pythonFloat(value as number)}`);
    else if (p.kind === "toggle") given.push(`${p.name}=${value ? "True" : "False"}`);
    else given.push(`${p.name}=${JSON.stringify(value)}`);
  }
  for (const [name, code] of Object.entries(problem.call.rest)) given.push(`${name}=${code}`);
  return `hw.curvature(${[problem.call.function, ...given].join(", ")})`;
}

function pythonFloat(value: number): string {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Put text on the clipboard; where the page may not, hand it to the reader to copy. */
export async function copy(text: string, root: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "hw-unseen";
    root.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
