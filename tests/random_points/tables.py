"""Functions by seed all of whose critical points in a box are known, and what a table of critical points lacks of them.

Most are sums of `curves`, rotated; the others are logarithmic potentials, whose critical points are the roots of a
polynomial. All are shifted and scaled, their boxes are off the centre.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import autograd.numpy as np
import numpy as onp

import hesswidget as hw

from .changes import rotation
from .curves import CURVES
from .forms import truth_of
from .verdict import ABSTAINED, ALSO, RIGHT, WRONG, claim

NEAR, NEAR_DEGENERATE = 1e-6, 3e-3  # of the box: how far a point found may be from where it is
MARGIN = 0.02  # of the box: no point is so near to its boundary that it may count as in or out


@dataclass(frozen=True, eq=False)
class Landscape:
    """A function, a box, and its critical points there.

    Attributes
    ----------
    seed : int
    kind : str
    function : callable
        Of ``x``, ``x, y`` or ``x, y, z``.
    ranges : dict of str to tuple
        The box.
    points : ndarray, shape (k, n)
        In units of the box.
    truths : tuple of str
        See `verdict`; kinks are among them.
    text : str
    """

    seed: int
    kind: str
    function: Callable[..., Any]
    ranges: dict[str, tuple[float, float]]
    points: onp.ndarray
    truths: tuple[str, ...]
    text: str


def draw(seed: int, kind: str | None = None) -> Landscape:
    """Return the landscape of a seed, of a kind that is drawn or given; anew while a point is near the boundary."""
    rng = onp.random.default_rng(seed)
    drawn = str(rng.choice(KINDS))
    while True:
        landscape = _drawn(rng, seed, kind or drawn)
        if landscape is not None:
            return landscape


def _drawn(rng: onp.random.Generator, seed: int, kind: str) -> Landscape | None:
    if kind == CHARGES:
        n = 2
        surface, every, text = _charges(rng)
    else:
        n = int(rng.choice([1, 2, 2, 2, 3]))
        surface, every, text = _sum(rng, kind.removesuffix(UNLIKE), n)
    if kind.endswith(UNLIKE):
        lengths = 10 ** rng.uniform(-6, 6, n)
    else:
        lengths = onp.full(n, 10 ** rng.choice([0.0, rng.uniform(-8, 8)]))
    centre = lengths * rng.uniform(-2, 2, n)
    low, high = (centre + side * lengths * rng.uniform(0.9, 1.4, n) for side in (-1, 1))
    size = 10 ** rng.uniform(-8, 8)

    def function(*variables: Any) -> Any:
        return size * surface([(v - c) / a for v, c, a in zip(variables, centre, lengths, strict=True)])

    places = (onp.array([u for u, _ in every]) * lengths + centre - low) / (high - low)
    if onp.any(abs(onp.max(abs(places - 0.5), axis=1) - 0.5) < MARGIN):
        return None
    inside = onp.all((places > 0) & (places < 1), axis=1)
    return Landscape(
        seed,
        kind,
        _of_arguments(function, n),
        dict(zip("xyz", zip(low.tolist(), high.tolist(), strict=True), strict=False)),
        places[inside],
        tuple(truth for (_, truth), is_in in zip(every, inside, strict=True) if is_in),
        f"{size:.1e}·({text}), n = {n}, lengths {lengths}",
    )


Drawn = tuple[Callable[[Any], Any], list[tuple[onp.ndarray, str]], str]


def _sum(rng: onp.random.Generator, kind: str, n: int) -> Drawn:
    """Draw a sum of curves, each along one of the axes, which are turned mostly."""
    curves = [CURVES[kind](rng) for _ in range(n)]
    turn = rotation(rng, n) if rng.random() < 0.7 else onp.eye(n)
    coefficients = 10 ** rng.uniform(-1, 1, n)

    def surface(u: Any) -> Any:
        sums = [sum(a * x for a, x in zip(row, u, strict=True)) for row in turn]
        return sum(a * curve.function(s) for a, curve, s in zip(coefficients, curves, sums, strict=True))

    every = []
    for point in itertools.product(*(curve.critical for curve in curves)):
        places, orders, signs = onp.array(point).T
        every.append((places @ turn, truth_of(orders, signs)))
    turned = "upright" if onp.all(turn == onp.eye(n)) else "turned"
    text = " + ".join(f"{a:.2g}·[{curve.text}]" for a, curve in zip(coefficients, curves, strict=True))
    return surface, every, f"{text}, {turned}"


def _charges(rng: onp.random.Generator) -> Drawn:
    """Draw the logarithmic potential of two to five charges of one sign, at least 0.4 apart.

    Its critical points are the roots of Σ qₖ / (z − zₖ), all but the charges' places; f is harmonic, so that they are
    saddles (Gauss, 1816; Lucas, 1874).
    """
    z = onp.empty(0, dtype=complex)
    while len(z) < 5:
        more = complex(*rng.uniform(-0.6, 0.6, 2))
        z = onp.append(z, more) if len(z) == 0 or onp.min(abs(z - more)) > 0.4 else z[: max(0, len(z) - 1)]
    z = z[: int(rng.integers(2, 6))]
    q = rng.uniform(0.5, 2, len(z))
    numerator = sum(a * onp.poly(onp.delete(z, k)) for k, a in enumerate(q))
    roots = onp.roots(numerator)

    def surface(u: Any) -> Any:
        return sum(
            -a / 2 * np.log((u[0] - w.real) ** 2 + (u[1] - w.imag) ** 2) for a, w in zip(q, z, strict=True)
        )

    every = [(onp.array([w.real, w.imag]), "saddle") for w in roots]
    return surface, every, f"logarithmic potential of {onp.round(q, 2)} at {onp.round(z, 3)}"


def _of_arguments(function: Callable[..., Any], n: int) -> Callable[..., Any]:
    return [lambda x: function(x), lambda x, y: function(x, y), lambda x, y, z: function(x, y, z)][n - 1]


def verdict(landscape: Landscape, table: hw.CriticalPoints) -> tuple[str, str]:
    """Return whether a table is right, leaves something open, or is wrong; and what is wrong with it.

    A kink that is not listed is left open; an alarm though every point is listed is wrong.
    """
    low, high = onp.array(list(landscape.ranges.values())).T
    places = onp.array([(p.point - low) / (high - low) for p in table]).reshape(len(table), len(low))
    near = NEAR_DEGENERATE if landscape.kind.startswith("multiple roots") else NEAR
    unknown = set(range(len(table)))
    wrong, left_open = [], []
    for place, truth in zip(landscape.points, landscape.truths, strict=True):
        apart = onp.max(abs(places - place), axis=1, initial=0.0) if len(places) else onp.array([onp.inf])
        k = int(onp.argmin(apart))
        if not apart[k] <= near:
            (left_open if truth.startswith("kink") else wrong).append(f"{truth} not listed")
            continue
        unknown.discard(k)
        said = claim(table[k].curvature)
        if said == "undecided" or (said == "undefined" and truth.startswith("kink")):
            left_open.append(f"{truth} left open")
        elif said != truth and said not in ALSO.get(truth, ()):
            wrong.append(f"{truth} said to be {said}")
    wrong += [f"{claim(table[k].curvature)} listed where none is" for k in sorted(unknown)]
    wrong += [f"a set ({s.kind}) listed where none is" for s in table.sets]
    if table.completeness.is_met is False and not any(fault.endswith("not listed") for fault in wrong):
        wrong.append(f"false alarm: {table.completeness.sentence[:60]}")
    faults = "; ".join(dict.fromkeys(wrong + left_open))
    return WRONG if wrong else ABSTAINED if left_open else RIGHT, faults


def found(landscape: Landscape) -> hw.CriticalPoints:
    """Return the table of a landscape."""
    return hw.critical_points(landscape.function, **landscape.ranges)


CHARGES, UNLIKE = "charges", ", unlike ranges"
KINDS = [*CURVES, *(f"{kind}{UNLIKE}" for kind in ("simple roots", "waves")), CHARGES]
