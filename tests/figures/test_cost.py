"""Seconds and bytes against n with matplotlib: what is drawn is what was measured."""

import io

import matplotlib
import numpy as np
import pytest

import hesswidget as hw
from hesswidget.figures.cost import LINES, apart

SIZES = np.array([10, 100, 1000])


def a_cost(scale=1.0, **changed):
    """Costs as they may be: the full Hessian was too much for the largest size."""
    powers = dict.fromkeys(LINES, 1.0) | {"hessian": 2.0, "eigh": 3.0}
    seconds = {name: 1e-6 * scale * SIZES**power for name, power in powers.items()}
    seconds["hessian"][2] = seconds["eigh"][2] = np.nan
    tables = {
        "function": "f_$x$",
        "sizes": SIZES,
        "labels": {name: f"the {name}" for name in LINES},
        "seconds": seconds,
        "medians": {name: 1.1 * s for name, s in seconds.items()},
        "bytes": {name: 1e7 * s for name, s in seconds.items()},
        "products": {name: np.ones(3) for name in LINES},
        "engine": "autograd",
    }
    return hw.Cost(**(tables | changed))


def texts(figure):
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        file = io.BytesIO()
        figure.savefig(file, format="svg")
    return file.getvalue().decode()


def test_every_line_is_what_was_measured():
    cost = a_cost()
    figure = hw.figures.cost(cost)
    assert len(figure.axes) == 2
    for ax, of in zip(figure.axes, ("seconds", "bytes"), strict=True):
        lines = [line for line in ax.lines if line.get_marker() not in ("None", "")]
        assert len(lines) == len(LINES)
        for line, name in zip(lines, cost.names, strict=True):
            known = np.isfinite(getattr(cost, of)[name])
            np.testing.assert_array_equal(line.get_xdata(), SIZES[known])
            np.testing.assert_array_equal(line.get_ydata(), getattr(cost, of)[name][known])
        assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


def test_guides_have_slopes_one_and_two():
    for ax in hw.figures.cost(a_cost()).axes:
        guides = [line for line in ax.lines if line.get_marker() in ("None", "")]
        slopes = [
            np.diff(np.log(line.get_ydata()))[0] / np.diff(np.log(line.get_xdata()))[0] for line in guides
        ]
        assert slopes == pytest.approx([1, 2])


def test_each_line_says_how_it_grows_and_the_legend_what_it_is():
    svg = texts(hw.figures.cost(a_cost()))
    for text in (
        "gradient  n^1.00 ± 0.00",
        "eigh  n^3.00",
        "top-k: the top-k",
        "f_$x$: cost against n, by autograd",
    ):
        assert text in svg
    assert "10 % above" in svg


def test_labels_are_apart_and_in_the_axes():
    random = np.random.default_rng(0)
    for _ in range(50):
        moved = apart(np.sort(random.uniform(0, 100, 7)), 9.0, 100.0)
        assert np.all(np.diff(moved) >= 9.0 - 1e-9)
        assert moved[0] >= 0
        assert moved[-1] <= 100 + 1e-9
    kept = np.array([0.0, 20.0, 90.0])
    np.testing.assert_array_equal(apart(kept, 9.0, 100.0), kept)


def test_what_was_never_measured_is_hatched_and_one_size_is_drawn():
    nothing = {name: np.full(3, np.nan) for name in LINES}
    figure = hw.figures.cost(a_cost(seconds=nothing, medians=nothing, bytes=nothing))
    assert "nothing was measured" in texts(figure)
    one = {name: np.array([1e-3]) for name in LINES}
    single = a_cost(sizes=SIZES[:1], seconds=one, medians=one, bytes=one, products=one)
    assert "gradient" in texts(hw.figures.cost(single))
