"""Every method on every problem: it ends in a way that it says, never raises, and falls where it is made to fall."""

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.descent.methods import METHODS

X = onp.linspace(-1.0, 1.0, 9)


def network(w):
    hidden = np.tanh(np.outer(X, w[:3]) + w[3:6])
    return 0.5 * np.mean((np.dot(hidden, w[6:9]) + w[9] - onp.sin(2 * X)) ** 2)


PROBLEMS = {
    "quadratic": (lambda x, y: 0.5 * x**2 + 3 * y**2 + x * y, (1.7, 0.4)),
    "rosenbrock": (lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2, (-1.2, 1.0)),
    "beale": (
        lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
        (1.0, 1.0),
    ),
    "network": (network, onp.random.default_rng(0).normal(size=10)),
    "quartic": (lambda x: x**4, 1.0),
    "saddle": (lambda x, y: x**2 - y**2 + 0.1 * y**4, (1.0, 0.0)),
    "below nothing": (lambda x, y: x**2 - y**2, (1.0, 0.1)),
    "linear": (lambda x, y: x + 2 * y, (0.0, 0.0)),
    "half-line": (lambda x: 5 * x - np.log(x), 3.0),
    "steep": (lambda x, y: 1e6 * (x**2 + y**2), (1.0, 2.0)),
    "steepest": (lambda x, y: 1e150 * (x**2 + y**2), (1.0, 2.0)),
}
DESCEND = {
    "damped-newton", "levenberg-marquardt", "trust-region", "dogleg", "cubic",
    "bfgs", "dfp", "sr1", "l-bfgs", "hessian-free", "gradient-then-newton",
}  # fmt: skip
ENDINGS = (
    "converged",
    "runs away: |∇f| =",
    "stopped after ",
    "stands still after ",
    "diverged: after step ",
    "came to where f is not finite: after step ",
    "broke down at ",
)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("name", METHODS)
def test_every_method_ends_in_a_way_that_it_says(name, problem):
    f, start = PROBLEMS[problem]
    path = hw.minimize(f, start, method=name, steps=60)
    assert path.reason.startswith(ENDINGS)
    assert onp.isfinite(path.points).all()
    assert onp.isfinite(path.values[:-1]).all()
    assert (onp.diff(path.cost) >= 1).all()
    if name in DESCEND:
        fallen = path.values[onp.isfinite(path.values)]
        assert (onp.diff(fallen) <= 1e-14 * onp.abs(fallen[:-1])).all()
        if problem != "steepest":  # where no halving of a gradient reaches far enough
            assert path.values[-1] < path.values[0]


@pytest.mark.parametrize("problem", ["rosenbrock", "beale", "saddle", "half-line"])
@pytest.mark.parametrize("name", ["trust-region", "cubic", "l-bfgs", "hessian-free", "damped-newton"])
def test_what_falls_comes_to_the_least(name, problem):
    least = {"rosenbrock": 0.0, "beale": 0.0, "saddle": -2.5, "half-line": 1 + onp.log(5)}[problem]
    f, start = PROBLEMS[problem]
    beside = (1.0, 1e-3) if problem == "saddle" else start
    path = hw.minimize(f, beside, method=name, steps=300, tolerance=1e-8)
    assert path.converged, path.reason
    assert path.values[-1] == pytest.approx(least, abs=1e-8)
