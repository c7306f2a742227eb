import { copyMissing, join, type Contents } from "../../../hesswidget/notebook/labextension/copy";

class Disk implements Contents {
  constructor(readonly files: Map<string, unknown>) {}

  async get(path: string): Promise<unknown> {
    if (!this.files.has(path)) throw Object.assign(new Error("none"), { response: { status: 404 } });
    return this.files.get(path);
  }

  async save(path: string, model: { content?: unknown }): Promise<unknown> {
    this.files.set(path, model.content ?? "folder");
    return null;
  }
}

const notebooks = Object.assign(async (name: string) => `the shipped ${name}`, { keys: () => ["./a.ipynb", "./b.ipynb"] });

describe("copying the tutorials", () => {
  it("makes the folder and its notebooks", async () => {
    const disk = new Disk(new Map());
    await copyMissing(disk, "work/t", notebooks);
    expect([...disk.files]).toEqual([
      ["work/t", "folder"],
      ["work/t/a.ipynb", "the shipped ./a.ipynb"],
      ["work/t/b.ipynb", "the shipped ./b.ipynb"],
    ]);
  });

  it("leaves what is there", async () => {
    const disk = new Disk(new Map([["t", "folder"], ["t/a.ipynb", "mine"]]));
    await copyMissing(disk, "t", notebooks);
    expect(disk.files.get("t/a.ipynb")).toBe("mine");
    expect(disk.files.get("t/b.ipynb")).toBe("the shipped ./b.ipynb");
  });

  it("does not take a failure for a missing file", async () => {
    const disk = new Disk(new Map());
    disk.get = async () => Promise.reject(new Error("no connection"));
    await expect(copyMissing(disk, "t", notebooks)).rejects.toThrow("no connection");
    expect(disk.files.size).toBe(0);
  });
});

it("joins a folder and a name, also at the top of a drive", () => {
  expect(["", "a", "a/b", "drive:"].map((folder) => join(folder, "t"))).toEqual(["t", "a/t", "a/b/t", "drive:t"]);
});
