// Writes the licenses of what is bundled from others, which must travel with the bundle.
//
// node licenses.mjs OUT META.json: of all packages that esbuild has bundled
// node licenses.mjs OUT FOLDER...: of the packages in these folders
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";

const [out, ...given] = process.argv.slice(2);
const folders = new Set(given[0].endsWith(".json") ? bundled(given[0]) : given);

function bundled(meta) {
  const { inputs } = JSON.parse(readFileSync(meta, "utf8"));
  rmSync(meta);
  return Object.keys(inputs).flatMap((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []);
}

const packages = new Map(); // by a text that many have: a license, a notice
for (const folder of folders) {
  const { name, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const files = readdirSync(folder).filter((file) => /^(licen[sc]e|notice)/i.test(file));
  if (!files.length) throw new Error(`${name} comes without its license; see what its authors ask for.`);
  for (const text of files.map((file) => readFileSync(`${folder}/${file}`, "utf8").trim())) {
    packages.set(text, [...(packages.get(text) ?? []), `${name} (${license})`]);
  }
}
const parts = [...packages].map(([text, names]) => `${names.sort().join(", ")}\n\n${text}\n`);
writeFileSync(`${out}/third-party-licenses.txt`, parts.sort().join(`\n${"-".repeat(80)}\n\n`));
