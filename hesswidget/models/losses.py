"""Outer functions of models: convex in the outputs, means over samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.derivatives.completion.families import meet_scipy
from hesswidget.errors import ProblemError, nearest
from hesswidget.models.data import Data, Samples
from hesswidget.wording import amount


@dataclass(frozen=True)
class Loss:
    """What outputs cost, given targets.

    Attributes
    ----------
    name : str
    each : callable
        ``each(outputs, targets)``, of each sample, shape (N,), convex in the outputs.
    prediction : callable
        ``prediction(outputs)``: the number, or the probability of each class.
    read : callable
        ``read(samples, data)``: the targets as `value` takes them.
    is_of_classes : bool
        Whether the targets are labels.
    """

    name: str
    each: Callable[[Any, Any], Any]
    prediction: Callable[[Any], Any]
    read: Callable[[Samples, Data], numpy.ndarray]
    is_of_classes: bool

    def value(self, outputs: Any, targets: Any) -> Any:
        """Return the mean over samples, a scalar."""
        return np.mean(self.each(outputs, targets))


def _half_squares(outputs: Any, targets: Any) -> Any:
    squares = (outputs - targets) ** 2 / 2
    return squares if targets.ndim == 1 else np.sum(squares, axis=1)


def _numbers(samples: Samples, data: Data) -> numpy.ndarray:
    if samples.targets.dtype.kind not in "iuf":
        raise ProblemError(
            f"the targets of {data.name} are no numbers; take the logistic or the softmax loss."
        )
    return samples.targets.astype(float)


def _logistic(outputs: Any, targets: Any) -> Any:
    return np.logaddexp(0.0, outputs) - targets * outputs


def _two(samples: Samples, data: Data) -> numpy.ndarray:
    classes = _classes(data)
    if len(classes) > 2:
        raise ProblemError(
            f"{data.name} has {len(classes)} classes, and logistic regression takes two; take softmax_regression."
        )
    return 1.0 * (_labels(samples) == classes[1])


def _logsumexp(outputs: Any, **options: Any) -> Any:
    from autograd.scipy.special import logsumexp  # here, since SciPy takes a second and few losses need it

    meet_scipy()
    return logsumexp(outputs, **options)


def _cross_entropy(outputs: Any, targets: Any) -> Any:
    return _logsumexp(outputs, axis=1) - np.sum(targets * outputs, axis=1)


def _one_hot(samples: Samples, data: Data) -> numpy.ndarray:
    return 1.0 * (_labels(samples)[:, None] == _classes(data))


def _labels(samples: Samples) -> numpy.ndarray:
    labels = samples.targets
    if labels.ndim != 1:
        raise ProblemError(
            f"labels have shape {labels.shape}; give one for each sample, shape ({len(labels)},)"
            + (", such as y.ravel()." if labels.shape == (len(labels), 1) else ".")
        )
    if labels.dtype.kind == "f" and not numpy.all(labels == numpy.round(labels)):
        bad = labels[labels != numpy.round(labels)][0]
        raise ProblemError(
            f"one of the labels is {bad:g}; labels are whole numbers, truths or texts. For real targets take the "
            f"squared error."
        )
    return labels


def _classes(data: Data) -> numpy.ndarray:
    known = [_labels(s) for s in (data.train, data.test) if s is not None]
    classes, fitted = numpy.unique(numpy.concatenate(known)), numpy.unique(known[0])
    if len(fitted) < 2:
        raise ProblemError(
            f"all {amount(len(known[0]), 'sample')} of {data.name} have the label {fitted[0]!s:.40}; a classifier "
            f"needs two classes at least."
        )
    return classes


def softmax(outputs: Any) -> Any:
    """Return the shares of each row of an array, shape (N, C).

    Examples
    --------
    >>> softmax(numpy.array([[1000.0, 1000.0]])).round(12).tolist()
    [[0.5, 0.5]]
    """
    return np.exp(outputs - _logsumexp(outputs, axis=1, keepdims=True))


SQUARED = Loss("squared error", _half_squares, lambda z: z, _numbers, False)
LOGISTIC = Loss("logistic", _logistic, lambda z: np.exp(-np.logaddexp(0.0, -z)), _two, True)
SOFTMAX = Loss("softmax", _cross_entropy, softmax, _one_hot, True)
LOSSES = {loss.name: loss for loss in (SQUARED, LOGISTIC, SOFTMAX)}


def loss_of(name: str | None, data: Data) -> Loss:
    """Return the loss of that name; by default what the targets ask for: numbers, two classes, or more."""
    if name is None:
        classes = data.classes
        return SQUARED if classes is None else LOGISTIC if len(classes) == 2 else SOFTMAX
    if not isinstance(name, str) or name not in LOSSES:
        raise ProblemError(f"loss is {name!r:.60}; {nearest(str(name)[:60], LOSSES)}")
    return LOSSES[name]
