/** The rooms of the front end: each imports from itself and from those before it, and no files import each other in a circle. */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const FRONTEND = join(__dirname, "../../hesswidget/frontend");
const ROOMS = ["base", "program", "model", "engine", "questions", "controls", "panels", "views", "saved"];
/** What stands in no room is above them all. */
const level = (file: string) => (file.includes("/") ? ROOMS.indexOf(file.split("/")[0]) : ROOMS.length);

const entries = readdirSync(FRONTEND, { withFileTypes: true }).filter(({ name }) => name !== "node_modules");
const rooms = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
const inside = rooms.flatMap((room) => readdirSync(join(FRONTEND, room), { recursive: true }).map((file) => `${room}/${file}`));
const files = [...entries.map(({ name }) => name), ...inside].filter((file) => /\.ts$/.test(file) && file !== "vitest.config.ts");

/** What a file imports, types too; but no data. */
function importsOf(file: string): string[] {
  const imports = readFileSync(join(FRONTEND, file), "utf8").matchAll(/^(?:import|export)\b[^;]*?from "(\..*?)"/gms);
  const sources = [...imports].map(([, path]) => path).filter((path) => !path.endsWith(".json"));
  const targets = sources.map((path) => normalize(join(dirname(file), path)));
  return targets.map((path) => [`${path}.ts`, `${path}/index.ts`].find((found) => files.includes(found)) ?? path);
}

const graph = new Map(files.map((file) => [file, importsOf(file)]));

it("has the rooms that are written down here, and imports nothing that is in none", () => {
  expect(rooms.toSorted()).toEqual(ROOMS.toSorted());
  expect([...graph.values()].flat().filter((target) => !graph.has(target))).toEqual([]);
  expect([...graph.values()].flat().length).toBeGreaterThan(files.length);
});

it("has arrows that point down only", () => {
  const arrows = [...graph].flatMap(([file, targets]) => targets.map((target) => [file, target]));
  expect(arrows.filter(([file, target]) => level(target) > level(file)).map((arrow) => arrow.join(" → "))).toEqual([]);
});

it("has no circle of files", () => {
  const left = new Map(graph);
  for (let before = Infinity; left.size < before; ) {
    before = left.size;
    const imported = new Set([...left.values()].flat());
    for (const [file, targets] of left) if (!imported.has(file) || !targets.some((target) => left.has(target))) left.delete(file);
  }
  expect([...left.keys()]).toEqual([]);
});
