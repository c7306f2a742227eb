import { fill, reason, sentence } from "../../hesswidget/frontend/model/reason";
import { wording } from "./model";

const facts = (values: Record<string, number | number[]>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Float64Array.from([value].flat())]));

describe("sentences", () => {
  it("write numbers as Python does", () => {
    const written = (bad: number) => fill("{bad}", facts({ bad }), []);
    const numbers = [-0.30999, 2e-9, 1200, 123456, 3.25e-6, 0, NaN, Infinity, -Infinity, 99999];
    expect(numbers.map(written)).toEqual(
      ["−0.31", "2e-9", "1200", "1.23e5", "3.25e-6", "0", "nan", "inf", "−inf", "1e5"],
    );
  });

  it("name coordinates, and never as markup or code", () => {
    const names = ["<b>x</b>", "$&"];
    expect(fill("∂f/∂{place:coordinate} is {bad}", facts({ place: 1, bad: 2 }), names)).toBe("∂f/∂$& is 2");
    expect(fill("{place:coordinate}", facts({ place: 9 }), names)).toBe("?");
    expect(fill("{nothing}", {}, names)).toBe("nan");
  });

  it("are the heading and the parts that are said", () => {
    const given = facts({ label: 2, negative: 1, lowest: -2, said: [1, 0] });
    expect(sentence(reason(wording, given, ["x", "y", "z"]))).toBe("saddle of index 1 of 3: λ = −2");
    const beside = { ...wording, headings: [...wording.headings, ...wording.headings.map((one) => `${one} on one side`)] };
    const said = (line: number) => reason(beside, { ...given, ...facts({ branch_line: line }) }, ["x", "y", "z"]).heading;
    expect([0, 7, -1].map(said)).toEqual(["saddle of index 1 of 3", "saddle of index 1 of 3 on one side", "saddle of index 1 of 3 on one side"]);
  });
});
