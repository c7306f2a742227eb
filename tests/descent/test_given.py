"""Anybody's points: `hw.path` and `hw.PathRecorder`, by SciPy's callbacks and in loops of one's own."""

import autograd.numpy as np
import numpy as onp
import pytest
from scipy.optimize import least_squares, minimize

import hesswidget as hw


def rosenbrock(x, y, b=100.0):
    return (1 - x) ** 2 + b * (y - x**2) ** 2


def of_vector(w):
    return rosenbrock(w[0], w[1])


@pytest.mark.parametrize("method", ["newton", "bfgs", "gradient-descent"])
def test_the_points_of_a_path_make_the_same_path(method):
    own = hw.minimize(rosenbrock, (-1.2, 1.0), method=method, steps=150, b=10.0)
    given = hw.path(own.points, rosenbrock, method=method, b=10.0)
    for name in ("points", "values", "gradients"):
        onp.testing.assert_allclose(getattr(given, name), getattr(own, name), rtol=1e-12, atol=1e-12)
    assert (given.function, given.method, given.converged, given.reason) == (
        own.function, method, own.converged, own.reason,
    )  # fmt: skip
    assert given.curvature_models is None
    assert given.cost.tolist() == list(range(len(own)))
    assert given.order(limit=[1.0, 1.0]) == own.order(limit=[1.0, 1.0])


def test_many_points_are_computed_at_once():
    calls = []

    def counted(x, y):
        calls.append(x)
        return rosenbrock(x, y)

    points = onp.random.default_rng(2).normal(size=(1000, 2))
    path = hw.path(points, counted)
    assert len(calls) < 100
    onp.testing.assert_allclose(path.values, rosenbrock(*points.T))


def test_what_cannot_be_recorded_is_computed_all_the_same():
    def branched(x, y):
        return x**2 + y**2 if x > 0 else x**2 + 2 * y**2

    points = onp.random.default_rng(2).normal(size=(150, 2))
    path = hw.path(points, branched)
    x, y = points.T
    onp.testing.assert_allclose(path.values, x**2 + onp.where(x > 0, 1, 2) * y**2)
    onp.testing.assert_allclose(path.gradients[:, 1], onp.where(x > 0, 2, 4) * y)


def test_it_is_nan_outside_of_the_domain():
    def guarded(x):
        if x < 0:
            raise ValueError("below zero")
        return np.sqrt(x)

    for function in (lambda x: np.sqrt(x), guarded):
        path = hw.path([4.0, 1.0, -1.0], function)
        assert path.values[:2].tolist() == [2.0, 1.0]
        assert onp.isnan([path.values[2], path.gradients[2, 0]]).all()
        said = "came to where f is not finite: after step 2"
        assert path.reason.startswith(
            said + ": guarded raised ValueError: below zero" if function is guarded else said
        )
        assert not path.converged


def test_without_a_function_points_are_all_that_is_known():
    path = hw.path([[1.0, 2.0], [0.5, 1.0]])
    assert path.points.tolist() == [[1.0, 2.0], [0.5, 1.0]]
    assert onp.isnan(path.values).all()
    assert path.gradients.shape == (2, 2)
    assert (path.converged, path.reason) == (False, "ended after one step; f is not known")
    assert path.order(limit=[0.0, 0.0]).kind == "unknown"


