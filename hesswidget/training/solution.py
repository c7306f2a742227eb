"""Where a training ended: losses, the evidence of its weight decay, and what the model says of inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.control_flow import over_rows
from hesswidget.derivatives.traced import TracedFunction
from hesswidget.models.model import Model
from hesswidget.training import penalties
from hesswidget.training.evidence import Laplace, effective_dimension

MOST_NUMBERS = 4_096  # of what a model says, in one picture
CURVE, FINEST = 161, 41  # inputs along a curve, and along each axis of a plane
SPARE = 0.15  # of the inputs' range, on each side
SLACK = 1e-9  # of the evidence, by which rounding may have the fixed point below its neighbours
DECAYS = np.logspace(-7, 1, 65)  # at which the evidence is known


@dataclass(frozen=True)
class Grid:
    """Inputs of which a picture shows what a model says.

    Attributes
    ----------
    kind : {"curve", "plane", "samples"}
        Evenly over one input or over two, row by row; of more inputs the samples themselves, for the fit and then for
        the test.
    inputs : ndarray, shape (m, ...)
    ends : ndarray, shape (d, 2)
        From where to where each input goes; shape (0, 2) of samples.
    size : int
        Along each axis; of samples how many.
    """

    kind: str
    inputs: np.ndarray
    ends: np.ndarray
    size: int

    @classmethod
    def of(cls, model: Model) -> Grid:
        """Return that of a model: as fine as pictures are."""
        sets = [s.inputs for s in (model.train, model.test) if s is not None]
        known = np.concatenate(sets)
        outputs = classes_of(model)
        if known.ndim != 2 or known.shape[1] > 2:
            shown = known[: MOST_NUMBERS // outputs]
            return cls("samples", shown, np.empty((0, 2)), len(shown))
        low, high = known.min(axis=0), known.max(axis=0)
        width = np.where(high > low, high - low, 1.0)
        ends = np.stack([low - SPARE * width, high + SPARE * width], axis=1)
        is_curve = known.shape[1] == 1
        most = MOST_NUMBERS // outputs
        size = min(CURVE, most) if is_curve else min(FINEST, int(most**0.5))
        axes = [np.linspace(first, last, size) for first, last in ends]
        inputs = np.stack([axis.ravel() for axis in np.meshgrid(*axes)], axis=1)
        return cls("curve" if is_curve else "plane", inputs, ends, size)


def classes_of(model: Model) -> int:
    """Return how many numbers a model says of an input: one, or more of several targets or classes."""
    targets = model.loss_function.read(model.train, model.data)
    return 1 if targets.ndim == 1 else int(targets.shape[1])


def losses(model: Model, f: TracedFunction, point: Any) -> dict[str, Any]:
    """Return ``train_loss`` and ``test_loss``, without what regularizes; NaN where there is nothing to test with."""
    tested = model.test_loss(point) if model.test is not None else np.nan * anp.sum(point)
    return {"train_loss": f.value(point), "test_loss": tested}


def solution(
    model: Model, grid: Grid, f: TracedFunction, point: Any, decay: Any, noise: Any
) -> dict[str, Any]:
    """Return what is shown of weights.

    Parameters
    ----------
    model : Model
    grid : Grid
    f : TracedFunction
        The loss without what regularizes.
    point : array, shape (n,)
    decay, noise : scalar
        The weight decay, and the standard deviation of noise on inputs.

    Returns
    -------
    dict
        Besides `losses`: ``weights``, |w|; ``effective_dimension`` and ``log_evidence`` of the weight decay, NaN where
        there is none, by the Gauss–Newton matrix; ``evidences``, (k,), of the weight decays `DECAYS`, at the minimum
        that the loss as a quadratic function about the point has with each; ``best_decay``, MacKay's fixed point of
        that, NaN where it is not the largest; ``input_rise``, what noise adds to the loss by its law; ``fit``, what
        the model says of the grid.
    """
    value, gradient = f.value_and_gradient(point)
    samples = len(model.train)
    targets = model.loss_function.read(model.train, model.data)
    numbers = 0 if model.loss_function.is_of_classes else targets.size
    is_of_few = targets.ndim == 1 and len(targets) < len(point)
    matrix, laplace = (f.ggn_factor, Laplace.of_factor) if is_of_few else (f.ggn, Laplace.of)
    about = laplace(value, gradient, matrix(point), point, samples, numbers)

    def evidence(c: Any, loss: Any, eigenvalues: Any, weights: Any, slope: Any) -> Any:
        return Laplace(loss, eigenvalues, weights, slope, samples, numbers).log_evidence(c)

    known = (about.loss, about.eigenvalues, about.weights, about.slope)
    is_there = anp.where(decay > 0, decay, np.nan)
    evidences = over_rows(evidence, DECAYS, shared=known)
    top = anp.max(evidences)
    best = about.fixed_point(anp.max(anp.where(evidences >= top, DECAYS, DECAYS[0])))
    is_best = about.log_evidence(best) >= top - SLACK * anp.abs(top)
    said = model.loss_function.prediction(model.network(grid.inputs, **model.variables(point)))
    return {
        **losses(model, f, point),
        "weights": anp.sqrt(anp.sum(point**2)),
        "effective_dimension": effective_dimension(about.eigenvalues, is_there),
        "log_evidence": about.log_evidence(is_there),
        "evidences": evidences,
        "best_decay": anp.where(is_best, best, np.nan),
        "input_rise": noise**2 * penalties.input_noise(model)(f, point),
        "fit": anp.reshape(said, (-1,)),
    }
