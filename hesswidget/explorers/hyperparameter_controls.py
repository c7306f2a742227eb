"""What moves the hyperparameters of a race, and which of them are tried over their sliders' ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from numbers import Real
from typing import Any

from hesswidget.descent.hyperparameters import HYPERPARAMETERS, checked
from hesswidget.descent.race import Free, Racer
from hesswidget.errors import ProblemError, nearest
from hesswidget.problem.controls import Control, Fixed, Range, abbreviated, between


def control_of(name: str, free: Free, given: Any) -> Control:
    """Make the control of a hyperparameter that is moved; refuse what may become negative with a sentence."""
    if given is None or (isinstance(given, Real) and not isinstance(given, bool)):
        value = checked(free.hyperparameter, free.default if given is None else given)
        known = HYPERPARAMETERS.get(free.hyperparameter)
        usual = known.control(name) if known else between(name, 0.0, 1.0)
        if usual.logarithmic and value == 0:
            usual = between(name, 0.0, usual.maximum)
        return usual.reaching(value).starting_at(value)
    control = abbreviated(name, given, free.default)
    if isinstance(control, Fixed):
        return replace(control, value=checked(free.hyperparameter, control.value))
    if not isinstance(control, Range) or control.integer:
        raise ProblemError(f"{name} was given {given!r:.60}; a hyperparameter takes (min, max) or a number.")
    if control.minimum < 0:
        raise ProblemError(f"{name} was given {given!r:.60}; a hyperparameter is not negative.")
    return control


def swept(given: Any, entered: Sequence[Racer], controls: Mapping[str, Control]) -> tuple[str, ...]:
    """Read which hyperparameters are tried over their ranges."""
    if given is None:
        return ()
    names = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, list | tuple) else ()
    are_names = all(isinstance(name, str) for name in names)
    if not (are_names and 1 <= len(names) <= 2 and len(set(names)) == len(names)):
        raise ProblemError(
            f"sweep is {given!r:.60}; it takes one hyperparameter, or a pair of different ones."
        )
    sliders = [
        name
        for racer in entered
        for name in racer.iteration.names.values()
        if isinstance(controls[name], Range)
    ]
    for name in names:
        if name not in sliders:
            raise ProblemError(f"sweep names {name!r:.40}, which has no slider; {nearest(name, sliders)}")
    if not any(set(names) <= set(racer.iteration.names.values()) for racer in entered):
        raise ProblemError(f"sweep names {' and '.join(names)}; none of these methods has both.")
    return names
