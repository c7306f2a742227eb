"""The explorer of one function at a point: landscape, Hessian, eigenvalues and label, under sliders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from hesswidget.critical.points import CriticalPoint
from hesswidget.curvature import Curvature
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.explorers.abbreviations import plain, value_widgets
from hesswidget.explorers.kernel import SLICE, KernelFrames, along_eigenvectors, asked_plane
from hesswidget.explorers.moment import Moment
from hesswidget.explorers.programs import programs
from hesswidget.explorers.questions import (
    MAX_MESSAGE,
    Answer,
    Parameters,
    Point,
    Question,
    Truth,
    Whole,
)
from hesswidget.explorers.replay import ProgramSet
from hesswidget.explorers.shell import Explorer
from hesswidget.explorers.view import Context
from hesswidget.landscape.plane import Plane
from hesswidget.problem.arguments import keywords
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.inertia import STATIONARITY_TOLERANCE
from hesswidget.second_derivative_test.tolerances import Tolerances

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class CurvatureView:
    """The view of `explore`; see `hesswidget.explorers.view.View`."""

    kind: ClassVar[str] = "curvature"
    function: ClassVar[str] = "explore"
    traits: ClassVar[tuple[str, ...]] = ()
    call: Mapping[str, str] = MappingProxyType({})

    def __init__(self, context: Context) -> None:
        self._context = context
        self.computation = KernelFrames(context.problem, context.tolerances, context.recorded)
        self.questions = (
            Question(
                self.computation.name,
                self._frame,
                {"parameters": Parameters(), "moving": Truth(), "holds": Whole(0, 2**53)},
                SLICE,
            ),
            Question(
                "classify",
                self._classified,
                {"parameters": Parameters()},
                {"point": Point()},
                saved=lambda moment, _: _label_of(moment.curvature),
            ),
            *context.search.questions,
        )

    def programs(self, traced: TracedProblem) -> ProgramSet:
        """Record a picture, its landscape, and the search for critical points."""
        return programs(traced, self._context.tolerances)

    def _frame(
        self,
        parameters: Mapping[str, Any],
        moving: bool,
        holds: int,
        point: np.ndarray,
        origin: np.ndarray,
        basis: np.ndarray,
        ends: np.ndarray,
    ) -> Answer:
        """Return a picture's arrays; its landscape only if the front end holds another version of it."""
        plane = asked_plane(origin, basis, ends, self._context.shown())
        arrays = self.computation.frame(point, parameters, plane)
        return self.computation.with_landscape(arrays, plane, parameters, moving, holds)

    def _classified(self, parameters: Mapping[str, Any], point: np.ndarray) -> Answer:
        """Return what a point is: by a second look at it where the second-derivative test needs one."""
        context = self._context
        return _label_of(Moment(context.problem, context.tolerances, point, parameters).curvature)

    def figure(self, moment: Moment, *, critical: Iterable[CriticalPoint] = ()) -> Figure:
        """Draw the class and its reason, landscape, Hessian and eigenvalues."""
        from hesswidget import figures

        seen, plane = moment.view_state, _plane(moment)
        with self._context.lock:
            slice_, _, _ = self.computation.landscape(plane, moment.parameters, moving=False)
            signs = self.computation.definiteness(plane, moment.parameters) if seen.signs else None
        known = self._context.search.known(moment.parameters) if seen.paths else None
        return figures.explorer(
            moment.curvature, slice_, title=moment.name, parameters=moment.listed, critical=critical,
            order=seen.order, logarithmic=seen.logarithmic, density=seen.density, definiteness=signs,
            paths=() if known is None else known.paths(),
            viewpoint=(seen.azimuth, seen.elevation, seen.zoom) if seen.surface else None, scale=seen.scale,
            gradient=seen.gradient, newton=seen.newton, trail=moment.trail,
        )  # fmt: skip


def _plane(moment: Moment) -> Plane:
    """The slice on screen; the first where it is along eigenvectors and there are none."""
    problem, point, chosen = moment.shown, moment.point, moment.view_state.slice
    if chosen is not None and chosen.kind == "coordinates":
        return Plane.along(problem, point, chosen.indices)
    if chosen is None:
        return Plane.first(problem, point)
    found = moment.curvature
    return along_eigenvectors(problem, point, found.eigenvalues, found.eigenvectors, chosen.indices)


