"""Multilayer perceptrons."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.errors import ProblemError, nearest
from hesswidget.models.data import Data, features, given, random_of
from hesswidget.models.losses import Loss, loss_of
from hesswidget.models.model import Model, model
from hesswidget.models.symmetries import Layer, exchange, gauge, reflection, rescaling, shift
from hesswidget.models.widths import widths_of
from hesswidget.problem.declaration import Symmetry
from hesswidget.wording import amount


@dataclass(frozen=True)
class Activation:
    """What hidden units do with their sum: the function, and the scale of weights that keeps a signal's size."""

    function: Callable[[Any], Any]
    gain: float = 1.0


ACTIVATIONS = {
    "tanh": Activation(np.tanh),
    "relu": Activation(lambda a: np.maximum(a, 0.0), 2**0.5),  # He et al. (2015)
    "softplus": Activation(lambda a: np.logaddexp(0.0, a)),
    "identity": Activation(lambda a: a),
}


def mlp(
    X: Any = "chebyshev",
    y: Any = None,
    *,
    widths: Sequence[int] | None = None,
    activation: str = "tanh",
    loss: str | None = None,
    l2: float = 0.0,
    seed: int = 0,
) -> Model:
    """A multilayer perceptron; blocks W1, b1, W2, b2 and so on, W of shape (units, inputs).

    Parameters
    ----------
    X, y : array_like, shapes (N, d) and (N,) or (N, m)
        Or `Data`, or the name of a data set (`hesswidget.models.dataset`).
    widths : sequence of int, optional
        Of all layers, from the inputs' d to the number of outputs: 1 for numbers and for two classes, else one for each
        class. By default two hidden layers of 16 units.
    activation : {"tanh", "relu", "softplus", "identity"}
    loss : {"squared error", "logistic", "softmax"}, optional
        By default what the targets ask for.
    l2 : float
        Where the weight of the penalty starts.
    seed : int
        Of the weights: normal, with variance 1 over the number of inputs (of ReLU 2 over it); biases start at zero.

    Raises
    ------
    ProblemError
        If the widths do not fit the data, or the data do not fit each other.

    Examples
    --------
    >>> net = mlp(widths=(1, 16, 16, 1))
    >>> net
    Model('tanh network 1-16-16-1 on chebyshev', 321 weights, Data('chebyshev', 20 samples of (1,), 19 to test with))
    >>> [f"{name} {block.shape}" for name, block in net.start.items()][:3]
    ['W1 (16, 1)', 'b1 (16,)', 'W2 (16, 16)']
    """
    data = given(X, y)
    if not isinstance(activation, str) or activation not in ACTIVATIONS:
        raise ProblemError(f"activation is {activation!r:.60}; {nearest(str(activation)[:60], ACTIVATIONS)}")
    chosen = loss_of(loss, data)
    widths = _widths(widths, data, chosen)
    depth, act = len(widths) - 1, ACTIVATIONS[activation]
    is_single = chosen.read(data.train, data).ndim == 1

    def network(inputs: Any, **blocks: Any) -> Any:
        signal = inputs
        for k in range(1, depth + 1):
            signal = np.dot(signal, blocks[f"W{k}"].T) + blocks[f"b{k}"]
            signal = act.function(signal) if k < depth else signal
        return signal[:, 0] if is_single else signal

    return model(
        network,
        _start(widths, act.gain, seed),
        data,
        loss=chosen.name,
        l2=l2,
        activation=act.function,
        symmetries=tuple(_symmetries(widths, activation, chosen)),
        name=f"{activation} network {'-'.join(map(str, widths))} on {data.name}",
    )


def _widths(widths: Any, data: Data, loss: Loss) -> tuple[int, ...]:
    targets = loss.read(data.train, data)
    d, outputs = features(data), 1 if targets.ndim == 1 else targets.shape[1]
    if widths is None:
        return (d, 16, 16, outputs)
    units = widths_of(widths, f"({d}, 16, {outputs})", biases=True)
    if (units[0], units[-1]) != (d, outputs):
        raise ProblemError(
            f"widths go from {units[0]} to {units[-1]}, but {data.name} has {amount(d, 'feature')} and the "
            f"{loss.name} loss takes {amount(outputs, 'output')}; give ({d}, ..., {outputs})."
        )
    return units


def _start(widths: Sequence[int], gain: float, seed: int) -> dict[str, numpy.ndarray]:
    random, start = random_of(seed), {}
    for k, (inputs, units) in enumerate(itertools.pairwise(widths), 1):
        start[f"W{k}"] = gain * random.standard_normal((units, inputs)) / inputs**0.5
        start[f"b{k}"] = numpy.zeros(units)
    return start


def _symmetries(widths: Sequence[int], activation: str, loss: Loss) -> Iterator[Symmetry]:
    depth, hidden = len(widths) - 1, widths[1:-1]
    if loss.name == "softmax":
        yield shift(f"W{depth}", f"b{depth}")
    layers = [Layer(f"W{k}", f"b{k}", f"W{k + 1}", f"b{k + 1}") for k in range(1, depth)]
    if activation == "relu":
        yield rescaling(layers)
    if activation == "identity":
        yield gauge(layers)
    elif hidden:
        yield exchange(hidden)
    if activation == "tanh" and hidden:
        yield reflection(hidden)
