"""An audit of autograd's second derivatives by one-sided differences of the gradient, taken beside the point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.one_sided import CLOSE, FALLS, NEAR, OneSidedDerivatives, OneSidedDifferences
from hesswidget.wording import number

CLOSER = 1e-3  # of the steps, at which what differs is looked at again
COORDINATES = 12  # of more, those are audited that a random direction makes suspect


@dataclass(frozen=True)
class Audit:
    """What differences of the gradient say of the second derivatives that autograd gave.

    Attributes
    ----------
    agrees : bool
        Nothing contradicts them, or autograd gave none.
    sentence : str
        What differs, by one-sided derivatives; what there is where autograd has none; empty where all is well.
    agree_beside : bool
        What differs does not do so from side to side: whether the differences beside the point agree, and autograd's
        derivatives at the point are others, is for `hesswidget.derivatives.extension` to say.
    """

    agrees: bool
    sentence: str
    agree_beside: bool = True


def audit(
    objective: Objective,
    point: np.ndarray,
    gradient: np.ndarray,
    hessian: np.ndarray,
    scale: float,
    background: float = 0.0,
) -> Audit:
    """Compare a gradient and a Hessian with one-sided differences of the gradient.

    At a point where a formula has a branch or a hole autograd gives the derivatives of the code that ran there, or
    NaN, neither of which need be those of the function. The gradient beside the point knows better: for each
    coordinate it is taken at one and two steps to either side. A disagreement counts that is not rounding and does
    not fade as the steps become smaller.

    Parameters
    ----------
    objective : Objective
    point : ndarray, shape (n,)
    gradient : ndarray, shape (n,)
    hessian : ndarray, shape (n, n)
    scale : float
        A length over which the function varies. What a smooth function does within 1e-8 of it may be mistaken.
    background : float
        The gradient's noise about the point, as far as it is known; what it explains is no disagreement.

    Returns
    -------
    Audit

    Raises
    ------
    ProblemError
        If f cannot be evaluated beside the point.

    Notes
    -----
    The cost is 4 gradients for each coordinate, some 50 where that settles nothing. Of more than 12 variables only
    those are audited that differ along one random direction, 12 at most. A kink that no coordinate axis crosses is
    not seen.

    Examples
    --------
    >>> from hesswidget.problem.problem import Problem
    >>> f = Objective(Problem.at("schwarz", (0.0, 0.0), None, {}))
    >>> print(audit(f, f.problem.start, np.zeros(2), np.zeros((2, 2)), 1.0).sentence)
    the mixed partial derivatives differ: ∂/∂x of ∂f/∂y is 1, ∂/∂y of ∂f/∂x is −1 (differences of the gradient)
    """
    with np.errstate(all="ignore"):
        differences = OneSidedDifferences(objective, point, gradient, hessian, scale, background)
        n = len(point)
        is_whole = bool(np.all(np.isfinite(hessian)) and np.all(np.isfinite(gradient)))
        suspects = range(n) if n <= COORDINATES else _suspects(differences)
        axes = {i: np.eye(1, n, i)[0] for i in suspects}
        columns = {i: differences.near_and_far(e) for i, e in axes.items() if not differences.agrees(e)}
        if not columns:
            return Audit(True, "")
        findings = _findings(differences, columns)
        if findings and is_whole and _fades(differences, columns):
            findings = []
    if not findings:
        return Audit(True, "" if is_whole else _existing(differences, columns))
    parts = list(dict.fromkeys(sentence for _, sentence in findings))
    more = f"; and {len(parts) - 2} more" if len(parts) > 2 else ""
    agree_beside = all(rank >= UNSETTLED for rank, _ in findings)
    return Audit(False, f"{'; '.join(parts[:2])}{more} (differences of the gradient)", agree_beside)


def _fades(differences: OneSidedDifferences, columns: Columns) -> bool:
    """Whether closer by nothing is wrong with these columns, where it would be seen: f varies faster than said."""
    closer = differences.closer(CLOSER)
    again = {i: closer.near_and_far(np.eye(1, len(differences.point), i)[0]) for i in columns}
    is_seen = all(near.rounding <= 10 * CLOSE * near.size for near, _ in again.values())
    return is_seen and not _findings(closer, again)


def _suspects(differences: OneSidedDifferences) -> list[int]:
    """Find the coordinates whose gradients along one random direction are not what autograd's Hessian says."""
    n = len(differences.point)
    has_row = np.all(np.isfinite(differences.hessian), axis=1)
    missing = np.flatnonzero(~has_row | ~np.isfinite(differences.gradient))
    if len(missing):
        return [int(i) for i in missing[:COORDINATES]]
    direction = np.random.default_rng(0).choice([-1.0, 1.0], n) * np.linspace(0.5, 1.0, n)
    direction /= np.linalg.norm(direction)
    if differences.agrees(direction):
        return []
    near = differences.derivatives(direction, NEAR * differences.scale)
    expected = direction @ differences.hessian
    off = np.max(np.abs(np.stack([near.left, near.right, *near.from_point]) - expected), axis=0)
    off = np.where(np.isfinite(off), off, np.inf)
    return [int(i) for i in np.argsort(-off, kind="stable")[:COORDINATES] if off[i] > 0]


