"""Deep linear networks and linear autoencoders: what they compute is linear, their loss is not convex."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.errors import ProblemError
from hesswidget.models.data import Data, features, given, inputs_of, random_of, split
from hesswidget.models.model import Model, model
from hesswidget.models.symmetries import Layer, gauge
from hesswidget.models.widths import widths_of
from hesswidget.precision import whole_number
from hesswidget.wording import amount

VARIANCES = (5.0, 4.0, 3.0, 2.0, 1.0)


def deep_linear_network(
    X: Any = None, y: Any = None, *, widths: Sequence[int] = (3, 3, 3, 2), l2: float = 0.0, seed: int = 0
) -> Model:
    """Half the mean squared error of a product of matrices, ``W3 W2 W1 x``; blocks W1, W2 and so on.

    Every local minimum is a global one, and all other critical points are saddles (Kawaguchi, 2016). Any invertible
    matrix between two layers, and its inverse, change nothing.

    Parameters
    ----------
    X, y : array_like, shapes (N, d) and (N, m)
        Or `Data`, or the name of a data set. By default they are drawn, by a linear map with noise.
    widths : sequence of int
        From d to m.
    l2 : float
        Where the weight of the penalty starts.
    seed : int
        Of the weights, and of data that are drawn.

    Examples
    --------
    >>> deep_linear_network(widths=(2, 3, 1)).start["W2"].shape
    (1, 3)
    """
    widths = widths_of(widths, "(3, 3, 2)", biases=False)
    random = random_of(seed)
    data = _teacher(widths[0], widths[-1], seed) if X is None else given(X, y)
    start = {
        f"W{k}": random.standard_normal((units, inputs)) / inputs**0.5
        for k, (inputs, units) in enumerate(itertools.pairwise(widths), 1)
    }
    if features(data) != widths[0]:
        raise ProblemError(
            f"widths begin with {widths[0]}, but {data.name} has {features(data)} features; give as many."
        )
    is_single = data.train.targets.ndim == 1
    outputs = 1 if is_single else data.train.targets.shape[1]
    if outputs != widths[-1]:
        raise ProblemError(
            f"widths end with {widths[-1]}, but {data.name} has targets of {amount(outputs, 'number')}; give as many."
        )
    return model(
        functools.partial(_product, is_single),
        start,
        data,
        loss="squared error",
        l2=l2,
        activation=lambda a: a,
        symmetries=(gauge([Layer(into, None, out, None) for into, out in itertools.pairwise(start)]),),
        name=f"linear network {'-'.join(map(str, widths))} on {data.name}",
    )


def linear_autoencoder(X: Any = None, *, hidden: int = 3, l2: float = 0.0, seed: int = 0) -> Model:
    """Half the mean squared error of ``decoder encoder x`` against x; blocks encoder, (p, d), and decoder, (d, p).

    No local minima but the global ones, which keep the p directions of most variance; a critical point for each set of
    at most p of the d principal directions, up to the gauge (Baldi and Hornik, 1989; see `hesswidget.models.ladder`).

    Parameters
    ----------
    X : array_like, shape (N, d), or `Data`, or the name of a data set, optional
        By default five inputs whose variances are exactly 5, 4, 3, 2, 1 along the axes.
    hidden : int
        p.
    l2 : float
        Where the weight of the penalty starts.
    seed : int
        Of the weights.

    Examples
    --------
    >>> fit = linear_autoencoder()
    >>> float(fit.loss({"encoder": np.zeros((3, 5)), "decoder": np.zeros((5, 3))}))
    7.5
    """
    if X is None:
        points = numpy.diag((len(VARIANCES) * numpy.array(VARIANCES)) ** 0.5)
        data = split(points, points, test=0.0, standardize=False, name="five variances")
    elif isinstance(X, Data | str):
        data = given(X, None)
    else:
        inputs = inputs_of(X)
        data = split(inputs, numpy.zeros(len(inputs)), test=0.0, standardize=False)
    of_themselves = Data(
        data.name, *(type(s)(s.inputs, s.inputs) for s in (data.train, data.test) if s is not None)
    )
    d = features(data)
    hidden = whole_number("hidden", hidden, 1, d)
    random = random_of(seed)
    start = {
        "encoder": random.standard_normal((hidden, d)) / d**0.5,
        "decoder": random.standard_normal((d, hidden)) / hidden**0.5,
    }
    return model(
        _rebuilt,
        start,
        of_themselves,
        loss="squared error",
        l2=l2,
        symmetries=(gauge([Layer("encoder", None, "decoder", None)]),),
        name=f"linear autoencoder {d}-{hidden}-{d} on {data.name}",
    )


def _product(is_single: bool, inputs: Any, /, **blocks: Any) -> Any:
    signal = inputs
    for k in range(1, len(blocks) + 1):
        signal = np.dot(signal, blocks[f"W{k}"].T)
    return signal[:, 0] if is_single else signal


def _rebuilt(inputs: Any, encoder: Any, decoder: Any) -> Any:
    return np.dot(np.dot(inputs, encoder.T), decoder.T)


def _teacher(d: int, m: int, seed: int) -> Data:
    random = numpy.random.RandomState((seed + 1) % 2**32)
    weights, X = random.standard_normal((m, d)), random.standard_normal((40, d))
    y = X @ weights.T + 0.1 * random.standard_normal((40, m))
    return split(X, y, test=0.5, standardize=False, seed=seed, name="a linear map")
