"""A tiny attention model: one head, which learns where to look."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.models.data import Data, Samples, random_of
from hesswidget.models.losses import softmax
from hesswidget.models.model import Model, model
from hesswidget.models.symmetries import Layer, gauge, pairing, shift
from hesswidget.precision import whole_number

MOST = 64  # tokens, positions, dimensions
SEQUENCES = 48


def attention(
    *, tokens: int = 3, length: int = 4, dimension: int = 2, l2: float = 0.0, seed: int = 0
) -> Model:
    """One head of attention (Vaswani et al., 2017) that has to tell the first token of a sequence at its last position.

    Blocks query and key, (k, e), value, (k, e), and output, (C, k): inputs are one-hot tokens beside one-hot positions,
    e = tokens + length; the last position looks at all of them. Queries and keys meet in a product, values and outputs
    too: a gauge each.

    Parameters
    ----------
    tokens : int
        C, the vocabulary.
    length : int
        Of the sequences.
    dimension : int
        k, of the head.
    l2 : float
        Where the weight of the penalty starts.
    seed : int
        Of the weights and of the sequences, 48 to fit and 48 to test with, or as many as there are tokens.

    Examples
    --------
    >>> fit = attention()
    >>> {name: block.shape for name, block in fit.start.items()}
    {'query': (2, 7), 'key': (2, 7), 'value': (2, 7), 'output': (3, 2)}
    """
    for name, count, least in (("tokens", tokens, 2), ("length", length, 2), ("dimension", dimension, 1)):
        whole_number(name, count, least, MOST)
    random, entries, count = random_of(seed), tokens + length, max(SEQUENCES, tokens)

    def drawn() -> Samples:
        sequences = random.randint(tokens, size=(count, length))
        sequences[:tokens, 0] = numpy.arange(tokens)  # so that every class is there
        positions = numpy.broadcast_to(numpy.eye(length), (count, length, length))
        return Samples(
            numpy.concatenate([numpy.eye(tokens)[sequences], positions], axis=2), sequences[:, 0].copy()
        )

    data = Data("sequences", drawn(), drawn())
    start = {
        name: random.standard_normal((dimension, entries)) / entries**0.5
        for name in ("query", "key", "value")
    }
    start["output"] = random.standard_normal((tokens, dimension)) / dimension**0.5
    return model(
        _head,
        start,
        data,
        loss="softmax",
        l2=l2,
        symmetries=(
            pairing("query", "key"),
            gauge([Layer("value", None, "output", None)]),
            shift("output", None),
        ),
        name=f"attention over {length} of {tokens} tokens",
    )


def _head(inputs: Any, query: Any, key: Any, value: Any, output: Any) -> Any:
    count, length, entries = numpy.shape(inputs)
    rows = numpy.reshape(inputs, (count * length, entries))

    def at_positions(W: Any) -> Any:
        return np.reshape(np.dot(rows, W.T), (count, length, len(W)))

    asked = np.reshape(np.dot(inputs[:, -1], query.T), (count, 1, len(query)))
    scores = np.sum(asked * at_positions(key), axis=2) / len(query) ** 0.5
    seen = np.sum(np.reshape(softmax(scores), (count, length, 1)) * at_positions(value), axis=1)
    return np.dot(seen, output.T)