Columns = dict[int, tuple[OneSidedDerivatives, OneSidedDerivatives]]  # near and far, of the Hessian's columns
Finding = tuple[int, str]  # how plain it is, and the sentence
# The least plain: both sides agree, and differ from step to step, or from what autograd gives at the point itself.
UNSETTLED, OF_THE_POINT = 3, 4


def _findings(differences: OneSidedDifferences, columns: Columns) -> list[Finding]:
    """Say what is wrong with each suspected column; the plainest first."""
    labels = differences.labels
    findings: list[Finding] = []
    mixed: set[tuple[int, int]] = set()
    for i, (near, far) in columns.items():
        for j in range(len(differences.point)):
            wrong = _one_sided(labels, i, j, near, far)
            if wrong is None and j in columns and i < j:
                wrong = _mixed(labels, i, j, near, columns[j][0])
                mixed |= set() if wrong is None else {(i, j), (j, i)}
            if wrong is None and (i, j) not in mixed:
                wrong = _unlike_autograd(differences, i, j, near, far)
            if wrong is not None:
                findings.append(wrong)
    return sorted(findings, key=lambda a: a[0])


def _one_sided(
    labels: Sequence[str], i: int, j: int, near: OneSidedDerivatives, far: OneSidedDerivatives
) -> Finding | None:
    """Say how the left differs from the right, in the gradient's limits or in its derivatives."""
    x, first, second = labels[i], f"∂f/∂{labels[j]}", _second(labels, i, j)
    sides = ("left", near.left_limit, near.left), ("right", near.right_limit, near.right)
    for side, limit, derivative in sides:
        if not (np.isfinite(limit[j]) and np.isfinite(derivative[j])):
            return 0, f"{first} is not finite on the {side} along {x}"
    for side, here, there in (("left", near.left, far.left), ("right", near.right, far.right)):
        if abs(here[j]) > max(2 * abs(there[j]), CLOSE * near.size) + near.rounding:
            return 1, f"{second} grows without bound on the {side} along {x}"
    gap, was = abs(near.right_limit[j] - near.left_limit[j]), abs(far.right_limit[j] - far.left_limit[j])
    limits = abs(near.right_limit[j]) + abs(near.left_limit[j])
    room = near.size * near.step + near.rounding * near.step
    if gap > FALLS * was and gap > CLOSE * limits and gap > room:
        values = _pair(near.left_limit[j], near.right_limit[j])
        return 0, f"{first} tends to {values[0]} on the left and to {values[1]} on the right along {x}"
    gap, was = abs(near.right[j] - near.left[j]), abs(far.right[j] - far.left[j])
    if gap > FALLS * was and gap > 10 * CLOSE * near.size + near.rounding:
        values = _pair(near.left[j], near.right[j])
        return 2, f"{second} is {values[0]} on the left and {values[1]} on the right along {x}"
    return None


