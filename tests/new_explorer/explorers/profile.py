"""The explorer of a line: the function along it, with its first and second derivative, against the arc length."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

import autograd.numpy as anp
import numpy as np

from hesswidget.critical.points import CriticalPoint
from hesswidget.derivatives.control_flow import over_rows
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.explorers.abbreviations import plain, value_widgets
from hesswidget.explorers.computation import AtPoint
from hesswidget.explorers.moment import Moment
from hesswidget.explorers.replay import ProgramSet
from hesswidget.explorers.shell import Explorer
from hesswidget.explorers.view import Context
from hesswidget.problem.arguments import keywords
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.tolerances import Tolerances

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PLACES = 65  # along the line; the point is the middle one
REACH = 0.25  # how far the line goes to either side, as a share of the diagonal of the sliders' box


class ProfileView:
    """The view of `profile`; see `hesswidget.explorers.view.View`."""

    kind: ClassVar[str] = "profile"
    function: ClassVar[str] = "profile"
    traits: ClassVar[tuple[str, ...]] = ()
    call: ClassVar[dict[str, str]] = {}

    def __init__(self, context: Context) -> None:
        diagonal = float(np.linalg.norm(context.problem.widths))
        self._direction = context.problem.widths / diagonal
        self._places = np.linspace(-REACH * diagonal, REACH * diagonal, PLACES)
        self._lock = context.lock
        widths = np.array([2 * REACH * diagonal])
        self.computation = AtPoint(
            context.problem, context.recorded, self.kind, self._along, widths, shape=(PLACES,)
        )
        self.questions = (self.computation.question,)

    def _along(self, f: TracedFunction, point: Any) -> dict[str, Any]:
        """Return the derivatives of t ↦ f(point + t direction), a function of one variable, at all places."""
        direction = self._direction

        def at_place(place: Any, point: Any, parameters: Any) -> Any:
            g, x = f.at(parameters), point + place * direction
            value, gradient = g.value_and_gradient(x)
            return anp.array([value, anp.dot(gradient, direction), anp.dot(g.hvp(x, direction), direction)])

        rows = over_rows(at_place, self._places, shared=(point, f.parameters))
        hessian = anp.reshape(rows[:, 2], (PLACES, 1, 1))
        return {"place": self._places, "value": rows[:, 0], "gradient": rows[:, 1:2], "hessian": hessian}

    def programs(self, traced: TracedProblem) -> ProgramSet:
        """Record the line's derivatives."""
        return ProgramSet(traced, {self.computation.name: self.computation.program(traced)}, {})

    def figure(self, moment: Moment, *, critical: Iterable[CriticalPoint] = ()) -> Figure:
        """Draw the function along the line, and its derivatives."""
        from hesswidget import figures

        with self._lock:
            found = self.computation.compute(moment.point, moment.parameters)
        derivatives = [np.ravel(found[name]) for name in ("value", "gradient", "hessian")]
        return figures.profile(self._places, *derivatives, title=moment.problem.name)


def profile(
    function: Any,
    point: Any = None,
    /,
    *,
    over: str | tuple[str, ...] | None = None,
    engine: str | None = None,
    **abbreviations: Any,
) -> Explorer:
    """Explore a function along the line through the point that is parallel to the diagonal of the sliders' box.

    Parameters
    ----------
    function, point, over, engine, **abbreviations
        As for `hesswidget.explore`.

    Returns
    -------
    Explorer
    """
    problem = Problem.over_ranges(function, point, over, plain(abbreviations), keywords(profile))
    return Explorer(problem, Tolerances(), engine, value_widgets(abbreviations), ProfileView)
