"""The sentences of `hesswidget.second_derivative_test.degenerate.resolution`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hesswidget.wording import number


def along(direction: np.ndarray, labels: Sequence[str]) -> str:
    """Name a direction: by its components where they are few, else by the coordinates it is mostly made of.

    Examples
    --------
    >>> along(np.array([0.0, -1.0]), ("x", "y")), along(-np.eye(9)[4], [f"w[{i}]" for i in range(9)])
    ('(0, −1)', '−w[4]')
    """
    if len(labels) == 1:
        return "the right" if direction[0] > 0 else "the left"
    if len(labels) <= 4:
        rounded = np.where(np.abs(direction) < 1e-9, 0.0, direction)
        return f"({', '.join(number(x) for x in rounded)})"
    order = np.argsort(-np.abs(direction), kind="stable")
    if abs(direction[order[0]]) > 1 - 1e-9:
        sign = "−" if direction[order[0]] < 0 else ""
        return f"{sign}{labels[order[0]]}"
    return f"a direction mostly of {', '.join(labels[i] for i in order[:3])}"


def power(order: float) -> str:
    """Name a power, by its ordinal where it is a whole number within a twentieth.

    Examples
    --------
    >>> power(3.0001), power(4.0), power(2.5)
    ('the 3rd power', 'the 4th power', 'the power 2.5')
    """
    whole = round(order)
    if abs(order - whole) > 0.05:
        return f"the power {number(order, 2)}"
    teen = whole % 100 in (11, 12, 13)
    return f"the {whole}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(whole % 10, 'th')} power"


def extremum(
    kind: str,
    labels: Sequence[str],
    direction: np.ndarray,
    order: float,
    rise: float,
    distance: float,
    directions: int,
    *,
    bends: bool,
) -> str:
    """Say that and how f grows or falls away from the point."""
    verb = "grows" if kind == "minimum" else "falls"
    evidence = f"like {power(order)}, by {number(rise)} at a distance of {number(distance)}"
    if len(labels) == 1:
        return f"a {kind}: f {verb} {evidence}"
    way = f"the curve that leaves along {along(direction, labels)}" if bends else along(direction, labels)
    if directions <= 2:
        return f"a {kind}: along {way} f {verb} {evidence}"
    return (
        f"a {kind}: f {verb} in all {directions} directions of the null space looked along, the least along {way}: "
        f"{evidence}"
    )


def saddle_within(
    labels: Sequence[str],
    directions: np.ndarray,
    order: float,
    third: float | None,
    changes: int,
    bends: bool,
) -> str:
    """Say that f takes both signs in the null space; `third` is its third derivative where that is the proof."""

    def proof(where: str = "") -> str:
        return "" if third is None else f"; the third derivative{where} is {number(third)}"

    if len(labels) == 1:
        rising = "rises" if directions[0, 0] > 0 else "falls"
        falling = "falls" if rising == "rises" else "rises"
        sides = f"f {falling} to the left and {rising} to the right"
        return f"neither: an inflection point: {sides}, like {power(order)}{proof()}"
    up, down = (along(d, labels) for d in directions)
    if changes == 6 and third is not None:
        return (
            f"a monkey saddle: around the null space the third derivative changes sign 6 times (three valleys, three "
            f"ridges); along {up} it is {number(third)}"
        )
    if np.allclose(directions[0], -directions[1], atol=1e-9):
        ways = f"along {up} f rises one way and falls the other, like {power(order)}"
        return f"a degenerate saddle: {ways}{proof(' there')}"
    way = f"the curve that leaves along {down}" if bends else down
    round_ = f"; around the null space it changes sign {changes} times" if changes > 2 else ""
    return f"a degenerate saddle: along {up} f rises, like {power(order)}, and along {way} it falls{round_}"


def saddle_across(
    labels: Sequence[str],
    direction: np.ndarray,
    sign: int,
    order: float,
    curved: np.ndarray,
    *,
    bends: bool,
    deceives: bool,
) -> str:
    """Say that f goes one way in the null space and the other way across it.

    `deceives` says that along the straight line in the same direction it goes the other way too (Peano, 1884).
    """
    this, other = ("rises", "falls") if sign > 0 else ("falls", "rises")
    line = along(direction, labels)
    curve = f"the curve where {_condition(curved, labels)}"
    if deceives:
        return f"a degenerate saddle: along {line} f {other}, but along {curve} it {this} like {power(order)}"
    way = f"{curve}, which leaves along {line}," if bends else line
    return f"a degenerate saddle: along {way} f {this} like {power(order)}, and across it f {other}"


def _condition(curved: np.ndarray, labels: Sequence[str]) -> str:
    """Say where the curve lies: where the gradient across the null space vanishes."""
    axes = np.flatnonzero(np.sum(curved**2, axis=1) >= 1 - 1e-12)
    if len(axes) == curved.shape[1] <= 3:
        return " = ".join([*(f"∂f/∂{labels[i]}" for i in axes.tolist()), "0"])
    return "the gradient across the null space is 0"


def flat(
    labels: Sequence[str],
    direction: np.ndarray,
    change: float,
    distance: float,
    sign: int,
    directions: int,
    *,
    bends: bool,
) -> str:
    """Say that f does not change along a direction, or in all of so many; `sign` is what it does elsewhere."""
    within = f" within {number(change)}" if change > 0 else ""
    stays = f"f does not change{within} up to a distance of {number(distance)}"
    shape = {1: " (a gutter: not isolated)", -1: " (a ridge: not isolated)"}.get(int(np.sign(sign)), "")
    if directions > 0 and (directions > 2 or len(labels) == 1):
        every = (
            "either way"
            if len(labels) == 1
            else f"in all {directions} directions of the null space looked along"
        )
        return f"flat: {every} {stays}{shape or ' (constant near by: not isolated)'}"
    way = f"the curve that leaves along {along(direction, labels)}" if bends else along(direction, labels)
    if len(labels) == 1:
        return f"flat: to {way} {stays}{shape or ' (not isolated)'}"
    return f"a flat direction: along {way} {stays}{shape or ' (not isolated)'}"


def inconclusive(samplings: Sequence[tuple[float, set[int], bool]]) -> str:
    """Say what f does at each distance, when that does not fit together."""
    if not samplings:
        return "inconclusive: f or its gradient is not finite at the distances looked at"
    facts = [f"{_does(signs)} at a distance of {number(radius)}" for radius, signs, _ in samplings]
    settled = all(is_settled for *_, is_settled in samplings)
    why = (
        "no two distances agree on a power of growth that fits its derivatives"
        if settled
        else "its least growth was not found"
    )
    return f"inconclusive: {why}; along the null space f {', '.join(facts)}"


def _does(signs: set[int]) -> str:
    verbs = {
        frozenset({1}): "rises",
        frozenset({-1}): "falls",
        frozenset({0}): "does not change within its rounding",
        frozenset({0, 1}): "rises or stays level",
        frozenset({0, -1}): "falls or stays level",
    }
    return verbs.get(frozenset(signs), "takes both signs")
