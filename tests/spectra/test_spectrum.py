"""`hesswidget.spectrum` against dense eigenvalues, known spectra and what it says of itself."""

from __future__ import annotations

import itertools
import json
import pickle

import autograd.numpy as anp
import numpy as np
import pytest
import scipy.sparse
from scipy.sparse.linalg import LinearOperator

import hesswidget as hw
from hesswidget.spectra.density import curve
from hesswidget.spectra.record import Spectrum
from spectra.losses import rotated, tanh_network, weights

ESTIMATES = ("trace", "frobenius", "diagonal", "effective_rank", "negative_mass")
DECAYS = {
    "indefinite": np.linspace(-1.0, 3.0, 400) ** 3,
    "outliers": np.concatenate(
        [np.linspace(-0.1, 0.1, 390), [9.0, 7.0, 5.0, 4.0, 3.0, -2.0, -3.0, -4.0, -5.0, -6.0]]
    ),
    "negative": -(0.9 ** np.arange(400.0)),
    "null space": np.concatenate([np.zeros(150), 0.8 ** np.arange(250.0)]),
    "multiple": np.repeat([-2.0, 0.5, 1.0, 3.0], 100),
    "scaled": 1e12 * np.cos(np.arange(400.0)),
}


@pytest.mark.parametrize("scale", [1.0, 1e-9])
def test_the_ends_are_those_of_the_dense_matrix(scale):
    params = weights(31)  # 1,116 parameters
    found = hw.spectrum(lambda p: scale * tanh_network(p), params)
    assert found.mode == "extreme"
    assert found.n > 1000
    dense = np.linalg.eigvalsh(hw.compile(lambda p: scale * tanh_network(p), params).hessian(params))
    size = np.abs(dense).max()
    assert found.largest.values == pytest.approx(dense[::-1][:5], abs=1e-8 * size)
    assert found.smallest.values == pytest.approx(dense[:5], abs=1e-8 * size)
    assert max(found.largest.residuals.max(), found.smallest.residuals.max()) < 1e-7 * size
    assert found.cost < found.n / 2


@pytest.mark.parametrize("name", DECAYS)
@pytest.mark.parametrize("mode", ["extreme", "density"])
def test_what_is_estimated_is_near_and_what_is_exact_is_exact(name, mode):
    eigenvalues = np.sort(DECAYS[name])
    matrix = rotated(eigenvalues)
    exact, found = hw.spectrum(matrix), hw.spectrum(matrix, mode=mode, probes=20)
    assert exact.mode == "exact"
    size = np.abs(eigenvalues).max()
    assert exact.eigenvalues == pytest.approx(eigenvalues, abs=1e-12 * size)
    assert exact.trace.value == pytest.approx(eigenvalues.sum(), abs=1e-10 * size)
    assert exact.frobenius.value == pytest.approx(np.linalg.norm(eigenvalues))
    for of in ("trace", "frobenius", "effective_rank", "negative_mass"):
        estimate = getattr(found, of)
        away = abs(estimate.value - getattr(exact, of).value)
        assert away <= 3 * estimate.error + 0.02 * abs(estimate.value) + 1e-12
    away = np.abs(found.diagonal.value - np.diag(matrix)) <= found.diagonal.error
    assert away.mean() > 0.85
    for end, true in ((found.largest, eigenvalues[::-1]), (found.smallest, eigenvalues)):
        assert end.values[0] == pytest.approx(true[0], abs=0.05 * size)
        if found.mode == "extreme":
            assert end.values == pytest.approx(true[:5], abs=1e-8 * size)
        # What the residuals say holds, converged or not (Weinstein).
        assert np.all(np.abs(eigenvalues[:, None] - end.values).min(axis=0) <= end.residuals + 1e-12 * size)
    clustered = mode == "extreme" and name in (
        "negative",
        "null space",
        "scaled",
    )  # whose ends are hard to tell apart
    assert clustered or found.mode == mode