@pytest.mark.parametrize(
    ("points", "function", "given", "sentence"),
    [
        ([], None, {}, "there are no points"),
        (3.0, None, {}, "points is 3.0; it takes a sequence of points"),
        (None, None, {}, "points is None"),
        ([[1.0, 2.0], [1.0]], None, {}, "point 1 has one value, but point 0 has 2"),
        ([[1.0, 2.0], [1.0, float("nan")]], None, {}, "point 1 has nan at place 1; it takes finite numbers"),
        ([[1.0, "a"]], None, {}, "point 0[1] is 'a', which is no array of real numbers"),
        ([[1.0 + 2.0j]], None, {}, "which is no array of real numbers"),
        ([[]], None, {}, "point 0 holds no numbers"),
        ([object()], None, {}, "which is no array of real numbers"),
        ([[1.0, 2.0, 3.0]], rosenbrock, {}, "takes 2 variables (x, y) but the point has 3 values"),
        ([[1.0, 2.0]], 7, {}, "7 is not a function"),
        ([[1.0, 2.0]], "rosenbrok", {}, "did you mean 'rosenbrock'"),
        ([[1.0, 2.0]], lambda w: w, {}, "returned an array of shape (2,)"),
        ([[1.0, 2.0]], lambda w: w @ onp.eye(3) @ w, {}, "raised ValueError"),
        ([[1.0, 2.0]], rosenbrock, {"c": 1.0}, "unknown argument 'c'"),
        ([[1.0, 2.0]], None, {"b": 1.0}, "b was given without a function"),
        ([[1.0, 2.0]], rosenbrock, {"tolerance": -1.0}, "tolerance is -1.0"),
        ([[1.0, 2.0]], rosenbrock, {"method": 3}, "method is 3; it takes text"),
    ],
)
def test_a_bad_call_is_a_sentence(points, function, given, sentence):
    with pytest.raises(hw.ProblemError) as caught:
        hw.path(points, function, **given)
    assert sentence in str(caught.value)


METHODS = "Nelder-Mead Powell CG BFGS L-BFGS-B TNC SLSQP trust-constr Newton-CG COBYQA".split()


@pytest.mark.parametrize("method", METHODS)
def test_scipy_calls_it_back_and_it_keeps_copies(method):
    start = onp.array([-1.2, 1.0])
    gradient = lambda w: hw.curvature(of_vector, w).gradient
    jac = {"jac": gradient} if method not in ("Nelder-Mead", "Powell", "COBYQA") else {}
    options = {"maxfun" if method == "TNC" else "maxiter": 25}
    recorder, alone = hw.PathRecorder(start), []
    found = minimize(of_vector, start, method=method, callback=recorder, options=options, **jac)
    keep = lambda w, *_: alone.append(onp.array(w))
    minimize(of_vector, start, method=method, callback=keep, options=options, **jac)
    onp.testing.assert_array_equal(recorder.points, [start, *alone])
    assert len({tuple(point) for point in recorder.points}) > 5  # no references to one array
    path = recorder.path(rosenbrock, method=method)
    assert path.values[-1] <= found.fun + 1e-12 or method == "trust-constr"


def test_scipy_s_other_signatures():
    recorder, other = hw.PathRecorder(), hw.PathRecorder()

    def callback(*, intermediate_result):
        other(intermediate_result=intermediate_result)
        recorder(intermediate_result)

    minimize(of_vector, [-1.2, 1.0], method="BFGS", callback=callback)
    assert len(recorder) > 10
    onp.testing.assert_array_equal(recorder.points, other.points)
    assert (
        recorder(onp.zeros(2), 0.5) is None
    )  # as of `root` and differential evolution, which stop for what is true


class Tensor:
    """Like a tensor of torch that is differentiated: numpy() refuses, and what it returns is not a copy."""

    def __init__(self, array, is_attached=True):
        self.array, self.is_attached = array, is_attached

    def detach(self):
        return Tensor(self.array, False)

    def cpu(self):
        return self

    def __array__(self, dtype=None, copy=None):
        if self.is_attached:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        return self.array


