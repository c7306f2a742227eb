"""An explorer's controls, described to the browser as plain text, numbers and lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hesswidget.critical.newton import MAX_VARIABLES
from hesswidget.errors import ProblemError
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
from hesswidget.problem.formula import shortened
from hesswidget.problem.limits import LIMITS
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.tolerances import Tolerances

MAX_CODE = 200


def refuse_beyond(problem: Problem) -> None:
    """Refuse what no page can show.

    Raises
    ------
    ProblemError
        If it has too many variables, parameters or choices, or an argument with too long a name.
    """
    n, controls = len(problem.start), problem.controls
    if n > LIMITS.variables:
        raise ProblemError(
            f"n = {n:,} needs {8 * n * n / 1e6:,.0f} MB for the Hessian of every picture; an explorer takes at "
            f"most {LIMITS.variables:,} variables. Take fewer with over=..., or use hw.compile(f, point).hvp, which "
            f"gives products with the Hessian and never the matrix."
        )
    if len(controls) > LIMITS.parameters:
        raise ProblemError(
            f"{problem.name} has {len(controls)} parameters; an explorer takes at most {LIMITS.parameters}. Hold the "
            f"others: lambda x, y, a: {problem.name}(x, y, a, ...)."
        )
    choices = sum(len(control.options) for control in controls.values() if isinstance(control, Choice))
    if choices > LIMITS.allChoices:
        raise ProblemError(
            f"the parameters have {choices:,} choices together; an explorer takes at most {LIMITS.allChoices:,}."
        )
    for argument in (*problem.arguments.variables, *controls):
        if len(argument) >= LIMITS.name:  # its trait may have one character more
            raise ProblemError(
                f"the argument {argument[:40]}… has a name of {len(argument):,} characters; an explorer takes fewer "
                f"than {LIMITS.name}."
            )


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
        "name": shortened(problem.name, LIMITS.name),
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
            "labels": [label[: LIMITS.text] for label in control.labels],
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
            return _bounded("", name)
        if control.labels == tuple(map(str, control.options)):
            written = f"[{', '.join(codes)}]"
        else:
            pairs = zip(control.labels, codes, strict=True)
            written = f"{{{', '.join(f'{label!r}: {code}' for label, code in pairs)}}}"
        return _bounded(written, name)
    if isinstance(control, Toggle | Text):
        return _bounded(repr(control.value), name)
    code = _code(control.value, name)
    return code if code in (name, "None") else f"ipywidgets.fixed({code})"


def _has_usual_step(control: Range) -> bool:
    return (
        control.step == between(control.name, control.minimum, control.maximum, integer=control.integer).step
    )


def _code(value: Any, name: str) -> str:
    """Write a value as Python, or, for the reader to fill in, the argument's name, or dots where that is no name."""
    written = repr(value) if isinstance(value, bool | int | float | str | None) else ""
    return _bounded(written, name, MAX_CODE)


def _bounded(written: str, name: str, most: int = LIMITS.text) -> str:
    if 0 < len(written) <= most:
        return written
    return name if name.isidentifier() or not name else "..."
