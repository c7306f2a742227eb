"""What a function does at a point where its pieces meet, as data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from hesswidget.derivatives.switches.sides import Switch
from hesswidget.second_derivative_test.kinks.junction import Junction

Evidence = tuple[str, np.ndarray]


@dataclass(frozen=True)
class Kink:
    """What a function does where its pieces meet.

    Attributes
    ----------
    kind : str
        ``minimum``, ``maximum``, ``weak minimum`` and ``weak maximum`` (f is level somewhere around, and
        else rises or falls), ``saddle`` (f takes both signs, and zero is a mean of the pieces' gradients),
        ``not stationary`` (it takes both, and zero is none), ``jump`` (f is not continuous) or ``undecided``.
    switches : tuple of Switch
        What makes the pieces.
    is_sharp : bool
        The gradient jumps; else the second derivatives do.
    crossings : tuple of (ndarray, float, float)
        Directions across the switches, with the derivative, or where that is continuous the second one, on the left
        and on the right.
    evidence : tuple of (str, ndarray)
        What f does along a direction besides: ``falls``, ``rises`` or ``is level``.
    """

    kind: str
    switches: tuple[Switch, ...]
    is_sharp: bool
    crossings: tuple[tuple[np.ndarray, float, float], ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @classmethod
    def at(
        cls,
        junction: Junction,
        kind: str,
        members: Sequence[int] | np.ndarray,
        evidence: Iterable[Evidence] = (),
        is_sharp: bool = True,
    ) -> Kink:
        """Return what some of the switches that meet make of a point."""
        switches = tuple(junction.switches[int(k)] for k in members)
        normals = [junction.normals[k] for k in members[:2] if np.any(junction.normals[k])]
        crossings = () if kind == "jump" else tuple(_crossing(junction, a, is_sharp) for a in normals)
        return cls(kind, switches, is_sharp, crossings, tuple(evidence))


def _crossing(junction: Junction, normal: np.ndarray, is_sharp: bool) -> tuple[np.ndarray, float, float]:
    across = normal / np.linalg.norm(normal)
    across = across if across[np.argmax(np.abs(across))] > 0 else -across
    if is_sharp:
        return across, -junction.directional_derivative(-across), junction.directional_derivative(across)
    return across, junction.second_derivative(-across), junction.second_derivative(across)
