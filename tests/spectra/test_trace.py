"""Estimators: laws of their errors, and what their error bars cover."""

from __future__ import annotations

import numpy as np
import pytest

import hesswidget as hw
from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.spectra.trace import ESTIMATORS, better, signs
from spectra.losses import rotated

N, PRODUCTS = 400, 30
PLACES = np.arange(1.0, N + 1)
DECAYS = {
    "geometric": 0.7**PLACES,
    "quadratic": PLACES**-2,
    "harmonic": 1 / PLACES,
    "indefinite": 0.7**PLACES * (-1) ** PLACES,
}
FLAT = 3 - 2 * (PLACES - 1) / (N - 1)


def errors(eigenvalues, name, trials):
    """Relative errors, and how often the error bar covered."""
    matrix, true = rotated(eigenvalues), eigenvalues.sum()
    with one_blas_thread():
        found = [
            ESTIMATORS[name](matrix.__matmul__, N, PRODUCTS, np.random.default_rng(s)) for s in range(trials)
        ]
    covered = np.mean([abs(e.value - true) <= e.error for e in found])
    return np.median([abs(e.value - true) for e in found]) / abs(true), covered


@pytest.mark.parametrize("decay", DECAYS)
def test_where_the_spectrum_decays_a_sketch_is_better_and_is_chosen(decay):
    eigenvalues = DECAYS[decay]
    plain, sketched, left_out = (
        errors(eigenvalues, name, 120)[0] for name in ("hutchinson", "hutch++", "xtrace")
    )
    assert left_out <= 1.3 * sketched  # equal but for noise where the decay is slow
    assert sketched < plain
    assert better(np.abs(eigenvalues), np.ones(N), PRODUCTS) == "xtrace"


def test_where_the_spectrum_is_flat_nothing_is_better_than_hutchinson():
    plain, sketched, left_out = (errors(FLAT, name, 60)[0] for name in ("hutchinson", "hutch++", "xtrace"))
    assert plain < 1.2 * min(sketched, left_out)  # alike: so the products of a sketch are not spent
    assert better(FLAT, np.ones(N), PRODUCTS) is None
    assert "Hutchinson" in hw.spectrum(rotated(FLAT), mode="extreme").trace.method
    assert "XTrace" in hw.spectrum(rotated(DECAYS["geometric"]), mode="density").trace.method


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("decay", ["harmonic", "indefinite", "flat"])
def test_error_bars_cover_the_truth_at_their_rate(name, decay):
    _, covered = errors(DECAYS.get(decay, FLAT), name, 200)
    assert covered >= 0.88  # stated: 95 %; two hundred runs, and samples that are not normal


def test_error_bars_of_everything_else_cover_too():
    matrix = rotated(np.concatenate([np.linspace(-1, 1, 95), [3.0, 4.0, 5.0, -3.0, -4.0]]))
    exact = hw.spectrum(matrix)
    covered = dict.fromkeys(("trace", "frobenius", "effective_rank", "negative_mass"), 0)
    diagonal = 0.0
    for seed in range(200):
        found = hw.spectrum(matrix, mode="extreme", k=3, probes=6, steps=20, seed=seed)
        diagonal += np.mean(np.abs(found.diagonal.value - np.diag(matrix)) <= found.diagonal.error)
        for name in covered:
            estimate = getattr(found, name)
            covered[name] += abs(estimate.value - getattr(exact, name).value) <= estimate.error
    assert {name: count for name, count in covered.items() if count < 174} == {}
    assert diagonal / 200 > 0.9


def test_the_variance_of_hutchinsons_samples_is_as_in_theory():
    matrix = rotated(np.array([2.0, 1.0, 0.5, -0.3, 0.1]))
    drawn = signs(np.random.default_rng(0), 5, 200_000)
    samples = np.sum(drawn * (matrix @ drawn), axis=0)
    theory = 2 * (np.sum(matrix**2) - np.sum(np.diag(matrix) ** 2))
    assert np.var(samples) == pytest.approx(theory, rel=0.03)


def test_a_matrix_of_low_rank_is_found_exactly():
    eigenvalues = np.zeros(N)
    eigenvalues[:7] = [5.0, -4.0, 3.0, 2.0, 1.0, 0.5, 0.25]
    found = ESTIMATORS["xtrace"](rotated(eigenvalues).__matmul__, N, 40, np.random.default_rng(0))
    assert found.value == pytest.approx(eigenvalues.sum(), abs=1e-10)
