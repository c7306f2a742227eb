"""An explorer's controls, described to the browser as plain text, numbers and lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hesswidget.critical.newton import MAX_VARIABLES
from hesswidget.explorers.critical_points import UNASKED
from hesswidget.explorers.frame import wording
from hesswidget.problem.controls import Choice, Control, Fixed, Range
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.tolerances import Tolerances

MAX_CODE = 200


def description(problem: Problem, tolerances: Tolerances, trait_of: Mapping[str, str]) -> dict[str, Any]:
    """Describe the controls to the browser, as JSON of plain text, numbers and lists."""
    coordinates = [
        {**_of_range(r), "name": label, "trait": None if problem.is_vector else trait_of[label]}
        for label, r in zip(problem.labels, problem.ranges, strict=True)
    ]
    parameters = [_of_control(c) | {"name": a, "trait": trait_of[a]} for a, c in problem.controls.items()]
    return {
        "name": problem.name,
        "vector": problem.arguments.variables[0] if problem.is_vector else None,
        "coordinates": coordinates,
        "searchable": len(problem.start) <= MAX_VARIABLES,
        "searched_unasked": len(problem.start) <= UNASKED,
        "parameters": parameters,
        "call": _call(problem, tolerances),
        "wording": wording(),
    }


def _of_range(control: Range) -> dict[str, Any]:
    return {
        "kind": "range",
        "start": control.value,
        "minimum": control.minimum,
        "maximum": control.maximum,
        "step": control.step,
        "integer": control.integer,
        "logarithmic": control.logarithmic,
    }


def _of_control(control: Control) -> dict[str, Any]:
    if isinstance(control, Range):
        return _of_range(control)
    if isinstance(control, Fixed):
        return {"kind": "fixed", "start": f"{control.value!r:.60}"}
    described: dict[str, Any] = {
        "kind": type(control).__name__.lower(),
        "start": control.to_wire(control.value),
    }
    if isinstance(control, Choice):
        described |= {
            "labels": control.labels,
            "code": [_code(option, control.name) for option in control.options],
        }
    return described


def _call(problem: Problem, tolerances: Tolerances) -> dict[str, Any]:
    """Say in Python which function it is, and what else `hesswidget.curvature` has to be told besides the sliders."""
    arguments = problem.arguments
    rest = {a: _code(c.value, a) for a, c in problem.controls.items() if isinstance(c, Fixed)}
    if arguments.is_chosen:
        rest["over"] = repr(arguments.variables)
    usual = Tolerances()
    for name, given, default in (
        ("zero_tolerance", tolerances.zero, usual.zero),
        ("stationarity_tolerance", tolerances.stationarity, usual.stationarity),
        ("stationarity_scale", tolerances.scale, usual.scale),
    ):
        if given != default:
            rest[name] = repr(given)
    return {"function": arguments.expression, "rest": rest}


def _code(value: Any, name: str) -> str:
    """Write a value as Python, or the argument's name for the reader to fill in."""
    written = repr(value) if isinstance(value, bool | int | float | str | None) else name
    return written if len(written) <= MAX_CODE else name
