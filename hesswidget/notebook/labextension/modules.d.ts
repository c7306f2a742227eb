declare module "*.css";

interface ImportMeta {
  /** All files of a folder that match, each loaded when it is asked for; a builder's own (webpack, rspack). */
  webpackContext(
    folder: string,
    options: { regExp: RegExp; mode: "lazy" },
  ): { (name: string): Promise<unknown>; keys(): string[] };
}
