"""What a degenerate point is: the function looked at along the null space of its Hessian, at several distances."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from itertools import pairwise

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError
from hesswidget.precision import EPS
from hesswidget.second_derivative_test.degenerate import reason as words
from hesswidget.second_derivative_test.degenerate.directions import (
    SAME_ORDER,
    DirectionalSample,
    DirectionSampling,
    directions,
    generic_directions,
)
from hesswidget.second_derivative_test.degenerate.reduced_function import Splitting
from hesswidget.second_derivative_test.degenerate.resolution import (
    Resolution,
    extremum,
    inconclusive,
    saddle_across,
    saddle_within,
)

LINEAR = 1.5  # power of growth: with less f has a gradient at the point, too small for it to count
SQUARE = 0.1  # relative: by how much a square may be missed
LEVEL = (
    0.02  # of what f does in other directions: along a level one it does less, or no more than its rounding
)
RADII = (0.0016, 0.008, 0.04, 0.2)  # of the scale


def resolve(
    objective: Objective,
    point: np.ndarray,
    eigenvalues: np.ndarray,
    eigenvectors: np.ndarray,
    zero_threshold: float,
    scale: float,
    units: np.ndarray | None = None,
) -> Resolution:
    """Say what a stationary point is whose Hessian has zero eigenvalues.

    The directions across the null space are solved out (Gromoll and Meyer, 1969, the splitting lemma); of the
    function that is left, the sign of the outward derivative is taken in directions around the point, at distances from
    0.0016 to 0.2 of `scale`. The nearest two neighbouring distances decide at which every sign is significant and f
    grows with the same power.

    Parameters
    ----------
    objective : Objective
    point : ndarray, shape (n,)
        A stationary point.
    eigenvalues : ndarray, shape (n,)
        Of the Hessian there; those beyond the threshold have one sign.
    eigenvectors : ndarray, shape (n, n)
    zero_threshold : float
        An eigenvalue no larger than this in magnitude counts as zero.
    scale : float
        A length over which the function varies; taken to be at least 1e-6 of the largest ``|x_i|``.
    units : ndarray, shape (n,), optional
        Lengths of the coordinates, where they differ much: eigenvalues and eigenvectors are then those of
        ``diag(units) H diag(units)``, and `scale` is in these units.

    Returns
    -------
    Resolution

    Notes
    -----
    It is numerical evidence, not proof. A null space of two or more dimensions is looked at in 32 directions, and
    between them where f changes least; what happens closer than the smallest distance is not seen. Significant is a
    derivative that exceeds 16 times the rounding noise (Moré and Wild, 2011) and what `zero_threshold` would hide. It
    never raises: what fails is ``inconclusive``, with why. The cost is some hundred gradients for each distance, up
    to a thousand where the curved directions have to be solved for; a null space of one dimension takes some 50.

    Examples
    --------
    >>> from hesswidget.problem.problem import Problem
    >>> f = Objective(Problem.at("peano", (0.0, 0.0), None, {}))
    >>> found = resolve(f, f.problem.start, np.array([0.0, 2.0]), np.eye(2), 1e-15, 1.0)
    >>> print(found.sentence)
    a degenerate saddle: along (1, 0) f rises, but along the curve where ∂f/∂y = 0 it falls like the 4th power
    """
    try:
        with np.errstate(all="ignore"):
            splitting = Splitting(objective, point, eigenvalues, eigenvectors, zero_threshold, units)
            # Closer than that, points are not told apart.
            return resolved_on(splitting, max(scale, 1e-6 * splitting.remoteness))
    except (ProblemError, np.linalg.LinAlgError) as error:
        return Resolution("inconclusive", f"inconclusive: near the point {error}", np.empty((0, len(point))))


def resolved_on(splitting: Splitting, scale: float, least_order: float = LINEAR) -> Resolution:
    """Say what the reduced function does around the point.

    Parameters
    ----------
    splitting : Splitting
    scale : float
        A length over which the function varies.
    least_order : float
        The power of growth below which nothing is believed: f that grows linearly is beside the point, where it has a
        gradient.
    """
    k = splitting.null.shape[1]
    across = {int(s) for s in np.sign(splitting.curvatures)}
    ways = directions(k) if splitting.has_gradient or k <= 2 else generic_directions(k)
    samplings: list[DirectionSampling] = []
    for radius in RADII:
        if k > 1 and [sampling.signs for sampling in samplings] == [{0}, {0}] and radius < RADII[-1]:
            continue  # level all around: whether it stays so far out is all there is to see
        sampling = DirectionSampling(splitting, ways, radius * scale)
        if not sampling.is_whole:
            continue
        sampling.refine()
        samplings.append(sampling)
        if len(samplings) == 1 and 2 < k <= len(ways):
            ways = np.concatenate([ways, sampling.left_out()])
        if len(samplings) > 1:
            resolution = _agreement(splitting, samplings[-2], sampling, across, least_order)
            if resolution is not None:
                return resolution
    faint = _faint(splitting, samplings, across)
    return faint or _flat(splitting, samplings, across) or inconclusive(splitting, samplings)


def _agreement(
    splitting: Splitting,
    inner: DirectionSampling,
    outer: DirectionSampling,
    across: set[int],
    least_order: float,
) -> Resolution | None:
    """Return what two neighbouring distances agree on: one kind, and one power of growth."""
    signs, shared = inner.signs | outer.signs, inner.signs & outer.signs
    if {1, -1} <= shared:
        pairs = [(inner.sharpest(sign), outer.sharpest(sign)) for sign in (1, -1)]
        rising, falling = (_order(inner, near, outer, far, least_order) for near, far in pairs)
        up, down = pairs[0][0], pairs[1][0]
        if rising is None or falling is None:
            return None
        if _is_seen_from_afar(splitting, inner, up) or _is_seen_from_afar(splitting, inner, down):
            return None
        return saddle_within(splitting, inner, up, down, rising)
    if 0 in signs or len(signs) > 1 or not (inner.is_settled and outer.is_settled):
        return None
    (sign,) = signs
    is_extremum = -sign not in across
    # Of a saddle the strongest, as evidence; of an extremum the weakest, since all must hold.
    choose = DirectionSampling.weakest if is_extremum else DirectionSampling.strongest
    near, far = choose(inner, sign), choose(outer, sign)
    order = _order(inner, near, outer, far, least_order)
    if order is None or _is_contradicted(splitting, near, inner.radius, is_extremum):
        return None
    return (extremum if is_extremum else saddle_across)(splitting, outer, far, order)


def _order(
    inner: DirectionSampling,
    near: DirectionalSample,
    outer: DirectionSampling,
    far: DirectionalSample,
    least_order: float,
) -> float | None:
    """Return the power of growth on which two distances agree."""
    order, there = inner.order(near), outer.order(far)
    return order if order > least_order and abs(order - there) <= SAME_ORDER * order else None


def _is_seen_from_afar(splitting: Splitting, sampling: DirectionSampling, sample: DirectionalSample) -> bool:
    """Whether f does otherwise closer by, also where it does most of what it does in a direction: at the summit.

    Beside that a lower power of the distance may take over, as in x⁵ − y⁴ but where y is 0.
    """
    if not _is_contradicted(splitting, sample, sampling.radius, is_extremum=False):
        return False
    summit = sampling.summit(sample)
    return summit.sign != sample.sign or _is_contradicted(
        splitting, summit, sampling.radius, is_extremum=False
    )


def _is_contradicted(
    splitting: Splitting, sample: DirectionalSample, radius: float, is_extremum: bool
) -> bool:
    """Whether derivatives at the point rule out what is seen: closer to it than was looked, f does something else.

    A third derivative rules out an extremum; where there is none the fourth has the sign of what f does, except on
    a curve that bends, where the derivative along the line is not that of the reduced function. No third derivative is
    that of a point beside a multiple root, which is known to ``eps**(1/m)`` only.
    """
    third, fourth = splitting.line_derivatives(splitting.null @ sample.direction)
    if abs(third * radius**2 / 2) > 4 * sample.tolerance and not _is_beside(splitting, third, fourth):
        return is_extremum
    foretold = 0.0 if splitting.bends(radius * sample.direction, sample.reduced) else fourth * radius**3 / 6
    return abs(foretold) > 4 * sample.tolerance and foretold * sample.derivative < 0


def _is_beside(splitting: Splitting, third: float, fourth: float) -> bool:
    """Whether the third derivative is no more than that of a point where the second one counts as zero.

    Where the third derivative c vanishes, c / d away by the fourth derivative d, the second is less by c² / (2 d).
    """
    return third**2 <= 4 * abs(fourth) * splitting.zero_threshold


def _faint(
    splitting: Splitting, samplings: Sequence[DirectionSampling], across: set[int]
) -> Resolution | None:
    """Return an extremum or a saddle where f is curved by less than what counts as zero beside other curvatures.

    Where f changes with the square of the distance, at two distances, in all directions looked along, and by more than
    its own rounding and what an angle between the directions explains, it is so.
    """
    for inner, outer in pairwise(samplings):
        if not all(_is_square(splitting, a, inner, outer) for a in outer.samples):
            continue
        seen = copy(outer)
        seen.samples = sorted(
            (replace(a, sign=int(np.sign(a.reduced.rise))) for a in outer.samples),
            key=lambda a: a.reduced.rise,
        )
        if not all(
            abs(a.reduced.rise) > splitting.rounding(outer.radius * a.direction) for a in seen.samples
        ):
            continue
        if len(seen.signs) > 1:
            return saddle_within(splitting, seen, seen.samples[-1], seen.samples[0], 2.0)
        weakest = min(seen.samples, key=lambda a: abs(a.reduced.rise))
        is_extremum = -weakest.sign not in across
        return (extremum if is_extremum else saddle_across)(splitting, seen, weakest, 2.0)
    return None


def _is_square(
    splitting: Splitting, sample: DirectionalSample, inner: DirectionSampling, outer: DirectionSampling
) -> bool:
    near = splitting.at(inner.radius * sample.direction)
    if near is None:
        return False
    share = (outer.radius / inner.radius) ** 2
    rounding = max(inner.rounding, splitting.unsolved(near), splitting.leaning(inner.radius))
    is_seen = abs(near.rise) > max(rounding, splitting.unsolved(sample.reduced) / share)
    return is_seen and abs(sample.reduced.rise - share * near.rise) <= SQUARE * share * abs(near.rise)


def _flat(
    splitting: Splitting, samplings: Sequence[DirectionSampling], across: set[int]
) -> Resolution | None:
    """Return a flat direction, if at every distance there is one and nothing contradicts."""
    blind = [i for i in range(1, len(samplings)) if samplings[i].is_blind(samplings[i - 1])]
    samplings = samplings[: blind[0]] if blind else samplings
    signs = set().union(*(sampling.signs for sampling in samplings)) if samplings else set()
    if len(samplings) < 2 or not all(0 in sampling.signs for sampling in samplings):
        return None
    if {1, -1} <= signs | across:
        return None
    outer = samplings[-1]
    level = [a for a in outer.of(0) if _stays(a, samplings[:-1])]
    # Where the flat curve bends within the null space, there is one direction for each distance.
    sample = level[0] if level else samplings[0].weakest(0)
    every = len(level) == len(outer.samples)
    zeros = level or outer.of(0)
    if outer.grows(max(zeros, key=lambda a: abs(a.reduced.rise))):
        return None
    change = max(EPS * abs(splitting.value), *(abs(a.reduced.rise) for a in zeros))
    stiffest = float(np.max(np.abs(splitting.curvatures), initial=0.0))
    elsewhere = max(stiffest * outer.radius**2 / 2, *(abs(a.reduced.rise) for a in outer.samples))
    if change > max(outer.rounding, LEVEL * elsewhere):
        return None
    null, lengths = zip(*(splitting.along(a.direction) for a in (level or [sample])), strict=True)
    sentence = words.flat(
        splitting.objective.problem.labels,
        null[0],
        change,
        outer.radius * lengths[0],
        sum(signs | across),
        len(directions(len(sample.direction))) if every else 0,
        bends=not level or any(splitting.bends(outer.radius * a.direction, a.reduced) for a in zeros),
    )
    return Resolution("flat", sentence, np.stack(null), None)


def _stays(sample: DirectionalSample, samplings: Sequence[DirectionSampling]) -> bool:
    """Whether it was level in this direction at other distances too, wherever it was looked at: all but the first."""
    same = [
        a for sampling in samplings for a in sampling.samples if a.direction @ sample.direction > 1 - 1e-12
    ]
    return len(same) >= max(1, len(samplings) - 1) and all(a.sign == 0 for a in same)
