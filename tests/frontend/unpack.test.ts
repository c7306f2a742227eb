// @vitest-environment node
import { deflateSync } from "node:zlib";
import bounds from "../../hesswidget/program/bounds.json";
import { unpack } from "../../hesswidget/frontend/saved/unpack";

const { always, depth, parts, ratio, unpacked } = bounds.saved;
const packed = (text: string, level = 9) => deflateSync(Buffer.from(text), { level }).toString("base64");
const nested = (times: number) => `${"[".repeat(times)}${"]".repeat(times)}`;

describe("unpack", () => {
  it("returns what was packed, brackets and quotes in texts and all", async () => {
    const given = { text: '[[["\\\\{', list: [1, "\\u005b", { "[": "é".repeat(99_999) }], deep: JSON.parse(nested(depth - 2)) };
    expect(await unpack(packed(JSON.stringify(given)))).toEqual(given);
    expect(await unpack(packed(JSON.stringify("x".repeat(always - 2))))).toHaveLength(always - 2);
    expect(await unpack(packed(JSON.stringify("x".repeat(2 * always)), 0))).toHaveLength(2 * always);
  });

  it.each([
    ["what comes to more than its share of a few bytes", packed(JSON.stringify("x".repeat(2 * always))), `more than ${always} characters`],
    ["what is larger than any", packed(`"${"x".repeat(unpacked)}"`, 0), "a text of at most"],
    ["brackets in brackets", packed(nested(depth + 1)), `more than ${depth} deep`],
    ["brackets without an end", packed("[".repeat(2 ** 20)), `more than ${depth} deep`],
    ["objects without a number", packed(`[${"{},".repeat(parts)}{}]`), `more than ${parts} lists and objects`],
    ["what is no JSON", packed("[1"), "is no JSON"],
    ["what was not compressed", Buffer.from("[1]").toString("base64"), "cannot be unpacked"],
    ["what is no base64", "é", "base64 is expected"],
    ["what is no text", 7, "a text of at most"],
  ])("refuses %s", async (_, given, sentence) => {
    await expect(unpack(given)).rejects.toThrow(sentence);
  });

  it("lets a text be a share of its bytes", async () => {
    const text = Array.from({ length: 3 * always / 16 }, (_, k) => String(k * 7919 % 1e6).padStart(6, "0") + "x".repeat(10)).join("");
    expect(text.length / deflateSync(Buffer.from(text)).length).toBeLessThan(ratio);
    expect(await unpack(packed(JSON.stringify(text)))).toBe(text);
  });
});
