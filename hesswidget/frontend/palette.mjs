// The palette as a stylesheet: each colour, chosen for colour-blind readers, is a variable; the notebook's own come first.
import { readFileSync } from "node:fs";

const SELECTORS = { light: ".hesswidget", dark: '.hesswidget[data-theme="dark"]' };
const NOTEBOOK = {
  surface: "--jp-layout-color1",
  text: "--jp-ui-font-color1",
  muted: "--jp-ui-font-color2",
  border: "--jp-border-color2",
};

function stylesheet({ palette }) {
  const variable = ([name, colour]) => `--hw-${name}: ${name in NOTEBOOK ? `var(${NOTEBOOK[name]}, ${colour})` : colour};`;
  const rule = ([theme, colours]) => `${SELECTORS[theme]} { ${Object.entries(colours).map(variable).join(" ")} }`;
  return Object.entries(palette).map(rule).join("\n");
}

/** A plugin of esbuild: where a stylesheet imports `appearance.json`, its palette stands. */
export const palette = {
  name: "palette",
  setup({ onLoad }) {
    onLoad({ filter: /appearance\.json$/ }, ({ path }) => ({
      contents: stylesheet(JSON.parse(readFileSync(path, "utf8"))),
      loader: "css",
      watchFiles: [path],
    }));
  },
};
