// The appearance as a stylesheet: each colour of the palette, chosen for colour-blind readers, is a variable, where the
// notebook's own come first; each class of points has its colour, and its line where it is a branch.
import { readFileSync } from "node:fs";

const SELECTORS = { light: ".hesswidget", dark: '.hesswidget[data-theme="dark"]' };
const NOTEBOOK = {
  surface: "--jp-layout-color1",
  text: "--jp-ui-font-color1",
  muted: "--jp-ui-font-color2",
  border: "--jp-border-color2",
};

function stylesheet({ palette, classes, branches, paths }) {
  const variable = ([name, colour]) => `--hw-${name}: ${name in NOTEBOOK ? `var(${NOTEBOOK[name]}, ${colour})` : colour};`;
  const rule = ([theme, colours]) => `${SELECTORS[theme]} { ${Object.entries(colours).map(variable).join(" ")} }`;
  const sign = ([label, { colour }]) => `.hesswidget [data-label="${label}"] { --hw-class: var(--hw-${colour}); }`;
  const line = ([label, { width, dashes }]) =>
    `.hesswidget :is(.hw-branch, .hw-sample-branch)[data-label="${label}"] { stroke-width: ${width}; stroke-dasharray: ${dashes.join(" ") || "none"}; }`;
  const racer = (path, k) => [
    ...Object.entries(SELECTORS).map(([theme, root]) => `${root} [data-racer="${k}"] { --hw-racer: ${path[theme]}; }`),
    `.hesswidget :is([data-racer="${k}"] .hw-racer, .hw-racer[data-racer="${k}"]) { stroke-dasharray: ${path.dashes.join(" ") || "none"}; }`,
  ];
  return [...paths.flatMap(racer), ...Object.entries(palette).map(rule), ...Object.entries(classes).map(sign), ...Object.entries(branches).map(line)].join("\n");
}

/** A plugin of esbuild: where a stylesheet imports `appearance.json`, this stands. */
export const appearance = {
  name: "appearance",
  setup({ onLoad }) {
    onLoad({ filter: /appearance\.json$/ }, ({ path }) => ({
      contents: stylesheet(JSON.parse(readFileSync(path, "utf8"))),
      loader: "css",
      watchFiles: [path],
    }));
  },
};
