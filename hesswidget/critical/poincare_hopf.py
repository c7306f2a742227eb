"""Whether critical points are missing: their indices must add up to the turns of the gradient around the box."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from hesswidget.appearance import PLURALS
from hesswidget.wording import number

SHOWN = 4  # points that a sentence names


@dataclass(frozen=True)
class Completeness:
    """The count of Poincaré (1885) and Hopf (1926), and Morse's (1925) for points that are not degenerate.

    Attributes
    ----------
    turns : int or None
        How often the gradient turns around the box; None where that cannot be said.
    total : int or None
        The sum of the points' indices as zeros of the gradient, (−1)^index where nothing is degenerate; None where
        one of them has none.
    sentence : str
        What follows.
    singular : ndarray, shape (k, n)
        Places around which ∇f turns though f is not smooth there, poles and kinks; those that were found where the
        points alone did not add up. They are part of the sum.
    """

    turns: int | None
    total: int | None
    sentence: str
    singular: np.ndarray = field(default_factory=lambda: np.empty((0, 0)), compare=False)

    @property
    def applies(self) -> bool:
        """Whether both numbers are known."""
        return self.turns is not None and self.total is not None

    @property
    def is_met(self) -> bool | None:
        """Whether they agree, which they do if no point is missing; None where the check does not apply."""
        return self.turns == self.total if self.applies else None


@dataclass(frozen=True)
class Unexplained:
    """A point around which ∇f turns otherwise than the known critical points say; see `singularities.unexplained`.

    Attributes
    ----------
    point : ndarray, shape (n,)
    excess : int or None
        How often more; None where ∇f cannot be followed.
    is_singular : bool
        f is not smooth there.
    """

    point: np.ndarray
    excess: int | None
    is_singular: bool


def check(
    dimensions: int,
    winding_number: int | None,
    labels: Sequence[str],
    indices: Sequence[int | None],
    has_sets: bool,
    unexplained: Callable[[], Sequence[Unexplained]] = tuple,
    lost: np.ndarray | None = None,
) -> Completeness:
    """Compare the points' indices as zeros of the gradient with its turns around the box.

    Parameters
    ----------
    dimensions : int
    winding_number : int or None
        See `hesswidget.critical.winding.winding_around_box`.
    labels : sequence of str
        Of the points that are isolated.
    indices : sequence of int or None
        Their indices as zeros; None where one is not known.
    has_sets : bool
        Whether there are critical points that are not isolated.
    unexplained : callable, optional
        Looks for the points that make the difference, where there is one.
    lost : ndarray, shape (n,), optional
        A point of the boundary where the gradient cannot be followed.

    Examples
    --------
    >>> print(check(2, 1, ["minimum", "saddle", "minimum"], [1, -1, 1], False).sentence)
    complete as far as counting tells: 2 minima − 1 saddle = 1, the number of turns of ∇f around the box (Poincaré–Hopf)
    """
    if dimensions > 2:
        return unchecked(None, f"there is none in {dimensions} dimensions, and points may be missing")
    if has_sets:
        return unchecked(winding_number, "there are critical points that are not isolated")
    if winding_number is None:
        near = "" if lost is None else f", near {_written(lost)}"
        return unchecked(None, f"∇f vanishes on the boundary, is not finite there or jumps{near}")
    if any(i is None for i in indices):
        return unchecked(winding_number, "how ∇f turns around a degenerate point is not clear")
    known = [i for i in indices if i is not None]
    found = list(unexplained()) if sum(known) != winding_number else []
    unclear = [p for p in found if p.excess is None]
    if unclear:
        return unchecked(
            winding_number, f"f is not smooth near {_listed(unclear)}, where ∇f cannot be followed"
        )
    singular = [p for p in found if p.is_singular]
    excess = [p.excess or 0 for p in singular]
    total = sum(known) + sum(excess)
    count = f"{_sum([*labels, *[SINGULAR] * len(singular)], [*known, *excess])} = {number(total)}"
    whose = "turns of ∇f around the box" if dimensions == 2 else "changes of f′ from − to + between the ends"
    if total == winding_number:
        said = f"complete as far as counting tells: {count}, the number of {whose} (Poincaré–Hopf)"
    else:
        missing = [p for p in found if not p.is_singular]
        near = f"; look near {_listed(missing)}" if missing else ""
        wanted = f"the number of {whose} is {number(winding_number)} (Poincaré–Hopf)"
        said = f"points are missing: {count}, but {wanted}{near}"
    if singular:
        said += f"; f is not smooth at {_listed(singular)}"
    return Completeness(winding_number, total, said, np.array([p.point for p in singular]))


def _listed(found: Sequence[Unexplained]) -> str:
    shown = " and ".join(_written(p.point) for p in found[:SHOWN])
    return f"{shown} and {len(found) - SHOWN} more" if len(found) > SHOWN else shown


def _written(point: np.ndarray) -> str:
    return number(point[0]) if len(point) == 1 else f"({', '.join(number(x) for x in point)})"


def unchecked(winding_number: int | None, why: str) -> Completeness:
    """Return that points may be missing, as counting does not apply, and why."""
    return Completeness(winding_number, None, f"no check of completeness: {why}")


SINGULAR = "place where f is not smooth"
_PLURALS = {
    **PLURALS,
    "minimum at a kink": "minima at kinks",
    "maximum at a kink": "maxima at kinks",
    "minimum along a kink": "minima along kinks",
    "maximum along a kink": "maxima along kinks",
    "saddle at a kink": "saddles at kinks",
    SINGULAR: "places where f is not smooth",
}


def _sum(labels: Sequence[str], indices: Sequence[int | None]) -> str:
    """Write the sum out, class by class."""
    terms = Counter(zip(labels, indices, strict=True))
    written = ""
    for (label, index), count in sorted(terms.items(), key=lambda term: -(term[0][1] or 0)):
        size = abs(index or 0)
        noun = label if count == 1 else _PLURALS.get(label, label)
        sign = "−" if (index or 0) < 0 else "+"
        term = f"{f'{size} · ' if size != 1 else ''}{count} {noun}"
        written += f" {sign} {term}" if written else f"{sign if sign == '−' else ''}{term}"
    return written or "no points"
