"""What is said of paths that leave for good, by whatever method, and of those that only seem to."""

from __future__ import annotations

import autograd.numpy as np
import numpy
import pytest

import hesswidget as hw

TURN = numpy.linalg.qr(numpy.random.default_rng(3).normal(size=(3, 3)))[0]
CENTRE = numpy.array([3.7, -0.4, 11.0])


def bowl(x, size=1.0):
    """A quadratic function with eigenvalues 2, 6 and 20 times its size, in directions of no axis, about no origin."""
    return size * np.dot(np.array([1.0, 3.0, 10.0]), np.dot(TURN, x - CENTRE) ** 2)


@pytest.mark.parametrize("size", [1.0, 1e-150, 1e150], ids=["size 1", "tiny", "huge"])
@pytest.mark.parametrize("share", [0.95, 1.2, 3.0], ids=["below", "above", "far above"])
@pytest.mark.parametrize(
    ("method", "momentum"), [("gradient-descent", None), ("heavy-ball", 0.9), ("nesterov", 0.5)]
)
def test_beyond_the_limit_a_path_diverges_long_before_it_overflows(method, momentum, share, size):
    limit = {
        "gradient-descent": lambda _: 2.0,
        "heavy-ball": lambda b: 2 + 2 * b,
        "nesterov": lambda b: (2 + 2 * b) / (1 + 2 * b),
    }[method](momentum)
    given = {} if momentum is None else {"momentum": momentum}
    path = hw.minimize(
        bowl, CENTRE + 0.1, method=method, rate=share * limit / (20.0 * size), steps=60, size=size, **given
    )
    assert numpy.isfinite(path.values).all()
    assert path.reason.startswith(
        "diverged: after step 60 |∇f| = " if share > 1 else ("stopped", "converged")
    )
    assert not (share > 1 and path.converged)


def test_a_path_that_leaves_a_saddle_does_not_diverge_however_much_its_gradient_grows():
    path = hw.minimize(
        lambda x, y: x**2 - y**2 + y**4 / 4, (1e-9, 1e-9), method="gradient-descent", rate=0.1, steps=110
    )
    assert path.gradient_norms[-1] > 1e6 * path.gradient_norms[0]
    assert path.reason.startswith("stopped after 110 steps")


def test_a_path_that_comes_back_from_afar_does_not_diverge():
    far = hw.minimize(
        lambda x: x**4 / 4 - 0.9999 * x**2 / 2, 0.5774, method="newton", steps=12, line_search="none"
    )
    assert far.gradient_norms.max() > 1e6 * far.gradient_norms[0]
    assert far.gradient_norms[-1] > 1e3 * far.gradient_norms[0]
    assert far.reason.startswith("stopped after 12 steps")


def test_it_says_so_of_points_from_elsewhere_too():
    points = CENTRE + numpy.array([[(-1.3) ** k, 0.0, 0.0] for k in range(40)])
    assert hw.path(points, bowl).reason.startswith("diverged: after step 39 |∇f| = ")


def test_what_came_to_its_tolerance_in_a_valley_is_not_yet_stationary():
    def valley(x, y):
        return (1 - x) ** 2 + 100 * (y - x**2) ** 2

    path = hw.minimize(valley, (1e4, 3.3), method="bfgs")
    assert path.converged
    assert path.end == "not stationary"
    assert path.reason.startswith("converged to its tolerance, not yet stationary: |∇f| = ")


@pytest.mark.parametrize(
    ("function", "start", "rate"),
    [
        (lambda x: 1 - np.cos(x), 1e-4, 2.5),
        (lambda x: (x**2 - 1) ** 2 / 4, 1 + 1e-7, 1.2),
        (lambda x: np.sqrt(1 + (x - 3.0) ** 2), 3 + 1e-9, 2.5),
    ],
    ids=["cosine", "double well", "hyperbola"],
)
def test_a_path_that_goes_around_for_ever_does_not_diverge(function, start, rate):
    path = hw.minimize(function, start, method="gradient-descent", rate=rate, steps=400)
    assert path.gradient_norms[-1] > 1e3 * path.gradient_norms[0]
    assert path.reason.startswith("stopped after 400 steps")


