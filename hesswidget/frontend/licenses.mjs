// Writes the licenses of what is bundled from others, which must travel with the bundle.
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";

const { inputs } = JSON.parse(readFileSync("meta.json", "utf8"));
rmSync("meta.json");
const folders = Object.keys(inputs).map((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]);

const packages = new Map(); // by the text of their license
for (const folder of new Set(folders.filter(Boolean))) {
  const { name, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const files = readdirSync(folder).filter((file) => /^(licen[sc]e|notice)/i.test(file));
  if (!files.length) throw new Error(`${name} comes without its license; see what its authors ask for.`);
  const text = files.map((file) => readFileSync(`${folder}/${file}`, "utf8").trim()).join("\n\n");
  packages.set(text, [...(packages.get(text) ?? []), `${name} (${license})`]);
}
const parts = [...packages].map(([text, names]) => `${names.sort().join(", ")}\n\n${text}\n`);
writeFileSync("../static/third-party-licenses.txt", parts.sort().join(`\n${"-".repeat(80)}\n\n`));
