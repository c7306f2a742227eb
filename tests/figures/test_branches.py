"""Branches of critical points with matplotlib: lines as on the page."""

import pytest
from matplotlib.figure import Figure

import hesswidget as hw
from hesswidget.appearance import BRANCHES, PALETTE
from hesswidget.figures.panels.branches import LINES


def test_dashes_are_as_long_as_the_page_has_them():
    for label, line in LINES.items():
        drawn = Figure().add_subplot().plot([0, 1], [0, 1], **line)[0]
        dashes = drawn._dash_pattern[1] or ()  # in points
        assert list(dashes) == pytest.approx(BRANCHES[label]["dashes"])
        assert drawn.get_color() == PALETTE[BRANCHES[label]["colour"]]
    assert len({str(line["dashes"]) for line in BRANCHES.values()}) == len(LINES)


def test_each_branch_has_the_line_of_its_class():
    w = hw.bifurcation(lambda x, a=1.0: x**3 / 3 - a * x, a=(-1.0, 1.0), x=(-2, 2))
    ax = Figure().add_subplot()
    hw.figures.branches(ax, w.diagram, "x")
    assert [line.get_color() for line in ax.lines[:2]] == [
        LINES[branch.label]["color"] for branch in w.diagram.branches
    ]
