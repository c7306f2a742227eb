import { identifier, keyword, literals, reference } from "../../hesswidget/frontend/model/python_code";

const EVIL = [
  '__import__("os").system("rm -rf /")',
  "os.system('x')",
  "f, x=print(1)",
  "(lambda: 0)()",
  "[x for x in ().__class__.__bases__]",
  "exec('1')",
  "'a' 'b'); print(1",
  "1\nimport os",
  "'\n'",
  "f'{1}'",
  "`x`",
  "10**10**10",
  "open('/etc/passwd')",
  "ipywidgets.Output()",
  "min(1)",
  "a; b",
  "a if b else c",
  "#",
  "\\",
];

describe("the Python that a saved explorer offers", () => {
  it.each(["1.0", "-2e-05", "(0.0, 3.0)", "[-1, 2]", "'kind'", "\"it's\"", "'\\n\\'x\\''", "True", "None", "{'a': 1.0, 'b': [1, 2]}", "('x', 'y')"])(
    "may be the literal %s",
    (code) => expect(literals(code, "a", 4_000, "it")).toBe(code),
  );

  it.each(["a", "ipywidgets.FloatLogSlider(1.0, min=-2.0, max=3.0, step=0.1)", "ipywidgets.fixed('x')"])("may be %s", (code) =>
    expect(literals(code, "a", 4_000, "it")).toBe(code),
  );

  it.each(EVIL)("is never %s", (code) => {
    expect(() => literals(code, "a", 4_000, "it")).toThrow("literals are expected");
    expect(() => identifier(code, "it")).toThrow("a name is expected");
    expect(() => reference(code, "it")).toThrow("a name is expected");
  });

  it("has of ipywidgets what stands for a literal, called", () => {
    for (const code of ["ipywidgets.fixed.__init__", "ipywidgets.fixed", "ipywidgets"]) {
      expect(() => literals(code, "a", 4_000, "it")).toThrow("literals are expected");
    }
  });

  it("hands over arguments of any name", () => {
    expect(keyword("größe", "1.0")).toBe("größe=1.0");
    expect(keyword('a=print(1), "b', "1.0")).toBe('**{"a=print(1), \\"b": 1.0}');
    expect(() => literals("a b", "a b", 4_000, "it")).toThrow("literals are expected");
    expect(literals("...", "a b", 4_000, "it")).toBe("...");
  });

  it("names functions by names", () => {
    for (const code of ["f", "models.loss", "größe.f_1", "'himmelblau'", "'x**2*y - a*y**3 if x != (0.5) else größe % 2'"]) {
      expect(reference(code, "it")).toBe(code);
    }
    const others = ["", "f.", ".f", "f()", "1f", "a b", "'a'.b", "'a\"b'", "'x\\'", "'x\n'", "'x' + 'y'", "'a;b'", "'[x]'"];
    for (const code of others) expect(() => reference(code, "it")).toThrow();
    expect(identifier("größe", "it")).toBe("größe");
    for (const code of ["", "1a", "a.b", "a b", "a=", 7, null]) expect(() => identifier(code, "it")).toThrow();
  });
});
