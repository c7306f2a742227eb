"""Random directions as long as the weights that they belong to, filter by filter, in mathematics that can be recorded.

A rescaling of layers that leaves a network as it is (Dinh, Pascanu, Bengio & Bengio, 2017) rescales these with it, so
that a slice along them stays as it is (Li, Xu, Taylor, Studer & Goldstein, 2018, Visualizing the loss landscape).
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.derivatives.recorder import record
from hesswidget.problem.blocks import Blocks
from hesswidget.program.program import Program
from hesswidget.second_derivative_test.stationarity import norm_of

NAMES = ("random 1, by filters", "random 2, by filters")
"""What the directions are called along the axes of a picture."""


def filters(blocks: Blocks) -> list[numpy.ndarray]:
    """Return the places of each filter, the weights that lead to one unit: each row of a matrix, and a whole vector.

    Of an array of more axes it is what one place along the first of them holds, as in PyTorch's convolutions.

    Examples
    --------
    >>> [places.tolist() for places in filters(Blocks.of({"W": numpy.zeros((2, 3)), "b": numpy.zeros(2)}))]
    [[0, 1, 2], [3, 4, 5], [6, 7]]
    """
    found: list[numpy.ndarray] = []
    for block in blocks.all:
        places = numpy.arange(block.first, block.first + block.size)
        found += [*places.reshape(block.shape[0], -1)] if len(block.shape) > 1 else [places]
    return found


def normalized(point: Any, drawn: Any, places: list[numpy.ndarray]) -> Any:
    """Return a direction with each filter as long as that of the point; of the point 0 the direction, of length 1.

    Examples
    --------
    >>> point, drawn = numpy.array([3.0, 4.0, 0.0, 2.0]), numpy.array([0.0, 1.0, 1.0, -1.0])
    >>> normalized(point, drawn, [numpy.array([0, 1]), numpy.array([2]), numpy.array([3])]).tolist()
    [0.0, 5.0, 0.0, -2.0]
    """
    parts = [_unit(drawn[each]) * norm_of(point[each]) for each in places]
    back = numpy.argsort(numpy.concatenate(places))
    direction = np.concatenate(parts)[back]
    return np.where(norm_of(point) > 0, direction, _unit(drawn))


def random_plane(point: Any, drawn: Any, places: list[numpy.ndarray]) -> dict[str, Any]:
    """Return the plane of two such directions, ``random_basis``, orthonormal, (2, n), and ``random_ends``, (2, 2).

    It goes as far as they are long, the second less what it shares with the first.

    Parameters
    ----------
    point : array, shape (n,)
    drawn : array, shape (2, n)
    places : list of ndarray
        Of each filter.
    """
    one, other = (normalized(point, each, places) for each in drawn)
    first = _unit(one)
    rest = other - np.dot(first, other) * first
    lengths = np.stack([norm_of(one), norm_of(rest)])
    return {
        "random_basis": np.stack([first, _unit(rest)]),
        "random_ends": np.stack([-lengths, lengths], axis=1),
    }


def _unit(vector: Any) -> Any:
    size = norm_of(vector)
    return vector / np.where(size > 0, size, 1.0)


def program(blocks: Blocks, seed: int = 0) -> Program | None:
    """Record `random_plane` of a ``point``; None of fewer than three variables, which have no plane to choose.

    Examples
    --------
    >>> from hesswidget.program.executor import Executable
    >>> found = Executable(program(Blocks.of({"w": numpy.zeros(3)})))(point=numpy.array([0.0, 3.0, 4.0]))
    >>> found["random_basis"].shape, float(found["random_ends"][0, 1].round(9))
    ((2, 3), 5.0)
    """
    n = blocks.size
    if n < 3:
        return None
    places, drawn = filters(blocks), numpy.random.default_rng(seed).standard_normal((2, n))
    return record(lambda point: random_plane(point, drawn, places), point=numpy.ones(n))
