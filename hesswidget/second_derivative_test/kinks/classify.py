"""What a function does at a point where its pieces meet: decided by the pieces' gradients, then by their Hessians."""

from __future__ import annotations

import numpy as np

from hesswidget.derivatives.switches.pieces import Pieces
from hesswidget.second_derivative_test.kinks.crowd import MOST, of_crowd
from hesswidget.second_derivative_test.kinks.first_order import of_first_order
from hesswidget.second_derivative_test.kinks.groups import chains, partition
from hesswidget.second_derivative_test.kinks.junction import MAX_COMBINED, Junction
from hesswidget.second_derivative_test.kinks.kink import Kink
from hesswidget.second_derivative_test.kinks.second_order import of_second_order
from hesswidget.second_derivative_test.kinks.weak import or_weak


def classify(pieces: Pieces, is_stationary: bool) -> Kink | None:
    """Return what a function does where its pieces meet; None where they fit smoothly together.

    To first order the function is the sum of piecewise linear functions, one for each group of switches that have to
    do with each other, in independent directions; each is decided by its `Fan`. In the directions that are left the
    pieces' mean with weights that make the gradient zero, the Lagrangian, is decided by its Hessian (Lemaréchal,
    Oustry and Sagastizábal, 2000, the U-Lagrangian; Lewis, 2002, partial smoothness), and across switches at which
    the gradient is continuous by the pieces' Hessians.

    Parameters
    ----------
    pieces : Pieces
        Those that meet.
    is_stationary : bool
        Whether the gradient, where it is continuous, is zero.

    Raises
    ------
    Exception
        Whatever the function raises on a piece.
    """
    if not pieces.switches:
        return None
    is_crowd = max(map(len, chains(pieces.switches))) > MAX_COMBINED
    if is_crowd and len(pieces.switches) > MOST:  # before each of their sides costs a gradient
        return Kink("undecided", pieces.switches, True)
    junction = Junction(pieces)
    kink = _of_junction(junction, is_stationary, is_crowd)
    return kink and or_weak(kink, junction)


def _of_junction(junction: Junction, is_stationary: bool, is_crowd: bool) -> Kink | None:
    if not junction.is_finite:
        return None
    discontinuous = junction.is_discontinuous()
    if np.any(discontinuous):
        return Kink.at(junction, "jump", np.flatnonzero(discontinuous))
    sharp, nested = junction.is_sharp(), junction.is_nested()
    flat = sharp & ~nested & ~np.any(junction.normals, axis=1)
    if np.any(flat):  # the gradient jumps where no plane parts the directions
        return Kink.at(junction, "undecided", np.flatnonzero(flat))
    members = np.flatnonzero(sharp | nested)
    if is_crowd:
        return of_crowd(junction)
    if len(members):
        groups = partition(junction, members, nested)
        if groups is None:
            return Kink.at(junction, "undecided", members)
        if groups.groups:
            return of_first_order(junction, groups)
    return of_second_order(junction, is_stationary)
