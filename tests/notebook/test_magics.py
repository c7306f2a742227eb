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
