"""The curvature of a loss at a step: its largest eigenvalue, also as the method divides it, and its trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.spectra.estimate import of_samples
from hesswidget.spectra.top import top
from hesswidget.spectra.trace import signs
from hesswidget.training.computed import Computed
from hesswidget.training.loss import Decayed

MOST_WHOLE = 400  # variables up to which the whole Hessian is sooner there than the products that it saves
PROBES = 16  # products that estimate the trace beyond


class Measured(NamedTuple):
    """What is measured at a point.

    Attributes
    ----------
    loss : float
    sharpness : float
        The Hessian's largest eigenvalue, λ_max.
    preconditioned : float
        That of the Hessian divided by the method's diagonal; NaN where it has none.
    trace, trace_error : float
        Σ λ, and half the width of its 95 % interval; 0 where the whole Hessian was computed.
    """

    loss: float
    sharpness: float
    preconditioned: float
    trace: float
    trace_error: float


class Meter:
    """Measures a loss at one point after another, each from what was found at the last.

    Parameters
    ----------
    traced : TracedProblem
    decay : float
        Weight decay.
    seed : int
        Of random vectors, the same at all points.

    Attributes
    ----------
    products : int
        How many products with the Hessian were computed; the whole Hessian counts n.
    """

    def __init__(self, traced: TracedProblem, decay: float, seed: int) -> None:
        start = traced.problem.start
        self._n, self._seed, self.products = len(start), seed, 0
        self._is_whole = self._n <= MOST_WHOLE
        self._vectors: dict[bool, np.ndarray] = {}

        def at(f: TracedFunction, point: Any) -> Mapping[str, Any]:
            loss = Decayed.of(f, decay)
            more = {"hessian": loss.hessian(point)} if self._is_whole else {}
            return {"loss": loss.value(point), **more}

        def product(f: TracedFunction, point: Any, vector: Any) -> Mapping[str, Any]:
            return {"product": Decayed.of(f, decay).hvp(point, vector)}

        self._at = Computed(traced, at, point=start)
        if not self._is_whole:
            self._product = Computed(traced, product, point=start, vector=np.ones(self._n))
            self._signs = signs(np.random.default_rng(seed), PROBES, self._n)

    def at(self, point: np.ndarray, diagonal: np.ndarray | None) -> Measured:
        """Measure at a point, where the method divides by a diagonal, shape (n,), if by any."""
        found = self._at(point=point)
        loss = float(found["loss"])
        if self._is_whole:
            self.products += self._n
            return Measured(loss, *_of_matrix(np.asarray(found["hessian"]), diagonal))
        times = self._times(point)
        samples = np.array([sign @ times(sign) for sign in self._signs])
        trace = of_samples(samples, "")
        sharpness, divided = self._top(times, False), np.nan
        if diagonal is not None:
            root = np.sqrt(diagonal)
            divided = self._top(lambda v: times(v / root) / root, True)
        return Measured(loss, sharpness, divided, float(trace.value), float(trace.error))

    def _times(self, point: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        def times(vector: np.ndarray) -> np.ndarray:
            self.products += 1
            return np.asarray(self._product(point=point, vector=vector)["product"]) * np.ones(self._n)

        return times

    def _top(self, times: Callable[[np.ndarray], np.ndarray], is_divided: bool) -> float:
        value, vector = top(times, self._n, self._vectors.get(is_divided), self._seed)
        if np.isfinite(value):
            self._vectors = {**self._vectors, is_divided: vector}  # a copy of the meter keeps its own
        return value


def _of_matrix(hessian: np.ndarray, diagonal: np.ndarray | None) -> tuple[float, float, float, float]:
    if not np.isfinite(hessian).all():
        return np.nan, np.nan, np.nan, np.nan
    symmetric = (hessian + hessian.T) / 2
    largest, divided = float(np.linalg.eigvalsh(symmetric)[-1]), np.nan
    if diagonal is not None:
        root = np.sqrt(diagonal)
        scaled = symmetric / root / root[:, None]
        divided = float(np.linalg.eigvalsh(scaled)[-1]) if np.isfinite(scaled).all() else np.nan
    return largest, divided, float(np.trace(hessian)), 0.0
