"""Where in a box critical points must be suspected: cells at whose corners each partial derivative takes both signs."""

from __future__ import annotations

import itertools

import numpy as np

from hesswidget.critical.newton import Gradients

NODES = {1: 513, 2: 65, 3: 17}  # along each axis, by the number of variables
MOST = 1_024


def suspects(gradients: Gradients, dimensions: int) -> np.ndarray:
    """Return the middles of suspected cells, shape (k, n), in the unit cube; none for more than three variables.

    A search from there finds what a search from starts spread evenly may miss: a minimum and a saddle close together.
    Two points within one cell may still be missed.

    Parameters
    ----------
    gradients : callable
        Gradients (k, n) at points (k, n) in the unit cube.
    dimensions : int

    Examples
    --------
    >>> suspects(lambda u: u - 0.3, 1).round(3).tolist()
    [[0.3]]
    """
    if dimensions not in NODES:
        return np.empty((0, dimensions))
    count = NODES[dimensions]
    mesh = np.meshgrid(*[np.linspace(0.0, 1.0, count)] * dimensions, indexing="ij")
    nodes = np.stack([m.ravel() for m in mesh], axis=1)
    g = gradients(nodes).reshape((*(count,) * dimensions, dimensions))
    corners = [
        g[tuple(slice(k, count - 1 + k) for k in shift)]
        for shift in itertools.product((0, 1), repeat=dimensions)
    ]
    with np.errstate(invalid="ignore"):  # a corner outside the function's domain says nothing
        both = (np.min(corners, axis=0) <= 0) & (np.max(corners, axis=0) >= 0)
    cells = np.argwhere(np.all(both, axis=-1))
    return (cells[:: max(1, -(-len(cells) // MOST))] + 0.5) / (count - 1)
