import { call } from "../../../hesswidget/notebook/labextension/call";

const START = "import hesswidget as hw\n\n";

describe("the call that explores a function", () => {
  it.each([
    ["def f(x, y):\n    return x * y", "f, x=(-2, 2), y=(-2, 2)"],
    ["def f(x, a=1.0, n=2, s=-0.5, z=0):\n    return x", "f, x=(-2, 2), a=(-1.0, 3.0), n=(-2, 6), s=(-1.5, 0.5), z=(0, 1)"],
    ["g = lambda u, v=1e-3: u", "g, u=(-2, 2), v=(-0.001, 0.003)"],
    ["def f(x: float, a: float = 2.5, *, kind='deep', flag=True, data=np.ones(3)):\n    pass", "f, x=(-2, 2), a=(-2.5, 7.5)"],
    ["@decorated\ndef f(x, /, y, *more, **rest):\n    return x", "f, x=(-2, 2), y=(-2, 2)"],
    ["def first(x): return x\n\ndef second(y): return y\n\nfirst(1)", "second, y=(-2, 2)"],
    ["t = '''\ndef no(x): pass\n'''\n# def nor(x): pass\nclass A:\n    def either(self): pass\ndef yes(x): pass", "yes, x=(-2, 2)"],
    ["def f(\n    x,  # the first, (of two)\n    y,\n):\n    def inner(z): return z\n    return x", "f, x=(-2, 2), y=(-2, 2)"],
    ["%matplotlib inline\ndef f(x): return x", "f, x=(-2, 2)"],
  ])("%j", (source, inside) => {
    expect(call(source)).toEqual({ code: `${START}hw.explore(${inside})` });
  });

  it.each(["", "x = 1", "def", "class A: pass", "print('def f(x): pass')"])("finds none in %j", (source) => {
    expect(call(source)).toHaveProperty("problem", expect.stringContaining("no function"));
  });

  it("needs a variable", () => {
    expect(call("def f(a=1.0): return a")).toHaveProperty("problem", expect.stringContaining("no argument without"));
  });
});
