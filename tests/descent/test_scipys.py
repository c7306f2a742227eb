"""SciPy's solvers race as they run alone, and say what became of them in our words."""

import autograd.numpy as np
import numpy as onp
import pytest
from scipy.optimize import minimize, rosen, rosen_der, rosen_hess

import hesswidget as hw
from hesswidget.descent.scipys import NAMES, WITH_HESSIAN, WITHOUT_GRADIENT

START = onp.array([-1.2, 1.0])


def rosenbrock(w):
    return (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2


@pytest.mark.parametrize("name", NAMES)
def test_a_solver_goes_where_it_goes_alone(name):
    path = hw.minimize(rosenbrock, START, method=f"scipy:{name}", steps=12, tolerance=0.0)
    met = [START.copy()]
    derivatives = {} if name in WITHOUT_GRADIENT else {"jac": rosen_der}
    if name in WITH_HESSIAN:
        derivatives["hess"] = rosen_hess
    keep = lambda x, *_: met.append(onp.array(x))
    with onp.errstate(all="ignore"):
        minimize(rosen, START, method=name, callback=keep, tol=0.0, **derivatives)
    count = min(len(path), len(met), 4)  # rounding grows along a path
    assert count == 4
    onp.testing.assert_allclose(path.points[:count], met[:count], rtol=1e-6, atol=1e-8)
    assert (onp.diff(path.cost) > 0).all()
    assert "steps: |∇f| =" in path.reason


def test_it_converges_by_our_rule_and_its_cost_is_what_it_called():
    calls = {"value": 0, "gradient": 0}

    def counted(name, f):
        def call(x):
            calls[name] += 1
            return f(x)

        return call

    minimize(counted("value", rosen), START, jac=counted("gradient", rosen_der), method="BFGS", tol=1e-10)
    path = hw.minimize(rosenbrock, START, method="scipy:BFGS", steps=200, tolerance=1e-8)
    assert path.converged
    onp.testing.assert_allclose(path.points[-1], [1.0, 1.0], atol=1e-6)
    assert (
        0.7 * (calls["value"] / 3 + calls["gradient"])
        < path.cost[-1]
        < 1.3 * (calls["value"] / 3 + calls["gradient"])
    )


def test_it_races_in_the_kernel_beside_ours():
    w = hw.descend("rosenbrock", (-1.2, 1.0), methods=["bfgs", "scipy:BFGS", "scipy:trust-exact"])
    assert w.engine == "kernel"
    assert "scipy:BFGS runs in Python" in w.engine_reason
    assert [path.converged for path in w.paths] == [True, True, True]
    assert w._problem["call"]["rest"]["methods"] == "['bfgs', 'scipy:BFGS', 'scipy:trust-exact']"
    with pytest.raises(hw.ProblemError, match="did you mean 'scipy:BFGS'"):
        hw.descend("rosenbrock", methods=["scipy:bfg"])
    assert hw.minimize(rosenbrock, START, method="SciPy:bfgs", steps=2).method == "scipy:BFGS"


@pytest.mark.parametrize("name", ["BFGS", "dogleg", "Newton-CG"])
def test_what_breaks_down_says_so_and_raises_nothing(name):
    for function in (lambda w: np.log(w[0]) + w[1] ** 2, lambda w: w[0] + w[1], lambda w: -np.sum(w**2)):
        path = hw.minimize(function, onp.array([0.5, 0.5]), method=f"scipy:{name}", steps=30)
        assert path.reason
        assert onp.isfinite(path.points).all()
    edge = hw.minimize(lambda x, y: np.sqrt(x) + y**2, (0.0, 1.0), method=f"scipy:{name}")
    assert edge.reason == "it starts where ∇f is not finite (begin elsewhere)"
