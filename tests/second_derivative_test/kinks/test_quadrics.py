"""The sign of a piecewise quadratic form: what many samples of it say, and bounds where there are many pieces."""

import numpy as np
import pytest

from hesswidget.second_derivative_test.kinks.quadrics import Border, Quadrics

FLAT = np.zeros((2, 2))


def plane(normal):
    normal = np.array(normal, dtype=float)
    return Border(normal, np.zeros((len(normal), len(normal))))


@pytest.mark.parametrize("seed", range(40))
def test_in_the_plane_it_is_exact(seed):
    """Changes across a line are along its normal alone, across a cone multiples of it; so the form is continuous."""
    rng = np.random.default_rng(seed)
    A, B = rng.normal(size=(2, 2, 2))
    first, bend, normal = A + A.T + 2 * np.eye(2), B + B.T, rng.normal(size=2)
    changes = [rng.normal() * np.outer(normal, normal), rng.normal() * bend]
    quadrics = Quadrics(first, changes, [plane(normal), Border(np.zeros(2), bend)])
    angles = np.linspace(0, 2 * np.pi, 20_001)
    d = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    values = np.sum(d @ first * d, axis=1)
    values += (d @ normal < 0) * np.sum(d @ changes[0] * d, axis=1)
    values += (np.sum(d @ bend * d, axis=1) < 0) * np.sum(d @ changes[1] * d, axis=1)
    assert quadrics.low[0] <= np.min(values) + 1e-12
    assert quadrics.high[0] >= np.max(values) - 1e-12
    np.testing.assert_allclose(
        [quadrics.low[0], quadrics.high[0]], [np.min(values), np.max(values)], atol=1e-4
    )
    signs = {(True, True): "rises", (False, False): "falls", (False, True): "both"}
    assert quadrics.behaviour == signs[bool(np.min(values) > 0), bool(np.max(values) > 0)]


@pytest.mark.parametrize(("slack", "behaviour"), [(0.1, "rises"), (-0.1, "both")])
def test_many_pieces_are_bounded(slack, behaviour):
    """v·v − (1 − slack) Σ min(vᵢ, 0)² has the curvature slack where all are negative."""
    n = 20
    changes = [(slack - 1) * np.outer(e, e) for e in np.eye(n)]
    assert Quadrics(np.eye(n), changes, [plane(e) for e in np.eye(n)]).behaviour == behaviour


def test_only_what_is_allowed_counts():
    assert Quadrics(np.diag([1.0, 1.0]), [np.diag([-2.0, 0.0])], [plane([1.0, 0.0])]).behaviour == "both"
    half = Quadrics(np.array([[1.0]]), [np.array([[-2.0]])], [plane([1.0])], allowed=[np.array([1.0])])
    assert half.behaviour == "rises"


def test_what_is_level_is_left_open():
    assert Quadrics(FLAT, [], []).behaviour == "open"
    assert Quadrics(np.diag([1.0, 0.0]), [], []).behaviour == "rises somewhere"
