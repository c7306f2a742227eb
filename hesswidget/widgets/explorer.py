"""The live explorer of one function: landscape, Hessian, eigenvalues and label, under sliders."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import traitlets
from traitlets import Bunch

from hesswidget.agreement import TOLERANCE, deviation
from hesswidget.critical.find import Survey
from hesswidget.critical.points import CriticalPoints
from hesswidget.curvature import Curvature, Tolerances, curvature_at
from hesswidget.errors import ProblemError
from hesswidget.judgement import STATIONARITY_TOLERANCE
from hesswidget.objective import Objective
from hesswidget.page import STATIC
from hesswidget.plane import Plane
from hesswidget.problem import Problem
from hesswidget.replay import by_autograd
from hesswidget.threads import one_blas_thread
from hesswidget.widgets import messages
from hesswidget.widgets.abbreviations import plain, value_widgets
from hesswidget.widgets.description import description
from hesswidget.widgets.engine import EngineChoice, choose_engine
from hesswidget.widgets.kernel import KernelFrames
from hesswidget.widgets.saving import Saving
from hesswidget.widgets.state import Refused
from hesswidget.wording import number

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from typing_extensions import Self

if not (STATIC / "explorer.js").exists():
    raise ImportError(
        "hesswidget's front end is not built; run `pip install -e .` in the checkout, which builds it."
    )
MAX_VARIABLES = 1_000
HELD_TABLES = 16
UNASKED = 3  # variables up to which critical points are looked for unasked, as in frontend/critical.ts


class Explorer(Saving):
    """A live picture of a function's curvature; made by `explore`.

    Attributes
    ----------
    point : ndarray, shape (n,)
        The variables. Settable; moves the picture.
    parameters : dict
        The parameters by name. Settable as a whole, or one by one through `set`.
    curvature : Curvature
        Computed by autograd in the kernel, on demand, at the present state.
    engine, engine_reason : str
        Where the numbers on screen come from, and why: ``browser``, where the front end replays what was recorded of
        autograd's computation, or ``kernel``. What Python reads never comes from the browser.

    Every scalar variable and every parameter is also a synced trait of the same name, for ``jslink``, ``link`` and
    ``observe``; a name that a widget has already (``log``, ``layout``) gets an underscore behind it.
    """

    _esm = STATIC / "explorer.js"
    _css = STATIC / "explorer.css"
    engine = traitlets.Unicode("kernel", read_only=True).tag(sync=True)
    engine_reason = traitlets.Unicode("", read_only=True).tag(sync=True)
    _problem = traitlets.Dict(read_only=True).tag(sync=True)
    _programs = traitlets.Dict(read_only=True).tag(sync=True)
    _has_switches = traitlets.Bool(read_only=True).tag(sync=True)

    def __init__(self, problem: Problem, tolerances: Tolerances, choice: EngineChoice) -> None:
        self._tolerances = tolerances
        self._kernel = KernelFrames(problem, tolerances, choice.replays)
        self._survey: Survey | None = None
        self._tables: dict[str, CriticalPoints] = {}
        self._begin(problem)
        self.set_trait("_problem", description(problem, tolerances, self.trait_of))
        self.set_trait("_programs", choice.programs())
        self.set_trait("_has_switches", choice.has_switches)
        self.set_trait("engine", choice.engine)
        self.set_trait("engine_reason", choice.reason)
        super().__init__()
        self.on_msg(self._answer)

    @classmethod
    def of(
        cls,
        problem: Problem,
        tolerances: Tolerances,
        engine: str | None,
        widgets: Mapping[str, Any],
        *more: Any,
    ) -> Self:
        """Make the explorer of a problem, if it can be evaluated at its start, and link it with value widgets."""
        n = len(problem.start)
        if n > MAX_VARIABLES:
            raise ProblemError(
                f"n = {n:,} needs {8 * n * n / 1e6:,.0f} MB for the Hessian of every picture; an explorer takes at "
                f"most {MAX_VARIABLES:,} variables. Take fewer with over=..., or use autograd.make_hvp(f), which gives "
                f"products with the Hessian and never the matrix."
            )
        curvature_at(Objective(problem), problem.start, tolerances)
        explorer = cls(problem, tolerances, choose_engine(problem, tolerances, engine), *more)
        for name, widget in widgets.items():
            _link(explorer, name, widget)
        return explorer

    @property
    def critical_points(self) -> CriticalPoints:
        """All critical points in the box that the sliders span, at the present parameters; see `critical_points`."""
        return self._surveyed(self.parameters)

    @property
    def curvature(self) -> Curvature:
        """Value, gradient, Hessian, eigenvalues and class at the present state."""
        return curvature_at(Objective(self.problem, self.parameters), self.point, self._tolerances)

    def figure(self, critical_points: bool = False) -> Figure:
        """Draw the four views of the present state with matplotlib, fit for a paper.

        Parameters
        ----------
        critical_points : bool
            Whether to find the critical points, which may take a second, and mark them.
        """
        return self._figure(self.curvature, self.critical_points if critical_points else ())

    def _figure(self, curvature: Curvature, critical: Iterable[Any] = ()) -> Figure:
        from hesswidget import figures

        with self._lock:
            plane = Plane.first(self.problem, self.point)
            slice_, _, _ = self._kernel.landscape(plane, self.parameters, moving=False)
        return figures.explorer(
            curvature, slice_, title=self.problem.name, parameters=self.parameters, critical=critical
        )

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what a front end sets: the sliders and nothing else. What is refused changes nothing and is told."""
        names: list[str] = []
        try:
            if not isinstance(sync_data, Mapping):
                raise Refused("a state that is no mapping was refused.")
            names = [name for name in sync_data if name in self._sliders()]
            with self._lock:
                # Checked here already, since ipywidgets tells every front end first and checks then.
                for name in names:
                    self.trait_metadata(name, "from_json")(sync_data[name], self)
                super().set_state({name: sync_data[name] for name in names})
        except traitlets.TraitError as error:
            # The true values first, so that the sentence stays: front ends show it until something moves.
            self.send_state(names)
            self.send(messages.refusal(None, str(error)))

    def _answer(self, _: Any, content: Any, buffers: Any) -> None:
        """Compute the frame that a front end asks for, or judge the one that it has computed itself."""
        answer: tuple[dict[str, Any], list[bytes] | None]
        try:
            with self._lock, one_blas_thread():
                request = messages.decode(content, buffers, self.problem)
                if isinstance(request, messages.Claim):
                    answer = (self._verdict(request), None)
                elif isinstance(request, messages.LookWish):
                    objective = Objective(self.problem, request.parameters)
                    found = curvature_at(objective, request.point, self._tolerances)
                    answer = (messages.look(request, found), None)
                elif isinstance(request, messages.SurveyWish):
                    table = self._surveyed(request.parameters)
                    answer = (
                        messages.paths(request, table.paths())
                        if request.paths
                        else messages.survey(request, table)
                    )
                else:
                    answer = messages.encode(request, *self._kernel.answer(request))
        except Exception as error:  # whatever went wrong, the front end waits for an answer
            known = isinstance(error, ProblemError)
            sentence = str(error) if known else f"no answer: {type(error).__name__}: {error}"
            answer = (
                messages.refusal(content.get("id") if isinstance(content, Mapping) else None, sentence),
                None,
            )
        self.send(*answer)

    def _known_table(self, thorough: bool) -> CriticalPoints | None:
        quick = thorough and len(self.problem.start) <= UNASKED
        return self._surveyed(self.parameters) if quick else self._tables.get(_key(self.parameters))

    def _surveyed(self, parameters: Mapping[str, Any]) -> CriticalPoints:
        """Return the critical points in the sliders' box; those of the last few parameters asked for are held."""
        if self._survey is None:
            self._survey = Survey(self.problem)
        key = _key(parameters)
        if key not in self._tables:
            while len(self._tables) >= HELD_TABLES:
                del self._tables[next(iter(self._tables))]
            self._tables[key] = self._survey.at(parameters)
        return self._tables[key]

    def _verdict(self, claim: messages.Claim) -> dict[str, Any]:
        """Compare what the browser shows with autograd; if it is wrong, the kernel computes from now on."""
        exact = by_autograd(Objective(self.problem, claim.parameters), claim.derivatives.point)
        apart = math.inf if exact is None else deviation(claim.derivatives, exact)
        agrees = apart <= TOLERANCE
        if not agrees:
            self._kernel.distrust()
            self.set_trait(
                "engine_reason",
                f"what the browser replayed differed from autograd by {number(apart)} of its size; "
                f"the kernel computes now.",
            )
            self.set_trait("engine", "kernel")
        return messages.verdict(claim, apart, agrees)

    def __repr__(self) -> str:
        try:
            return self._text(self.curvature)
        except ProblemError as error:
            return self._text(error)

    def _text(self, judged: Curvature | ProblemError) -> str:
        parameters = ", ".join(
            f"{a} = {number(v, 6) if isinstance(v, float) else repr(v)[:40]}"
            for a, v in self.parameters.items()
        )
        return f"Hessian of {self.problem.name} {judged}{f' ({parameters})' if parameters else ''}"


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
    **abbreviations: Any,
) -> Explorer:
    """Explore the curvature of a function under sliders.

    Parameters
    ----------
    function : callable or str
        A real function written with ``autograd.numpy``; or the name of one in `hesswidget.gallery`. Arguments
        without a default are the variables, arguments with one are parameters.
    point : tuple or array_like, optional
        Where to start, the variables by position.
    over : str or tuple of str, optional
        Which arguments are the variables, if not those without a default.
    zero_tolerance, stationarity_tolerance, stationarity_scale : float
        See `hesswidget.curvature`.
    engine : {"browser", "kernel"}, optional
        Where the numbers on screen are to come from. By default the browser, if what is recorded of the function
        agrees with autograd over the sliders' ranges and is quick enough; else the kernel, and ``w.engine_reason``
        says why.
    **abbreviations
        For a scalar variable ``(min, max)``, ``(min, max, step)`` or a start value; for a vector variable its start,
        or `hesswidget.vector`; for a parameter any abbreviation of ``ipywidgets.interact``, a value widget (linked
        both ways) or ``fixed(value)``. An array given for a parameter is fixed.

    Returns
    -------
    Explorer

    Raises
    ------
    ProblemError
        If the arguments do not fit the function, the function cannot be evaluated where the sliders start, or
        ``engine="browser"`` is demanded and not possible.

    Examples
    --------
    >>> w = explore(lambda x, y, a=1.0: (a - x)**2 + y**2, x=(-2, 2), y=(-1, 1), a=(0.0, 3.0))
    >>> w.set(x=1.0)
    >>> w.curvature.label
    'minimum'
    """
    problem = Problem.over_ranges(function, point, over, plain(abbreviations))
    tolerances = Tolerances(zero_tolerance, stationarity_tolerance, stationarity_scale)
    return Explorer.of(problem, tolerances, engine, value_widgets(abbreviations))


def _key(parameters: Mapping[str, Any]) -> str:
    return repr(sorted(parameters.items()))


def _link(explorer: Explorer, name: str, widget: Any) -> None:
    """Let a value widget and an argument follow each other; a value that the argument refuses is taken back."""
    trait = explorer.trait_of[name]

    def from_widget(change: Any) -> None:
        try:
            setattr(explorer, trait, change.new)
        except Refused as error:
            widget.value = getattr(explorer, trait)
            explorer.send(messages.refusal(None, str(error)))

    def to_widget(change: Any) -> None:
        widget.value = change.new

    to_widget(Bunch(new=getattr(explorer, trait)))
    widget.observe(from_widget, "value")
    explorer.observe(to_widget, trait)
