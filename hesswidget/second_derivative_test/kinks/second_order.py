"""What a function does where its pieces meet and its gradient is one: decided by the pieces' Hessians."""

from __future__ import annotations

import itertools

import numpy as np

from hesswidget.second_derivative_test.kinks.fan import ZERO
from hesswidget.second_derivative_test.kinks.junction import MAX_COMBINED, Junction
from hesswidget.second_derivative_test.kinks.kink import Evidence, Kink
from hesswidget.second_derivative_test.kinks.lagrangian import MAX_PRODUCTS, Lagrangian
from hesswidget.second_derivative_test.kinks.quadrics import SAME

DIRECTIONS = 12  # and their opposites, in which nested pieces are told apart


def of_second_order(junction: Junction, is_stationary: bool) -> Kink | None:
    """Return what a function does across switches at which its gradient is continuous; None where it is smooth.

    Parameters
    ----------
    junction : Junction
    is_stationary : bool
        Whether the gradient is zero.
    """
    count = len(junction.names)
    if not is_stationary:
        bent = [k for k in range(min(MAX_COMBINED, count)) if _is_bent(junction, k)]
        return Kink.at(junction, "not stationary", bent, is_sharp=False) if bent else None
    if np.any(junction.is_nested()):
        return _of_nested(junction)
    pieced = Lagrangian(junction, np.eye(len(junction.point)), [(1.0, {})]).quadrics(set())
    if pieced is None:
        return Kink.at(junction, "undecided", range(count), is_sharp=False)
    bent, quadrics = pieced
    if not bent or quadrics.is_one:
        return None
    kind = {"rises": "minimum", "falls": "maximum", "both": "saddle"}.get(quadrics.behaviour, "undecided")
    evidence: list[Evidence] = []
    for word, (_, direction) in (("falls", quadrics.low), ("rises", quadrics.high)):
        if quadrics.behaviour in ("both", f"{word} somewhere"):
            evidence.append((word, direction))
        elif kind == "undecided":
            evidence.append(("is level", direction))
    return Kink.at(junction, kind, bent, evidence, is_sharp=False)


def all_definite(junction: Junction, sign: str, in_planes: bool = True) -> bool:
    """Whether every piece is definite, and, if asked, the pieces meet in planes.

    So f rises, or falls, where it is level to first order; if that is everywhere, wherever the pieces meet.

    Parameters
    ----------
    junction : Junction
    sign : str
        ``rises`` or ``falls``.
    in_planes : bool
        Whether that is asked.
    """
    n, names, pieces, point = len(junction.point), junction.names, junction.pieces, junction.point
    if len(names) > MAX_COMBINED or 2 ** len(names) * n > MAX_PRODUCTS:
        return False
    hessians, bends = [], [np.zeros((n, n))]
    for signs in itertools.product((1.0, -1.0), repeat=len(names)):
        sides = dict(zip(names, signs, strict=True))
        hessians.append(pieces.hessian(sides, np.eye(n), point))
        for k in range(len(names)) if in_planes else ():
            bends.append(pieces.quantity_hessian(sides, k, np.eye(n), point))
    size = max(float(np.max(np.abs(a))) for a in hessians)
    eigenvalues = np.concatenate([np.linalg.eigvalsh((a + a.T) / 2) for a in hessians])
    is_definite = np.min(eigenvalues if sign == "rises" else -eigenvalues) > ZERO * size
    return bool(is_definite and not np.any(np.abs(bends) > ZERO * size))


def _of_nested(junction: Junction) -> Kink | None:
    """Decide by the pieces' definiteness alone: where borders depend on sides, no one direction is looked at."""
    directions = np.random.default_rng(0).normal(size=(DIRECTIONS, len(junction.point)))
    sides = [junction.sides(d) for d in (*directions, *-directions)]
    products = np.array(
        [[junction.pieces.product(s, v, junction.point) for s in sides] for v in directions[:2]]
    )
    if np.max(np.abs(products - products[:, :1])) <= SAME * np.max(np.abs(products)):
        return None
    kinds = {"rises": "minimum", "falls": "maximum"}
    definite = (kinds[sign] for sign in kinds if all_definite(junction, sign, in_planes=False))
    return Kink.at(junction, next(definite, "undecided"), range(len(junction.names)), is_sharp=False)


def _is_bent(junction: Junction, k: int) -> bool:
    """Whether the second derivatives jump across a switch."""
    across = junction.normals[k]
    products = [junction.pieces.product(junction.sides(d), across, junction.point) for d in (across, -across)]
    return bool(np.max(np.abs(products[1] - products[0])) > SAME * np.max(np.abs(products)))
