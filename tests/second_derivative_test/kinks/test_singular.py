"""Points at which a function has no derivatives though it has no switch: cones, cusps, powers of a distance."""

import autograd.numpy as np
import numpy as onp
import pytest
from autograd.scipy.special import logsumexp
from scipy.stats import ortho_group

import hesswidget as hw

MINIMUM, MAXIMUM, SADDLE = (f"{kind} at a kink" for kind in ("minimum", "maximum", "saddle"))


def r(z):
    return np.sqrt(np.sum(z**2))


CASES = {
    "a cone": (MINIMUM, 2, r),
    "a cone upside down": (MAXIMUM, 2, lambda z: -r(z) + 0.5 * z[0]),
    "a cone that leans": (MINIMUM, 2, lambda z: r(z) + 0.9 * z[1]),
    "a cone that leans too much": ("kink", 2, lambda z: r(z) + 1.2 * z[1]),
    "a cone on a bowl upside down": (MINIMUM, 2, lambda z: r(z) - 3 * np.sum(z**2)),
    "an elliptic cone": (MINIMUM, 2, lambda z: np.sqrt(z[0] ** 2 + 9 * z[1] ** 2) + 0.5 * z[0]),
    "a cone less a roof": (SADDLE, 2, lambda z: r(z) - 2 * np.abs(z[0])),
    "a difference of cones": (SADDLE, 2, lambda z: r(z) - np.sqrt(0.25 * z[0] ** 2 + 4 * z[1] ** 2)),
    "a cone in space": (MINIMUM, 3, lambda z: r(z) + 0.8 * z[2]),
    "a cone in space that leans too much": ("kink", 3, lambda z: r(z) + 1.3 * z[2]),
    "a cone in five dimensions": (MINIMUM, 5, lambda z: r(z) - 0.7 * z[3]),
    "a cone beside a bowl": (MINIMUM, 3, lambda z: r(z[:2]) + 0.5 * z[0] + (z[2] - z[0]) ** 2),
    "a cone beside a dome": (SADDLE, 3, lambda z: r(z[:2]) + 0.5 * z[0] - (z[2] - z[0]) ** 2),
    "a cone beside a slope": ("kink", 3, lambda z: r(z[:2]) + 0.5 * z[2] + z[2] ** 2),
    "a root's edge": (MINIMUM, 2, lambda z: np.sqrt(z[0] ** 2) + z[1] ** 2),
    "a root's edge along a ridge": (SADDLE, 2, lambda z: np.sqrt(z[0] ** 2) - z[1] ** 2),
    "a power less than 2": (MINIMUM, 2, lambda z: r(z) ** 1.5),
    "a cusp": (MAXIMUM, 1, lambda z: -(np.sum(np.abs(z)) ** 0.5)),
    "a cubic root": ("kink", 1, lambda z: np.sum(np.sign(z) * np.abs(z) ** (1 / 3))),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_what_it_is_wherever_it_lies(name):
    """At the origin; and turned, and measured in other units."""
    kind, n, f = CASES[name]
    assert hw.curvature(f, onp.zeros(n)).kind == kind
    turn = ortho_group.rvs(n, random_state=n) if n > 1 else onp.eye(1)
    c = hw.curvature(lambda x: 1e-5 * f(turn @ x), onp.zeros(n))
    assert (c.label, c.kind) == ("undefined", kind)


@pytest.mark.parametrize(("bend", "kind"), [(-1.0, SADDLE), (-0.8, MINIMUM)])
@pytest.mark.parametrize("turned", [False, True])
def test_a_root_s_edge_that_bends_is_what_it_is_or_left_open(bend, kind, turned):
    """On x = y² it is (0.9 + bend) y²."""
    turn = ortho_group.rvs(2, random_state=2) if turned else onp.eye(2)

    def f(z):
        x, y = turn @ z
        return np.sqrt((x - y**2) ** 2) + 0.9 * x + bend * y**2

    assert hw.curvature(f, onp.zeros(2)).kind in (kind, "undefined")


def test_a_data_point_is_the_geometric_median_where_the_others_pull_no_harder():
    """Weiszfeld (1937): where the sum of unit vectors to the others is no longer than 1."""
    others = onp.array([[1.0, 0.0], [-1.0, 0.2], [0.3, 2.0]])
    for place, kind in ((onp.array([0.1, 0.3]), MINIMUM), (onp.array([0.2, -1.5]), "kink")):
        away = others - place
        pull = onp.linalg.norm(onp.sum(away / onp.linalg.norm(away, axis=1)[:, None], axis=0))
        assert (pull < 1) == (kind == MINIMUM)
        points = onp.vstack([others, place])
        c = hw.curvature(lambda x: np.sum(np.sqrt(np.sum((x - points) ** 2, axis=1))), place)  # noqa: B023
        assert c.kind == kind


def test_a_group_lasso_with_a_group_that_is_zero():
    """Its solution in closed form (Yuan and Lin, 2006): each group shrunk by λ/2, or zero."""
    target = onp.array([0.1, 0.2, 3.0, 1.0])
    norm = onp.linalg.norm(target[2:])
    solution = onp.append(onp.zeros(2), target[2:] * (1 - 0.5 / norm))

    def loss(w):
        return np.sum((w - target) ** 2) + r(w[:2]) + r(w[2:])

    c = hw.curvature(loss, solution)
    assert c.kind == MINIMUM
    assert "across a surface on which it is smooth" in c.reason
    assert hw.curvature(loss, onp.append(onp.zeros(2), target[2:])).kind == "kink"


def test_the_reason_says_how_and_where_it_was_looked():
    c = hw.curvature(lambda x, y: np.sqrt(x**2 + y**2) + 0.5 * y, x=0.0, y=0.0)
    assert c.reason.startswith(
        "undefined: a minimum where f has no derivatives: f rises in all 32 directions looked along, the least along "
        "(0, −1), like the 1st power"
    )


@pytest.mark.parametrize(
    ("f", "start"),
    [
        (lambda z: np.linalg.norm(z) ** 2, onp.zeros(2)),
        (lambda z: logsumexp(z) + np.sum(z**2), onp.zeros(2)),
    ],
    ids=["norm squared", "logsumexp"],
)
def test_what_is_smooth_is_none(f, start):
    assert not hw.curvature(f, start).kind.endswith("kink")


@pytest.mark.parametrize("name", ["schwarz"])
def test_second_derivatives_that_differ_by_direction_alone_are_none(name):
    assert hw.curvature(name, (0.0, 0.0)).kind == "undefined"


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y: np.arctan2(y, x),
        lambda x, y: 1 / np.sqrt(x**2 + y**2),
        lambda x, y: np.log(x**2 + y**2) * np.sqrt(x**2 + y**2),  # NaN at the point
    ],
    ids=["an angle", "a pole", "no value"],
)
def test_where_f_is_not_continuous_nothing_is_called_an_extremum(f):
    c = hw.curvature(f, (0.0, 0.0))
    assert (c.label, c.kind) == ("undefined", "undefined")
