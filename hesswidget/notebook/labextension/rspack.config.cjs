// What the builder of JupyterLab's extensions does not know by itself: TypeScript, and notebooks as data.
module.exports = {
  performance: { hints: false }, // the largest part is loaded with the first saved explorer
  resolve: { extensions: [".ts", ".js"] },
  module: {
    rules: [
      { test: /\.ts$/, loader: "builtin:swc-loader", options: { jsc: { parser: { syntax: "typescript" }, target: "es2022" } } },
      { test: /\.ipynb$/, type: "json" },
    ],
  },
};
