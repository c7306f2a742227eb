// Bundles the front end into ../static; with --watch again and again, and with a source map.
import { writeFileSync } from "node:fs";
import { build, context } from "esbuild";
import { licensesOf } from "./licenses.mjs";
import { appearance } from "./appearance.mjs";

const OUT = "../static";
const isWatching = process.argv.includes("--watch");

const common = {
  bundle: true,
  charset: "utf8",
  target: "es2022",
  minify: true,
  outdir: OUT,
  logLevel: "warning",
  sourcemap: isWatching && "inline",
};
const style = { ...common, entryPoints: { explorer: "style.css" }, plugins: [appearance] };
const program = {
  ...common,
  entryPoints: { explorer: "index.ts" },
  format: "iife", // which a page may run as it is; a notebook imports what the footer exports
  globalName: "hesswidget",
  footer: { js: "export default hesswidget.default; export const show = hesswidget.show;" },
  metafile: true,
};
const loader = { ...common, entryPoints: { loader: "loader.ts" }, format: "esm", sourcemap: false };

if (isWatching) {
  for (const each of [style, program, loader]) await (await context(each)).watch();
} else {
  await build(style);
  await build(loader);
  const { metafile } = await build(program);
  const folders = Object.keys(metafile.inputs).flatMap((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []);
  writeFileSync(`${OUT}/third-party-licenses.txt`, licensesOf(folders));
}
