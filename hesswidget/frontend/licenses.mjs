// The licenses of what is bundled from others, which must travel with the bundle.
import { readFileSync, readdirSync } from "node:fs";

/** The text to ship for the packages in some folders: each license or notice once, with those that it is for. */
export function licensesOf(folders) {
  const packages = new Map(); // by the text
  for (const folder of new Set(folders)) {
    const { name, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    const files = readdirSync(folder).filter((file) => /^(licen[sc]e|notice)/i.test(file));
    if (!files.length) throw new Error(`${name} comes without its license; see what its authors ask for.`);
    for (const text of files.map((file) => readFileSync(`${folder}/${file}`, "utf8").trim())) {
      packages.set(text, [...(packages.get(text) ?? []), `${name} (${license})`]);
    }
  }
  const parts = [...packages].map(([text, names]) => `${names.sort().join(", ")}\n\n${text}\n`);
  return parts.sort().join(`\n${"-".repeat(80)}\n\n`);
}
