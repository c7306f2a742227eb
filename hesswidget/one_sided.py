"""An audit of autograd's second derivatives by one-sided differences of the gradient, taken beside the point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hesswidget import differentiation
from hesswidget.judgement import EPS
from hesswidget.objective import Objective
from hesswidget.wording import number

COORDINATES = 12  # of more, those are audited that a random direction makes suspect
LEVELS = (
    1e-2,
    1e-4,
    1e-6,
    1e-8,
    1e-10,
    1e-12,
)  # steps, of the scale; the smallest above the rounding noise count
FAR, NEAR = LEVELS[0], LEVELS[2]  # the first look
CLOSE = 1e-4  # relative agreement with which a column of the Hessian is believed at once
FALLS = (
    0.5  # a disagreement that falls below this fraction, a hundred times nearer, is one of the differences
)
NOISE = 16.0  # units of rounding


@dataclass(frozen=True)
class Audit:
    """What differences of the gradient say of the second derivatives that autograd gave.

    Attributes
    ----------
    agrees : bool
        Nothing contradicts them, or autograd gave none.
    sentence : str
        What differs, by one-sided derivatives; what there is where autograd has none; empty where all is well.
    """

    agrees: bool
    sentence: str


@dataclass(frozen=True)
class Column:
    """Derivatives of the gradient along one direction, each shape (n,), by differences at one distance."""

    step: float
    left: np.ndarray
    right: np.ndarray
    below: np.ndarray  # the limit of the gradient from the left
    above: np.ndarray
    jumps: np.ndarray  # shape (2, n): differences with the gradient at the point itself

    def disagreement(self, expected: np.ndarray) -> float:
        """Return how far it is from a column of a Hessian, in the largest entry."""
        return float(np.max(np.abs(np.stack([self.left, self.right, *self.jumps]) - expected)))

    @property
    def size(self) -> float:
        """The largest derivative of the gradient beside the point."""
        return float(np.max(np.abs([self.left, self.right])))


def audit(
    objective: Objective, point: np.ndarray, gradient: np.ndarray, hessian: np.ndarray, scale: float
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

    Returns
    -------
    Audit

    Raises
    ------
    ProblemError
        If f cannot be evaluated beside the point.

    Notes
    -----
    The cost is 8 gradients for each coordinate, some 50 where that settles nothing. Of more than 12 variables only
    those are audited that differ along one random direction, 12 at most. A kink that no coordinate axis crosses is
    not seen.

    Examples
    --------
    >>> from hesswidget.problem import Problem
    >>> f = Objective(Problem.at("schwarz", (0.0, 0.0), None, {}))
    >>> print(audit(f, f.problem.start, np.zeros(2), np.zeros((2, 2)), 1.0).sentence)
    the mixed partial derivatives differ: ∂/∂x of ∂f/∂y is 1, ∂/∂y of ∂f/∂x is −1 (differences of the gradient)
    """
    with np.errstate(all="ignore"):
        beside = _Beside(objective, point, gradient, hessian, scale)
        n = len(point)
        is_whole = bool(np.all(np.isfinite(hessian)) and np.all(np.isfinite(gradient)))
        suspects = range(n) if n <= COORDINATES else _suspects(beside)
        columns = {i: beside.column(np.eye(1, n, i)[0]) for i in suspects if not beside.believed(i)}
        if not columns:
            return Audit(True, "")
        parts = list(dict.fromkeys(_findings(beside, columns)))
    if not parts:
        return Audit(True, "" if is_whole else _existing(beside, columns))
    more = f"; and {len(parts) - 2} more" if len(parts) > 2 else ""
    return Audit(False, f"{'; '.join(parts[:2])}{more} (differences of the gradient)")


