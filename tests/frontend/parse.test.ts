// @vitest-environment node
import { Breath } from "../../hesswidget/frontend/saved/breath";
import { parsed } from "../../hesswidget/frontend/saved/parse";

const read = (text: string) => parsed(text, new Breath());
const long = (count: number) => Array.from({ length: count }, (_, k) => (k % 7 ? k / 3 : [`"],{${k}`, { a: [null, true], "\\": k }]));
const COUNTS = [0, 1, 30_000];

describe("JSON of any size", () => {
  it.each(COUNTS.flatMap((a) => COUNTS.map((b) => [a, b])))("is what JSON.parse makes of it: %i and %i", async (a, b) => {
    const given = [long(a), { x: long(b), 'a:"b': "c".repeat(b), __proto__: 1, list: long(a) }, [[long(b)], "é,".repeat(a), {}], 0, ""];
    for (const text of [JSON.stringify(given), ` ${JSON.stringify(given, null, 2)}\n`]) expect(await read(text)).toEqual(JSON.parse(text));
  });

  it("has keys of its own, whatever they are called", async () => {
    const found = (await read(`{"__proto__": ${JSON.stringify(long(30_000))}, "constructor": 7}`)) as object;
    expect(Object.keys(found)).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
  });

  const much = JSON.stringify(long(30_000)).slice(1, -1);
  it.each([
    `[${much},]`, `[,${much}]`, `[${much}`, `${much}]`, `[${much}}`, `[${much}]]`, `[${much}] 1`, `{${much}}`, `{"a": [${much}],}`, `{"a" [${much}]}`,
    `{: [${much}]}`, `{7: [${much}]}`, `{"a": "b": [${much}]}`, `[${much},,${much}]`, `[[${much}]${much}]`, `["${"x".repeat(99_999)}]`, `{"a": [${much}]`, `[${much} "a"]`, "",
  ].map((text, k) => [k, text] as const))("is refused where JSON.parse refuses: %i", async (_, text) => {
    expect(() => JSON.parse(text)).toThrow();
    await expect(read(text)).rejects.toThrow("is no JSON");
  });

  it("has no object of any number of keys", async () => {
    const text = `{${Array.from({ length: 30_000 }, (_, k) => `"k${k}":1`)}}`;
    await expect(read(text)).rejects.toThrow("keys");
  });
});
