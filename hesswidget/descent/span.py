"""The plane through the start in which paths move most, in mathematics that can be recorded; of few variables."""

from __future__ import annotations

from typing import Any, NamedTuple

import autograd.numpy as np
import numpy

from hesswidget.derivatives.recorder import record
from hesswidget.program.program import Program

MOST = 40  # variables: the eigenvectors of a matrix of so many are found for every picture
SIGHT = 1.0  # beyond the ranges, in their widths: what lies further says nothing of where to look
ROOM = 0.12  # beyond what is in sight, of its extent
NARROWEST = 0.25  # of the wider direction: the other one, at least
SHORTEST = 0.02  # of the ranges' diagonal: either, at least


class Span(NamedTuple):
    """A plane through the start.

    Attributes
    ----------
    basis : array, shape (2, n)
    ends : array, shape (2, 2)
        How far it goes along each.
    shares : array, shape (2,)
        Of the squared distances from the start, what is along each.
    """

    basis: Any
    ends: Any
    shares: Any


def spanned(start: Any, points: Any, box: Any) -> Span:
    """Return the principal directions of the paths' distances from their start.

    Parameters
    ----------
    start : array, shape (n,)
    points : array, shape (m, length, n)
        NaN beyond a path's end.
    box : array, shape (2, n)
        The least and the greatest value of each variable's range.

    Examples
    --------
    >>> line = numpy.array([[[0.0, 0.0, 1.0], [3.0, 0.0, 1.0], [3.0, 1.0, 1.0]]])
    >>> found = spanned(line[0, 0], line, numpy.array([[-5.0] * 3, [5.0] * 3]))
    >>> float(found.shares.sum().round(12)), numpy.abs(found.basis[:, 2]).round(12).tolist()
    (1.0, [0.0, 0.0])
    """
    low, high = box[0], box[1]
    width = high - low
    rows = np.reshape(points, (-1, points.shape[2]))
    known = np.where(np.isfinite(rows), rows, np.inf)
    inside = np.logical_and(known >= low - SIGHT * width, known <= high + SIGHT * width)
    is_seen = np.min(np.where(inside, 1.0, 0.0), axis=1)[:, None]
    away = np.where(is_seen > 0, rows - start, 0.0)
    squares, vectors = np.linalg.eigh(np.dot(np.transpose(away), away))
    basis = np.transpose(vectors)[::-1][:2]
    forward = np.dot(basis, np.sum(away, axis=0))
    basis = np.where(forward < 0, -1.0, 1.0)[:, None] * basis
    places = np.dot(away, np.transpose(basis))
    least, most = np.min(places, axis=0), np.max(places, axis=0)
    extent = most - least
    wanted = np.maximum(NARROWEST * np.max(extent), SHORTEST * np.sqrt(np.sum(width**2)))
    spare = ROOM * extent + np.maximum(wanted - extent, 0.0) / 2.0
    whole = np.sum(squares)
    return Span(
        basis=basis,
        ends=np.transpose(np.array([least - spare, most + spare])),
        shares=np.where(whole > 0, squares[::-1][:2] / np.where(whole > 0, whole, 1.0), 1.0),
    )


def program(paths: int, length: int, box: numpy.ndarray) -> Program | None:
    """Record `spanned` for so many paths, each filled up with NaN to this length; None of too few or many variables."""
    n = box.shape[1]
    if not 2 < n <= MOST:
        return None
    chance = numpy.random.default_rng(0).normal(size=(paths, length, n))
    return record(lambda start, points: spanned(start, points, box), start=chance[0, 0], points=chance)