class _Beside:
    """The gradient beside a point."""

    def __init__(
        self,
        objective: Objective,
        point: np.ndarray,
        gradient: np.ndarray,
        hessian: np.ndarray,
        scale: float,
    ) -> None:
        self.objective = objective
        self.labels = objective.problem.labels
        self.point, self.gradient, self.hessian, self.scale = point, gradient, hessian, scale
        self.stiffness = float(np.max(np.abs(hessian)))

    def slope(self, place: np.ndarray) -> np.ndarray:
        """Return the gradient at a place."""
        with self.objective.in_sentences():
            return differentiation.gradient(self.objective)(place)

    def differences(self, direction: np.ndarray, h: float) -> Column:
        """Differences of the gradient at one and two steps to either side."""
        places = [self.point + s * h * direction for s in (-2, -1, 1, 2)]
        t = [float((place - self.point) @ direction) for place in places]  # as rounded
        g = [self.slope(place) for place in places]
        left, right = (g[1] - g[0]) / (t[1] - t[0]), (g[3] - g[2]) / (t[3] - t[2])
        jumps = np.stack([(g[1] - self.gradient) / t[1], (g[2] - self.gradient) / t[2]])
        return Column(abs(t[2]), left, right, g[1] - t[1] * left, g[2] - t[2] * right, jumps)

    def believed(self, i: int) -> bool:
        """Whether autograd's column i is that of the function, by the steps of the first look or all of them."""
        return self.agrees(np.eye(1, len(self.point), i)[0])

    def agrees(self, direction: np.ndarray) -> bool:
        """Whether the Hessian's product with a unit vector is that of the function."""
        expected = direction @ self.hessian
        if not np.all(np.isfinite(expected)) or not np.all(np.isfinite(self.gradient)):
            return False
        far, near = (self.differences(direction, h * self.scale) for h in (FAR, NEAR))
        size = np.fmax(np.max(np.abs(expected)), far.size)
        if near.disagreement(expected) <= CLOSE * size:
            return True
        noise = max(self.noise(direction, FAR), self.noise(direction, NEAR))
        seen = []
        for level in LEVELS:
            disagreement = self.differences(direction, level * self.scale).disagreement(expected)
            if not disagreement <= 100 * noise / (level * self.scale):
                seen.append(disagreement)
        return len(seen) < 2 or bool(seen[-1] <= FALLS * seen[-2])

    def noise(self, direction: np.ndarray, level: float) -> float:
        """Measure the gradient's rounding noise (Moré and Wild, 2011), and add what rounding the place does."""
        steps = self.scale * level * (1 + 1e-5 * np.arange(5))
        measured = np.diff([self.slope(self.point + h * direction) for h in steps], 4, axis=0) / 70**0.5
        place = EPS * self.stiffness * float(np.max(np.abs(self.point)))
        return NOISE * float(np.nanmax(np.append(np.abs(measured), [0.0, place])))

    def column(self, direction: np.ndarray) -> tuple[Column, Column]:
        """Return the differences of the smallest step well above the noise, and of one a hundred times larger."""
        step = NEAR * self.scale
        near = self.differences(direction, step)
        if self.noise(direction, NEAR) > CLOSE * np.nan_to_num(near.size) * step:
            step *= 100
            near = self.differences(direction, step)
        return near, self.differences(direction, 100 * step)


def _suspects(beside: _Beside) -> list[int]:
    """Find the coordinates whose gradients along one random direction are not what autograd's Hessian says."""
    n = len(beside.point)
    missing = np.flatnonzero(~np.all(np.isfinite(beside.hessian), axis=1) | ~np.isfinite(beside.gradient))
    if len(missing):
        return [int(i) for i in missing[:COORDINATES]]
    direction = np.random.default_rng(0).choice([-1.0, 1.0], n) * np.linspace(0.5, 1.0, n)
    direction /= np.linalg.norm(direction)
    if beside.agrees(direction):
        return []
    near = beside.differences(direction, NEAR * beside.scale)
    expected = direction @ beside.hessian
    off = np.max(np.abs(np.stack([near.left, near.right, *near.jumps]) - expected), axis=0)
    off = np.where(np.isfinite(off), off, np.inf)
    return [int(i) for i in np.argsort(-off, kind="stable")[:COORDINATES] if off[i] > 0]


Columns = dict[int, tuple[Column, Column]]


def _findings(beside: _Beside, columns: Columns) -> list[str]:
    """Say what is wrong with each suspected column; the plainest first."""
    labels = beside.labels
    found: list[tuple[int, str]] = []
    mixed: set[tuple[int, int]] = set()
    for i, (near, far) in columns.items():
        for j in range(len(beside.point)):
            wrong = _one_sided(labels, i, j, near, far)
            if wrong is None and j in columns and i < j:
                wrong = _mixed(labels, i, j, near, columns[j][0])
                mixed |= set() if wrong is None else {(i, j), (j, i)}
            if wrong is None and (i, j) not in mixed:
                wrong = _unlike_autograd(beside, i, j, near, far)
            if wrong is not None:
                found.append(wrong)
    return [sentence for _, sentence in sorted(found, key=lambda a: a[0])]