@pytest.mark.parametrize("method", ["gradient-descent", "heavy-ball", "trust-region", "hessian-free"])
def test_where_f_falls_without_end_a_path_diverges(method):
    given = {"rate": 0.12} if method in ("gradient-descent", "heavy-ball") else {}
    path = hw.minimize(
        lambda x, y: 5 * (x - 2) ** 2 - (y + 1) ** 2, (1.0, 1.0), method=method, steps=200, **given
    )
    assert path.values[-1] < -1e20
    assert path.reason.startswith("diverged: after step 200 |∇f| = ")


def test_a_path_that_stands_still_at_a_stationary_point_has_converged():
    for method in ("gradient-descent", "bfgs", "trust-region", "saddle-free-newton"):
        rate = {"rate": 0.2} if method == "gradient-descent" else {}
        path = hw.minimize(lambda x, y: x**4 - x**2 + y**2, (1e-6, 0.0), method=method, steps=300, **rate)
        assert path.converged, method
        assert path.reason.startswith("converged at a minimum: |∇f| = "), method
    assert not hw.minimize(lambda x: x**2, 1.0, method="gradient-descent", rate=0.0).converged


def test_where_it_starts_at_a_stationary_point_nothing_has_grown():
    points = [(0.0, 0.0), (0.1, 0.0), (0.3, 0.0)]
    assert hw.path(points, lambda x, y: x**2 - y**2).reason.startswith("stopped after 2 steps")


def test_a_path_that_leaves_the_domain_of_f_does_not_diverge():
    barrier = hw.minimize(lambda x: x - np.log(x - 1.0), 3.0, line_search="none")
    assert barrier.reason == "came to where f is not finite: after step 1"
    overflow = hw.minimize(lambda x: (x - 1.0) ** 4, 3.0, method="gradient-descent", rate=1.0)
    assert overflow.reason.startswith("diverged: after step ")


@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e9], ids=["scale 1", "tiny", "huge"])
def test_where_no_slope_is_steep_a_path_that_overflows_has_diverged(scale):
    """Newton's method on arctan(x) = 0 is the textbook's: beyond 1.39 it overshoots further each time."""

    def bowl_of_bounded_slope(x):
        z = x / scale - 2.0
        return 7.0 + scale * (z * np.arctan(z) - np.log(1 + z**2) / 2)

    path = hw.minimize(bowl_of_bounded_slope, scale * 3.6, method="newton", line_search="none")
    assert numpy.abs(path.points).max() > 1e10 * scale
    assert path.gradient_norms.max() < 2 * path.gradient_norms[0]
    assert path.reason.startswith("diverged: after step ")


@pytest.mark.parametrize("centre", [0.0, 5.0], ids=["at zero", "elsewhere"])
def test_a_path_that_comes_to_a_point_without_gradient_has_not_diverged(centre):
    """The gradient of a norm is 0/0 where the norm is zero, which is its minimum."""
    points = [(centre + 3.0, 4.0), (centre + 1.5, 2.0), (centre, 0.0)]
    path = hw.path(points, lambda x, y: np.sqrt((x - centre) ** 2 + y**2))
    assert path.values[-1] == 0
    assert path.reason == "came to where ∇f is not finite: after step 2"
    assert not path.converged


def test_what_diverges_is_at_no_critical_point():
    """Along a valley that narrows without end, |∇f| is small beside the curvature however large it is."""
    path = hw.minimize(lambda x, y: (x * y - 1) ** 2, (3.0, 0.1), method="saddle-free-newton", steps=300)
    assert path.gradient_norms[-1] > 1e20
    assert path.end == "not stationary"
    assert path.reason.startswith("diverged: after step 300 |∇f| = ")
