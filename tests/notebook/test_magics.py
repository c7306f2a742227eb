"""The cell magic, in IPython without a notebook."""

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

CELL = (
    "import autograd.numpy as anp\ndef g(t): return anp.sin(t)\ndef f(x, y, a=1.0): return g(x) + a * y**2\n"
)


@pytest.fixture
def shell():
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "hesswidget")
    return shell


@pytest.mark.parametrize("line", ["x=(-2, 2), y=(-1, 1), a=(0, 3)", "x=(-2, 2) y=(-1, 1) a=(0, 3)"])
def test_it_explores_the_last_function(shell, line):
    w = shell.run_cell_magic("hessian", line, CELL)
    assert w.problem.name == "f"
    assert w.parameters == {"a": 1.0}
    assert shell.user_ns["f"](0.0, 2.0) == 4.0


def test_it_takes_blocks(shell):
    cell = "import autograd.numpy as anp\ndef f(p, b): return anp.sum(p['W'] ** 2) * b"
    w = shell.run_cell_magic("hessian", 'p={"W": anp.ones((2, 2)), "c": 0.5} b=(-1, 1)', cell)
    assert w.problem.labels == ("W[0, 0]", "W[0, 1]", "W[1, 0]", "W[1, 1]", "c", "b")


@pytest.mark.parametrize(
    ("line", "cell", "said"),
    [
        ("x=(-1, 1)", "z = 1", "defines no function"),
        ("x", CELL, "is not name=value"),
        ("x=(-2, 2) y=(-1, 1) q=1", CELL, "unknown argument 'q'"),
        ("x=(-2, 2) y=nowhere", CELL, "cannot be evaluated: NameError"),
        ("x=(-2, 2", CELL, "not closed"),
        ("x=(-2, 2)", "def f(x): return x\n1 / 0", "raised ZeroDivisionError"),
    ],
)
def test_what_does_not_fit_is_a_sentence(shell, line, cell, said):
    with pytest.raises(UsageError, match=r".") as caught:
        shell.run_cell_magic("hessian", line, cell)
    assert said in str(caught.value)
