"""How the gradient and Newton's step lie beside the eigenvectors."""

import numpy as np
import pytest

from hesswidget.second_derivative_test.steps import Steps

FAR = 100.0


def steps_of(gradient, H, is_stationary=False, farthest=FAR):
    eigenvalues, vectors = np.linalg.eigh(H)
    with np.errstate(all="ignore"):
        step = -np.linalg.solve(H, gradient) if np.all(eigenvalues) else np.full(len(H), np.nan)
        return step, vectors, Steps.of(gradient, eigenvalues, vectors, step, is_stationary, farthest)


def degrees(one, other):
    return np.degrees(np.arccos(np.clip(one @ other / np.linalg.norm(one) / np.linalg.norm(other), -1, 1)))


@pytest.mark.parametrize("n", [1, 2, 3, 7])
@pytest.mark.parametrize("size", [1e-150, 1.0, 1e150])
def test_angles_and_lengths_are_those_of_the_vectors_whatever_their_size(n, size):
    rng = np.random.default_rng(n)
    A, gradient = rng.normal(size=(n, n)), rng.normal(size=n)
    step, vectors, steps = steps_of(gradient * size, (A + A.T) * size)
    np.testing.assert_allclose(
        steps.gradient_angles,
        [min(degrees(gradient, v), degrees(gradient, -v)) for v in vectors.T],
        atol=1e-5,
    )
    np.testing.assert_allclose(
        steps.newton_angles, [min(degrees(step, v), degrees(step, -v)) for v in vectors.T], atol=1e-5
    )
    assert steps.newton_turn == pytest.approx(degrees(step, -gradient), abs=1e-5)
    largest = np.abs(np.linalg.eigvalsh(A + A.T)).max()
    np.testing.assert_allclose(steps.ascent, gradient / largest, rtol=1e-9)


def test_where_curvature_is_the_same_all_around_both_steps_are_one():
    step, _, steps = steps_of(np.array([1.0, -2.0]), 4 * np.eye(2))
    np.testing.assert_allclose(steps.ascent, -step)
    assert steps.newton_turn == pytest.approx(0, abs=1e-6)


def test_to_a_maximum_the_step_leads_uphill():
    assert steps_of(np.array([1.0, -2.0]), -4 * np.eye(2))[2].newton_turn == pytest.approx(180, abs=1e-5)


def test_without_curvature_the_gradient_leads_out_of_what_is_shown_and_there_is_no_step():
    _, _, steps = steps_of(np.array([3.0, 4.0]), np.zeros((2, 2)))
    np.testing.assert_allclose(steps.ascent, [0.6 * FAR, 0.8 * FAR])
    assert np.isnan(steps.newton_angles).all()
    assert np.isnan(steps.newton_turn)
    assert np.isfinite(steps.gradient_angles).all()


def test_rounding_at_a_stationary_point_has_no_direction():
    _, _, steps = steps_of(np.array([1e-17, 0.0]), np.eye(2), is_stationary=True)
    assert all(np.isnan(part).all() for part in steps)
