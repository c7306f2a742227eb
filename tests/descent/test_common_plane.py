"""`hw.common_plane`: exact for paths that lie in a plane, the same however they are turned."""

import numpy as np
import pytest
from scipy.stats import ortho_group

import hesswidget as hw


def in_a_plane(n, seed):
    """Three paths in a plane of n dimensions, their places in it, and the plane's basis."""
    chance = np.random.default_rng(seed)
    basis = ortho_group.rvs(n, random_state=chance)[:2]
    places = [chance.normal(size=(k, 2)) * (5.0, 1.0) for k in (4, 9, 1)]
    return [place @ basis + 3.0 for place in places], places, basis


@pytest.mark.parametrize("n", [3, 10, 400])
def test_paths_in_a_plane_are_all_there(n):
    paths, places, basis = in_a_plane(n, n)
    found = hw.common_plane(paths)
    assert found.share == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(found.shares, 1.0, atol=1e-12)
    for path, at, place in zip(paths, found.coordinates, places, strict=True):
        np.testing.assert_allclose(found.plane.place(at.T).T, path, atol=1e-10)
        np.testing.assert_allclose(
            np.linalg.norm(at[:, None] - at, axis=2),
            np.linalg.norm(place[:, None] - place, axis=2),
            atol=1e-10,
        )  # no distance has changed
    np.testing.assert_allclose(found.plane.basis @ basis.T @ basis, found.plane.basis, atol=1e-10)
    assert (np.abs(found.plane.basis).max(axis=1) == found.plane.basis.max(axis=1)).all()
    inside = np.concatenate(found.coordinates)
    low, high = found.plane.ends.T
    assert (low < inside).all()
    assert (inside < high).all()


def test_it_does_not_change_when_all_is_turned_and_shifted():
    chance = np.random.default_rng(5)
    paths = [np.cumsum(chance.normal(size=(k, 6)), axis=0) for k in (20, 35)]
    turn, shift = ortho_group.rvs(6, random_state=chance), chance.normal(size=6)
    one, other = hw.common_plane(paths), hw.common_plane([path @ turn + shift for path in paths])
    assert other.share == pytest.approx(one.share)
    np.testing.assert_allclose(other.shares, one.shares)
    for a, b in zip(one.coordinates, other.coordinates, strict=True):
        np.testing.assert_allclose(np.abs(b), np.abs(a), atol=1e-10)


def test_the_shares_are_those_of_the_singular_values():
    points = np.random.default_rng(6).normal(size=(30, 5)) * (5, 4, 3, 2, 1)
    about = np.ones(5)
    sizes = np.linalg.svd(points - about, compute_uv=False) ** 2
    found = hw.common_plane([points], about=about)
    assert found.share == pytest.approx(sizes[:2].sum() / sizes.sum())
    np.testing.assert_allclose(found.plane.origin, about)


def test_a_random_walk_looks_flat():
    walk = np.cumsum(np.random.default_rng(0).normal(size=(500, 4000)), axis=0)
    found = hw.common_plane([walk])
    assert found.share == pytest.approx(
        6 / np.pi**2 * (1 + 1 / 4), abs=0.02
    )  # Antognini & Sohl-Dickstein, 2018


def test_one_and_two_variables_are_their_own():
    path = hw.minimize(lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2, (-1.2, 1.0))
    found = hw.common_plane(path)
    np.testing.assert_array_equal(found.coordinates[0], path.points)
    assert (found.share, found.plane.names) == (1.0, ("x₁", "x₂"))
    assert hw.common_plane([path], names=("x", "y")).plane.names == ("x", "y")
    line = hw.common_plane([[1.0, 4.0, 3.0]])
    assert line.coordinates[0].ravel().tolist() == [1.0, 4.0, 3.0]
    assert line.plane.basis.tolist() == [[1.0]]


@pytest.mark.parametrize(
    "points",
    [[[1.0, 2.0, 3.0]], [[1.0, 2.0, 3.0]] * 4, [[0.0, 0.0, 0.0]], [[0.0, 0.0, 0.0], [2.0, 2.0, 2.0]], [[7.0]],
     [[1e300, 0.0, 0.0], [-1e300, 0.0, 1.0]], [[1e-300, 0.0, 0.0], [0.0, 1e-310, 0.0]]],
)  # fmt: skip
def test_points_that_span_no_plane_have_a_sensible_one(points):
    found = hw.common_plane([points])
    basis = found.plane.basis
    np.testing.assert_allclose(basis @ basis.T, np.eye(len(basis)), atol=1e-12)
    assert found.share == pytest.approx(1.0)
    np.testing.assert_array_equal(hw.common_plane([points]).plane.basis, basis)


def test_a_function_is_sampled_on_it():
    paths, *_ = in_a_plane(4, 2)
    found = hw.common_plane(paths)
    slice_ = found.sample(lambda w, a=1.0: a * (w @ w), resolution=9, a=2.0)
    i, j = 3, 7
    at = found.plane.place(np.array([[slice_.grids[0][j]], [slice_.grids[1][i]]]))[:, 0]
    assert slice_.values[i, j] == pytest.approx(2 * at @ at)
    two = hw.common_plane([[[0.0, 1.0], [2.0, 3.0]]]).sample(lambda x, y: x - y, resolution=5)
    assert two.values[0, 0] == pytest.approx(two.grids[0][0] - two.grids[1][0])


@pytest.mark.parametrize(
    ("paths", "given", "sentence"),
    [
        ([], {}, "there are no paths"),
        ([[[1.0, 2.0]], [[1.0, 2.0, 3.0]]], {}, "path 1 has 3 variables, but path 0 has 2"),
        ([[]], {}, "there are no points"),
        ([[[1.0, 2.0, 3.0]]], {"about": [1.0]}, "about is [1.0]; it takes 3 finite numbers"),
        ([[[1.0, 2.0, 3.0]]], {"names": ("a",)}, "names is ('a',); it takes 2"),
    ],
)
def test_a_bad_call_is_a_sentence(paths, given, sentence):
    with pytest.raises(hw.ProblemError) as caught:
        hw.common_plane(paths, **given)
    assert sentence in str(caught.value)
    with pytest.raises(hw.ProblemError, match="resolution is 1; it takes a whole number"):
        hw.common_plane([[[1.0]]]).sample(lambda x: x, resolution=1)


@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_an_array_of_points_is_one_path(n):
    points = np.random.default_rng(n).normal(size=(5, n))
    found, whole = hw.common_plane(points), hw.common_plane([points])
    assert len(found.coordinates) == 1
    np.testing.assert_array_equal(found.coordinates[0], whole.coordinates[0])
    assert len(hw.common_plane(np.stack([points, points + 1.0])).coordinates) == 2
