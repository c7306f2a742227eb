"""How sharp a minimum is, by measures that are said to tell how well a network generalizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.errors import ProblemError
from hesswidget.models.model import Model, a_model
from hesswidget.precision import positive, whole_number
from hesswidget.problem.problem import Problem
from hesswidget.training.computed import Computed
from hesswidget.wording import number

MOST = 400  # variables, whose whole Hessian is computed
EPSILON = 1e-3  # of the box in which Keskar et al. (2017) look for the largest loss, as they have it
STARTS = 4  # corners of that box from which it is looked for, besides where the gradient leads


@dataclass(frozen=True, repr=False)
class Sharpness:
    """Measures of a point; made by `sharpness`.

    Attributes
    ----------
    largest : float
        λ_max of the Hessian.
    trace : float
        Σ λ.
    in_box : float
        ε-sharpness: by how much the loss rises at most in the box ``|y| ≤ ε (|w| + 1)`` about the weights, in percent
        of 1 + loss (Keskar et al., 2017). What a search finds is at most the true one.
    relative : float
        Relative flatness, ``Σ ⟨w_s, w_t⟩ tr H_st`` over the rows s and t of a layer's matrix, added up over the layers
        (Petzka et al., 2021); of a model without matrices over its vectors. Rescaling layers of ReLU leaves it as it
        is; large is sharp.
    """

    largest: float
    trace: float
    in_box: float
    relative: float

    def __str__(self) -> str:
        return (
            f"λ_max {number(self.largest)}, trace {number(self.trace)}, ε-sharpness {number(self.in_box)} %, "
            f"relative flatness {number(self.relative)}"
        )

    __repr__ = __str__


def sharpness(model: Model, params: Any = None, /, *, epsilon: float = EPSILON, seed: int = 0) -> Sharpness:
    """Measure how sharp the loss of a model is at a point, without its penalty.

    Parameters
    ----------
    model : Model
        Of up to 400 weights.
    params : dict or array_like, optional
        By default the start.
    epsilon : float
        Of the box of `Sharpness.in_box`.
    seed : int
        Of the places from which the largest loss in it is looked for.

    Raises
    ------
    ProblemError
        If it is no model, has more weights, or no finite derivatives there.

    Examples
    --------
    >>> from hesswidget import models
    >>> line = models.linear_regression([[1.0], [2.0]], [1.0, 2.0], intercept=False)
    >>> sharpness(line, {"w": [1.0]})
    λ_max 2.5, trace 2.5, ε-sharpness 0.0005 %, relative flatness 2.5
    """
    problem = Problem.at(a_model(model), params, None, {"l2": 0.0})
    point, n = problem.start, len(problem.start)
    if n > MOST:
        raise ProblemError(
            f"{model.name} has {n:,} weights; these measures take the whole Hessian, of up to {MOST}. hw.spectrum "
            f"finds the largest eigenvalue and the trace of more."
        )
    size = positive("epsilon", epsilon)
    random = np.random.default_rng(whole_number("seed", seed, 0, 2**63))
    loss = _Loss(TracedProblem.of(problem))
    with one_blas_thread():
        hessian = loss.hessian(point)
        symmetric = (hessian + hessian.T) / 2
        if not np.isfinite(symmetric).all():
            raise ProblemError(f"{model.name} has no finite Hessian at these weights; give others.")
        return Sharpness(
            largest=float(np.linalg.eigvalsh(symmetric)[-1]),
            trace=float(np.trace(symmetric)),
            in_box=_rise(loss, point, size, random),
            relative=_relative(problem, point, symmetric),
        )


class _Loss:
    """Value, gradient and Hessian of a loss at many points."""

    def __init__(self, traced: TracedProblem) -> None:
        start = traced.problem.start

        def at(f: TracedFunction, point: Any) -> Mapping[str, Any]:
            return dict(zip(("value", "gradient"), f.value_and_gradient(point), strict=True))

        self._at = Computed(traced, at, point=start)
        self._bent = Computed(traced, lambda f, point: {"hessian": f.hessian(point)}, point=start)

    def value_and_gradient(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        found = self._at(point=point)
        return float(found["value"]), found["gradient"] * np.ones(len(point))

    def hessian(self, point: np.ndarray) -> np.ndarray:
        return self._bent(point=point)["hessian"] * np.ones((len(point), len(point)))


def _rise(loss: _Loss, point: np.ndarray, epsilon: float, random: np.random.Generator) -> float:
    """Return how far the loss rises at most in the box, in percent, as far as L-BFGS-B finds it from some places."""
    from scipy.optimize import minimize

    reach = epsilon * (np.abs(point) + 1)
    value, gradient = loss.value_and_gradient(point)

    corners = [np.sign(gradient), *(2.0 * random.integers(0, 2, (STARTS, len(point))) - 1)]
    least = max(loss.value_and_gradient(point + reach * c)[0] - value for c in corners)
    unit = least if least > 0 else 1.0  # or the search would stop where all differences are small

    def below(y: np.ndarray) -> tuple[float, np.ndarray]:
        there, slope = loss.value_and_gradient(point + reach * y)
        return (value - there) / unit, -reach * slope / unit

    inside = [(-1.0, 1.0)] * len(point)
    found = [minimize(below, c / 2, jac=True, bounds=inside, method="L-BFGS-B").fun for c in corners]
    return 100 * unit * max(least / unit, 0.0, *(-float(f) for f in found)) / (1 + value)


def _relative(problem: Problem, point: np.ndarray, hessian: np.ndarray) -> float:
    """Return Σ ⟨w_s, w_t⟩ tr H_st over the rows of each matrix; where there is none, of each vector, which is a row."""
    blocks = problem.blocks.all
    matrices = [b for b in blocks if len(b.shape) > 1] or [b for b in blocks if len(b.shape) == 1]
    total = 0.0
    for block in matrices:
        weights = point[block.places].reshape(block.shape[0] if len(block.shape) > 1 else 1, -1)
        part = hessian[block.places, block.places].reshape(weights.shape * 2)
        total += float(np.sum((weights @ weights.T) * np.einsum("sjtj->st", part)))
    return total
