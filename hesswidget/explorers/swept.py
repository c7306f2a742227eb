"""Which parameter a bifurcation diagram is drawn against, where that is not said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hesswidget.errors import ProblemError, nearest
from hesswidget.problem.controls import Range
from hesswidget.problem.problem import Problem


def swept(problem: Problem, against: str | None, abbreviations: Mapping[str, Any]) -> str:
    """Return the parameter that is meant, or say why it is not clear with a `ProblemError`."""
    if against is not None:
        if not isinstance(against, str) or against not in problem.controls:
            raise ProblemError(
                f"against is {against!r:.40}, which is no parameter of {problem.name}; "
                f"{nearest(str(against), problem.controls)}"
            )
        return against
    given = [
        a
        for a in abbreviations
        if isinstance(problem.controls.get(a), Range) and not _is_number(abbreviations[a])
    ]
    ranged = given or list(problem.traced_names)
    if len(ranged) == 1:
        return ranged[0]
    if given:
        raise ProblemError(
            f"{' and '.join(given)} have ranges; say which of them the diagram is drawn against, such as "
            f"against={given[0]!r}."
        )
    if not problem.controls:
        raise ProblemError(
            f"{problem.name} has no parameter to draw critical points against; add one with a default, such as a=1.0."
        )
    first = next(iter(problem.controls))
    raise ProblemError(
        f"no parameter of {problem.name} was given a range; give one, such as {first}=(0.0, 3.0), or say "
        f"against={first!r}."
    )


def _is_number(given: Any) -> bool:
    return isinstance(given, int | float)
