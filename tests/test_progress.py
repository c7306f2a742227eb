"""Plain calls that take long: they report, draw a bar if one is asked for, and stop with what they have."""

import sys

import pytest

import hesswidget as hw
from unrecorded import zero


def recorded(x, a=1.0):
    return x**4 / 4 - a * x**2 / 2


def by_itself(x, a=1.0):
    """Not recorded, so that each start is searched by itself."""
    return recorded(x, a) + zero(x)


def bifurcation(f, **progress):
    return hw.bifurcation(f, x=(-2.0, 2.0), a=(-1.0, 2.0), **progress).diagram


def critical_points(f, **progress):
    return hw.critical_points(f, x=(-2.0, 2.0), **progress)


@pytest.mark.parametrize("f", [recorded, by_itself])
@pytest.mark.parametrize("call", [critical_points, bifurcation])
def test_shares_grow_from_nothing_to_about_all(call, f):
    told = []
    whole = call(f, progress=lambda share, words: told.append((share, words)) is None)
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[0] < 0.1
    assert 0.6 < shares[-1] <= 1
    assert all(words for _, words in told)
    assert str(whole) == str(call(f))  # and what is reported changes nothing


@pytest.mark.parametrize("f", [recorded, by_itself])
def test_a_search_that_is_stopped_has_what_it_found_and_says_so(f):
    whole = {p.point.item() for p in critical_points(f)}
    found = critical_points(f, progress=lambda share, _: share < 0.7)
    assert {p.point.item() for p in found} < whole
    assert len(found) == 2
    assert "stopped before its end" in str(found)
    assert found.completeness.is_met is None
    assert len(critical_points(f, progress=lambda *_: False)) == 0


def test_a_slow_search_is_stopped_between_two_derivatives():
    calls = []

    def f(x, y):
        calls.append(1)
        return x**2 + y**2 + zero(x)

    left = iter(range(40))
    hw.critical_points(f, x=(-1.0, 1.0), y=(-1.0, 1.0), progress=lambda *_: next(left, None) is not None)
    stopped = len(calls)
    calls.clear()
    hw.critical_points(f, x=(-1.0, 1.0), y=(-1.0, 1.0))
    assert stopped < len(calls) / 4


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.65])
def test_a_diagram_that_is_stopped_has_true_branches_and_says_so(share):
    found = hw.bifurcation("himmelblau", against="a", progress=lambda now, _: now <= share)
    diagram = found._diagram
    assert "stopped before its end" in diagram["notes"][-1]
    assert len(diagram["notes"]) == 1
    whole = found.diagram  # which Python's own reading draws to its end
    assert not any("stopped" in note for note in whole.notes)
    assert len(diagram["branches"]) <= 2 * len(whole.branches)


def test_a_bar_is_drawn_if_one_is_asked_for(capsys):
    critical_points(recorded)
    assert capsys.readouterr().err == ""
    critical_points(recorded, progress=True)
    assert "100%" in capsys.readouterr().err
    bifurcation(recorded, progress=True)
    assert "100%" in capsys.readouterr().err


def test_what_is_no_progress_or_cannot_be_drawn_is_a_sentence(monkeypatch):
    with pytest.raises(hw.ProblemError, match="it takes True, False or a function"):
        critical_points(recorded, progress=3)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(hw.ProblemError, match="pip install tqdm"):
        critical_points(recorded, progress=True)


@pytest.mark.parametrize("f", [recorded, by_itself])
@pytest.mark.parametrize("method", ["gradient-descent", "scipy:BFGS"])
def test_a_path_that_is_stopped_ends_there_and_says_so(f, method):
    told = []
    given = {"method": method, "tolerance": 0.0, "steps": 40}
    whole = hw.minimize(f, 1.9, **given, progress=lambda share, words: told.append((share, words)) is None)
    assert [words for _, words in told[:2]] == ["0 steps", "one step"]
    assert [share for share, _ in told] == [k / 40 for k in range(len(whole))]
    part = hw.minimize(f, 1.9, **given, progress=lambda share, _: share < 0.1)
    assert len(part) == 5
    assert part.reason.startswith("stopped after 4 steps")
    assert part.points.tolist() == whole.points[:5].tolist()
    with pytest.raises(hw.ProblemError, match="it takes True, False or a function"):
        hw.minimize(f, 1.9, progress=3)
