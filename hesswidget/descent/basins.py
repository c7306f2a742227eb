"""Where the paths of a method end from every start of a grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hesswidget.descent.ends import EndMap, Ends
from hesswidget.descent.rows import Rows
from hesswidget.landscape.plane import Plane

SIDE = 65  # starts along each direction


@dataclass(frozen=True)
class BasinMap(EndMap):
    """Where the paths of one method end, from each start of a grid: along the plane's second direction and the first.

    Attributes
    ----------
    plane : Plane
        In which the starts lie, evenly from end to end of both directions.
    """

    plane: Plane


def mapped(
    rows: Rows, plane: Plane, parameters: np.ndarray, most: int, ends: Ends, side: int = SIDE
) -> BasinMap:
    """Follow a path from each start of a grid on a plane.

    Parameters
    ----------
    rows : Rows
    plane : Plane
        Of two directions.
    parameters : ndarray
        The traced ones.
    most : int
        How many steps a path takes at most.
    ends : Ends
    side : int
        Starts along each direction.
    """
    places = np.array([axis.ravel() for axis in np.meshgrid(*plane.grids(side))])
    found = rows.outcomes(plane.place(places).T, parameters, most)
    numbers, shape = ends.numbers(found), (side, side)
    return BasinMap(numbers.reshape(shape), found.steps.reshape(shape), ends.points, ends.labels, plane)
