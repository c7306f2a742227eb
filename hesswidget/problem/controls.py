"""What a person can move: one plain control for each abbreviation of ``ipywidgets.interact``.

A control knows the values it admits and refuses the others with a sentence. It also knows the plain number,
text or index that stands for a value on the wire to the browser. Nothing here imports ipywidgets.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import Any

import numpy as np

from hesswidget.errors import ProblemError
from hesswidget.precision import nearest_float
from hesswidget.problem.limits import LIMITS

FORMULA = "formula text"  # among the parameters, where no argument is called so


@dataclass(frozen=True)
class Range:
    """A number between two ends.

    Attributes
    ----------
    name : str
        The argument, for messages.
    value, minimum, maximum : float
        Where it starts and how far it goes.
    step : float
        What one arrow key moves; values between the steps are admitted too. On a logarithmic range it is a
        step of the exponent to base 10.
    integer : bool
        Only whole numbers are admitted, and the function receives an ``int``.
    logarithmic : bool
        The slider is even in the logarithm; both ends are positive.
    """

    name: str
    value: float
    minimum: float
    maximum: float
    step: float
    integer: bool = False
    logarithmic: bool = False

    def __post_init__(self) -> None:
        low, high = self.minimum, self.maximum
        if not (math.isfinite(low) and math.isfinite(high)):
            raise ProblemError(
                f"the range of {self.name} is ({low:g}, {high:g}); a slider needs two finite ends, "
                f"such as {self.name}=(-1.0, 1.0)."
            )
        if low > high:
            raise ProblemError(
                f"the range of {self.name} is upside down: ({low:g}, {high:g}); write {self.name}=({high:g}, {low:g})."
            )
        if low == high or not math.isfinite(high - low):
            width = "zero" if low == high else "infinite"
            raise ProblemError(
                f"the range of {self.name}, ({low:g}, {high:g}), has {width} width; give it two ends that differ, "
                f"or a single value in hw.curvature."
            )
        if not (math.isfinite(self.step) and self.step > 0):
            raise ProblemError(
                f"the step of {self.name} is {self.step:g}; a step must be positive and finite."
            )
        if self.logarithmic and low <= 0:
            raise ProblemError(
                f"the range of {self.name}, ({low:g}, {high:g}), is logarithmic; its ends must be positive, such as "
                f"1e-3 and 1e3."
            )

    def to_slider(self, value: float) -> float:
        """Return where on the slider `value` lies: its logarithm to base 10 on a logarithmic range.

        Examples
        --------
        >>> Range("a", 1.0, 1e-3, 1e3, 0.1, logarithmic=True).to_slider(100.0)
        2.0
        """
        return math.log10(value) if self.logarithmic else value

    def from_slider(self, place: Any) -> Any:
        """Return the value where the slider is, which may be an array; at its ends the range's, without rounding.

        Examples
        --------
        >>> float(Range("a", 0.1, 0.1, 0.7, 0.1, logarithmic=True).from_slider(math.log10(0.7)))
        0.7
        """
        low, high = self.to_slider(self.minimum), self.to_slider(self.maximum)
        inside = np.clip(self.from_slider_traced(place), self.minimum, self.maximum)
        return np.where(place < high, np.where(place > low, inside, self.minimum), self.maximum)[()]

    def from_slider_traced(self, place: Any) -> Any:
        """Return the same of what is traced, smooth at the ends too, where it may be off by rounding."""
        return 10.0**place if self.logarithmic else place

    def check(self, value: Any) -> float | int:
        """Return `value` as the function is to receive it, or refuse it with a sentence."""
        if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
            raise ProblemError(f"{self.name} was given {_shown(value)}; it takes a real number.")
        number = nearest_float(value)
        if not math.isfinite(number):
            raise ProblemError(f"{self.name} was given {number}; it takes a finite number.")
        slack = 1e-9 * (self.maximum - self.minimum)
        if not self.minimum - slack <= number <= self.maximum + slack:
            raise ProblemError(
                f"{self.name} = {number:g} lies outside its range, {self.minimum:g} to {self.maximum:g}; "
                f"choose a value inside, or give {self.name} a wider range in explore(...)."
            )
        number = min(max(number, self.minimum), self.maximum)
        if not self.integer:
            return number
        if number != round(number):
            raise ProblemError(
                f"{self.name} = {number:g} is not a whole number, and its range is one of integers."
            )
        return round(number)

    def to_wire(self, value: Any) -> float:
        """Return the JSON value that stands for `value`."""
        return self.check(value)

    from_wire = check

    def reaching(self, value: float) -> Range:
        """Return the range, if `value` lies in it, or else a wider one, with half as much room again beyond it.

        A logarithmic one keeps its steps, and goes on to a power of ten that is half a decade beyond it or more.

        Examples
        --------
        >>> wider = Range("x", 0.0, -2.0, 2.0, 0.01).reaching(4.0)
        >>> wider.minimum, wider.maximum, wider.step
        (-2.0, 7.0, 0.05)
        >>> Range("a", 1.0, 1e-3, 1e3, 0.1, logarithmic=True).reaching(2e-5).minimum
        1e-06
        """
        if self.minimum <= value <= self.maximum:
            return self
        low, high = min(self.minimum, value), max(self.maximum, value)
        wide = replace(self, minimum=low, maximum=high)  # which refuses what is no range
        if self.logarithmic and value < self.minimum:
            return replace(wide, minimum=float(f"1e{math.floor(math.log10(low) - 0.5)}") or low)
        if self.logarithmic:
            found = float(f"1e{math.ceil(math.log10(high) + 0.5)}")
            return replace(wide, maximum=found if math.isfinite(found) else high)
        room = (high - low) / 2
        if not math.isfinite(high - low + room):
            raise ProblemError(f"{self.name} = {value:g} is so far away that no range holds it.")
        step = _round_step(high - low + room)
        unit = 10 * step  # ends are round
        if value < self.minimum:
            return replace(wide, minimum=math.floor((low - room) / unit) * unit, step=step)
        return replace(wide, maximum=math.ceil((high + room) / unit) * unit, step=step)

    def starting_at(self, value: float) -> Range:
        """Return the same range with `value`, moved to the nearest end where it lies outside (as interact does)."""
        inside = min(max(value, self.minimum), self.maximum)
        return replace(self, value=round(inside) if self.integer else float(inside))


@dataclass(frozen=True)
class Toggle:
    """True or false."""

    name: str
    value: bool

    def check(self, value: Any) -> bool:
        """Return `value` as a bool, or refuse it with a sentence."""
        if not isinstance(value, bool | np.bool_):
            raise ProblemError(f"{self.name} was given {_shown(value)}; it takes True or False.")
        return bool(value)

    def to_wire(self, value: Any) -> bool:
        """Return the JSON value that stands for `value`."""
        return bool(value)

    from_wire = check


@dataclass(frozen=True)
class Text:
    """A line of text."""

    name: str
    value: str

    def check(self, value: Any) -> str:
        """Return `value`, or refuse it with a sentence."""
        if not isinstance(value, str) or len(value) > LIMITS.text or not is_unicode(value):
            raise ProblemError(
                f"{self.name} was given {_shown(value)}; it takes text of at most {LIMITS.text:,} characters."
            )
        return value

    def to_wire(self, value: Any) -> str:
        """Return the JSON value that stands for `value`."""
        return str(value)

    from_wire = check


@dataclass(frozen=True)
class FormulaText:
    """A formula as text, which is written anew where it is read without a mistake.

    Attributes
    ----------
    name : str
    value : str
    read : callable
        Returns the text in one line, or refuses it with a `ProblemError`.
    """

    name: str
    value: str
    read: Callable[[str], str]

    def check(self, value: Any) -> str:
        """Return `value` in one line, or refuse it with a sentence."""
        if not isinstance(value, str):
            raise ProblemError(f"{self.name} was given {_shown(value)}; it takes text.")
        return self.read(value)

    def to_wire(self, value: Any) -> str:
        """Return the JSON value that stands for `value`."""
        return str(value)

    from_wire = check


@dataclass(frozen=True)
class Choice:
    """One of several values, each with a label. On the wire a choice is its index."""

    name: str
    value: Any
    labels: tuple[str, ...]
    options: tuple[Any, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.options) <= LIMITS.choices:
            raise ProblemError(
                f"{self.name} was given {len(self.options):,} choices; it takes 1 to {LIMITS.choices:,} of them."
            )

    def index(self, value: Any) -> int:
        """Return the place of `value` among the options, or refuse it with a sentence."""
        # Itself first: 1, 1.0 and True are equal, and so are arrays of other types.
        for is_meant in (lambda option: option is value, lambda option: _same(option, value)):
            for i, option in enumerate(self.options):
                if is_meant(option):
                    return i
        if isinstance(value, str) and self.labels.count(value) == 1:
            return self.labels.index(value)
        raise ProblemError(
            f"{self.name} was given {_shown(value)}; it takes one of {', '.join(self.labels[:12])}"
            f"{', …' if len(self.labels) > 12 else ''}."
        )

    def check(self, value: Any) -> Any:
        """Return the option that `value` is, equals or is the label of, or refuse it with a sentence."""
        return self.options[self.index(value)]

    to_wire = index

    def from_wire(self, index: Any) -> Any:
        """Return the option at `index`, or refuse it with a sentence."""
        if type(index) is not int or not 0 <= index < len(self.options):
            raise ProblemError(
                f"{self.name} was given {_shown(index)}; it takes an index from 0 to {len(self.options) - 1}."
            )
        return self.options[index]


@dataclass(frozen=True)
class Fixed:
    """A value that nothing moves."""

    name: str
    value: Any

    def check(self, value: Any) -> Any:
        """Return the fixed value, or refuse any other with a sentence."""
        if value is self.value or _same(value, self.value):
            return self.value
        raise ProblemError(
            f"{self.name} is fixed at {_shown(self.value)}; build a new explorer to change it."
        )


Movable = Range | Toggle | Text | FormulaText | Choice
Control = Movable | Fixed


def abbreviated(name: str, given: Any, default: Any = None) -> Control:
    """Make the control that an abbreviation of ``ipywidgets.interact`` stands for.

    Parameters
    ----------
    name : str
        The argument it is for.
    given
        ``(min, max)``, ``(min, max, step)``, a number, a bool, a text, choices as a list, a dict or another iterable,
        or a control. Anything else (an array, a frame of data, ``None``, an object) is fixed.
    default
        The argument's default in the function, where the control starts if it can. A range between integers
        gives integers unless the default is a float.

    Raises
    ------
    ProblemError
        If the range is upside down, infinite or of zero width.

    Examples
    --------
    >>> abbreviated("a", (0.0, 3.0), 1.0)
    Range(name='a', value=1.0, minimum=0.0, maximum=3.0, step=0.01, integer=False, logarithmic=False)
    >>> abbreviated("degree", (1, 5)).integer
    True
    """
    if isinstance(given, Control):
        return given
    if isinstance(given, bool | np.bool_):
        return Toggle(name, bool(given))
    if isinstance(given, str):
        return Text(name, given)
    if isinstance(given, Real):
        low, high = around(nearest_float(given))
        return between(name, low, high, integer=isinstance(given, Integral)).starting_at(nearest_float(given))
    if isinstance(given, tuple) and len(given) in (2, 3) and all(_is_number(g) for g in given):
        integer = all(isinstance(g, Integral) for g in given) and not isinstance(default, float | np.floating)
        control = between(name, *(nearest_float(g) for g in given), integer=integer)
        return control.starting_at(nearest_float(default)) if _is_number(default) else control
    # an array, or a frame or series of data
    if isinstance(given, Iterable) and not isinstance(given, np.ndarray) and not hasattr(given, "to_numpy"):
        return _choices(name, given, default)
    return Fixed(name, given)


def of_default(name: str, default: Any) -> Control:
    """Make the control of a parameter of which nothing was said: it moves if its default is a number, bool or text."""
    return (
        abbreviated(name, default, default)
        if isinstance(default, Real | str | np.bool_)
        else Fixed(name, default)
    )


def between(name: str, low: float, high: float, step: float | None = None, *, integer: bool = False) -> Range:
    """Make a range that starts in its middle; without a step, a round one of about a 400th of its width."""
    middle = low + (high - low) / 2
    if integer and step is None:
        step = 1.0
    if step is None:
        control = Range(name, middle, low, high, 1.0)
        return replace(control, step=_round_step(high - low))
    control = Range(name, middle, low, high, step, integer)
    start = low + math.floor((middle - low) / step) * step  # on a step, as interact has it
    return replace(control, value=round(start) if integer else start)


def around(value: float) -> tuple[float, float]:
    """Return the ends that ``interact`` gives a lone number: (0, 1) at zero, else from −v to 3 v."""
    if value == 0:
        return 0.0, 1.0
    return (-value, 3 * value) if value > 0 else (3 * value, -value)


def _round_step(width: float) -> float:
    wanted = width / 400
    power = 10.0 ** math.floor(math.log10(wanted))
    return float(f"{next(m for m in (1, 2, 5, 10) if m * power >= wanted * (1 - 1e-9)) * power:.3g}")


def _choices(name: str, given: Iterable[Any], default: Any) -> Choice:
    if isinstance(given, Mapping):
        pairs = [(str(label), option) for label, option in given.items()]
    else:
        given = list(given)
        paired = bool(given) and all(isinstance(g, tuple) and len(g) == 2 for g in given)
        pairs = [(str(g[0]), g[1]) if paired else (str(g), g) for g in given]
    control = Choice(
        name, pairs[0][1] if pairs else None, tuple(p[0] for p in pairs), tuple(p[1] for p in pairs)
    )
    try:
        return replace(control, value=control.check(default))
    except ProblemError:
        return control


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def _same(one: Any, other: Any) -> bool:
    try:
        return bool(np.all(one == other)) and np.shape(one) == np.shape(other)
    except Exception:  # user objects may compare as they like; what cannot be compared is not the same
        return False


def is_unicode(text: str) -> bool:
    r"""Whether all of a text can be sent: a half of a pair of surrogates, which JSON may name, is no character.

    Examples
    --------
    >>> is_unicode("größe"), is_unicode("\ud800")
    (True, False)
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…"