def test_a_loop_of_one_s_own_hands_over_what_it_has():
    recorder = hw.PathRecorder()
    weights, bias = onp.array([[1.0, 2.0], [3.0, 4.0]], dtype="float32"), onp.array(5.0)
    for _ in range(3):
        recorder({"layers": [(Tensor(weights), Tensor(bias)), (None, [6, 7.0])]})
        weights *= 0.5  # in place, as optimizers do
        bias -= 1.0
    assert recorder.points.tolist() == [
        [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0],
        [0.5, 1.0, 1.5, 2.0, 4.0, 6.0, 7.0],
        [0.25, 0.5, 0.75, 1.0, 3.0, 6.0, 7.0],
    ]
    generator = hw.PathRecorder(Tensor(onp.full(2, k)) for k in range(2))  # as model.parameters() is
    assert generator.points.tolist() == [[0.0, 0.0, 1.0, 1.0]]


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (onp.zeros(2), onp.zeros(3), "point 1 has shape (3,), where those before have (2,)"),
        ({"w": [1.0]}, {"w": [1.0, 2.0]}, "point 1['w'] has shape (2,), where those before have (1,)"),
        ({"w": 1.0, "b": 2.0}, {"w": 1.0}, "lacks \"['b']\""),
        ([[1.0]], [[1.0], [2.0]], "has '[1]' besides"),
        ([1.0], "ab", "point 1 is 'ab', which is no array of real numbers"),
        ([1.0], None, "point 1 holds no numbers"),
    ],
)
def test_other_points_than_the_first_are_refused_in_a_sentence(first, second, sentence):
    recorder = hw.PathRecorder(first)
    with pytest.raises(hw.ProblemError) as caught:
        recorder(second)
    assert sentence in str(caught.value)
    assert len(recorder) == 1
    recorder.clear()
    assert (len(recorder), recorder.points.shape, repr(recorder)) == (0, (0, 0), "<PathRecorder: 0 points>")
    with pytest.raises(hw.ProblemError, match="there are no points"):
        recorder.path()
    recorder([1.0, 2.0, 3.0, 4.0])
    assert recorder.points.shape == (1, 4)


def test_a_dict_may_come_in_another_order():
    recorder = hw.PathRecorder({"w": onp.ones(2), "b": 5.0})
    recorder({"b": 6.0, "w": onp.zeros(2)})  # as JAX returns it, which sorts the keys
    assert recorder.points.tolist() == [[1.0, 1.0, 5.0], [0.0, 0.0, 6.0]]


def test_what_it_returns_is_a_copy():
    recorder = hw.PathRecorder([1.0, 2.0])
    recorder.points[:] = 0.0
    assert recorder.points.tolist() == [[1.0, 2.0]]


def test_least_squares_too():
    recorder = hw.PathRecorder()
    least_squares(lambda w: [1 - w[0], 10 * (w[1] - w[0] ** 2)], [-1.2, 1.0], callback=recorder)
    onp.testing.assert_allclose(recorder.points[-1], [1.0, 1.0], atol=1e-6)


def of_blocks(params, scale=1.0):
    return scale * np.sum(params["W"] ** 2 * np.array([1.0, 2.0])) + params["b"][0] ** 4


def of_names(b, W):
    return np.sum(W**2 * np.array([1.0, 2.0])) + b[0] ** 4


def steps_of_blocks():
    return [{"W": k * onp.ones((2, 2)), "b": [onp.array([k + 1.0])]} for k in (3.0, 2.0, 1.0)]


VALUES = [6 * k**2 + (k + 1.0) ** 4 for k in (3.0, 2.0, 1.0)]


def of_names_and_lists(b, W):
    return of_names(b[0], W)


@pytest.mark.parametrize("function", [of_blocks, of_names_and_lists], ids=["one argument", "by name"])
@pytest.mark.parametrize("recorded", [False, True], ids=["points", "recorder"])
def test_a_function_of_blocks_gets_points_in_their_structure(function, recorded):
    steps = steps_of_blocks()
    if recorded:
        recorder = hw.PathRecorder()
        for step in steps:
            recorder(step)
        path = recorder.path(function)
    else:
        path = hw.path(
            [dict(reversed(step.items())) if k == 1 else step for k, step in enumerate(steps)], function
        )
    onp.testing.assert_allclose(path.values, VALUES)
    start = dict(steps[0]) if function is of_blocks else None
    exact = hw.curvature(function, start) if start else hw.curvature(function, **steps[0])
    onp.testing.assert_allclose(path.gradients[0], exact.gradient)
    onp.testing.assert_array_equal(path.points[0], exact.point)


def test_a_function_of_a_vector_gets_the_numbers_of_blocks_in_order():
    path = hw.path(
        steps_of_blocks(), lambda v: np.sum(v[:4] ** 2 * np.array([1.0, 2.0, 1.0, 2.0])) + v[4] ** 4
    )
    onp.testing.assert_allclose(path.values, VALUES)
