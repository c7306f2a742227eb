"""An explorer's controls, described to the browser as plain text, numbers and lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hesswidget.critical.newton import MAX_VARIABLES
from hesswidget.explorers.critical_points import UNASKED
from hesswidget.explorers.frame import wording
from hesswidget.explorers.view import View
from hesswidget.problem.blocks import Block, parts
from hesswidget.problem.controls import (
    FORMULA,
    Choice,
    Control,
    Fixed,
    FormulaText,
    Range,
    Text,
    Toggle,
    between,
)
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.tolerances import Tolerances

MAX_CODE = 200


def description(
    problem: Problem, tolerances: Tolerances, trait_of: Mapping[str, str], view: View
) -> dict[str, Any]:
    """Describe the controls of a view to the browser, as JSON of plain text, numbers and lists."""
    traits = {i: trait_of[a] for a, i in problem.blocks.scalars.items()}
    coordinates = [
        {**_of_range(r), "name": label, "trait": traits.get(i)}
        for i, (label, r) in enumerate(zip(problem.labels, problem.ranges, strict=True))
    ]
    parameters = [of_control(c) | {"name": a, "trait": trait_of[a]} for a, c in problem.controls.items()]
    return {
        "name": problem.name,
        "blocks": [{"name": block.name, "shape": list(block.shape)} for block in problem.blocks.all],
        "variables": [[a, _structure(tree)] for a, tree in problem.blocks.structure.items()],
        "coordinates": coordinates,
        "searchable": len(problem.start) <= MAX_VARIABLES,
        "searched_unasked": len(problem.start) <= UNASKED,
        "parameters": parameters,
        "call": _call(problem, tolerances, view),
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


def of_control(control: Control) -> dict[str, Any]:
    """Describe what moves one parameter."""
    if isinstance(control, Range):
        return _of_range(control)
    if isinstance(control, Fixed):
        return {"kind": "fixed", "start": f"{control.value!r:.60}"}
    if isinstance(control, FormulaText):
        return {"kind": "formula", "start": control.value}
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


def _call(problem: Problem, tolerances: Tolerances, view: View) -> dict[str, Any]:
    """Say in Python which call makes the explorer, besides what a front end knows: where it stands, how far it goes."""
    arguments = problem.arguments
    rest = {
        a: _abbreviation(control)
        for a, control in problem.controls.items()
        if a != FORMULA and not (isinstance(control, Fixed) and control.value is arguments.defaults.get(a))
    }
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
    return {
        "name": view.function,
        "function": arguments.expression,
        "stepped": [r.name for r in problem.ranges if not _has_usual_step(r)],
        "rest": {**rest, **view.call},
    }


def _structure(tree: Any) -> dict[str, Any] | None:
    """Write the structure of a variable, with None in the place of each block."""
    if isinstance(tree, Block):
        return None
    held = parts(tree)
    fields = hasattr(tree, "_fields")
    return {
        "kind": "call" if fields else type(tree).__name__,
        "name": type(tree).__name__ if fields else "",
        "keys": [key if fields else _code(key, "") or "..." for key, _ in held],
        "held": [_structure(each) for _, each in held],
    }


def _abbreviation(control: Control) -> str:
    """Write what a parameter was given, as `hesswidget.explore` takes it."""
    name = control.name
    if isinstance(control, Range) and control.logarithmic:
        low, high = (control.to_slider(end) for end in (control.minimum, control.maximum))
        return (
            f"ipywidgets.FloatLogSlider({control.value!r}, min={low!r}, max={high!r}, step={control.step!r})"
        )
    if isinstance(control, Range):
        ends = [control.minimum, control.maximum, *([] if _has_usual_step(control) else [control.step])]
        return f"({', '.join(repr(int(end) if control.integer else float(end)) for end in ends)})"
    if isinstance(control, Choice):
        codes = [_code(option, "") for option in control.options]
        if "" in codes:
            return name if name.isidentifier() else "..."
        if control.labels == tuple(map(str, control.options)):
            return f"[{', '.join(codes)}]"
        return f"{{{', '.join(f'{label!r}: {code}' for label, code in zip(control.labels, codes, strict=True))}}}"
    if isinstance(control, Toggle | Text):
        return repr(control.value)
    code = _code(control.value, name)
    return code if code in (name, "None") else f"ipywidgets.fixed({code})"


def _has_usual_step(control: Range) -> bool:
    return (
        control.step == between(control.name, control.minimum, control.maximum, integer=control.integer).step
    )


def _code(value: Any, name: str) -> str:
    """Write a value as Python, or, for the reader to fill in, the argument's name, or dots where that is no name."""
    written = repr(value) if isinstance(value, bool | int | float | str | None) else ""
    return written if 0 < len(written) <= MAX_CODE else name if name.isidentifier() or not name else "..."
