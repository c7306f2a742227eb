"""Derivatives where autograd has none though the function is smooth, by differences of the gradient from all sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.one_sided import CLOSE, Beside
from hesswidget.derivatives.rounding_noise import Noise
from hesswidget.errors import ProblemError
from hesswidget.wording import number

MOST = 100  # variables, each of which costs some 20 gradients
WITNESSES = 3  # directions besides a basis: a derivative along a direction need not be linear in it
RATIO = 10
LEVELS = tuple(1e-6 * RATIO**k for k in range(6))  # steps, of the length


@dataclass(frozen=True, eq=False)
class Extension:
    """The limits of value, gradient (n,) and Hessian (n, n) at a point, how far they may be off, and a sentence."""

    value: float
    gradient: np.ndarray
    hessian: np.ndarray
    noise: Noise
    sentence: str


def extension(
    objective: Objective,
    point: np.ndarray,
    value: float,
    gradient: np.ndarray,
    hessian: np.ndarray,
    length: float,
) -> Extension | None:
    """Extend the derivatives to a point where some are not finite, if what is beside it agrees from all sides.

    ``norm(x)**2`` at 0, ``sin(x) / x`` and the like are smooth, and the chain rule meets 0/0 on the way. Columns of the
    Hessian that autograd has are kept.

    Parameters
    ----------
    objective : Objective
    point : ndarray, shape (n,)
    value, gradient, hessian
        As autograd gives them.
    length : float
        A length over which the function varies.

    Returns
    -------
    Extension or None
        None where something beside the point is not finite, or differs from side to side.

    Examples
    --------
    >>> from hesswidget.problem.problem import Problem
    >>> import autograd.numpy as anp
    >>> f = Objective(Problem.at(lambda x: anp.sin(x) / x, 0.0, None, {}))
    >>> none = np.full((1, 1), np.nan)
    >>> found = extension(f, f.problem.start, np.nan, none[0], none, 1.0)
    >>> round(found.value, 6), round(float(found.hessian[0, 0]), 4)
    (1.0, -0.3333)
    """
    if not 0 < len(point) <= MOST:
        return None
    try:
        with np.errstate(all="ignore"):
            return _extended(objective, point, value, gradient, hessian, length)
    except ProblemError:
        return None


def _extended(
    objective: Objective,
    point: np.ndarray,
    value: float,
    gradient: np.ndarray,
    hessian: np.ndarray,
    length: float,
) -> Extension | None:
    n = len(point)
    rng = np.random.default_rng(0)
    # Not along the axes, on all of which a formula may be singular.
    basis = np.linalg.qr(rng.normal(size=(n, n)))[0].T
    others = rng.normal(size=(WITNESSES, n))
    others /= np.linalg.norm(others, axis=1, keepdims=True)
    products = _Products.best(
        Beside(objective, point, gradient, hessian, length), np.concatenate([basis, others])
    )
    if products is None:
        return None
    H, off = basis.T @ products.values[:n], products.off * np.sqrt(n)
    room = 10 * CLOSE * products.size + off
    is_linear = np.max(np.abs(others @ H - products.values[n:])) <= room
    is_symmetric = np.max(np.abs(H - H.T)) <= room
    f = _limit(objective, point, value, basis, products.step)
    if not (is_linear and is_symmetric and np.isfinite(f)):
        return None
    H = np.where(np.abs(H) <= off, 0.0, (H + H.T) / 2)
    known = np.isfinite(hessian)
    g = np.where(np.isfinite(gradient), gradient, np.mean(products.limits, axis=0))
    spread = np.where(np.isfinite(gradient), 0.0, np.ptp(products.limits, axis=0) + off * products.step)
    said = "" if np.isfinite(value) else f"f is {number(value)} at this point, and its limit {number(f)}; "
    sentence = (
        f"{said}judged by differences of the gradient, which agree from all sides, where autograd has none"
    )
    return Extension(f, g, np.where(known, hessian, H), Noise(spread, np.where(known, 0.0, off)), sentence)


@dataclass(frozen=True, eq=False)
class _Products:
    """The Hessian's products with directions, shape (m, n), how far they may be off, and the gradient's limits."""

    step: float
    values: np.ndarray
    off: float
    size: float
    limits: np.ndarray

    @classmethod
    def best(cls, beside: Beside, directions: np.ndarray) -> _Products | None:
        """Return them by the steps at which truncation and rounding together are least, if all sides agree there."""
        found = [[beside.differences(d, level * beside.scale) for d in directions] for level in LEVELS]
        noises = [beside.noise(directions[-1], level) for level in LEVELS]
        values = np.array([[(c.left + c.right) / 2 for c in columns] for columns in found])
        steps = np.array([columns[0].step for columns in found])
        rounding = 2 * np.array(noises) / steps
        truncation = np.max(np.abs(np.diff(values, axis=0)), axis=(1, 2)) / RATIO**2
        errors = np.where(np.isfinite(truncation), truncation, np.inf) + rounding[:-1]
        k = int(np.argmin(errors))
        near, far = found[k], found[k + 1]
        size, coarse = (max(c.size for c in columns) for columns in (near, far))
        below, above = np.array([c.below for c in near]), np.array([c.above for c in near])
        limits = np.concatenate([below, above])
        jump = CLOSE * np.max(np.abs(limits)) + 4 * size * steps[k] + 2 * noises[k]
        if not np.isfinite(errors[k] + size) or np.max(np.ptp(limits, axis=0)) > jump:
            return None
        if size <= 2 * coarse / RATIO + rounding[k]:  # the second derivatives vanish with the distance
            return cls(float(steps[k]), np.zeros_like(values[k]), size, coarse, limits)
        sides = max(float(np.max(np.abs(c.right - c.left))) for c in near)
        if (
            sides > 10 * CLOSE * size + 2 * rounding[k]
            or np.max(np.abs(values[k] - values[k + 1])) > 0.1 * size
        ):
            return None
        return cls(float(steps[k]), values[k], float(errors[k]), size, limits)


def _limit(objective: Objective, point: np.ndarray, value: float, basis: np.ndarray, step: float) -> float:
    """Return what f tends to, if it tends to one value along every line and that is f where f has one; else NaN."""
    near, far = (
        np.array([objective.value(point + s * k * step * axis) for axis in basis for s in (-1, 1)])
        for k in (1, 2)
    )
    sides = 2 * near - far
    limit = float(np.median(sides)) if not np.isfinite(value) else value
    room = 4 * np.max(np.abs(far - near)) + CLOSE * abs(limit)
    return limit if np.max(np.abs(sides - limit)) <= room else np.nan
