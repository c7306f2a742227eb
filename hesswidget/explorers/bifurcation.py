"""An explorer with a bifurcation diagram: critical points against one of its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import traitlets

from hesswidget.bifurcations.continuation import Bifurcations
from hesswidget.bifurcations.diagram import Diagram
from hesswidget.curvature import Tolerances
from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.errors import ProblemError, nearest
from hesswidget.explorers import messages
from hesswidget.explorers.abbreviations import plain, value_widgets
from hesswidget.explorers.engine import EngineChoice
from hesswidget.explorers.explorer import Answer, Explorer
from hesswidget.problem.arguments import keywords
from hesswidget.problem.controls import Range
from hesswidget.problem.problem import Problem

REMEMBERED = 32  # diagrams, for as many settings of the other parameters


class BifurcationExplorer(Explorer):
    """An `Explorer` that also shows critical points against one parameter; made by `bifurcation`.

    Attributes
    ----------
    diagram : Diagram
        For the other parameters' present values, computed on demand.
    """

    _diagram = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self, problem: Problem, tolerances: Tolerances, choice: EngineChoice, parameter: str
    ) -> None:
        self._swept = parameter
        self._makers: dict[Any, Bifurcations] = {}
        self._made: dict[Any, Diagram] = {}
        Bifurcations(problem, parameter)  # which refuses what cannot be swept, before there is a widget
        super().__init__(problem, tolerances, choice)
        self._renew()

    @property
    def diagram(self) -> Diagram:
        """Branches of critical points and their events, for the other parameters' present values."""
        with self._lock, one_blas_thread():
            others = self._others()
            key = repr(others)
            if key not in self._made:
                while len(self._made) >= REMEMBERED:
                    del self._made[next(iter(self._made))]
                self._made[key] = self._maker().at(self.parameters)
            return self._made[key]

    def _others(self) -> dict[str, Any]:
        """The other parameters, as they travel."""
        return {a: v for a, v in self.problem.on_wire(self.parameters).items() if a != self._swept}

    def _maker(self) -> Bifurcations:
        """What is recorded holds for the present choices and truths; numbers may change."""
        traced = self.problem.traced_names
        key = tuple(v for a, v in self._others().items() if a not in traced)
        if key not in self._makers:
            self._makers = {key: Bifurcations(replace(self.problem, parameters=self.parameters), self._swept)}
        return self._makers[key]

    def _renew(self) -> None:
        """Send the diagram for the present state."""
        with self._lock:  # or a message between could label it with others that it does not belong to
            self.set_trait("_diagram", _written(self.diagram, self._others()))

    def _answer_to(self, content: Any, buffers: Any) -> Answer:
        """Renew the diagram for a front end that has come to rest; any other question is the explorer's."""
        asks = isinstance(content, Mapping) and content.get("kind") == "diagram"
        if not asks or set(content) != {"kind", "id"} or not messages.is_identifier(content["id"]):
            return super()._answer_to(content, buffers)
        self._renew()
        return {"kind": "diagram", "id": content["id"]}, None


def _written(diagram: Diagram, others: dict[str, Any]) -> dict[str, Any]:
    """Write a diagram down for the browser: text, and float64 buffers."""
    branches = [
        {
            "label": b.label,
            "index": b.index,
            "values": _bytes(b.values),
            "points": [_bytes(x) for x in b.points.T],
            "heights": _bytes(b.heights),
        }
        for b in diagram.branches
    ]
    events = [
        {"value": e.value, "point": e.point.tolist(), "height": e.height, "kind": e.kind}
        for e in diagram.events
    ]
    return {
        "parameter": diagram.parameter,
        "others": others,
        "branches": branches,
        "events": events,
        "notes": list(diagram.notes),
    }


def _bytes(array: np.ndarray) -> bytes:
    return np.ascontiguousarray(array, dtype="<f8").tobytes()


def bifurcation(
    function: Any,
    point: Any = None,
    /,
    *,
    against: str | None = None,
    over: str | tuple[str, ...] | None = None,
    engine: str | None = None,
    **abbreviations: Any,
) -> BifurcationExplorer:
    """Explore a function with its critical points drawn against one parameter, branch by branch.

    Parameters
    ----------
    function : callable or str
        As for `hesswidget.explore`; at most six variables.
    point : tuple or array_like, optional
        Where to start.
    against : str, optional
        The parameter; by default the one that is given a range, as in ``a=(0.0, 3.0)``, or the only one.
    over : str or tuple of str, optional
        Which arguments are the variables, if not those without a default.
    engine : {"browser", "kernel"}, optional
        As for `hesswidget.explore`.
    **abbreviations
        As for `hesswidget.explore`. The variables' ranges are the box in which critical points are looked for.

    Returns
    -------
    BifurcationExplorer
        An explorer with ``w.diagram``, which ``hesswidget.figures.bifurcation`` draws.

    Raises
    ------
    ProblemError
        If it is not clear which parameter is meant, or it takes no real numbers.

    Notes
    -----
    The box is searched at 121 values of the parameter, with 8 n starts at each; points are followed from value to value
    along their tangents ``−H⁻¹ ∂∇f/∂a``, and events located to a millionth of the range. What no search met at any
    value is missing, and nothing tells. Where the function cannot be recorded, fewer values and starts are tried.

    Examples
    --------
    >>> w = bifurcation(lambda x, a=1.0: x**4 / 4 - a * x**2 / 2, a=(-1.0, 2.0), x=(-2, 2))
    >>> [(event.kind, round(event.value, 5) + 0.0) for event in w.diagram.events]
    [('pitchfork', 0.0)]
    >>> w.diagram.counts(1.0)
    {'minimum': 2, 'maximum': 1}
    """
    problem = Problem.over_ranges(function, point, over, plain(abbreviations), keywords(bifurcation))
    parameter = _swept(problem, against, abbreviations)
    return BifurcationExplorer.of(problem, Tolerances(), engine, value_widgets(abbreviations), parameter)


def _swept(problem: Problem, against: str | None, abbreviations: Mapping[str, Any]) -> str:
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