def test_the_curvature_and_the_spectrum_of_a_function_are_the_same():
    at = np.array([0.3, -0.7])
    whole, found = hw.curvature("himmelblau", at), hw.spectrum("himmelblau", at)
    assert found.eigenvalues == pytest.approx(whole.eigenvalues)
    assert found.inertia == whole.inertia
    assert len(found.largest) == 2


def test_a_function_that_cannot_be_recorded_is_multiplied_by_autograd():
    from unrecorded import zero

    found = hw.spectrum(lambda w: np.sum(w**4) + zero(w[0]), np.ones(3))
    assert "autograd" in found.notes[0]
    assert found.eigenvalues == pytest.approx([12.0, 12.0, 12.0], abs=1e-6)


@pytest.mark.parametrize("kind", ["operator", "sparse"])
def test_whatever_multiplies_vectors_has_a_spectrum(kind):
    n = 1200
    sparse = scipy.sparse.diags_array(
        [np.full(n - 1, -1.0), np.full(n, 2.0), np.full(n - 1, -1.0)], offsets=(-1, 0, 1)
    )
    given = sparse if kind == "sparse" else LinearOperator((n, n), matvec=sparse.dot, dtype=float)
    found = hw.spectrum(given, k=2, seconds=3.0)
    true = 2 - 2 * np.cos(np.pi * np.arange(1, n + 1) / (n + 1))
    # What the residuals say of each end holds, converged or not (Weinstein).
    for end in (found.largest, found.smallest):
        for value, residual in zip(end.values, end.residuals, strict=True):
            assert np.abs(true - value).min() <= residual + 1e-12
    assert found.trace.value == pytest.approx(2 * n, abs=3 * found.trace.error)


def test_a_spectrum_nearby_is_a_head_start():
    params, other = weights(40), weights(40)
    other["W2"] = other["W2"] * (1 + 1e-4)
    cold = hw.spectrum(tanh_network, other, k=2, probes=1, steps=2)
    warm = hw.spectrum(
        tanh_network, other, k=2, probes=1, steps=2, start=hw.spectrum(tanh_network, params, k=2)
    )
    assert warm.largest.values == pytest.approx(cold.largest.values, rel=1e-9)
    assert warm.smallest.values == pytest.approx(cold.smallest.values, rel=1e-9)


def test_the_eigenvalues_of_a_block_interlace_those_of_the_whole():
    params = weights(8)
    whole = hw.spectrum(tanh_network, params)
    assert list(whole.blocks) == ["W1", "b1", "W2", "b2", "W3", "b3"]
    for name, block in whole.blocks.items():
        m = block.n
        for i in range(m):
            low, high = whole.eigenvalues[i], whole.eigenvalues[i + whole.n - m]
            assert low - 1e-12 <= block.eigenvalues[i] <= high + 1e-12, name
    apart = hw.spectrum(tanh_network, params, mode="extreme").blocks["W2"]
    assert apart.largest.values == pytest.approx(whole.blocks["W2"].largest.values)
    with pytest.raises(KeyError, match="W2"):
        whole.blocks["W22"]


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e6])
@pytest.mark.parametrize("mode", ["exact", "extreme"])
def test_a_block_has_the_scale_of_the_whole(scale, mode):
    params = weights(8)
    found = hw.spectrum(lambda p: scale * tanh_network(p), params, mode=mode).blocks["W2"]
    block = hw.compile(tanh_network, params).hessian(params)[16:80, 16:80]
    assert found.largest.values / scale == pytest.approx(np.linalg.eigvalsh(block)[::-1][:5])


def test_the_gauss_newton_matrix_of_what_cannot_be_recorded_is_multiplied_by_autograd():
    from unrecorded import zero

    at = np.array([0.5, -1.0, 2.0])
    found = hw.spectrum(hw.least_squares(lambda w: w**2 + zero(w[0])), at, of="gauss-newton")
    assert "autograd" in found.notes[0]
    assert found.eigenvalues == pytest.approx(np.sort(4 * at**2), abs=1e-6)


