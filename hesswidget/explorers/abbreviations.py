"""What an ipywidgets object stands for as an abbreviation: ``fixed(...)`` and every value widget."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import ipywidgets

from hesswidget.errors import ProblemError
from hesswidget.problem.controls import Choice, Control, Fixed, Range, Text, Toggle, around, between


def plain(abbreviations: Mapping[str, Any]) -> dict[str, Any]:
    """Replace ipywidgets objects among `abbreviations` by the controls they stand for.

    Examples
    --------
    >>> plain({"a": ipywidgets.fixed(3.0), "b": (0, 1)})
    {'a': Fixed(name='a', value=3.0), 'b': (0, 1)}
    """
    return {name: _control(name, given) for name, given in abbreviations.items()}


def value_widgets(abbreviations: Mapping[str, Any]) -> dict[str, ipywidgets.Widget]:
    """Return the value widgets among `abbreviations`: those that an explorer links to."""
    return {
        a: w for a, w in abbreviations.items() if isinstance(w, ipywidgets.Widget) and w.has_trait("value")
    }


def _control(name: str, given: Any) -> Any:
    if isinstance(given, ipywidgets.fixed):
        return Fixed(name, given.value)
    if not isinstance(given, ipywidgets.Widget):
        return given
    if not given.has_trait("value"):
        raise ProblemError(
            f"{name} was given a {type(given).__name__}, which has no value; give a slider or a number."
        )
    return _of_widget(name, given)


def _of_widget(name: str, widget: Any) -> Control:
    value = widget.value
    if hasattr(widget, "options") and hasattr(widget, "_options_values"):
        return Choice(name, value, tuple(map(str, widget._options_labels)), tuple(widget._options_values))
    if isinstance(value, bool):
        return Toggle(name, value)
    if isinstance(value, str):
        return Text(name, value)
    if not isinstance(value, int | float):
        raise ProblemError(
            f"{name} was given a {type(widget).__name__}, whose value is {value!r:.60}; it takes a widget with one "
            f"number, bool, text or choice."
        )
    if isinstance(widget, ipywidgets.FloatLogSlider):
        low, high = widget.base**widget.min, widget.base**widget.max
        return Range(name, value, low, high, widget.step * math.log10(widget.base), logarithmic=True)
    low, high = (widget.min, widget.max) if hasattr(widget, "min") else around(float(value))
    control = between(name, float(low), float(high), integer=isinstance(value, int))
    step = getattr(widget, "step", None)
    return replace(control.starting_at(value), step=float(step)) if step else control.starting_at(value)
