"""Errors name the user's own line, on every system, and keep what was said."""

import json
import linecache
import pickle
import sys
from pathlib import Path

import autograd.numpy as np
import numpy as onp
import pytest
import scipy.optimize

import hesswidget as hw
from hesswidget.derivatives.recorder import record
from hesswidget.program.errors import NotRecorded
from hesswidget.user_code import LONGEST_SUMMARY, Line, hint_for, is_users, line_of, summary

SOURCES = {
    r"C:\Users\me\work\model.py": "line 2 of model.py: return",
    r"\\server\share\model.py": "line 2 of model.py: return",
    "/home/me/model.py": "line 2 of model.py: return",
    "model.py": "line 2 of model.py: return",
    "<stdin>": "line 2 of <stdin>: return",
    "/tmp/ipykernel_81/123.py": "line 2 of the cell: return",
    r"C:\Users\me\AppData\Local\Temp\ipykernel_81\123.py": "line 2 of the cell: return",
    "<ipython-input-3-abc>": "line 2 of the cell: return",
}


def written_in(path, expression):
    """A function whose source is in a file of that name, on whatever system."""
    source = f"def f(x):\n    return {expression}\n"
    linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)
    names = {"np": np, "json": json, "scipy": scipy, "nested": nested}
    exec(compile(source, path, "exec"), names)
    return names["f"]


def nested(call):
    return call()


@pytest.mark.parametrize("path", SOURCES)
def test_the_line_is_named_on_every_system(path):
    with pytest.raises(hw.ProblemError) as caught:
        hw.curvature(written_in(path, "1 / 0"), x=1.0)
    assert f"division by zero at {SOURCES[path]} 1 / 0" in str(caught.value)
    assert caught.value.line.number == 2
    with pytest.raises(NotRecorded) as caught:
        record(lambda x: {"y": written_in(path, "x if x > 0 else -x")(x)}, x=1.0)
    assert f" at {SOURCES[path]} x if x > 0 else -x. np.where takes both sides." in str(caught.value)
    assert caught.value.line.number == 2


@pytest.mark.parametrize(
    "expression",
    [
        "json.loads('{')",
        "scipy.optimize.brentq(lambda t: 1.0, 0.0, 1.0)",
        "np.linalg.solve(np.ones((2, 2)), np.ones(3))[0] * x",
        "sorted([1, 'a'])",
    ],
)
def test_frames_of_libraries_are_not_the_users_line(expression):
    with pytest.raises(hw.ProblemError) as caught:
        hw.curvature(written_in("/home/me/model.py", expression), x=1.0)
    assert caught.value.line == Line(2, "model.py", f"return {expression}")


def test_the_innermost_line_of_the_users_is_named():
    def inner():
        raise LookupError("deep")

    with pytest.raises(hw.ProblemError) as caught:
        hw.curvature(lambda x: nested(inner), x=1.0)
    assert caught.value.line.text == 'raise LookupError("deep")'


def test_where_no_line_is_the_users_none_is_named():
    with pytest.raises(hw.ProblemError) as caught:
        hw.curvature(scipy.optimize.rosen, x=1.0)
    assert caught.value.line is None
    assert " at line " not in str(caught.value)


def test_libraries_are_told_by_their_folders():
    mine = [r"D:\work\f.py", "/home/me/f.py", "<string>", "<doctest f[0]>", __file__]
    others = [json.__file__, onp.__file__, hw.__file__, r"C:\Py\Lib\SITE-PACKAGES\jax\core.py", "<frozen os>"]
    others += [r"c:\py\lib\site-packages/jax/core.py", "/usr/lib/python3/dist-packages/six.py"]
    assert all(map(is_users, mine))
    assert not any(map(is_users, others))
    assert not is_users(str(Path(sys.modules["contextlib"].__file__)))


def test_a_message_of_several_lines_is_kept():
    assert summary(ValueError("a\n  b\n\nc")) == "ValueError: a b c"
    error = KeyError("x")
    error.__notes__ = ["asked for by f"]
    assert summary(error).startswith("KeyError: 'x'")
    assert summary(ValueError()) == "ValueError"
    long = summary(ValueError("first " + "x" * 10_000 + " last"))
    assert len(long) <= LONGEST_SUMMARY
    assert long.startswith("ValueError: first")
    assert long.endswith("last")

    def f(x):
        raise ValueError("the shapes do not fit:\n  a: (2,)\n  b: (3,)\n")

    with pytest.raises(hw.ProblemError, match=r"the shapes do not fit: a: \(2,\) b: \(3,\) at line"):
        hw.curvature(f, x=1.0)


def test_an_error_whose_text_fails_still_gives_a_sentence():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError

    def f(x):
        raise Mute

    with pytest.raises(hw.ProblemError, match="Mute"):
        hw.curvature(f, x=1.0)
    assert hint_for(Mute()) == ""


def test_what_a_message_says_decides_nothing():
    """A message that itself speaks of a line gets its own line still, and an ellipsis stays one."""

    def f(x):
        raise ValueError("bad input at line 7 of data.csv...")

    with pytest.raises(NotRecorded) as caught:
        record(lambda x: {"y": f(x)}, x=1.0)
    assert "data.csv... at line" in str(caught.value)
    assert caught.value.line.file == "test_user_code.py"


def test_line_and_advice_survive_pickling():
    error = hw.ProblemError("f is no function.", line=Line(3, "f.py", "f = 1"), advice="Give one.")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) == "f is no function at line 3 of f.py: f = 1. Give one."
    assert again.line == error.line
    assert line_of(again) is None
