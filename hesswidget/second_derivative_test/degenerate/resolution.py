"""What a degenerate point was resolved to be, and the sentence that says so with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.second_derivative_test.degenerate import reason as words
from hesswidget.second_derivative_test.degenerate.directions import (
    DirectionalSample,
    DirectionSampling,
    directions,
)
from hesswidget.second_derivative_test.degenerate.reduced_function import Splitting


@dataclass(frozen=True)
class Resolution:
    """What a point is where the second-derivative test is silent.

    Attributes
    ----------
    kind : str
        ``minimum``, ``maximum``, ``saddle`` (f takes both signs, an inflection point among them), ``flat`` (not
        isolated: f does not change along some curve) or ``inconclusive``.
    sentence : str
        It says so with the evidence.
    directions : ndarray, shape (m, n)
        The unit vectors in the null space that the sentence speaks of.
    order : float or None
        The power of the distance with which f changes along the first of them.
    """

    kind: str
    sentence: str
    directions: np.ndarray = field(repr=False, compare=False)
    order: float | None = None


def extremum(
    splitting: Splitting, sampling: DirectionSampling, sample: DirectionalSample, order: float
) -> Resolution:
    """Return an extremum, by the direction in which f changes least."""
    kind = "minimum" if sample.sign > 0 else "maximum"
    direction, unit = splitting.along(sample.direction)
    sentence = words.extremum(
        kind,
        splitting.objective.problem.labels,
        direction,
        order,
        abs(sample.reduced.rise),
        sampling.radius * unit,
        len(directions(len(sample.direction))),
        bends=splitting.bends(sampling.radius * sample.direction, sample.reduced),
    )
    return Resolution(kind, sentence, direction[None, :], order)


def saddle_within(
    splitting: Splitting,
    sampling: DirectionSampling,
    up: DirectionalSample,
    down: DirectionalSample,
    order: float,
) -> Resolution:
    """Return a saddle whose two signs are both met in the null space."""
    labels = splitting.objective.problem.labels
    (upward, unit), (downward, _) = (splitting.along(a.direction) for a in (up, down))
    pair = np.stack([upward, downward])
    third = splitting.line_derivatives(upward)[0]
    # It is proof where it explains the sample: the derivative of c r³/6 is c r²/2.
    is_proof = abs(third * unit**3 * sampling.radius**2 / 2 - up.derivative) <= 0.2 * abs(up.derivative)
    changes = _sign_changes(sampling) if len(up.direction) == 2 else 2
    sentence = words.saddle_within(
        labels,
        pair,
        order,
        third if is_proof else None,
        changes,
        splitting.bends(sampling.radius * down.direction, down.reduced),
    )
    return Resolution("saddle", sentence, pair, order)


def saddle_across(
    splitting: Splitting, sampling: DirectionSampling, sample: DirectionalSample, order: float
) -> Resolution:
    """Return a saddle where the null space has one sign and the curved directions the other."""
    direction, unit = splitting.along(sample.direction)
    on_line = splitting.objective, splitting.point, sampling.radius * unit * direction
    sentence = words.saddle_across(
        splitting.objective.problem.labels,
        direction,
        sample.sign,
        order,
        splitting.curved,
        bends=splitting.bends(sampling.radius * sample.direction, sample.reduced),
        deceives=splitting.bends(sampling.radius * sample.direction, sample.reduced)
        and _derivative_on_line(*on_line) * sample.sign < 0,
    )
    return Resolution("saddle", sentence, direction[None, :], order)


def inconclusive(splitting: Splitting, samplings: Sequence[DirectionSampling]) -> Resolution:
    """Return that the distances do not fit together, with what f does at each."""
    length = float(np.linalg.norm(splitting.null[:, 0]))
    facts = [(sampling.radius * length, sampling.signs, sampling.is_settled) for sampling in samplings]
    return Resolution("inconclusive", words.inconclusive(facts), np.empty((0, len(splitting.point))), None)


def _sign_changes(sampling: DirectionSampling) -> int:
    """Count how often the sign changes around a circle."""
    samples = sorted((a for a in sampling.samples if a.sign), key=lambda a: np.arctan2(*a.direction[::-1]))
    signs = [a.sign for a in samples]
    return sum(a != b for a, b in zip(signs, [*signs[1:], signs[0]], strict=True))


def _derivative_on_line(objective: Objective, point: np.ndarray, step: np.ndarray) -> float:
    return float(objective.gradient(point + step) @ step)
