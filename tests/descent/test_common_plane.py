"""`hw.common_plane`: exact for paths that lie in a plane, the same however they are turned."""

import autograd.numpy as anp
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


def of_dict(params, l2=0.5):
    hidden = anp.tanh(params["W"] @ params["v"])
    return anp.sum(hidden**2) + params["b"] ** 2 + l2 * anp.sum(params["W"] ** 2)


def of_blocks(W, v, b, l2=0.5):
    return of_dict({"W": W, "v": v, "b": b}, l2)


def of_vector(w, l2=0.5):
    return of_blocks(w[:6].reshape(2, 3), w[6:9], w[9], l2)


def of_layers(layers, l2=0.5):
    return of_blocks(layers[0][0], layers[0][1], layers[1]["b"], l2)


def paths_of_blocks(as_given):
    chance = np.random.default_rng(9)
    drawn = [(chance.normal(size=(2, 3)), chance.normal(size=3), chance.normal()) for _ in range(5)]
    vectors = np.array([[*W.ravel(), *v, b] for W, v, b in drawn])
    return [as_given(*each) for each in drawn], vectors


GIVEN = {
    "dict": (lambda W, v, b: {"W": W, "v": v, "b": b}, (of_dict, of_blocks, of_vector)),
    "tuple": (lambda W, v, b: (W, v, b), (of_blocks, of_vector)),
    "nested": (lambda W, v, b: [(W, v), {"b": b}], (of_layers, of_vector)),
    "vector": (lambda W, v, b: [*W.ravel(), *v, b], (of_vector,)),
}


@pytest.mark.parametrize("as_path", [False, True], ids=["points", "path"])
@pytest.mark.parametrize("kind", GIVEN)
def test_a_function_gets_points_in_the_structure_that_they_were_given_in(kind, as_path):
    as_given, functions = GIVEN[kind]
    points, vectors = paths_of_blocks(as_given)
    for function in functions:
        found = hw.common_plane([hw.path(points, function) if as_path else points])
        slice_ = found.sample(function, resolution=5, l2=2.0)
        mesh = np.stack([m.ravel() for m in np.meshgrid(*slice_.grids)])
        expected = [of_vector(w, 2.0) for w in found.plane.place(mesh).T]
        np.testing.assert_allclose(slice_.values.ravel(), expected, rtol=1e-12)
        np.testing.assert_array_equal(slice_.plane.basis, hw.common_plane([vectors]).plane.basis)


def test_blocks_are_those_of_their_names_in_whatever_order_a_dict_has_them():
    points, vectors = paths_of_blocks(lambda W, v, b: {"b": b, "v": v, "W": W})
    slice_ = hw.common_plane([points]).sample(of_blocks, resolution=5)
    turned = np.column_stack([vectors[:, 9], vectors[:, 6:9], vectors[:, :6]])
    plane = hw.common_plane([turned]).plane
    np.testing.assert_array_equal(slice_.plane.basis, plane.basis)
    mesh = np.stack([m.ravel() for m in np.meshgrid(*slice_.grids)])
    expected = [of_vector([*w[4:], *w[1:4], w[0]] * np.ones(1)) for w in plane.place(mesh).T]
    np.testing.assert_allclose(slice_.values.ravel(), expected, rtol=1e-12)


def test_a_path_of_minimize_is_sampled_by_its_function_and_has_its_variables():
    start = {"W": np.ones((2, 3)), "v": np.array([0.3, -0.1, 0.2]), "b": 1.0}
    path = hw.minimize(of_dict, start, method="gradient-descent", rate=0.1, steps=4)
    slice_ = hw.common_plane(path).sample(of_dict, resolution=3)
    middle = slice_.plane.place(np.array([[slice_.grids[0][1]], [slice_.grids[1][1]]]))[:, 0]
    assert slice_.values[1, 1] == pytest.approx(of_vector(middle))
    last = path.variables["params"]
    assert {a: np.shape(x) for a, x in last.items()} == {"W": (2, 3), "v": (3,), "b": ()}
    np.testing.assert_array_equal(last["W"].ravel(), path.points[-1][:6])
    with pytest.raises(hw.ProblemError, match="no function is known"):
        _ = hw.path([[1.0, 2.0]]).variables
