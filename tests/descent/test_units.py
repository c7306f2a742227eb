"""A method goes by f, not by the units of f and its variables: none ends for want of a first trial."""

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw

START = np.array([-1.2, 1.0])
SEARCHING = [
    ("gradient-descent", {"line_search": "backtracking"}),
    ("nonlinear-cg", {"line_search": "backtracking"}),
    ("bfgs", {}),
    ("dfp", {}),
    ("sr1", {}),
    ("l-bfgs", {}),
    ("damped-newton", {}),
    ("newton", {"line_search": "backtracking"}),
    ("hessian-free", {}),
    ("gradient-then-newton", {}),
]
NAMES = [f"{name}-{len(given)}" for name, given in SEARCHING]


def rosenbrock(v):
    return (1 - v[0]) ** 2 + 100 * (v[1] - v[0] ** 2) ** 2


def in_units(of_f, of_x, above=0.0, aside=0.0):
    return (lambda w: above + of_f * rosenbrock((w - aside) / of_x)), of_x * START + aside


@pytest.mark.parametrize(
    "units",
    [
        (1e12, 1.0),
        (1e-12, 1.0),
        (1.0, 1e6),
        (1.0, 1e-12),
        (1e-7, 1e5),
        (1.0, 1.0, 1e6),
        (1.0, 1.0, -1e6, 1e3),
    ],
    ids="f×1e12 f×1e-12 x×1e6 x×1e-12 both f+1e6 f−1e6,x+1e3".split(),
)
@pytest.mark.parametrize(("method", "given"), SEARCHING, ids=NAMES)
def test_a_search_finds_its_way_down_in_all_units(method, given, units):
    f, start = in_units(*units)
    path = hw.minimize(f, start, method=method, steps=300, **given)
    away = (path.points - (units[3] if len(units) > 3 else 0.0)) / units[1]
    heights = onp.array([rosenbrock(x) for x in away])
    assert heights[-1] < 4.3  # it is in the valley, of 24 where it starts
    assert path.converged or "stands still" not in path.reason
    if (
        method in ("bfgs", "l-bfgs", "sr1", "damped-newton", "newton", "gradient-then-newton")
        and units[1] == 1.0
    ):
        onp.testing.assert_allclose(away[-1], [1.0, 1.0], atol=1e-3)
        assert path.converged, path.reason
        assert path.end in (
            "minimum",
            "not stationary",
        )  # by Newton's step, which may be longer than one says of |∇f|


@pytest.mark.parametrize("factor", [1e-12, 1e-3, 1e8, 1e20])
@pytest.mark.parametrize(("method", "given"), SEARCHING, ids=NAMES)
def test_a_bowl_of_any_steepness_is_gone_down_to_its_bottom(method, given, factor):
    if method == "hessian-free" and factor == 1e-12:
        pytest.skip("its damping is a curvature that the user gives, and 1 here")
    path = hw.minimize(lambda x, y: factor * (x**2 + y**2), (1.0, 2.0), method=method, steps=400, **given)
    assert path.converged, path.reason
    assert path.end == "minimum"
    onp.testing.assert_allclose(path.points[-1], 0.0, atol=1e-8)


@pytest.mark.parametrize("power", [40, -40])
def test_a_power_of_two_leaves_newton_s_search_the_same_to_the_last_bit(power):
    usual = hw.minimize(rosenbrock, START, method="damped-newton")
    scaled = hw.minimize(lambda v: 2.0**power * rosenbrock(v), START, method="damped-newton")
    onp.testing.assert_allclose(scaled.points, usual.points, rtol=1e-9)
    assert len(scaled) == len(usual)


def test_where_a_search_is_the_unit_of_its_first_trial_does_not_count_for_long():
    steep = hw.minimize(rosenbrock, START, method="gradient-descent", line_search="backtracking", steps=200)
    for rate in (1e-15, 1e15):
        given = {"method": "gradient-descent", "line_search": "backtracking", "steps": 250, "rate": rate}
        assert hw.minimize(rosenbrock, START, **given).values[-1] < 2 * steep.values[-1]


@pytest.mark.parametrize("steps", [1, 4])
def test_a_fall_within_the_rounding_of_f_stops_no_newton_step(steps):
    path = hw.minimize(
        lambda x, y: 1e8 + x**2 + 3 * y**2, (1e-5, 1e-5), method="damped-newton", tolerance=1e-14, steps=steps
    )
    assert path.converged
    onp.testing.assert_allclose(path.points[-1], 0.0, atol=1e-18)


@pytest.mark.parametrize("shift", [0.0, 17.3])
@pytest.mark.parametrize("size", [1e-9, 1.0, 1e9])
def test_a_search_goes_up_in_no_direction(size, shift):
    path = hw.minimize(
        lambda x, y: size * (np.cos(x - shift) + y**2),
        (shift + 0.4, 0.3),
        method="newton",
        line_search="backtracking",
    )
    assert (np.diff(path.values) <= 0).all()
    assert path.reason.startswith("stands still")


@pytest.mark.parametrize("factor", [1e-150, 1e-20, 1e20, 1e150])
@pytest.mark.parametrize("method", ["gradient-descent", "nonlinear-cg", "newton"])
def test_an_exact_search_squares_nothing_that_could_overflow(method, factor):
    def bowl(x, y):
        return x**2 / 2 + 5 * y**2

    usual, scaled = (
        hw.minimize(
            lambda x, y, c=c: c * bowl(x, y), (1.0, 1.3), method, 8, line_search="exact", tolerance=0.0
        )
        for c in (1.0, factor)
    )
    count = min(len(usual), len(scaled), 4)
    assert count > 1
    onp.testing.assert_allclose(scaled.points[:count], usual.points[:count], rtol=1e-9, atol=1e-12)
