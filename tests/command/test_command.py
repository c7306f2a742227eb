"""The command line."""

import nbformat
import pytest

from hesswidget.command import main

MINE = "def f(x, y, a=1.0):\n    return (a - x)**2 + y**2\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(MINE)


def test_a_page_of_a_function_in_a_file(tmp_path, capsys):
    assert main(["page", "mine.py:f", "--out", "f.html", "--set", "x=-2:2", "y=-1:1", "a=0:3"]) == 0
    assert (tmp_path / "f.html").read_text().startswith("<!DOCTYPE html>")
    assert "f.html" in capsys.readouterr().out


def test_a_page_takes_blocks(tmp_path):
    (tmp_path / "net.py").write_text(
        "def f(p, s=1.0):\n    return s * (p['W'] @ p['v']).sum() ** 2 + p['b'] ** 2\n"
    )
    given = 'p={"W": [[0.1, 0.2], [0.3, 0.4]], "v": [1.0, 2.0], "b": (-1, 1)}'
    assert main(["page", "net.py:f", "--out", "net.html", "--set", given, "s=0:3"]) == 0


def test_a_page_of_the_gallery_is_named_after_the_function(tmp_path):
    assert main(["page", "himmelblau"]) == 0
    assert (tmp_path / "himmelblau.html").exists()


def test_a_page_takes_a_formula(tmp_path):
    assert main(["page", "x**2*y - a*y**3", "--set", "x=-2:2", "y=-2:2", "a=0:2"]) == 0
    assert "x**2*y - a*y**3" in (tmp_path / "formula.html").read_text()
    assert main(["page", "--set", "x=-2:2", "y=-2:2", "--out", "minus.html", "--", "-x**2*y"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x**2*(y"], "is no formula: '(' was never closed (column 6)"),
        (["x**2*y", "--set", "x=-2:2"], "the variable 'y' of x**2*y has no range"),
        (["mine.py"], "say where it is, as in module:function"),
        (["himelblau"], "did you mean 'himmelblau'?"),
        (["mine.py:g"], "no function 'g'"),
        (["none.py:f"], "there is no file none.py"),
        ([":f"], "names no module"),
        ([".:f"], "names no module"),
        (["..m:f"], "names no module"),
        (["a b:f"], "names no module"),
        (["no_such_module:f"], "there is no module 'no_such_module'"),
        (
            ["raises:f"],
            "cannot be imported: ZeroDivisionError: division by zero at line 2 of raises.py: 1 / 0",
        ),
        (["raises.py:f"], "cannot be imported: ZeroDivisionError"),
        (["himmelblau", "--set", "x"], "it takes name="),
        (["himmelblau", "--set", "x=1:a"], "a range is name=low:high"),
        (["himmelblau", "--out", "mine.py"], "exists already"),
        (["himmelblau", "--out", "none/f.html"], "there is no folder"),
        (["himmelblau", "--out", "n" * 300], "could not be written"),
        (["himmelblau", "--out", ".", "--overwrite"], "is no file but a folder"),
        (["himmelblau", "--out", "/dev/null", "--overwrite"], "is no file but a folder, a device"),
        (["none.ipynb"], "there is no notebook"),
        (["mine.ipynb"], "is no notebook"),
    ],
)
def test_what_does_not_fit_is_a_sentence(arguments, said, capsys, tmp_path):
    (tmp_path / "mine.ipynb").write_text("{")
    (tmp_path / "raises.py").write_text("def f(x): return x\n1 / 0\n")
    assert main(["page", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert (tmp_path / "mine.py").read_text() == MINE


SEQUENCES = "\\x1b[31mr\\x1b]0;title\\x07\\x9b1me\\x1b]52;c;eA==\\x1b\\\\d\\x1bc\\x08"


def test_what_strangers_raise_is_said_in_plain_text(tmp_path, capsys):
    raises = f"raise ValueError('{SEQUENCES}')"
    cell = nbformat.v4.new_code_cell(raises)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "raises.ipynb")
    assert main(["page", "raises.ipynb"]) == 2
    assert capsys.readouterr().err.rstrip().endswith("raises.ipynb did not run to its end: ValueError: red")
    (tmp_path / "raises.py").write_text(f"def f(x):\n    {raises}\n")
    assert main(["page", "raises.py:f", "--set", "x=0:1"]) == 2
    assert "f raised ValueError: red at line 2" in capsys.readouterr().err