def _one_sided(labels: Sequence[str], i: int, j: int, near: Column, far: Column) -> tuple[int, str] | None:
    """Say how the left differs from the right, in the gradient's limits or in its derivatives."""
    x, slope, second = labels[i], f"∂f/∂{labels[j]}", _second(labels, i, j)
    for side, limit, derivative in (("left", near.below, near.left), ("right", near.above, near.right)):
        if not (np.isfinite(limit[j]) and np.isfinite(derivative[j])):
            return 0, f"{slope} is not finite on the {side} along {x}"
    for side, here, there in (("left", near.left, far.left), ("right", near.right, far.right)):
        if abs(here[j]) > 2 * abs(there[j]) and abs(here[j]) > CLOSE * near.size:
            return 1, f"{second} grows without bound on the {side} along {x}"
    gap, was = abs(near.above[j] - near.below[j]), abs(far.above[j] - far.below[j])
    limits = abs(near.above[j]) + abs(near.below[j])
    if gap > FALLS * was and gap > CLOSE * limits and gap > near.size * near.step:
        values = _pair(near.below[j], near.above[j])
        return 0, f"{slope} tends to {values[0]} on the left and to {values[1]} on the right along {x}"
    gap, was = abs(near.right[j] - near.left[j]), abs(far.right[j] - far.left[j])
    if gap > FALLS * was and gap > 10 * CLOSE * near.size:
        values = _pair(near.left[j], near.right[j])
        return 2, f"{second} is {values[0]} on the left and {values[1]} on the right along {x}"
    return None


def _mixed(labels: Sequence[str], i: int, j: int, column: Column, other: Column) -> tuple[int, str] | None:
    """Say that the two mixed partial derivatives of i and j differ."""
    first, second = column.right[j], other.right[i]
    if not abs(first - second) > 10 * CLOSE * max(column.size, other.size):
        return None
    x, y = labels[i], labels[j]
    values = _pair(first, second)
    return 1, (
        f"the mixed partial derivatives differ: ∂/∂{x} of ∂f/∂{y} is {values[0]}, "
        f"∂/∂{y} of ∂f/∂{x} is {values[1]}"
    )


def _unlike_autograd(beside: _Beside, i: int, j: int, near: Column, far: Column) -> tuple[int, str] | None:
    """Say that both sides agree on a value, which is not autograd's."""
    given, value = beside.hessian[i, j], near.right[j]
    second = _second(beside.labels, i, j)
    unsettled = abs(value - far.right[j]) > 0.1 * abs(value) and abs(value) > FALLS * abs(far.right[j])
    if unsettled and abs(value) > CLOSE * near.size:
        values = _pair(far.right[j], value)
        steps = number(far.step), number(near.step)
        return (
            2,
            f"{second} does not settle: it is {values[0]} at {steps[0]} from the point, {values[1]} at {steps[1]}",
        )
    if np.isfinite(given) and abs(value - given) > 10 * CLOSE * max(near.size, abs(given)):
        values = _pair(value, given)
        return (
            3,
            f"{second} is {values[0]} on both sides, where autograd gives {values[1]}: is there a branch?",
        )
    given, value = beside.gradient[j], (near.below[j] + near.above[j]) / 2
    rounding = abs(near.above[j] - near.below[j]) + 1e-9 * near.size * beside.scale
    if np.isfinite(given) and abs(value - given) > 10 * CLOSE * abs(value) + 10 * rounding:
        slope = f"∂f/∂{beside.labels[j]}"
        values = _pair(value, given)
        return (
            3,
            f"{slope} tends to {values[0]} from both sides, where autograd gives {values[1]}: is there a branch?",
        )
    return None


def _existing(beside: _Beside, columns: Columns) -> str:
    """Say which second derivatives there are where autograd has none."""
    shown = []
    for i, (near, far) in columns.items():
        for j in range(len(beside.point)):
            if np.isfinite(beside.hessian[i, j]) or (j in columns and j < i):
                continue
            vanishes = abs(near.right[j]) <= FALLS * abs(far.right[j])
            shown.append(f"{_second(beside.labels, i, j)} is {number(0.0 if vanishes else near.right[j])}")
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