def test_the_density_is_that_of_all_eigenvalues_but_for_its_band():
    params = weights(16)  # 321 parameters
    path = hw.minimize(tanh_network, params, method="adam", rate=0.01, steps=800)
    at = path.points[-1]
    exact = hw.spectrum(tanh_network, at_of(at, params))
    assert exact.n == 321
    points = np.linspace(exact.eigenvalues[0] - 1, exact.eigenvalues[-1] + 1, 4001)
    true = exact.density(points, 0.05)
    step = points[1] - points[0]
    assert true.values.sum() * step == pytest.approx(1.0, abs=1e-6)
    assert not true.error.any()
    away = []
    for seed in range(3):
        found = hw.spectrum(tanh_network, at_of(at, params), mode="density", probes=5, steps=20, seed=seed)
        curve = found.density(points, 0.05)
        away.append(np.abs(curve.values - true.values).sum() * step)
        assert curve.values.sum() * step == pytest.approx(1.0, abs=1e-6)
    assert np.median(away) < 0.02


def at_of(vector, params):
    """A flat vector in the structure of the parameters."""
    first, found = 0, {}
    for name, value in params.items():
        found[name] = vector[first : first + value.size].reshape(value.shape)
        first += value.size
    return found


def test_more_random_vectors_make_errors_smaller_and_keep_what_was():
    matrix = rotated(DECAYS["indefinite"])
    first = hw.spectrum(matrix, mode="extreme", probes=5)
    more = first.more(60)
    assert len(more.runs) == 65
    for before, after in zip(first.runs, more.runs, strict=False):
        assert np.array_equal(before.nodes, after.nodes)
    assert more.frobenius.error < 0.5 * first.frobenius.error
    assert len(first.runs) == 5
    with pytest.raises(hw.ProblemError, match="nothing to estimate"):
        hw.spectrum(matrix).more(2)


def test_a_seed_finds_the_same_to_the_last_bit():
    found = [hw.spectrum(tanh_network, weights(12), mode="extreme", seed=3) for _ in range(2)]
    assert found[0].to_dict() == found[1].to_dict()
    assert found[0].trace.value != hw.spectrum(tanh_network, weights(12), mode="extreme", seed=4).trace.value


@pytest.mark.parametrize("after", [0, 1, 2, 4, 12, 40, 90, 150, 199])
def test_a_search_that_is_stopped_keeps_what_it_has(after):
    calls = []

    def progress(share, words):
        calls.append(share)
        return len(calls) <= after

    found = (
        hw.spectrum(rotated(DECAYS["outliers"]), mode="extreme", progress=progress) if after >= 4 else None
    )
    if found is None:  # before anything is known there is nothing to keep
        with pytest.raises(hw.ProblemError, match="stopped"):
            hw.spectrum(rotated(DECAYS["outliers"]), mode="extreme", progress=progress)
        return
    assert isinstance(found, Spectrum)
    assert all(a <= b for a, b in itertools.pairwise(calls))
    json.dumps(found.to_dict(), allow_nan=False)
    str(found)
    if found.mode == "extreme":
        assert found.largest.values[:3] == pytest.approx([9.0, 7.0, 5.0])
    else:
        assert any("stopped" in note for note in found.notes)
        for value, residual in zip(found.largest.values, found.largest.residuals, strict=True):
            assert np.abs(DECAYS["outliers"] - value).min() <= residual + 1e-9


@pytest.mark.parametrize("after", [20, 60, 119])
def test_a_whole_matrix_that_is_stopped_keeps_its_columns(after):
    matrix, calls = rotated(np.linspace(-2.0, 5.0, 120)), []

    def progress(share, words):
        calls.append(share)
        return len(calls) < after

    products_alone = LinearOperator(matrix.shape, matvec=matrix.__matmul__, dtype=float)
    found = hw.spectrum(products_alone, mode="exact", k=2, progress=progress)
    assert found.mode == "density"
    assert "columns" in found.reason
    assert "stopped" in found.reason
    true = np.linalg.eigvalsh(matrix)
    known = after - 5  # the first products are others
    inner = np.linalg.eigvalsh(matrix[:known, :known])
    assert found.largest.values[0] <= true[-1] + 1e-12
    assert found.largest.values[0] == pytest.approx(inner[-1], abs=0.5)
    for end in (found.largest, found.smallest):
        for value, residual in zip(end.values, end.residuals, strict=True):
            assert np.abs(true - value).min() <= residual + 1e-9


