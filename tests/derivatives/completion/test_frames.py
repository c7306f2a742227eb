"""Frames and series of pandas as data."""

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw

pd = pytest.importorskip("pandas")

RNG = onp.random.default_rng(0)
FRAME = pd.DataFrame(
    {"x": RNG.normal(size=12), "y": RNG.normal(size=12), "k": onp.arange(12)}, index=range(3, 15)
)
XS, YS, KS = (FRAME[name].to_numpy() for name in "xyk")
POINT = (0.3, 0.2)


def squares(a, b):
    return np.sum((a * XS + b - YS) ** 2)


def logistic(a, b):
    return np.sum(np.logaddexp(0, -YS * (a * XS + b * KS)))


def exponential(a, b):
    return np.sum((np.exp(a * XS) + b - YS) ** 2)


COSTS = {
    "a number times a series": (lambda a, b: np.sum((a * FRAME["x"] + b - FRAME["y"]) ** 2), squares),
    "a series times a number": (lambda a, b: np.sum((FRAME["y"] - (FRAME["x"] * a + b)) ** 2), squares),
    "its own sum": (lambda a, b: ((FRAME.y - a * FRAME.x - b) ** 2).sum(), squares),
    "its own mean": (lambda a, b: 12 * ((FRAME.y - a * FRAME.x - b) ** 2).mean(), squares),
    "rows": (lambda a, b: sum((a * r.x + b - r.y) ** 2 for r in FRAME.itertuples()), squares),
    "apply": (lambda a, b: FRAME.apply(lambda r: (a * r.x + b - r.y) ** 2, axis=1).sum(), squares),
    "a function": (lambda a, b: np.sum((np.exp(FRAME.x * a) + b - FRAME.y) ** 2), exponential),
    "a frame @ a vector": (
        lambda a, b: np.sum(np.logaddexp(0, -FRAME.y * (FRAME[["x", "k"]] @ np.array([a, b])))),
        logistic,
    ),
    "a vector @ a frame": (
        lambda a, b: np.sum(np.logaddexp(0, -FRAME.y * (np.array([a, b]) @ FRAME[["x", "k"]].T))),
        logistic,
    ),
    "dot": (
        lambda a, b: np.sum(np.logaddexp(0, -FRAME.y * np.dot(FRAME[["x", "k"]], np.array([a, b])))),
        logistic,
    ),
    "its own dot": (
        lambda a, b: np.sum(np.logaddexp(0, -FRAME.y * FRAME[["x", "k"]].dot(np.array([a, b])))),
        logistic,
    ),
    "a frame times a row": (
        lambda a, b: np.sum(np.logaddexp(0, -FRAME.y * np.sum(FRAME[["x", "k"]] * np.array([a, b]), axis=1))),
        logistic,
    ),
    "comparisons": (
        lambda a, b: np.sum(
            np.where(
                a * FRAME.x + b > FRAME.y, (a * FRAME.x + b - FRAME.y) ** 2, (FRAME.y - b - a * FRAME.x) ** 2
            )
        ),
        squares,
    ),
}


@pytest.mark.parametrize("name", COSTS)
def test_a_cost_of_frames_is_that_of_arrays(name):
    function, of_arrays = COSTS[name]
    expected = hw.curvature(of_arrays, POINT)
    found = hw.curvature(function, POINT)
    onp.testing.assert_allclose(found.value, expected.value, rtol=1e-12)
    onp.testing.assert_allclose(found.hessian, expected.hessian, rtol=1e-10)
    compiled = hw.compile(function, (0.1, 0.1))
    onp.testing.assert_allclose(compiled.hessian(POINT), expected.hessian, rtol=1e-10)


def test_a_frame_is_a_fixed_parameter():
    def cost(w, data=None):
        return np.sum((data["x"] * w[0] + w[1] - data["y"]) ** 2)

    explorer = hw.explore(cost, w=onp.array(POINT), data=FRAME)
    assert explorer.engine == "browser"
    onp.testing.assert_allclose(explorer.curvature.hessian, hw.curvature(squares, POINT).hessian, rtol=1e-10)


@pytest.mark.parametrize("compute", [hw.curvature, hw.compile])
def test_rows_that_pandas_would_join_by_their_index_are_refused(compute):
    shuffled = FRAME["y"].sample(frac=1.0, random_state=1)
    compute(lambda a: np.sum((a * FRAME["x"] - FRAME["y"]) ** 2), 0.5)
    with pytest.raises(hw.ProblemError, match="index"):
        compute(lambda a: np.sum((a * FRAME["x"] - shuffled) ** 2), 0.5)


def test_what_a_traced_value_cannot_do_is_said():
    with pytest.raises(hw.ProblemError, match=r"groupby.*test_frames\.py"):
        hw.curvature(lambda a: ((a * FRAME.x) ** 2).groupby(FRAME.k % 2).sum().sum(), 1.0)
