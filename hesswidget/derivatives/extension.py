"""Derivatives where autograd has none, or others than the function, by differences of the gradient from all sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.one_sided import CLOSE, FALLS, OneSidedDifferences
from hesswidget.derivatives.rounding_noise import SAFETY, SAMPLES, Noise, noise_of
from hesswidget.errors import ProblemError
from hesswidget.precision import EPS
from hesswidget.wording import number

MAX_VARIABLES = 100  # variables, each of which costs some 20 gradients
WITNESSES = 3  # directions besides a basis: a derivative along a direction need not be linear in it
BORNE_OUT = 4  # times the error of the differences, by which what autograd has may be apart from them
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
    """Extend the derivatives to a point where some are not those of f, if what is beside it agrees from all sides.

    ``norm(x)**2`` at 0, ``sin(x) / x`` and the like are smooth, and the chain rule meets 0/0 on the way. Where a branch
    gives the value at one point, as in ``where(x == 0, 1, sin(x) / x)``, it gives the derivatives of that branch. What
    autograd has is kept where the differences bear it out.

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
        None where something beside the point is not finite, differs from side to side, or is not f's own.

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
    if not 0 < len(point) <= MAX_VARIABLES:
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
        OneSidedDifferences(objective, point, gradient, hessian, length), np.concatenate([basis, others])
    )
    if products is None:
        return None
    H, off = basis.T @ products.values[:n], products.off * np.sqrt(n)
    room = 10 * CLOSE * products.size + off
    is_linear = np.max(np.abs(others @ H - products.values[n:])) <= room
    is_symmetric = np.max(np.abs(H - H.T)) <= room
    f = _limit(objective, point, value, np.concatenate([basis, others]), products)
    if not (is_linear and is_symmetric and np.isfinite(f)):
        return None
    H = np.where(np.abs(H) <= off, 0.0, (H + H.T) / 2)
    g, spread = np.mean(products.limits, axis=0), np.ptp(products.limits, axis=0) + off * products.step
    is_borne_out = np.abs(hessian - H) <= BORNE_OUT * off
    is_borne_out &= is_borne_out.T
    level = np.abs(gradient - g) <= spread
    of_value = (
        "" if np.isfinite(value) else f"f is {number(value)} at this point, and its limit {number(f)}; "
    )
    is_whole = np.all(np.isfinite(gradient)) and np.all(np.isfinite(hessian))
    autograd = "autograd's derivatives at the point are others" if is_whole else "autograd has none"
    sentence = (
        f"{of_value}judged by differences of the gradient, which agree from all sides, where {autograd}"
    )
    noise = Noise(np.where(level, 0.0, spread), np.where(is_borne_out, 0.0, off))
    return Extension(f, np.where(level, gradient, g), np.where(is_borne_out, hessian, H), noise, sentence)


@dataclass(frozen=True, eq=False)
class _Products:
    """The Hessian's products with directions, shape (m, n), how far they may be off, and the gradient's limits.

    `rises` are what the gradient says f rises by from one step to two, along each direction and against it.
    """

    step: float
    values: np.ndarray
    off: float
    size: float
    limits: np.ndarray
    rises: np.ndarray

    @classmethod
    def best(cls, differences: OneSidedDifferences, directions: np.ndarray) -> _Products | None:
        """Return them by the steps at which truncation and rounding together are least, if all sides agree there."""
        columns = [
            [differences.derivatives(d, level * differences.scale) for d in directions] for level in LEVELS
        ]
        noises = np.array([differences.noise(directions[-1], level) for level in LEVELS])
        values = np.array([[(c.left + c.right) / 2 for c in level] for level in columns])
        steps = np.array([level[0].step for level in columns])
        sizes = np.array([max(c.size for c in level) for level in columns])
        noises = np.fmax(noises, SAFETY * EPS * differences.magnitude * sizes)  # points are rounded too
        rounding = 2 * noises / steps
        truncation = np.max(np.abs(np.diff(values, axis=0)), axis=(1, 2)) / RATIO**2
        errors = np.where(np.isfinite(truncation), truncation, np.inf) + rounding[:-1]
        k = int(np.argmin(errors))
        near = columns[k]
        size, coarse = float(sizes[k]), float(sizes[k + 1])
        # A jump of the gradient does not fade as the steps become shorter.
        limits = np.array([[[c.left_limit, c.right_limit] for c in level] for level in columns[: k + 1]])
        gaps = np.max(np.ptp(limits, axis=(1, 2)), axis=1)
        room = (
            CLOSE * np.max(np.abs(limits), axis=(1, 2, 3)) + 4 * size * steps[: k + 1] + 2 * noises[: k + 1]
        )
        if not (np.isfinite(errors[k] + size) and np.all(gaps <= room)):
            return None
        ends = limits[k].reshape(-1, limits.shape[-1])
        rises = np.array([c.rises(d) for c, d in zip(near, directions, strict=True)])
        if size <= 2 * coarse / RATIO + rounding[k]:  # the second derivatives vanish with the distance
            return cls(float(steps[k]), np.zeros_like(values[k]), size, coarse, ends, rises)
        # What the two sides differ by, and what two steps do, fades with the distance.
        last = max(k - 1, 0)
        nearer, sides = (max(float(np.max(np.abs(c.right - c.left))) for c in columns[i]) for i in (last, k))
        closer, change = (float(np.max(np.abs(values[max(i, 0)] - values[i + 1]))) for i in (k - 1, k))
        noise = 4 * (rounding[last] + rounding[k])  # measured along one direction only
        is_jump = sides > 10 * CLOSE * size + noise and nearer > FALLS * sides + noise
        fades = closer <= FALLS * change + noise
        if is_jump or change > 0.1 * size or not fades:
            return None
        return cls(float(steps[k]), values[k], float(errors[k]), size, ends, rises)


def _limit(
    objective: Objective, point: np.ndarray, value: float, directions: np.ndarray, products: _Products
) -> float:
    """Return what f tends to, if it tends to one value along every line and that is f where f has one; else NaN.

    NaN too where f does not rise as the gradient says that it does: autograd does not see all of f.
    """

    def at(distance: float) -> np.ndarray:
        return np.array([[objective.value(point + s * distance * d) for s in (-1, 1)] for d in directions])

    near, far = at(products.step), at(2 * products.step)
    sides, rises = 2 * near - far, far - near
    limit = float(np.median(sides)) if not np.isfinite(value) else value
    samples = [
        objective.value(point + products.step * (1 + 1e-5 * j) * directions[-1]) for j in range(SAMPLES)
    ]
    rounding = SAFETY * (float(noise_of(np.array(samples))) + EPS * abs(limit))
    is_one = np.max(np.abs(sides - limit)) <= 4 * np.max(np.abs(rises)) + rounding
    # Between derivatives that grow with a higher power than the distance the rule of the trapezium says too much.
    share = 0.1 if np.any(products.values) else 1.0
    is_seen = np.max(np.abs(rises - products.rises)) <= share * np.max(np.abs(rises)) + rounding
    return limit if is_one and is_seen else np.nan
