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

WITHIN = 1e-6  # 1 less the cosine of an angle up to which a direction lies in a space


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
    spaces = [
        (s, _within(_tangents(objective, point, s), null)) for s in declared.symmetries if s.tangents and zero
    ]
    found = [(s.name, space) for s, space in spaces if space.shape[1]]
    explained = _orthonormal(np.hstack([space for _, space in found])).shape[1] if found else 0
    clauses = [_said(name, space.shape[1], zero) for name, space in found]
    if 0 < explained < zero:
        clauses.append(f"no symmetry that is declared makes the other {_count(zero - explained)}")
    copies = _copies(declared.symmetries) if test.is_stationary else ()
    if not (test.label == "degenerate" and 0 < explained == zero < len(point)):
        return Zeros(tuple(clauses), copies)
    valley = _valley(test, null)
    return Zeros((valley.sentence, *clauses), copies, valley)


def _tangents(objective: Objective, point: np.ndarray, symmetry: Symmetry) -> np.ndarray:
    """Return an orthonormal basis of the directions in which a symmetry leads, shape (n, k)."""
    assert symmetry.tangents is not None
    blocks = objective.problem.blocks
    variables = blocks.unflatten(point)
    resting = {a: np.zeros(np.shape(x)) for a, x in variables.items()}
    rows = [
        blocks.flatten({a: resting[a] + np.asarray(each.get(a, 0.0)) for a in variables})
        for each in symmetry.tangents(**variables)
    ]
    return _orthonormal(np.array(rows).T) if rows else np.zeros((len(point), 0))


def _orthonormal(vectors: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis of the space of the columns."""
    if not vectors.size:
        return vectors[:, :0]
    basis, sizes, _ = np.linalg.svd(vectors, full_matrices=False)
    return basis[:, sizes > max(vectors.shape) * EPS * sizes[0]]


def _within(space: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return a basis of what of a space lies in another, by their principal angles (Björck and Golub, 1973)."""
    if not space.shape[1]:
        return space
    turned, cosines, _ = np.linalg.svd(space.T @ other)
    return space @ turned[:, : np.sum(cosines > 1 - WITHIN)]


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
