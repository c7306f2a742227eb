"""Paths that show themselves in a notebook, whoever made them; and without one, or without a function, as text."""

from __future__ import annotations

import pickle

import autograd.numpy as np
import IPython.display
import numpy
import pytest

import hesswidget as hw


def valley(x, y, b=20.0):
    return (1 - x) ** 2 + b * (y - x**2) ** 2


def of_blocks(params):
    return np.sum(params["W"] ** 2) + (params["b"] - 3.0) ** 2


def recorded():
    recorder = hw.PathRecorder((-1.2, 1.0))
    recorder((0.3, 0.7))
    return recorder.path(valley, method="mine", b=7.0)


BLOCKS = [{"W": numpy.full((2, 2), 3.7), "b": 1.0}, {"W": numpy.full((2, 2), 0.5), "b": 3.1}]
MADE = {
    "minimize": lambda: hw.minimize(valley, (-1.2, 1.0), method="bfgs", line_search="exact", b=7.0),
    "path": lambda: hw.path([(-1.2, 1.0), (0.3, 0.7), (1.1, 1.2)], valley, b=7.0),
    "one variable": lambda: hw.path([5.0, 3.5, 2.5], lambda x: x**4),
    "blocks": lambda: hw.path(BLOCKS, of_blocks),
    "recorder": recorded,
}


@pytest.fixture
def displayed(monkeypatch):
    shown = []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    return shown


@pytest.mark.parametrize("made", MADE)
def test_it_shows_itself_as_the_same_path_live(displayed, made):
    path = MADE[made]()
    path._ipython_display_()
    (raced,) = displayed
    assert raced.engine == "browser"
    numpy.testing.assert_allclose(raced.paths[0].points, path.points, rtol=1e-9, atol=1e-9)
    assert raced.paths[0].method == path.method
    assert raced.parameters.get("b", 7.0) == 7.0


@pytest.mark.parametrize(
    "path",
    [
        lambda: pickle.loads(pickle.dumps(MADE["minimize"]())),
        lambda: hw.path([[1.0], [2.0]]),
        lambda: hw.path(numpy.linspace(3.0, 1.0, 6001), lambda x: x**2),
    ],
    ids=["pickled", "of no function", "longer than a race"],
)
def test_else_it_is_printed(displayed, capsys, path):
    made = path()
    made.show()
    assert capsys.readouterr().out == f"{made}\n"
    assert displayed == []
