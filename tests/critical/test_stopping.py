"""A search that is stopped ends soon, wherever it is; what was found is kept, and that it was stopped is said."""

import autograd.numpy as np
import pytest

import hesswidget as hw
from hesswidget.progress import STOPPED
from unrecorded import zero

BOX = {"x": (-2.0, 2.1), "y": (-2.0, 2.2)}


class Stop:
    """Says to stop once it is told some words for so many times."""

    def __init__(self, words, times=1):
        self.words, self.times, self.is_said = words, times, False

    def __call__(self, share, words):
        self.times -= self.words in words
        self.is_said = self.is_said or self.times < 1
        return not self.is_said


@pytest.mark.parametrize("times", [1, 2, 6])
def test_while_sets_are_told_from_isolated_points(times):
    """The ring of minima is no set yet, and no list of points; the maximum within it is known."""
    stop = Stop("telling sets", times)
    table = hw.critical_points(lambda x, y: (x**2 + y**2 - 1) ** 2, progress=stop, **BOX)
    assert stop.is_said
    assert table.counts == {"maximum": 1}
    assert table.sets == ()
    assert any("degenerate points are left out" in note for note in table.notes)
    assert STOPPED in table.completeness.sentence


def test_while_kinks_are_looked_for():
    def f(x, y):
        return np.abs(x - 0.3) + np.abs(y + 0.1) + np.cos(3 * x) * np.abs(y - 1)

    stop = Stop("1 kinks found")
    table = hw.critical_points(f, progress=stop, **BOX)
    assert stop.is_said
    assert len([p for p in table if p.kind.endswith("at a kink")]) == 1
    assert STOPPED in table.completeness.sentence
    assert len(hw.critical_points(f, **BOX)) > len(table)


def test_the_function_is_hardly_run_any_more():
    """One that cannot be recorded, which is what takes long: each run is a run of Python."""
    runs = []

    def f(x, y):
        runs.append(stop.is_said)
        return (x**2 + y**2 - 1) ** 2 + zero(x)

    stop = Stop("telling sets", 3)
    hw.critical_points(f, progress=stop, **BOX)
    assert stop.is_said
    assert sum(runs) < 0.1 * len(runs)


def test_while_paths_are_followed():
    table = hw.critical_points("himmelblau")
    paths = table.paths(Stop("3 of 8 paths", times=5))
    assert [path.outcome for path in paths[:3]] == [path.outcome for path in table.paths()[:3]]
    assert [path.outcome for path in paths[3:]] == ["stopped"]
    assert len(table.paths()) == 8  # what was stopped is not held