def _label_of(curvature: Curvature) -> Answer:
    reason = curvature.classification.justification
    said = {"heading": reason.heading, "clauses": [clause[:MAX_MESSAGE] for clause in reason.clauses]}
    return Answer({"label": curvature.label, "reason": said})


def explore(
    function: Any,
    point: Any = None,
    /,
    *,
    over: str | tuple[str, ...] | None = None,
    zero_tolerance: float = 1.0,
    stationarity_tolerance: float = STATIONARITY_TOLERANCE,
    stationarity_scale: float | None = None,
    engine: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    view: Mapping[str, Any] | None = None,
    **abbreviations: Any,
) -> Explorer:
    """Explore the curvature of a function under sliders.

    Parameters
    ----------
    function : callable or str
        A real function written with ``autograd.numpy``, or in JAX or PyTorch, by which it is traced, forward, for the
        shapes of its arguments; the name of one in `hesswidget.gallery`; or a formula, as text or as an expression of
        SymPy. Arguments without a default are the variables, arguments with one are parameters.
        In a formula x, y and z are the variables, with or without a number behind them, or else all names if there is
        none of these; each name is one number.
    point : tuple, array_like, dict or list, optional
        Where to start, the variables by position, or the one that there is in its structure.
    over : str or tuple of str, optional
        Which arguments are the variables, if not those without a default.
    zero_tolerance, stationarity_tolerance, stationarity_scale : float
        See `hesswidget.curvature`.
    engine : {"browser", "kernel"}, optional
        Where the numbers on screen are to come from. By default the browser, if what is recorded of the function
        agrees with autograd over the sliders' ranges and is quick enough; else the kernel, and ``w.engine_reason``
        says why.
    parameters : dict, optional
        Where parameters start that are not to start at their defaults, such as ``w.parameters``.
    view : dict, optional
        How it is looked at first, such as ``w.view``.
    **abbreviations
        For a scalar variable ``(min, max)``, ``(min, max, step)`` or a start value; for an array its start, a
        `hesswidget.vector`, or a list of ranges, ``x=[(-1, 1), (-2, 2)]``; and dicts, lists and tuples of all these.
        The function gets its variables in that structure (see the notes). For a parameter any abbreviation of
        ``ipywidgets.interact``, a value widget (linked both ways) or ``fixed(value)``; an array is fixed.

    Returns
    -------
    Explorer

    Raises
    ------
    ProblemError
        If the arguments do not fit the function, the function cannot be evaluated where the sliders start, or
        ``engine="browser"`` is demanded and not possible.

    Notes
    -----
    Each number or array among the variables is a block. They lie in one vector, ``w.point``, in the order in which
    they were given, arrays row by row; ``w.variables`` has their structure. An entry is called by what leads to it,
    such as ``w[0]`` or ``layers[0].W[1, 2]``; what is in a dict that is a variable by its key alone, ``W[0, 2]``,
    unless two would be called the same. The function's signature and `over` say what is a variable. For a variable a
    tuple of two or three numbers is a range; nested lists of numbers are one array, which must not be ragged; a list
    with arrays in it is several blocks; a list with ranges in it is one array whose entries have these. For a
    parameter a list is choices. The Hessian's heatmap has borders and names of blocks, and shows the Frobenius norm
    of each in the order "blocks".

    Examples
    --------
    >>> w = explore(lambda x, y, a=1.0: (a - x)**2 + y**2, x=(-2, 2), y=(-1, 1), a=(0.0, 3.0))
    >>> w.set(x=1.0)
    >>> w.curvature.label
    'minimum'
    >>> w = explore(lambda p: np.sum(p["W"] ** 2) * p["b"], p={"W": np.ones((1, 2)), "b": (0.0, 1.0)})
    >>> w.problem.labels, w.variables
    (('W[0]', 'W[1]', 'b'), {'p': {'W': array([[1., 1.]]), 'b': 0.5}})
    >>> explore("x**2*y - a*y**3", x=(-2, 2), y=(-2, 2), a=(0, 2)).parameters
    {'a': 1.0}
    """
    problem = Problem.over_ranges(function, point, over, plain(abbreviations), keywords(explore))
    problem = problem.starting_at(parameters or {})
    tolerances = Tolerances(zero_tolerance, stationarity_tolerance, stationarity_scale)
    return Explorer(problem, tolerances, engine, value_widgets(abbreviations), CurvatureView, view)
