"""The live explorer of one function: landscape, Hessian, eigenvalues and label, under sliders."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import traitlets
from traitlets import Bunch

from hesswidget.critical.find import Survey
from hesswidget.critical.table import CriticalPoints
from hesswidget.curvature import Curvature, Tolerances, curvature_at
from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.derivatives.comparison import TOLERANCE, by_autograd, deviation, in_words
from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError
from hesswidget.explorers import messages
from hesswidget.explorers.abbreviations import plain, value_widgets
from hesswidget.explorers.description import description
from hesswidget.explorers.engine import EngineChoice, choose_engine
from hesswidget.explorers.kernel import KernelFrames
from hesswidget.explorers.snapshot import Saving
from hesswidget.explorers.state import Refused
from hesswidget.export.page import STATIC
from hesswidget.landscape.plane import Plane
from hesswidget.problem.arguments import keywords
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.inertia import STATIONARITY_TOLERANCE
from hesswidget.user_code import summary
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
Answer = tuple[dict[str, Any], list[bytes] | None]
_log = logging.getLogger("hesswidget")
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

    def __init__(self, problem: Problem, tolerances: Tolerances, choice: EngineChoice) -> None:
        self._tolerances = tolerances
        self._kernel = KernelFrames(problem, tolerances, choice.sets)
        self._survey: Survey | None = None
        self._tables: dict[str, CriticalPoints] = {}
        self._begin(problem)
        self.set_trait("_problem", description(problem, tolerances, self.trait_of))
        self.set_trait("_programs", choice.programs)
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
        with self._lock:  # or a message between could make it the curvature of no state
            objective, point = Objective(self.problem, self.parameters), self.point
        return curvature_at(objective, point, self._tolerances)

    def figure(self, critical_points: bool = False) -> Figure:
        """Draw the four views of the present state with matplotlib, fit for a paper.

        Parameters
        ----------
        critical_points : bool
            Whether to find the critical points, which may take a second, and mark them.
        """
        with self._lock:
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
        """Answer a front end's question, or say why there is no answer: it waits for one or the other."""
        try:
            with self._lock, one_blas_thread():
                answer = self._answer_to(content, buffers)
        except ProblemError as error:
            answer = _refusal(content, str(error))
        except Exception as error:
            _log.exception("a question of %s's front end has no answer", self.problem.name)
            answer = _refusal(content, f"no answer: {summary(error)}")
        self.send(*answer)

    def _answer_to(self, content: Any, buffers: Any) -> Answer:
        """Compute the frame that a front end asks for, or judge the one that it has computed itself."""
        request = messages.decode(content, buffers, self.problem)
        if isinstance(request, messages.Claim):
            return self._verdict(request), None
        if isinstance(request, messages.LookWish):
            objective = Objective(self.problem, request.parameters)
            return messages.look(request, curvature_at(objective, request.point, self._tolerances)), None
        if isinstance(request, messages.SurveyWish):
            table = self._surveyed(request.parameters)
            return (
                messages.paths(request, table.paths()) if request.paths else messages.survey(request, table)
            )
        return messages.encode(request, *self._kernel.answer(request))

    def _known_table(self, thorough: bool) -> CriticalPoints | None:
        quick = thorough and len(self.problem.start) <= UNASKED
        return self._surveyed(self.parameters) if quick else self._tables.get(self._key(self.parameters))

    def _key(self, parameters: Mapping[str, Any]) -> str:
        return repr(self.problem.on_wire(parameters))

    def _surveyed(self, parameters: Mapping[str, Any]) -> CriticalPoints:
        """Return the critical points in the sliders' box; those of the last few parameters asked for are held."""
        with self._lock:
            if self._survey is None:
                self._survey = Survey(self.problem)
            key = self._key(parameters)
            if key not in self._tables:
                while len(self._tables) >= HELD_TABLES:
                    del self._tables[next(iter(self._tables))]
                self._tables[key] = self._survey.at(parameters)
            return self._tables[key]

    def _verdict(self, claim: messages.Claim) -> dict[str, Any]:
        """Compare what the browser shows with autograd; if it is wrong, the kernel computes from now on."""
        exact = by_autograd(Objective(self.problem, claim.parameters), claim.derivatives.point)
        apart = math.inf if exact is None else deviation(claim.derivatives, exact, self.problem.widths)
        agrees = apart <= TOLERANCE
        if not agrees:
            self._kernel.distrust()
            self.set_trait(
                "engine_reason",
                f"what the browser replayed differed from autograd {in_words(apart)}; the kernel computes now.",
            )
            self.set_trait("engine", "kernel")
        return messages.verdict(claim, apart, agrees)

    def __repr__(self) -> str:
        with self._lock:
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
    problem = Problem.over_ranges(function, point, over, plain(abbreviations), keywords(explore))
    tolerances = Tolerances(zero_tolerance, stationarity_tolerance, stationarity_scale)
    return Explorer.of(problem, tolerances, engine, value_widgets(abbreviations))


def _refusal(content: Any, sentence: str) -> Answer:
    return messages.refusal(content.get("id") if isinstance(content, Mapping) else None, sentence), None


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
