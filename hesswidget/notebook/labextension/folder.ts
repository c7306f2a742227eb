/** The folder in which the user works. */
/** The folder that the launcher names, else the one that the file browser shows, else the top. */
export function folderOf(args: { cwd?: unknown }, browser: { model: { path: string } } | null): string {
  return typeof args.cwd === "string" ? args.cwd : (browser?.model.path ?? "");
}

export function join(folder: string, name: string): string {
  return folder === "" || folder.endsWith(":") || folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}
