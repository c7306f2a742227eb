"""The explorer with a bifurcation diagram: critical points against one of its parameters."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from hesswidget.bifurcations.continuation import Bifurcations
from hesswidget.bifurcations.diagram import Diagram
from hesswidget.critical.points import CriticalPoint
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.explorers import cell
from hesswidget.explorers.abbreviations import plain, value_widgets
from hesswidget.explorers.curvature import CurvatureView
from hesswidget.explorers.diagram import written
from hesswidget.explorers.kept import Kept
from hesswidget.explorers.moment import Moment
from hesswidget.explorers.questions import Answer, Parameters, Question
from hesswidget.explorers.replay import ProgramSet
from hesswidget.explorers.shell import Explorer
from hesswidget.explorers.swept import swept
from hesswidget.explorers.view import Context
from hesswidget.problem.arguments import keywords
from hesswidget.problem.problem import Problem
from hesswidget.progress import Progress, Watch, reported, silent, within
from hesswidget.second_derivative_test.tolerances import Tolerances

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_KEPT = 32  # diagrams, for as many settings of the other parameters
AT_ONCE = 0.3  # seconds that a first diagram may take before the widget is shown without it


class BifurcationView:
    """The view of `bifurcation`: what `explore` shows, and a diagram; see `hesswidget.explorers.view.View`.

    Parameters
    ----------
    context : Context
    parameter : str
        What the diagram is drawn against.
    """

    kind: ClassVar[str] = "bifurcation"
    function: ClassVar[str] = "bifurcation"
    traits: ClassVar[tuple[str, ...]] = ("_diagram",)

    def __init__(self, context: Context, parameter: str) -> None:
        self._problem, self._parameter = context.problem, parameter
        self.call = {"against": repr(parameter)}  # what only this view's call says
        self._curvature = CurvatureView(context)
        self.computation = self._curvature.computation
        self._makers: dict[Any, Bifurcations] = {}
        self.diagrams: Kept[Diagram] = Kept(
            self._computed, key=lambda p: repr(self._others(p)), most=MOST_KEPT
        )
        diagram = Question("diagram", self._diagram, {"parameters": Parameters()}, is_job=True)
        self.questions = (*self._curvature.questions, diagram)

    def programs(self, traced: TracedProblem) -> ProgramSet:
        """Record what `explore` does; Python draws the diagram."""
        return self._curvature.programs(traced)

    def figure(self, moment: Moment, *, critical: Iterable[CriticalPoint] = ()) -> Figure:
        """Draw the point as `explore` does; `hesswidget.figures.bifurcation` draws the diagram."""
        return self._curvature.figure(moment, critical=critical)

    def written(self, parameters: Mapping[str, Any], progress: Progress = silent) -> dict[str, Any]:
        """Return the diagram for these parameters as it travels."""
        return written(self.diagrams.at(parameters, progress), self._others(parameters))

    def written_soon(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the same if it is soon there, else what travels in its place until a page asks for it."""
        watch = Watch(within(AT_ONCE, silent))
        written = self.written(parameters, watch)
        return {"parameter": self._parameter} if watch.is_stopped else written

    def _diagram(self, parameters: Mapping[str, Any], progress: Progress) -> Answer:
        return Answer({}, traits={"_diagram": self.written(parameters, progress)})

    def _others(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The other parameters, as they travel."""
        return {a: v for a, v in self._problem.on_wire(parameters).items() if a != self._parameter}

    def _computed(self, parameters: Mapping[str, Any], progress: Progress) -> Diagram:
        """Draw up a diagram. What is recorded holds for the present choices and truths; numbers may change."""
        traced = self._problem.traced_names
        key = tuple(v for a, v in self._others(parameters).items() if a not in traced)
        if key not in self._makers:
            problem = replace(self._problem, parameters=dict(parameters))
            self._makers = {key: Bifurcations(problem, self._parameter)}
        return self._makers[key].at(parameters, progress)


class BifurcationExplorer(Explorer):
    """An `Explorer` that also shows critical points against one parameter; made by `bifurcation`.

    Attributes
    ----------
    diagram : Diagram
        For the other parameters' present values, computed on demand.
    """

    _diagram = traitlets.Dict(read_only=True).tag(sync=True)
    _view: Any  # a BifurcationView

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._waiting: list[str] = []  # outputs that were shown without a diagram

    @property
    def _is_drawn(self) -> bool:
        return "branches" in self._diagram

    def _draw(self) -> None:
        if not self._is_drawn:
            self._publish({"_diagram": self._view.written(self._settings)})

    def _publish(self, traits: Mapping[str, Any]) -> None:
        super()._publish(traits)
        self._complete_outputs()

    def _complete_outputs(self) -> None:
        while self._is_drawn and self._waiting:
            cell.publish(*self._bundle(), self._waiting.pop())

    def _bundle(self) -> tuple[dict[str, Any], dict[str, Any]]:
        return super()._repr_mimebundle_() or ({}, {})

    def _ipython_display_(self) -> None:
        """Show the widget before its diagram, which a page is about to ask for, and save it in the output then."""
        if self._is_drawn or not cell.has_page():
            self._draw()
            return super()._ipython_display_()
        self._waiting.append(cell.publish(*self._bundle()))
        self._complete_outputs()  # it may have come meanwhile, asked for by a page that was there before

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        self._draw()
        return super()._repr_mimebundle_(**kwargs)

    def save_html(
        self, path: str | os.PathLike[str], *, seconds: float = 20.0, overwrite: bool = False
    ) -> Path:
        """Write a page; see `Explorer.save_html`."""
        self._draw()
        return super().save_html(path, seconds=seconds, overwrite=overwrite)

    @property
    def diagram(self) -> Diagram:
        """Branches of critical points and their events, for the other parameters' present values."""
        found: Diagram = self._view.diagrams.at(self._settings)
        return found


def bifurcation(
    function: Any,
    point: Any = None,
    /,
    *,
    against: str | None = None,
    over: str | tuple[str, ...] | None = None,
    engine: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    view: Mapping[str, Any] | None = None,
    progress: bool | Progress = False,
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
    progress : bool or callable, optional
        As for `hesswidget.critical_points`: how far the first diagram is, which then is drawn before this returns.
    parameters : dict, optional
        Where parameters start that are not to start at their defaults, such as ``w.parameters``.
    view : dict, optional
        How it is looked at first, such as ``w.view``.
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
    along their tangents ``−H⁻¹ ∂∇f/∂a``, and events located to a millionth of the range. Against a parameter with a
    logarithmic slider (`ipywidgets.FloatLogSlider`) all of that is in its logarithm, and so is the axis. What no search
    met at any value is missing, and nothing tells. Where the function cannot be recorded, fewer values and starts are
    tried.

    In a notebook's page a diagram that takes longer than some tenths of a second follows the widget: the page shows how
    far it is. ``w.diagram`` and ``w.save_html`` have the whole one, and wait for it.

    Examples
    --------
    >>> w = bifurcation(lambda x, a=1.0: x**4 / 4 - a * x**2 / 2, a=(-1.0, 2.0), x=(-2, 2))
    >>> [(event.kind, round(event.value, 5) + 0.0) for event in w.diagram.events]
    [('pitchfork', 0.0)]
    >>> w.diagram.counts(1.0)
    {'minimum': 2, 'maximum': 1}
    """
    problem = Problem.over_ranges(function, point, over, plain(abbreviations), keywords(bifurcation))
    problem = problem.starting_at(parameters or {})
    parameter = swept(problem, against, abbreviations)
    Bifurcations.check(problem, parameter)  # before there is a widget
    made = partial(BifurcationView, parameter=parameter)
    explorer = BifurcationExplorer(problem, Tolerances(), engine, value_widgets(abbreviations), made, view)
    with reported(progress) as report:
        if progress is False and cell.has_page():
            written = explorer._view.written_soon(explorer._settings)
        else:
            written = explorer._view.written(explorer._settings, report)
    explorer.set_trait("_diagram", written)
    return explorer