def _mixed(
    labels: Sequence[str], i: int, j: int, column: OneSidedDerivatives, other: OneSidedDerivatives
) -> Finding | None:
    """Say that the two mixed partial derivatives of i and j differ."""
    first, second = column.right[j], other.right[i]
    room = 10 * CLOSE * max(column.size, other.size) + column.rounding + other.rounding
    if not abs(first - second) > room:
        return None
    x, y = labels[i], labels[j]
    values = _pair(first, second)
    return 1, (
        f"the mixed partial derivatives differ: ∂/∂{x} of ∂f/∂{y} is {values[0]}, "
        f"∂/∂{y} of ∂f/∂{x} is {values[1]}"
    )


def _unlike_autograd(
    differences: OneSidedDifferences, i: int, j: int, near: OneSidedDerivatives, far: OneSidedDerivatives
) -> Finding | None:
    """Say that both sides agree on a value, which is not autograd's."""
    entry, value = differences.hessian[i, j], near.right[j]
    second = _second(differences.labels, i, j)
    unsettled = abs(value - far.right[j]) > 0.1 * abs(value) + near.rounding
    if unsettled and abs(value) > max(FALLS * abs(far.right[j]), CLOSE * near.size) + near.rounding:
        values = _pair(far.right[j], value)
        steps = number(far.step), number(near.step)
        return (
            UNSETTLED,
            f"{second} does not settle: it is {values[0]} at {steps[0]} from the point, {values[1]} at {steps[1]}",
        )
    if np.isfinite(entry) and abs(value - entry) > 10 * CLOSE * max(near.size, abs(entry)) + near.rounding:
        values = _pair(value, entry)
        return (
            OF_THE_POINT,
            f"{second} is {values[0]} on both sides, where autograd gives {values[1]}: is there a branch?",
        )
    entry, value = differences.gradient[j], (near.left_limit[j] + near.right_limit[j]) / 2
    gap = abs(near.right_limit[j] - near.left_limit[j])
    rounding = gap + 1e-9 * near.size * differences.scale + near.rounding * near.step
    if np.isfinite(entry) and abs(value - entry) > 10 * CLOSE * abs(value) + 10 * rounding:
        first = f"∂f/∂{differences.labels[j]}"
        values = _pair(value, entry)
        return (
            OF_THE_POINT,
            f"{first} tends to {values[0]} from both sides, where autograd gives {values[1]}: is there a branch?",
        )
    return None


def _existing(differences: OneSidedDifferences, columns: Columns) -> str:
    """Say which second derivatives there are where autograd has none."""
    shown = []
    for i, (near, far) in columns.items():
        for j in range(len(differences.point)):
            if np.isfinite(differences.hessian[i, j]) or (j in columns and j < i):
                continue
            vanishes = abs(near.right[j]) <= FALLS * abs(far.right[j])
            value = number(0.0 if vanishes else near.right[j])
            shown.append(f"{_second(differences.labels, i, j)} is {value}")
    more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
    listed = ", ".join(shown[:3])
    return f"differences of the gradient agree from all sides: {listed}{more}" if shown else ""


def _second(labels: Sequence[str], i: int, j: int) -> str:
    return f"∂²f/∂{labels[i]}²" if i == j else f"∂/∂{labels[i]} of ∂f/∂{labels[j]}"


def _pair(first: float, second: float) -> tuple[str, str]:
    """Write two numbers, what is small beside the other as 0."""
    size = CLOSE * max(abs(first), abs(second))
    a, b = (number(0.0 if abs(x) <= size else x) for x in (first, second))
    return a, b
