/** What is asked of Jupyter's contents manager. */
export interface Contents {
  get(path: string, options: { content: false }): Promise<unknown>;
  save(path: string, model: { type: "directory" | "notebook"; format?: "json"; content?: unknown }): Promise<unknown>;
}

/** Notebooks by name ("./name.ipynb"), each loaded when it is asked for. */
export interface Notebooks {
  (name: string): Promise<unknown>;
  keys(): string[];
}

/** Copy notebooks into a folder, which is made if need be. What is there already stays as it is. */
export async function copyMissing(contents: Contents, folder: string, notebooks: Notebooks): Promise<void> {
  if (!(await exists(contents, folder))) await contents.save(folder, { type: "directory" });
  for (const name of notebooks.keys()) {
    const path = join(folder, name.replace(/^\.\//, ""));
    const content = await notebooks(name); // before the look, so that no file comes to be in between
    if (await exists(contents, path)) continue;
    await contents.save(path, { type: "notebook", format: "json", content });
  }
}

async function exists(contents: Contents, path: string): Promise<boolean> {
  try {
    await contents.get(path, { content: false });
    return true;
  } catch (error) {
    if ((error as { response?: Response }).response?.status === 404) return false;
    throw error;
  }
}

export function join(folder: string, name: string): string {
  return folder === "" || folder.endsWith(":") || folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}
