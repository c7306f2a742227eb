"""Where methods end from every start of a plane, and for every pair of hyperparameters, all followed at once."""

import numpy as onp
import pytest

import hesswidget as hw
from descent.states import ends


def plane(low, high, count):
    """The midpoints of a grid's cells, shape (count², 2)."""
    middle = low + (onp.arange(count) + 0.5) * (high - low) / count
    return onp.stack(onp.meshgrid(middle, middle), axis=-1).reshape(-1, 2)


def himmelblau(x, y):
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def definiteness(x, y):
    """The Hessian's determinant and trace."""
    xx, yy, xy = 12 * x**2 + 4 * y - 42, 12 * y**2 + 4 * x - 26, 4 * (x + y)
    return xx * yy - xy**2, xx + yy


def test_newton_goes_to_whatever_is_stationary_and_gradient_descent_to_minima():
    starts = plane(-5.0, 5.0, 101)
    found = ends(himmelblau, starts, "newton", 60)
    determinant, trace = definiteness(*found.T)
    minima, saddles = (determinant > 0) & (trace > 0), determinant < 0
    assert 40 <= 100 * (1 - minima.mean()) <= 44
    assert 34 <= 100 * saddles.mean() <= 38
    x, y = found.T
    slope = onp.hypot(
        4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7), 2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7)
    )
    assert onp.mean(slope < 1e-6) > 0.999
    determinant, trace = definiteness(
        *ends(himmelblau, starts, "gradient-descent", 2000, rate=onp.full(len(starts), 1e-3)).T
    )
    assert onp.mean((determinant > 0) & (trace > 0)) > 0.999


def box_dimension(labels, sizes):
    """By how much the boxes on a boundary become more as they become smaller; labels of shape (m, m)."""
    corners = onp.stack([labels[:-1, :-1], labels[1:, :-1], labels[:-1, 1:], labels[1:, 1:]])
    is_boundary = corners.min(axis=0) != corners.max(axis=0)
    counts = []
    for size in sizes:
        m = len(is_boundary) // size
        boxes = is_boundary[: m * size, : m * size].reshape(m, size, m, size)
        counts.append(boxes.any(axis=(1, 3)).sum())
    return -onp.polyfit(onp.log(sizes), onp.log(counts), 1)[0]


def test_the_dimension_of_smooth_boundaries_is_one():
    x, y = plane(-2.0, 2.0, 321).T
    for inside in (x**2 + y**2 < 2, x + 0.3 * y > 0.1):
        assert box_dimension(inside.reshape(321, 321), (1, 2, 4, 8, 16)) == pytest.approx(1.0, abs=0.05)


def test_newton_s_fractal_has_three_equal_parts_and_a_boundary_of_dimension_above_one():
    """∇f of Re(z⁴/4 − z) is z³ − 1, conjugated: Newton's method in the complex plane, and all it finds is a saddle."""
    count = 321
    starts = plane(-2.0, 2.0, count)
    found = ends(lambda x, y: (x**4 - 6 * x**2 * y**2 + y**4) / 4 - x, starts, "newton", 60)
    roots = onp.exp(2j * onp.pi * onp.arange(3) / 3)
    distance = onp.abs(found[:, :1] + 1j * found[:, 1:] - roots)
    shares = (distance < 1e-6)[onp.hypot(*starts.T) < 2].mean(axis=0)
    onp.testing.assert_allclose(shares, 1 / 3, atol=0.005)
    assert shares.sum() > 0.999
    dimension = box_dimension(distance.argmin(axis=1).reshape(count, count), (1, 2, 4, 8, 16))
    assert 1.2 < dimension < 1.6  # 1.42 on 801²


def test_the_heavy_ball_s_plane_of_rates_and_momenta():
    """Of ½ x² it converges where η < 2 (1 + β), β < 1, and nowhere else: a tenth of 201 × 201 pixels, off the line."""
    width, height = 4.4 / 201, 1.2 / 201
    taken = onp.random.default_rng(0).choice(201**2, 4000, replace=False)
    rate, momentum = (taken % 201 + 0.5) * width, (taken // 201 + 0.5) * height
    converges = [
        (rate + right * width < 2 * (1 + momentum + up * height)) & (momentum + up * height < 1)
        for right in (-0.5, 0.5)
        for up in (-0.5, 0.5)
    ]
    is_off = onp.all(converges, axis=0) == onp.any(converges, axis=0)
    assert 0.98 < is_off.mean() < 1
    starts = onp.ones((len(taken), 1))
    found = onp.abs(
        ends(lambda x: 0.5 * x**2, starts, "heavy-ball", 8000, rate=rate, momentum=momentum)[:, 0]
    )
    assert ((found < 0.1) == converges[0])[is_off].all()
    for k in range(4):  # as one by one
        given = {"rate": rate[k], "momentum": momentum[k], "steps": 50, "tolerance": 0.0}
        path = hw.minimize(lambda x: 0.5 * x**2, 1.0, method="heavy-ball", **given)
        one = ends(
            lambda x: 0.5 * x**2,
            starts[:1],
            "heavy-ball",
            len(path) - 1,
            rate=rate[k : k + 1],
            momentum=momentum[k : k + 1],
        )
        assert path.points[-1, 0] == pytest.approx(one[0, 0], rel=1e-9)
