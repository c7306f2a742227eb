import { inTable, number, onSteps, parse, short, within } from "../../hesswidget/frontend/base/format";

describe("numbers on screen", () => {
  it("keep their width as they change", () => {
    expect(number(-57.9)).toBe("−57.90");
    expect(number(102.8)).toBe("102.8");
    expect(number(0.00312)).toBe("0.003120");
    expect(number(1e-12)).toBe("1e-12");
    expect(number(12345678)).toBe("1.23e7");
  });
  it("say what is not finite", () => {
    expect([NaN, Infinity, -Infinity].map((v) => number(v))).toEqual(["NaN", "∞", "−∞"]);
    expect(short(NaN)).toBe("NaN");
  });
  it("have the decimals of the largest within a table, but zero is zero", () => {
    expect(inTable(-0.0053, 0.279, 2)).toBe("−0.01");
    expect(inTable(0.279, 0.279, 2)).toBe("0.28");
    expect(inTable(0, 0.279, 2)).toBe("0");
    expect(inTable(NaN, 1, 2)).toBe("NaN");
  });
  it("have the decimals of a slider's step, more between the steps", () => {
    expect(onSteps(0.1 + 0.2, 0.01)).toBe("0.30");
    expect(onSteps(2.884254701209999, 0.05)).toBe("2.884255");
    expect(onSteps(100, 0.5)).toBe("100.0");
    expect(onSteps(3, 1)).toBe("3");
  });
  it("do not change width for the last bit", () => {
    expect(number(-0.9999999999999998)).toBe("−1.000");
    expect(number(9.99999)).toBe("10.00");
  });
  it("fit a narrow place whole, or with fewer digits", () => {
    expect([2.08e13, 2.1e-10, -0.0231, 510.4, -1.234e-12].map((v) => within(v, 6))).toEqual([
      "2.1e13",
      "2e-10",
      "−0.023",
      "510",
      "−1e-12",
    ]);
  });
  it("are read as they are written", () => {
    expect(parse(" −1.5 ")).toBe(-1.5);
    expect(parse("1e-3")).toBe(0.001);
    for (const text of ["", "  ", "abc", "1,5", "Infinity", "NaN", "<b>1</b>"]) expect(parse(text)).toBeNull();
  });
});