def test_seconds_that_are_over_end_a_stage_and_are_said():
    found = hw.spectrum(tanh_network, weights(40), seconds=0.0)
    assert found.mode == "density"
    assert any("0 seconds were over" in note for note in found.notes)
    assert np.isnan(found.trace.value)
    assert np.isinf(found.trace.error)


def test_a_product_that_fails_midway_ends_the_search_with_what_there_is():
    count = 0
    matrix = rotated(DECAYS["outliers"])

    def product(vector):
        nonlocal count
        count += 1
        return matrix @ vector * (np.nan if count > 60 else 1.0)

    found = hw.spectrum(LinearOperator(matrix.shape, matvec=product, dtype=float), mode="extreme")
    assert "not finite" in " ".join(found.notes)
    assert len(found.largest) == 5


def test_a_spectrum_travels_and_says_what_it_has_forgotten():
    found = hw.spectrum(tanh_network, weights(10), mode="extreme")
    again = pickle.loads(pickle.dumps(found))
    assert again.to_dict() == found.to_dict()
    with pytest.raises(hw.ProblemError, match="compute it anew"):
        again.more(3)
    with pytest.raises(hw.ProblemError, match="compute it anew"):
        again.blocks["W1"]


def test_more_is_the_same_whatever_was_asked_before():
    matrix = rotated(DECAYS["indefinite"])
    first = hw.spectrum(matrix, mode="extreme", k=2, probes=3)
    one, other = first.more(4), first.more(4)
    whole = hw.spectrum(matrix, mode="extreme", k=2, probes=7)
    assert one.frobenius.value == other.frobenius.value == pytest.approx(whole.frobenius.value, rel=1e-12)
    assert one.cost == other.cost


@pytest.mark.parametrize("copies", [2, 7])
def test_copies_of_a_multiple_eigenvalue_above_a_bulk_are_all_found(copies):
    diagonal = np.concatenate([np.linspace(0, 1, 2000), np.full(copies, 1.01), np.full(copies, -0.02)])
    found = hw.spectrum(lambda w: np.sum(diagonal * w**2) / 2, np.zeros(len(diagonal)), k=2)
    assert found.largest.values == pytest.approx([1.01, 1.01], abs=1e-9)
    assert found.smallest.values == pytest.approx([-0.02, -0.02], abs=1e-9)


def test_eigenvectors_that_are_far_off_do_not_lead_astray():
    before, after = np.linspace(0, 1, 3000), np.linspace(0, 1, 3000)
    before[:10] = [2.0, 2.1, 2.2, 2.3, 2.4, -1.0, -1.1, -1.2, -1.3, -1.4]
    after[:10] = [0.99] * 5 + [0.01] * 5

    def f(w, t=0.0):
        return np.sum(((1 - t) * before + t * after) * w**2) / 2

    start = hw.spectrum(f, np.zeros(3000), probes=1, steps=2)
    found = hw.spectrum(f, np.zeros(3000), t=1.0, start=start, probes=1, steps=2)
    true = np.sort(after)
    assert found.mode == "density" or found.largest.values == pytest.approx(true[::-1][:5], abs=1e-6)
    assert found.largest.values[0] > 0.999


