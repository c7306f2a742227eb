"""What a function does around a point at which it has no derivatives though no switch is met: a cone, a cusp.

Such are ``sqrt(x**2 + y**2)`` and ``norm(v)`` at zero, and powers of less than 2 of a distance. The function is looked
at in directions around the point, as the reduced function of a degenerate one is; whether it is stationary where it
takes both signs, the gradients around say (Burke, Lewis and Overton, 2005, gradient sampling).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError
from hesswidget.second_derivative_test.degenerate.directions import directions, generic_directions
from hesswidget.second_derivative_test.degenerate.reason import along, power
from hesswidget.second_derivative_test.degenerate.reduced_function import Splitting
from hesswidget.second_derivative_test.degenerate.resolution import Resolution
from hesswidget.second_derivative_test.degenerate.resolve import resolved_on
from hesswidget.second_derivative_test.kinks.fan import ZERO, zero_beside
from hesswidget.second_derivative_test.kinks.partly_smooth import Parted, parted
from hesswidget.second_derivative_test.kinks.reason import KINDS
from hesswidget.second_derivative_test.kinks.resolve import KinkResolution

LEAST_ORDER = 0.05  # power of growth: with less f jumps
NEAR, FAR = 2e-5, 1e-4  # of the scale
# What is left of how the gradient varies around the point, five times nearer: 1/5 where there are second derivatives.
VARIES = 0.3
GROWS = 1.5  # times as long a gradient, five times nearer: it has no limit
FALLS = 0.5  # of the distance of zero from the gradients' hull: towards a stationary point that falls by more


def resolve_singular(objective: Objective, point: np.ndarray, scale: float) -> KinkResolution | None:
    """Return what f does around a point where it is not twice differentiable; None where that is not clear.

    Parameters
    ----------
    objective : Objective
    point : ndarray, shape (n,)
        At which autograd's derivatives are not those of the function, or are not finite.
    scale : float
        A length over which the function varies.

    Notes
    -----
    It is numerical evidence, not proof, as that of `hesswidget.second_derivative_test.degenerate.resolve`.

    Examples
    --------
    >>> import autograd.numpy as np
    >>> from hesswidget.problem.problem import Problem
    >>> cone = Objective(Problem.at(lambda x, y: np.sqrt(x**2 + y**2) + 0.9 * y, (0.0, 0.0), None, {}))
    >>> resolve_singular(cone, cone.problem.start, 1.0).resolution.kind
    'minimum at a kink'
    """
    n = len(point)
    try:
        with np.errstate(all="ignore"):
            ways = generic_directions(n)
            near, far = (
                np.array([objective.gradient(point + share * scale * d) for d in ways])
                for share in (NEAR, FAR)
            )
            grows = _size(near) > GROWS * _size(far)
            if not (grows or _spread(near) > VARIES * _spread(far)):  # also where one is not finite
                return None
            splitting = Splitting(objective, point, np.zeros(n), np.eye(n), 0.0, has_gradient=False)
            if not np.isfinite(splitting.value):
                return None
            found = resolved_on(splitting, scale, LEAST_ORDER)
            spaces = None
            if found.kind == "inconclusive":
                spaces = parted(objective, point, scale, ways, near, far)
            if spaces is not None:
                if np.any(spaces.slope):
                    up = spaces.slope / np.linalg.norm(spaces.slope)
                    found = Resolution("not stationary", "", np.stack([up, -up]), 1.0)
                else:
                    found = _across(objective, point, scale, spaces)
            kind = _kind(found, ways, near, far)
    except (ProblemError, np.linalg.LinAlgError):
        return None
    if kind is None:
        return None
    sentence = _sentence(kind, found, objective.problem.labels, spaces is not None)
    return KinkResolution(Resolution(KINDS[kind], sentence, found.directions, found.order), is_sharp=True)


def _across(objective: Objective, point: np.ndarray, scale: float, spaces: Parted) -> Resolution:
    """Say what f does across the surface on which it is smooth, and is curved as it is."""
    curvatures = np.concatenate([np.zeros(spaces.sharp.shape[1]), spaces.curvatures])
    every = np.concatenate([spaces.sharp, spaces.smooth], axis=1)
    found = resolved_on(
        Splitting(objective, point, curvatures, every, 0.0, has_gradient=False), scale, LEAST_ORDER
    )
    if (
        found.kind == "saddle" and len(found.directions) == 1
    ):  # it rises across the surface, or falls, and not along it
        across = found.directions[0]
        rises = float(objective.gradient(point + NEAR * scale * across) @ across) > 0
        least, most = np.argsort(spaces.curvatures)[[0, -1]]
        both = [across, spaces.smooth[:, least]] if rises else [spaces.smooth[:, most], across]
        return replace(found, directions=np.stack(both), order=None)
    return found


def _size(gradients: np.ndarray) -> float:
    return float(np.max(np.linalg.norm(gradients, axis=1)))


def _spread(gradients: np.ndarray) -> float:
    return _size(gradients - np.mean(gradients, axis=0))


def _kind(found: Resolution, ways: np.ndarray, near: np.ndarray, far: np.ndarray) -> str | None:
    if found.kind == "flat":
        signs = np.sign(np.sum(near * ways, axis=1))
        return "weak minimum" if np.sum(signs) > 0 else "weak maximum"
    if found.kind != "saddle" or found.order is None:
        return found.kind if found.kind != "inconclusive" else None
    is_stationary = zero_beside(near) <= max(ZERO, FALLS * zero_beside(far))
    return "saddle" if is_stationary else "not stationary"


def _sentence(kind: str, found: Resolution, labels: Sequence[str], is_partly_smooth: bool) -> str:
    ways = [along(d, labels) for d in found.directions]
    grows = f", like {power(found.order)}" if found.order else ""
    if kind in ("minimum", "maximum"):
        verb, sense = ("rises", "upwards") if kind == "minimum" else ("falls", "downwards")
        if is_partly_smooth:
            across = f"f {verb} across a surface on which it is smooth, the least along {ways[0]}{grows}"
            return f"a {kind} where f has no derivatives: {across}, and is curved {sense} along it"
        if len(labels) == 1:
            return f"a {kind} where f has no derivatives: f {verb} either way{grows}"
        count = len(directions(len(labels)))
        least = f"the least along {ways[0]}{grows}"
        return (
            f"a {kind} where f has no derivatives: f {verb} in all {count} directions looked along, {least}"
        )
    if kind.startswith("weak"):
        return f"a {kind} where f has no derivatives: f is level along {ways[0]}"
    head = "a saddle" if kind == "saddle" else "no critical point"
    return f"{head}, where f has no derivatives: f rises along {ways[0]} and falls along {ways[1]}{grows}"
