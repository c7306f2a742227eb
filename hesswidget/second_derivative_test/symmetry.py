"""Zero eigenvalues by symmetry: directions in which something can be done to the variables that leaves f as it is.

At a stationary point the tangents of a continuous symmetry are null vectors of the Hessian; elsewhere only those of one
that moves points along straight lines. A symmetry is declared by the function (`hesswidget.problem.declaration`), and
said only where its tangents do lie in the null space. A discrete symmetry gives copies of a point, and no zeros.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.precision import EPS
from hesswidget.problem.declaration import Symmetry, declaration
from hesswidget.second_derivative_test.classification import Classification
from hesswidget.second_derivative_test.degenerate.resolution import Resolution
from hesswidget.wording import amount, number

WITHIN = 1e-6  # 1 less the cosine of an angle up to which a direction lies in a space, or its sine
BESIDE = 0.01  # of the point's size: how far away f must be level, too


class Zeros(NamedTuple):
    """What symmetries say of a point.

    Attributes
    ----------
    clauses : tuple of str
        Which zero eigenvalues are by which symmetry, and what the point is therefore.
    copies : tuple of str
        What is said of copies.
    resolution : Resolution or None
        What a degenerate point is, where symmetries make all of its zero eigenvalues.
    """

    clauses: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    resolution: Resolution | None = None


def by_symmetry(objective: Objective, point: np.ndarray, test: Classification) -> Zeros:
    """Say which zero eigenvalues at a point are by a symmetry that the function declares.

    Parameters
    ----------
    objective : Objective
    point : ndarray, shape (n,)
    test : Classification

    Notes
    -----
    Where the Hessian is zero along the orbit of a symmetry alone, and definite across it, the point is a minimum or a
    maximum that is not isolated (Bott, 1954).
    """
    problem = objective.problem
    declared = declaration(problem.arguments.function)
    if declared is None or test.label == "undefined" or set(problem.blocks.structure) != set(declared.start):
        return Zeros()
    zero = test.inertia.zero
    null = test.eigenvectors[:, np.argsort(np.abs(test.eigenvalues))[:zero]]
    clauses: list[str] = []
    found: list[tuple[str, np.ndarray]] = []
    for symmetry in (s for s in declared.symmetries if s.tangents and zero):
        try:
            found.append((symmetry.name, _level(objective, point, symmetry, null)))
        except Exception as error:  # of tangents, which may be anybody's
            clauses.append(f"{symmetry.name} could not be looked at: {error}")
    found = [(name, space) for name, space in found if space.shape[1]]
    explained = _orthonormal(np.hstack([space for _, space in found])).shape[1] if found else 0
    clauses += [_said(name, space.shape[1], zero) for name, space in found]
    if 0 < explained < zero:
        clauses.append(f"no symmetry that is declared makes the other {_count(zero - explained)}")
    copies = _copies(declared.symmetries) if test.is_stationary else ()
    if not (test.label == "degenerate" and 0 < explained == zero < len(point)):
        return Zeros(tuple(clauses), copies)
    valley = _valley(test, null)
    return Zeros((valley.sentence, *clauses), copies, valley)


def _level(objective: Objective, point: np.ndarray, symmetry: Symmetry, null: np.ndarray) -> np.ndarray:
    """Return a basis of the directions in the null space in which a symmetry leads, shape (n, m).

    They are found by the principal angles of the two spaces (Björck and Golub, 1973). f must be level along them beside
    the point, too: a penalty may break a symmetry, and leave a part of it.
    """
    U, sizes, V = np.linalg.svd(_tangents(objective, point, symmetry), full_matrices=False)
    rank = int(np.sum(sizes > max(U.shape) * EPS * sizes[0])) if len(sizes) else 0
    turned, cosines, _ = np.linalg.svd(U[:, :rank].T @ null, full_matrices=False)
    held = turned[:, : len(cosines)][:, cosines > 1 - WITHIN]
    generators = (V[:rank].T / sizes[:rank]) @ held
    aside = BESIDE * max(1.0, float(np.max(np.abs(point))))
    beside = point + aside * np.cos(np.arange(1.0, len(point) + 1))
    moved, slope = _tangents(objective, beside, symmetry) @ generators, objective.gradient_or_nan(beside)
    sizes_there = np.linalg.norm(moved, axis=0) * np.linalg.norm(slope)
    is_level = bool(np.all(np.abs(slope @ moved) <= WITHIN * sizes_there))
    return U[:, :rank] @ held if is_level else U[:, :0]


def _tangents(objective: Objective, point: np.ndarray, symmetry: Symmetry) -> np.ndarray:
    """Return the directions in which a symmetry leads, shape (n, k)."""
    blocks = objective.problem.blocks
    rows = [blocks.flatten(each) for each in symmetry.directions(blocks.unflatten(point))]
    return np.array(rows).reshape(len(rows), len(point)).T


def _orthonormal(vectors: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis of the space of the columns."""
    basis, sizes, _ = np.linalg.svd(vectors, full_matrices=False)
    return basis[:, sizes > max(vectors.shape) * EPS * sizes[0]]


def _said(name: str, count: int, zero: int) -> str:
    if count == zero == 1:
        return f"the zero eigenvalue is by a symmetry, {name}"
    if count == zero:
        return f"all {zero} zero eigenvalues are by a symmetry, {name}"
    return f"{_count(count)} of the {zero} zero eigenvalues {'is' if count == 1 else 'are'} by a symmetry, {name}"


def _count(k: int) -> str:
    return "one" if k == 1 else str(k)


def _copies(symmetries: Sequence[Symmetry]) -> tuple[str, ...]:
    discrete = [s for s in symmetries if s.tangents is None and s.copies > 1]
    if not discrete:
        return ()
    names = " and ".join(s.name for s in discrete)
    count = np.prod([s.copies for s in discrete])
    many = f"up to {number(float(count) - 1)}" if np.isfinite(count) else "more than can be counted"
    return (
        f"by {names} it has copies, {many}, of the same f and eigenvalues, which make none of these zero",
    )


def _valley(test: Classification, null: np.ndarray) -> Resolution:
    positive = test.inertia.positive > 0
    shape, way = ("a valley of minima", "grows") if positive else ("a ridge of maxima", "falls")
    directions = amount(null.shape[1], "direction")
    sentence = (
        f"{shape}: f does not change along the {directions} of symmetry, and {way} across: not isolated"
    )
    return Resolution("flat", sentence.replace("the one", "the"), null.T, None)