@pytest.mark.parametrize("scale", [1e-250, 1e-20, 1e200])
@pytest.mark.parametrize("mode", ["exact", "extreme"])
def test_no_scale_is_too_large_or_too_small(scale, mode):
    eigenvalues = np.concatenate([np.linspace(-1, 2, 95), [5.0, 6.0, 7.0, -3.0, -4.0]])
    one, scaled = (hw.spectrum(rotated(eigenvalues) * factor, mode=mode, k=2) for factor in (1.0, scale))
    assert scaled.largest.values / scale == pytest.approx(one.largest.values)
    assert scaled.frobenius.value / scale == pytest.approx(one.frobenius.value)
    assert scaled.trace.error / scale == pytest.approx(one.trace.error, rel=1e-6)
    assert scaled.negative_mass.value == pytest.approx(one.negative_mass.value)
    assert scaled.density().values.max() * scale == pytest.approx(one.density().values.max())
    with pytest.raises(hw.ProblemError, match="not symmetric"):
        hw.spectrum(np.triu(np.ones((30, 30))) * scale)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 11])
@pytest.mark.parametrize("mode", [None, "exact", "extreme", "density"])
def test_of_few_eigenvalues_all_are_computed(n, mode):
    found = hw.spectrum(np.diag(np.arange(1.0, n + 1)), k=n, mode=mode)
    assert found.mode == "exact"
    assert found.smallest.values == pytest.approx(np.arange(1.0, n + 1))
    assert found.largest.values == pytest.approx(np.arange(1.0, n + 1)[::-1])


def test_the_errors_of_what_no_quadrature_has_exactly_cover_its_bias():
    params = weights(16)
    exact = hw.spectrum(tanh_network, params)
    runs = [hw.spectrum(tanh_network, params, mode="extreme", seed=seed) for seed in range(30)]
    for name in ("effective_rank", "negative_mass"):
        true = getattr(exact, name).value
        assert sum(abs(getattr(r, name).value - true) <= getattr(r, name).error for r in runs) >= 27, name


def test_what_somebodys_product_raises_is_a_sentence_and_keeps_what_there_is():
    def raises(vector):
        raise ValueError("out of paper")

    with pytest.raises(hw.ProblemError, match="out of paper"):
        hw.spectrum(LinearOperator((50, 50), matvec=raises, dtype=float))
    count = 0
    matrix = rotated(DECAYS["outliers"])

    def tires(vector):
        nonlocal count
        count += 1
        return matrix @ vector if count < 50 else raises(vector)

    found = hw.spectrum(LinearOperator(matrix.shape, matvec=tires, dtype=float), mode="extreme")
    assert "out of paper" in found.reason + " ".join(found.notes)
    assert found.largest.values[0] == pytest.approx(9.0, abs=0.1)


def test_nothing_that_is_given_is_ignored():
    for given, said in (
        ({"at": np.zeros(3)}, "at says nothing with a matrix"),
        ({"sed": 3}, "sed says nothing with a matrix"),
        ({"executor": 5}, "executor says nothing without data"),
    ):
        with pytest.raises(hw.ProblemError, match=said):
            hw.spectrum(np.eye(3), **given)
    with pytest.raises(hw.ProblemError, match="of says nothing with data"):
        hw.spectrum(lambda w, chunk: np.sum(w**2), np.ones(3), data=[1], of="gauss-newton")
    with pytest.raises(hw.ProblemError, match="GB; leave mode out"):
        hw.spectrum(scipy.sparse.eye_array(10**6), mode="exact")


def test_asymmetry_that_is_seen_is_said():
    matrix = np.diag(np.linspace(1, 2, 50))
    matrix[0, 1] = 1e-9
    assert "transpose by up to 5e-10" in hw.spectrum(matrix).notes[0]


def test_a_matrix_of_zeros_has_zeros():
    for estimator in (None, "hutch++", "xtrace"):
        found = hw.spectrum(lambda w: np.sum(w), np.zeros(1500), estimator=estimator, probes=2)
        assert found.trace.value == 0
        assert found.largest.values.tolist() == [0.0] * len(found.largest)
    hw.figures.spectrum(found)


