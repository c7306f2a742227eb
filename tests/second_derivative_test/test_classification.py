"""The second-derivative test: closed forms, published laws, scales from 1e-300 to 1e300, and bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg

from hesswidget import ProblemError, classify
from hesswidget.second_derivative_test.classification import EPS, Inertia


@pytest.mark.parametrize(
    ("diagonal", "label", "inertia"),
    [
        ([1.0, 2.0], "minimum", (2, 0, 0)),
        ([-1.0, -2.0], "maximum", (0, 0, 2)),
        ([1.0, -2.0], "saddle", (1, 0, 1)),
        ([1.0, 0.0], "degenerate", (1, 1, 0)),
        ([0.0, 0.0], "degenerate", (0, 2, 0)),
        ([-1.0, 0.0], "degenerate", (0, 1, 1)),
        ([1.0, 0.0, -1.0], "saddle", (1, 1, 1)),
        ([3.0], "minimum", (1, 0, 0)),
    ],
)
@pytest.mark.parametrize("scale", [1e-300, 1e-12, 1.0, 1e12, 1e300])
def test_signs_decide_whatever_the_scale(diagonal, label, inertia, scale):
    test = classify(scale * np.diag(diagonal))
    assert test == label
    assert test.inertia == inertia
    assert test.index == inertia[2]


def test_zero_means_within_n_eps_of_the_norm():
    n, norm = 2, 1e6
    edge = n * EPS * norm
    assert classify(np.diag([norm, 0.9 * edge])) == "degenerate"
    assert classify(np.diag([norm, 1.1 * edge])) == "minimum"
    assert classify(np.diag([norm, 1.1 * edge]), zero_tolerance=2.0) == "degenerate"
    assert classify(np.diag([norm, 0.9 * edge])).zero_threshold == edge


def test_the_hilbert_matrix_is_called_what_it_is():
    n = 12
    H = linalg.hilbert(n)
    assert classify(linalg.hilbert(8)) == "minimum"  # condition 1.5e10: within double precision
    assert classify(H) == "degenerate"  # its smallest eigenvalue, 2.6e-17, is below the rounding of H
    assert "zero within" in classify(H).reason


@given(st.integers(1, 6), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_inertia_is_invariant_under_congruence(n, seed):
    """Sylvester's law of inertia."""
    rng = np.random.default_rng(seed)
    signs = rng.choice([-1.0, 0.0, 1.0], n)
    orthogonal = linalg.qr(rng.normal(size=(n, n)))[0]
    S = orthogonal * rng.uniform(0.5, 2.0, n)
    H = S @ np.diag(signs) @ S.T
    expected = Inertia(int(np.sum(signs > 0)), int(np.sum(signs == 0)), int(np.sum(signs < 0)))
    assert classify(H / 2 + H.T / 2, zero_tolerance=20).inertia == expected


def test_eigenpairs_agree_with_scipy():
    rng = np.random.default_rng(3)
    A = rng.normal(size=(7, 7))
    test = classify(A + A.T)
    np.testing.assert_allclose(test.eigenvalues, linalg.eigvalsh(A + A.T), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(
        (A + A.T) @ test.eigenvectors, test.eigenvectors * test.eigenvalues, atol=1e-12
    )


def test_the_gradient_is_judged_against_the_hessian_and_the_scale():
    H = np.diag([2.0, 4.0])
    assert classify(H, [1e-9, 0.0]) == "minimum"
    assert classify(H, [1e-6, 0.0]) == "not stationary"
    assert classify(H, [1e-6, 0.0], stationarity_scale=1e3) == "minimum"
    assert classify(1e-12 * H, [1e-18, 0.0]) == "not stationary"
    assert classify(1e12 * H, [1e3, 0.0]) == "minimum"
    assert classify(H, [1e-6, 0.0], stationarity_tolerance=1e-5) == "minimum"


def test_the_reason_shows_its_numbers():
    test = classify(np.diag([-0.31, 0.0, 1.0, 2.0, 3.0]), np.full(5, 1e-9))
    assert test.reason.startswith("saddle of index 1 of 5: λ_min = −0.31")
    assert "one eigenvalue is zero within" in test.reason
    assert "|∇f| = 2.24e-9 ≤ 4.47e-8" in test.reason
    assert str(test) == test.reason


def test_a_matrix_that_is_no_hessian_is_undefined():
    test = classify([[0.0, -1.0], [1.0, 0.0]])  # Schwarz: f_xy = −1, f_yx = +1
    assert test == "undefined"
    assert test.asymmetry == 2.0
    assert "mixed partial derivatives differ" in test.reason


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_named(bad):
    test = classify([[1.0, bad], [0.0, 1.0]], labels=("x", "y"))
    assert test == "undefined"
    assert "∂²f/∂x∂y" in test.reason
    assert test.inertia == (0, 0, 0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (([1.0, 2.0],), "square matrix"),
        (([[1.0, 2.0]],), "square matrix"),
        (([["a"]],), "real numbers"),
        (([[1.0 + 1.0j]],), "complex"),
        (([[1.0]], [1.0, 2.0]), "gradient has shape"),
        (([[1.0]], "no"), "gradient was given"),
    ],
)
def test_bad_input_gets_a_sentence(arguments, sentence):
    with pytest.raises(ProblemError, match=sentence):
        classify(*arguments)


def test_what_overflows_is_undefined():
    assert classify([[1e308, 1e308], [1e308, 1e308]]) == "undefined"


def test_bad_tolerances_get_a_sentence():
    with pytest.raises(ProblemError, match="labels"):
        classify(np.eye(2), labels=("x",))
    with pytest.raises(ProblemError, match="zero_tolerance"):
        classify([[1.0]], zero_tolerance=-1)
    with pytest.raises(ProblemError, match="stationarity_scale"):
        classify([[1.0]], stationarity_scale=float("inf"))
