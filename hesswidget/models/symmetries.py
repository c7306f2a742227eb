"""Symmetries of networks: what can be done to their weights without a change of what they say, as directions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from hesswidget.problem.declaration import Symmetry

Blocks = Mapping[str, Any]


class Layer(NamedTuple):
    """Names of blocks about hidden units: the weights and the bias into them, and those of the next layer."""

    into: str
    bias: str | None
    out: str
    last: str | None


def shift(weights: str, bias: str | None) -> Symmetry:
    """The same number added to all outputs of softmax: d + 1 directions for d inputs of the last layer."""

    def tangents(**blocks: Any) -> list[Blocks]:
        W = np.asarray(blocks[weights])
        found: list[Blocks] = [{weights: np.ones((len(W), 1)) * row} for row in np.eye(W.shape[1])]
        return found if bias is None else [*found, {bias: np.ones(len(W))}]

    return Symmetry("the shift of all outputs of softmax", tangents)


def gauge(layers: Sequence[Layer]) -> Symmetry:
    """Any invertible matrix put between two linear layers, and taken back: ``(A V, W A⁻¹)`` of ``W V``.

    Of p hidden units these are p² directions, fewer where the ranks of V and W are less. With biases a constant can be
    put between them, too: p directions more.
    """

    def tangents(**blocks: Any) -> Iterator[Blocks]:
        for into, bias, out, last in layers:
            V, W = np.asarray(blocks[into]), np.asarray(blocks[out])
            units = np.eye(len(V))
            for row in units:
                for column in units:
                    A = np.outer(row, column)
                    own = {} if bias is None else {bias: A @ blocks[bias]}
                    yield {into: A @ V, **own, out: -W @ A}
                if bias is not None and last is not None:
                    yield {bias: row, last: -W @ row}

    return Symmetry("the gauge of linear layers", lambda **blocks: list(tangents(**blocks)))


def pairing(one: str, other: str) -> Symmetry:
    """The gauge of two matrices that meet in the products of their outputs: ``(A Q, A⁻ᵀ K)`` of ``QᵀK``."""
    turned = gauge([Layer(one, None, other, None)])

    def tangents(**blocks: Any) -> list[Blocks]:
        met = {one: np.asarray(blocks[one]), other: np.asarray(blocks[other]).T}
        return [{one: each[one], other: each[other].T} for each in turned.tangents(**met)]  # type: ignore[misc]

    return Symmetry("the gauge of queries and keys", tangents)


def rescaling(layers: Sequence[Layer]) -> Symmetry:
    """A hidden unit of ReLU multiplied by a number and what it feeds divided by it: a direction for each unit."""

    def tangents(**blocks: Any) -> Iterator[Blocks]:
        for into, bias, out, _ in layers:
            V, W = np.asarray(blocks[into]), np.asarray(blocks[out])
            for unit in np.eye(len(V)):
                own = {} if bias is None else {bias: unit * blocks[bias]}
                yield {into: unit[:, None] * V, **own, out: -W * unit}

    return Symmetry("the rescaling of hidden units", lambda **blocks: list(tangents(**blocks)))


def exchange(widths: Sequence[int]) -> Symmetry:
    """The hidden units of a layer in another order: copies, and no direction."""
    return Symmetry("the exchange of hidden units", copies=math.prod(map(_factorial, widths)))


def reflection(widths: Sequence[int]) -> Symmetry:
    """The sign of a hidden unit turned, and of what it feeds: copies, and no direction."""
    return Symmetry("the sign of hidden units", copies=2.0 ** sum(widths) if sum(widths) < 1000 else math.inf)


def _factorial(k: int) -> float:
    return float(math.factorial(k)) if k <= 170 else math.inf
