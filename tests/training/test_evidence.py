"""The evidence of a weight decay: against the marginal likelihood itself, scikit-learn, and its own maximum."""

import numpy
import pytest
from scipy.stats import multivariate_normal

from hesswidget import models
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.problem.problem import Problem
from hesswidget.training.evidence import Laplace, effective_dimension, log_evidence


@pytest.fixture(params=[(30, 6, 0.5), (12, 3, 0.1), (20, 20, 1.0)], ids=str)
def data(request):
    count, d, noise = request.param
    random = numpy.random.default_rng(d)
    inputs = random.standard_normal((count, d)) @ random.standard_normal((d, d)) / d**0.5
    return inputs, inputs @ random.standard_normal(d) + noise * random.standard_normal(count)


def laplace(inputs, targets, at=None):
    """That of linear regression, about any point."""
    model = models.linear_regression(inputs, targets, intercept=False)
    problem = Problem.at(model, {"w": numpy.zeros(inputs.shape[1]) if at is None else at}, None, {})
    f, count = Objective(problem), len(targets)
    return Laplace.of(
        f.value(problem.start),
        f.gradient(problem.start),
        model.ggn(problem.start),
        problem.start,
        count,
        count,
    )


@pytest.mark.parametrize(("alpha", "beta"), [(0.7, 3.0), (0.05, 20.0), (50.0, 0.2)])
def test_it_is_the_marginal_likelihood_of_a_linear_model(data, alpha, beta):
    inputs, targets = data
    count, d = inputs.shape
    decay = alpha / (count * beta)
    gram = inputs.T @ inputs / count
    w = numpy.linalg.solve(gram + decay * numpy.eye(d), inputs.T @ targets / count)
    loss = numpy.mean((inputs @ w - targets) ** 2) / 2 + decay / 2 * w @ w
    found = log_evidence(loss, numpy.linalg.eigvalsh(gram), decay, count, count, beta)
    covariance = numpy.eye(count) / beta + inputs @ inputs.T / alpha
    assert found == pytest.approx(
        multivariate_normal(numpy.zeros(count), covariance).logpdf(targets), rel=1e-10
    )


def test_the_best_noise_is_taken_where_none_is_given(data):
    inputs, targets = data
    about, decay, count = laplace(inputs, targets), 0.02, len(targets)
    tried = [
        multivariate_normal(
            numpy.zeros(count), (numpy.eye(count) + inputs @ inputs.T / (decay * count)) / beta
        ).logpdf(targets)
        for beta in numpy.logspace(-3, 5, 2000)
    ]
    assert about.log_evidence(decay) == pytest.approx(max(tried), abs=1e-3)
    assert about.log_evidence(decay) >= max(tried) - 1e-9


def test_the_point_about_which_a_quadratic_loss_is_known_does_not_matter(data):
    one, other = (
        laplace(*data),
        laplace(*data, at=numpy.random.default_rng(5).standard_normal(data[0].shape[1])),
    )
    assert one.log_evidence(0.1) == pytest.approx(other.log_evidence(0.1), rel=1e-8)
    assert one.fixed_point(1.0) == pytest.approx(other.fixed_point(1e-4), rel=1e-6)


def test_the_fixed_point_is_the_maximum_and_that_of_scikit_learn(data):
    sklearn = pytest.importorskip("sklearn.linear_model")
    inputs, targets = data
    about, count = laplace(inputs, targets), len(targets)
    best = about.fixed_point(1e-2)
    none = dict.fromkeys(("alpha_1", "alpha_2", "lambda_1", "lambda_2"), 0.0)
    ridge = sklearn.BayesianRidge(**none, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(
        inputs, targets
    )
    assert best == pytest.approx(ridge.lambda_ / ridge.alpha_ / count, rel=1e-6)
    around = [about.log_evidence(best * factor) for factor in (0.9, 0.99, 1.01, 1.1)]
    assert about.log_evidence(best) > max(around)


def test_of_classes_there_is_no_noise_to_be_found():
    model = models.logistic_regression("moons")
    count = len(model.train)
    point = numpy.array([1.0, -1.0, 0.2])
    f = Objective(Problem.at(model, point, None, {}))
    about = Laplace.of(f.value(point), f.gradient(point), model.ggn(point), point, count, 0)
    best = about.fixed_point(0.1)
    assert about.log_evidence(best) > max(about.log_evidence(best * x) for x in (0.8, 1.25))
    assert 0 < effective_dimension(about.eigenvalues, best) < 3


def test_the_effective_dimension_falls_from_the_rank_to_nothing():
    eigenvalues = numpy.array([0.0, 1e-3, 1.0, 50.0])
    counted = [float(effective_dimension(eigenvalues, c)) for c in (1e-12, 1e-3, 1.0, 1e6)]
    assert counted == sorted(counted, reverse=True)
    assert counted[0] == pytest.approx(3.0, abs=1e-8)
    assert counted[-1] < 1e-4


@pytest.mark.parametrize("decay", [1e-6, 1e-3, 0.3])
@pytest.mark.parametrize("name", ["chebyshev", "moons"])
def test_of_fewer_samples_than_weights_a_factor_tells_the_same(name, decay):
    model = models.mlp(name, widths=(1 if name == "chebyshev" else 2, 20, 1))
    f = TracedFunction(TracedProblem.of(Problem.at(model, None, None, {})), numpy.array([]))
    point, samples = f.traced.problem.start, len(model.train)
    value, gradient = f.value_and_gradient(point)
    factor, matrix = f.ggn_factor(point), f.ggn(point)
    assert factor.shape[0] < factor.shape[1]
    numpy.testing.assert_allclose(factor.T @ factor, matrix, atol=1e-14 * numpy.abs(matrix).max())
    numbers = samples if name == "chebyshev" else 0
    whole = Laplace.of(value, gradient, matrix, point, samples, numbers)
    few = Laplace.of_factor(value, gradient, factor, point, samples, numbers)
    assert few.log_evidence(decay) == pytest.approx(whole.log_evidence(decay), rel=1e-7)
    assert few.fixed_point(0.01) == pytest.approx(whole.fixed_point(0.01), rel=1e-6)
    numpy.testing.assert_allclose(few.eigenvalues, whole.eigenvalues, atol=1e-13 * whole.eigenvalues.max())
