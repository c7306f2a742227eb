"""Noise of a training: what a step is taken on is another loss each time, by a batch of samples and by false labels."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.derivatives.control_flow import pick
from hesswidget.derivatives.traced import TracedFunction
from hesswidget.models.model import Model
from hesswidget.training.penalties import Penalty

DRAWS = 64  # steps after which the first draw comes again


class Noise:
    """The loss on draws of samples and labels, as what it is above the loss on all of them.

    Parameters
    ----------
    model : Model
    seed : int

    Notes
    -----
    A batch is drawn without replacement for each step. Label noise adds to each real target a normal number of this
    standard deviation, afresh at each step, which leaves the expected gradient as it is, and whose variance drives
    gradient descent to where the Hessian's trace is small (Blanc et al., 2020). Of classes it is the probability that a
    label is replaced by a random one, in expectation: label smoothing (Szegedy et al., 2016).
    """

    def __init__(self, model: Model, seed: int = 0) -> None:
        random, count = numpy.random.default_rng(seed), len(model.train)
        self._model = model
        self._targets = model.loss_function.read(model.train, model.data)
        self._ranks = numpy.argsort(random.random((DRAWS, count)), axis=1).argsort(axis=1).astype(float)
        self._drawn = random.standard_normal((DRAWS, *self._targets.shape))

    def at(self, count: Any, batch: Any, labels: Any) -> Penalty:
        """Return what the draw of a step adds to the loss.

        Parameters
        ----------
        count : scalar
            How many steps were taken before.
        batch : scalar
            How many samples.
        labels : scalar
            The label noise.
        """
        draw = np.mod(count, DRAWS)
        samples = len(self._targets)
        weights = (pick(self._ranks, draw, axis=0) < batch) * (samples / batch)
        targets = self._noisy(labels, pick(self._drawn, draw, axis=0))

        def above(_: TracedFunction, point: Any) -> Any:
            model = self._model
            outputs = model.network(model.train.inputs, **model.variables(point))
            each = model.loss_function.each
            return np.mean(weights * each(outputs, targets) - each(outputs, self._targets))

        return above

    def _noisy(self, labels: Any, draw: Any) -> Any:
        if not self._model.loss_function.is_of_classes:
            return self._targets + labels * draw
        classes = 2 if self._targets.ndim == 1 else self._targets.shape[1]
        return (1 - labels) * self._targets + labels / classes
