"""Copies of a network by the exchange and the sign of its hidden units, and how to match one network to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hesswidget.errors import ProblemError
from hesswidget.models.model import Model, a_model
from hesswidget.precision import whole_number
from hesswidget.problem.vector import as_array, as_reals

ROUNDS = 100
MOST = 100_000  # samples of a line
Blocks = Mapping[str, Any]


def permuted(
    params: Blocks, orders: Sequence[Any], signs: Sequence[Any] | None = None
) -> dict[str, np.ndarray]:
    """Return the weights of the same perceptron with its hidden units in another order, and with other signs.

    Parameters
    ----------
    params : dict
        W1, b1, W2 and so on, with or without biases.
    orders : sequence of array_like of int
        For each hidden layer which unit stands at each place.
    signs : sequence of array_like, optional
        For each hidden layer the sign, 1 or −1, that each unit is turned by, in the new order. Turning it leaves a
        network as it was where the activation is odd, as tanh is.

    Raises
    ------
    ProblemError
        If there are not as many orders as hidden layers, or one is no permutation.

    Examples
    --------
    >>> net = {"W1": [[1.0], [2.0]], "b1": [3.0, 4.0], "W2": [[5.0, 6.0]], "b2": [0.0]}
    >>> {name: block.tolist() for name, block in permuted(net, [[1, 0]]).items()}
    {'W1': [[2.0], [1.0]], 'b1': [4.0, 3.0], 'W2': [[6.0, 5.0]], 'b2': [0.0]}
    """
    found = weights_of(params)
    listed = _for_each("orders", orders, found)
    turns = [None] * len(listed) if signs is None else _for_each("signs", signs, found)
    for k, (given, turn) in enumerate(zip(listed, turns, strict=True), 1):
        order, units = as_array(given), len(found[f"W{k}"])
        if order.ndim != 1 or order.dtype.kind not in "iu" or sorted(order.tolist()) != [*range(units)]:
            raise ProblemError(
                f"{given!r:.60} is no order of the {units} units of layer {k}; give each of 0 to {units - 1}."
            )
        turned = np.ones(units) if turn is None else as_reals(turn, "signs")
        if turned.shape != (units,) or not np.all(np.abs(turned) == 1):
            raise ProblemError(
                f"{turn!r:.60} are no signs of the {units} units of layer {k}; give 1 or -1 for each."
            )
        found[f"W{k}"] = turned[:, None] * found[f"W{k}"][order]
        if f"b{k}" in found:
            found[f"b{k}"] = turned * found[f"b{k}"][order]
        found[f"W{k + 1}"] = found[f"W{k + 1}"][:, order] * turned
    return found


def matched(params: Blocks, to: Blocks, *, signs: bool = False) -> dict[str, np.ndarray]:
    """Return the weights with their hidden units in the order in which they lie next to those of another network.

    Layer by layer the order is found in which incoming and outgoing weights fit best, a linear assignment; this goes on
    until none changes (Ainsworth, Hayase and Srinivasa, 2023, weight matching). Of a copy it finds the copy.

    Parameters
    ----------
    params, to : dict
        Of networks with the same widths.
    signs : bool
        Whether units may be turned, as those of tanh.
    """
    from scipy.optimize import linear_sum_assignment

    mine, to = weights_of(params), weights_of(to)
    if {a: x.shape for a, x in mine.items()} != {a: x.shape for a, x in to.items()}:
        raise ProblemError("the two networks have other blocks or widths; give weights of the same model.")
    depth = _depth(mine)
    for pass_ in range(ROUNDS):
        before = {a: x.copy() for a, x in mine.items()}
        for k in range(1, depth):
            likeness = _incoming(to, k) @ _incoming(mine, k).T
            if pass_:  # before, what comes after is in no order yet
                likeness = likeness + np.asarray(to[f"W{k + 1}"]).T @ mine[f"W{k + 1}"]
            _, order = linear_sum_assignment(np.abs(likeness) if signs else likeness, maximize=True)
            turned = (
                np.where(np.diagonal(likeness[:, order]) < 0, -1.0, 1.0) if signs else np.ones(len(order))
            )
            rest = [np.arange(len(mine[f"W{j}"])) for j in range(1, depth)]
            ones = [np.ones(len(each)) for each in rest]
            rest[k - 1], ones[k - 1] = order, turned
            mine = permuted(mine, rest, ones)
        if pass_ and all(np.array_equal(mine[a], before[a]) for a in mine):
            break
    return mine


def barrier(model: Model, one: Blocks, other: Blocks, *, samples: int = 51, **parameters: Any) -> float:
    """Return how far the loss rises above its ends on the straight line between two networks.

    It is the largest of the loss less what lies evenly between the losses of the ends (Frankle et al., 2020), at as
    many places as `samples`, at least 0.
    """
    samples = whole_number("samples", samples, 2, MOST)
    one, other = a_model(model).variables(one), model.variables(other)
    ends = model.loss(one, **parameters), model.loss(other, **parameters)
    rises = [
        model.loss({a: (1 - t) * np.asarray(one[a]) + t * np.asarray(other[a]) for a in one}, **parameters)
        - ((1 - t) * ends[0] + t * ends[1])
        for t in np.linspace(0.0, 1.0, samples)
    ]
    return float(max(0.0, *rises))


def weights_of(params: Any) -> dict[str, np.ndarray]:
    """Return the weights of a perceptron as arrays, or refuse them with a sentence."""
    if not isinstance(params, Mapping):
        raise ProblemError(f"the weights are {params!r:.60}; give a dict of W1, b1, W2 and so on.")
    found = {str(a): as_reals(x, str(a)) for a, x in params.items()}
    for k in range(1, _depth(found) + 1):
        W, b = found[f"W{k}"], found.get(f"b{k}")
        if W.ndim != 2 or (k > 1 and W.shape[1] != len(found[f"W{k - 1}"])):
            raise ProblemError(
                f"W{k} has shape {W.shape}; it takes a row for each unit, as wide as the layer before."
            )
        if b is not None and b.shape != W.shape[:1]:
            raise ProblemError(f"b{k} has shape {b.shape}; it takes {W.shape[:1]}, a number for each unit.")
    return found


def _for_each(what: str, given: Any, params: Blocks) -> list[Any]:
    """Return what there is for each hidden layer, or refuse it with a sentence."""
    hidden = _depth(params) - 1
    if not isinstance(given, list | tuple | np.ndarray):
        raise ProblemError(
            f"{what} is {given!r:.60}; give a list with one for each of {hidden} hidden layers."
        )
    if len(given) != hidden:
        raise ProblemError(f"there are {len(given)} {what} for {hidden} hidden layers; give one for each.")
    return [*given]


def _depth(params: Blocks) -> int:
    depth = 0
    while f"W{depth + 1}" in params:
        depth += 1
    if depth < 2:
        raise ProblemError(f"there are no hidden layers in {', '.join(params)}; give W1, b1, W2 and so on.")
    return depth


def _incoming(params: Blocks, k: int) -> np.ndarray:
    W = np.asarray(params[f"W{k}"])
    return np.hstack([W, np.asarray(params[f"b{k}"])[:, None]]) if f"b{k}" in params else W