BAD = {
    "k above n": ({"k": 7}, "k is 7, and .* 3 eigenvalues"),
    "no probes": ({"probes": 0}, "probes is 0; it takes a whole number from 1"),
    "half a step": ({"steps": 2.5}, "steps is 2.5"),
    "unknown mode": ({"mode": "exakt"}, "exact"),
    "unknown estimator": ({"estimator": "xtrance"}, "xtrace"),
    "negative seconds": ({"seconds": -1.0}, "seconds is -1.0"),
    "no spectrum": ({"start": "before"}, "start is 'before'"),
    "no data": ({"data": []}, "data holds no chunk"),
    "an array as chunks": ({"data": np.eye(3)}, "np.array_split"),
    "no executor": ({"data": [1], "executor": "threads"}, "executor is 'threads'"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_is_a_sentence(name):
    given, said = BAD[name]
    with pytest.raises(hw.ProblemError, match=said):
        hw.spectrum(lambda w, *chunk: np.sum(w**2), np.ones(3), **given)


def test_a_matrix_that_is_not_symmetric_square_real_or_finite_is_refused():
    for matrix, said in (
        (np.triu(np.ones((5, 5))), "not symmetric"),
        (np.ones((2, 3)), r"shape \(2, 3\)"),
        (1j * np.eye(3), "complex"),
        (np.diag([1.0, np.nan]), "not finite"),
    ):
        with pytest.raises(hw.ProblemError, match=said):
            hw.spectrum(matrix)
    with pytest.raises(hw.ProblemError, match=r"is (nan|inf) at the point"):
        hw.spectrum(lambda w: 1 / np.sum(0 * w), np.ones(3))
    with pytest.raises(hw.ProblemError, match="width"):
        hw.spectrum(np.eye(3)).density(width=0.0)


def test_a_hundred_thousand_variables_have_ends_with_residuals():
    params = weights(315)  # 100,486
    found = hw.spectrum(tanh_network, params, k=1, probes=1, steps=4)
    assert found.n > 100_000
    assert found.mode == "extreme"
    size = max(abs(found.largest.values[0]), abs(found.smallest.values[0]))
    assert max(found.largest.residuals[0], found.smallest.residuals[0]) < 1e-6 * size


def test_the_density_on_screen_is_that_of_all_eigenvalues():
    w = hw.explore(tanh_network, params=weights(4))
    found = hw.spectrum(tanh_network, weights(4))
    points, heights = curve(w.curvature.eigenvalues, 201)
    shown = found.density(points, (found.eigenvalues[-1] - found.eigenvalues[0]) / 128)
    assert heights == pytest.approx(shown.values, rel=1e-9)
    assert np.trapezoid(heights, points) == pytest.approx(1.0, abs=1e-3)


def _squares(w):
    return anp.sum(w**2)


ONE_SIDE = "there is no Hessian at the point, and this is autograd's, of one side"
KINKS = {
    "lasso": (lambda w: _squares(w) + anp.sum(anp.abs(w)), np.array([0.0, 1.0, 2.0]), "the slope is"),
    "hinge": (lambda w: _squares(w) + anp.maximum(w[0] - w[1], 0.0), np.ones(3), "the slope is"),
    "squared hinge": (
        lambda w: anp.sum(anp.maximum(w, 0.0) ** 2),
        np.array([0.0, 1.0]),
        "the second derivative is",
    ),
    "many": (lambda w: anp.sum(anp.maximum(w, 0.0) ** 2), np.zeros(2000), "2,000 operations"),
}
SMOOTH = {
    "beside a kink": (lambda w: _squares(w) + anp.sum(anp.abs(w)), np.array([0.1, 1.0])),
    "where pieces fit": (lambda w: anp.sum(anp.abs(w) ** 3), np.array([0.0, 1.0])),
}


@pytest.mark.parametrize("name", KINKS)
def test_at_a_kink_it_says_that_there_is_no_hessian(name):
    function, point, why = KINKS[name]
    (note,) = hw.spectrum(function, point, seconds=2).notes
    assert note.startswith(
        ONE_SIDE if name != "many" else "this is autograd's Hessian, which may be that of one side"
    )
    assert why in note


@pytest.mark.parametrize("name", SMOOTH)
def test_where_there_is_a_hessian_nothing_is_said(name):
    assert not hw.spectrum(*SMOOTH[name]).notes
