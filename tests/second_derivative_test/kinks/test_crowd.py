"""Many switches that depend on each other: norms, sorting and their like in many variables."""

import autograd.numpy as np
import numpy as onp
import pytest
from scipy.stats import ortho_group

import hesswidget as hw


def largest(v):
    return np.max(np.abs(v))


RISING = onp.arange(1.0, 7.0)
CASES = {
    "largest": ("minimum at a kink", 6, largest),
    "largest of twelve": ("minimum at a kink", 12, largest),
    "largest, upside down": ("maximum at a kink", 6, lambda v: -largest(v)),
    # by 0.95 in the norm that is dual to the largest, and by 1.05
    "largest, leaning": ("minimum at a kink", 6, lambda v: largest(v) + 0.9 * v[0] - 0.05 * v[1]),
    "largest, leaning too much": ("kink", 6, lambda v: largest(v) + 0.9 * v[0] - 0.15 * v[1]),
    "twice the largest less the sum": ("saddle at a kink", 6, lambda v: 2 * largest(v) - np.sum(np.abs(v))),
    "regularized": ("minimum at a kink", 6, lambda v: np.sum((v - 0.1) ** 2) + 2 * largest(v)),
    "regularized too little": ("kink", 6, lambda v: np.sum((v - 0.1) ** 2) + largest(v)),
    "sorted, weighted by rank": ("minimum at a kink", 6, lambda v: np.dot(np.sort(np.abs(v)), RISING)),
    "sorted, without signs": ("kink", 6, lambda v: np.dot(np.sort(v), RISING)),
    "median": ("kink", 5, lambda v: np.median(v)),
    "the largest of ten": ("kink", 10, lambda v: np.max(v)),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_what_it_is(name):
    kind, n, f = CASES[name]
    c = hw.curvature(f, onp.zeros(n))
    assert (c.label, c.kind) == ("undefined", kind)


@pytest.mark.parametrize(
    "name", ["largest, leaning", "twice the largest less the sum", "largest, leaning too much"]
)
def test_wherever_it_lies_in_whatever_units(name):
    kind, n, f = CASES[name]
    turn, place = ortho_group.rvs(n, random_state=1), onp.linspace(-3, 4, n)
    offset = turn @ (1e3 * place)
    assert hw.curvature(lambda x: 1e-6 * f(turn @ (1e3 * x) - offset), place).kind == kind


@pytest.mark.parametrize(
    ("f", "n", "kind"),
    [
        (lambda v: np.median(np.abs(v)), 5, "minimum along a kink"),
        (lambda v: 6 * largest(v) - np.sum(np.abs(v)), 6, "undecided at a kink"),
    ],
    ids=["level along axes", "level along diagonals"],
)
def test_what_is_level_in_some_direction_is_no_strict_extremum(f, n, kind):
    assert hw.curvature(f, onp.zeros(n)).kind == kind


def test_the_evidence_is_a_direction_that_can_be_checked():
    f = CASES["twice the largest less the sum"][2]
    c = hw.curvature(f, onp.zeros(6))
    falls, rises = c.resolution.directions
    assert f(falls) < 0 < f(rises)
