"""The widget around every explorer: state, engine, questions, verification, and what is left behind."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets
import traitlets

from hesswidget import bundle
from hesswidget.critical.table import CriticalPoints
from hesswidget.curvature import Curvature, curvature_at
from hesswidget.derivatives.objective import Objective
from hesswidget.explorers import cell
from hesswidget.explorers.checked_traits import Refused
from hesswidget.explorers.critical_points import CriticalPointSearch
from hesswidget.explorers.description import description, refuse_beyond
from hesswidget.explorers.engine import choose_engine, sent
from hesswidget.explorers.formulas import Formulas
from hesswidget.explorers.front_end import QUESTIONS, FrontEnd, reference
from hesswidget.explorers.jobs import Jobs
from hesswidget.explorers.layout import Guarded, Layout
from hesswidget.explorers.links import Link
from hesswidget.explorers.moment import Moment
from hesswidget.explorers.on_demand import OnDemand
from hesswidget.explorers.questions import Answer, Parameters, Question, Questions, Rewritten, refusal
from hesswidget.explorers.replay import Recorded
from hesswidget.explorers.snapshot import Snapshot
from hesswidget.explorers.state import VECTOR_TRAIT, VIEW_STATE_TRAIT, State
from hesswidget.explorers.verification import Verification
from hesswidget.explorers.view import Context, View
from hesswidget.expressions import Expressions
from hesswidget.float64 import to_bytes
from hesswidget.problem.controls import FORMULA
from hesswidget.problem.problem import Problem
from hesswidget.progress import Progress
from hesswidget.second_derivative_test.tolerances import Tolerances

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Explorer(State, anywidget.AnyWidget):
    """A live picture of a function's curvature; made by `explore`.

    Attributes
    ----------
    point : ndarray, shape (n,)
        The variables. Settable; moves the picture, and widens the ranges on screen where it lies outside of them.
    variables : dict
        The same by name, each number, array, dict, list or tuple in the structure in which it was given:
        ``f(**w.variables, **w.parameters)`` is the value. Settable as `point` is, as a whole or some of them.
    trail : ndarray, shape (k, n)
        The last few points that `point` was set to, which are drawn: the newest last, at most 256, and fewer where
        there are many variables. Settable; ``w.trail = []`` clears it. What sliders and `set` do leaves none.
    parameters : dict
        The parameters by name. Settable as a whole, or one by one through `set`.
    formula_text : str or None
        The formula of a function that was given as text, as it stands in the line on screen; settable, with the same
        variables and parameters. None where the function was given otherwise.
    curvature : Curvature
        Computed by autograd in the kernel, on demand, at the present state.
    view : dict
        How it is looked at, as far as that was chosen: see `hesswidget.explorers.view_state.ViewState`. Settable.
    engine, engine_reason : str
        Where the numbers on screen come from, and why: ``browser``, where the front end replays what was recorded of
        autograd's computation, or ``kernel``. What Python reads never comes from the browser.

    Every scalar variable and every parameter is also a synced trait of the same name, for ``jslink``, ``link`` and
    ``observe``; a name that a widget has already (``log``, ``layout``) gets an underscore behind it.
    """

    _esm = bundle.loader()
    layout = Guarded(Layout).tag(sync=True, **ipywidgets.widget_serialization)
    _front_end = traitlets.Instance(FrontEnd, read_only=True).tag(sync=True, to_json=reference)
    engine = traitlets.Unicode("kernel", read_only=True).tag(sync=True)
    engine_reason = traitlets.Unicode("", read_only=True).tag(sync=True)
    _problem = traitlets.Dict(read_only=True).tag(sync=True)
    _programs = traitlets.Dict(read_only=True).tag(sync=True, to_json=lambda programs, _: sent(programs))
    _view = traitlets.Any(read_only=True).tag(sync=True, to_json=lambda view, _: view.kind)  # a View

    def __init__(
        self,
        problem: Problem,
        tolerances: Tolerances,
        engine: str | None,
        widgets: Mapping[str, Any],
        view: Callable[[Context], View],
        view_state: Mapping[str, Any] | None = None,
    ) -> None:
        self._jobs = Jobs(lambda identifier, progress: self.send({**progress, "id": identifier}))
        self._links: list[Link] = []
        self._own_layout: ipywidgets.Layout | None = None
        refuse_beyond(problem)
        curvature_at(Objective(problem), problem.start, tolerances)
        problem = problem.rewritable
        self._begin(problem)
        recorded = Recorded()
        self._context = Context(
            problem, tolerances, self._lock, recorded, CriticalPointSearch(problem), lambda: self.shown
        )
        self.set_trait("_view", view(self._context))
        self._view_state = self._seen(view_state or {})
        computation = self._view.computation
        choice = choose_engine(problem, engine, self._view.programs, computation)
        recorded.use(choice.sets)
        self.set_trait("_problem", self._described(problem))
        self.set_trait("_programs", choice.programs)
        self.set_trait("engine", choice.engine)
        self.set_trait("engine_reason", choice.reason)
        verify = Verification(computation, recorded, distrust=lambda: recorded.use(())).question
        named = Question("named", lambda: Answer({"named": problem.arguments.is_named}), {})
        build = self._view.programs
        self._on_demand = OnDemand(problem, computation, recorded, build, self._context.shown)
        self._formulas = Formulas(problem, recorded)
        own = [*self._on_demand.questions, self._formulas.question]
        if FORMULA in problem.controls:
            own.append(Question("read_formula", lambda text: Answer({"text": text}), {"text": Rewritten()}))
            if engine is None:
                own.append(Question("choose_engine", self._choose, {"parameters": Parameters()}, is_job=True))
        rows = (*QUESTIONS, verify, named, *own, *self._view.questions)
        self._questions = Questions(
            lambda: self.shown,
            rows,
            lambda *message: self.send(*message),
            self._publish,
            self._lock,
            self._jobs,
        )
        self.set_trait("_front_end", FrontEnd.present())
        super().__init__()
        self._own_layout = self.layout
        self.on_msg(self._answer)
        self._links = [Link(self, name, widget) for name, widget in widgets.items()]

    @property
    def critical_points(self) -> CriticalPoints:
        """All critical points in the box that the sliders span, at the present parameters; see `critical_points`."""
        return self._context.search.at(self._settings)

    @property
    def curvature(self) -> Curvature:
        """Value, gradient, Hessian, eigenvalues and class at the present state."""
        return self._moment().curvature

    @property
    def formula(self) -> Expressions:
        """The function, its gradient and its Hessian as SymPy's expressions: what was recorded, written out.

        Parameters that move over the real numbers are symbols, the others have their present values.

        Raises
        ------
        ProblemError
            If SymPy is not there (``pip install "hesswidget[symbolic]"``), the function was not recorded, has more than
            six variables, or its formula is too long.

        Examples
        --------
        >>> import hesswidget as hw
        >>> w = hw.explore(lambda x, y, b=2.0: b * x**2 * y, x=(0, 1), y=(0, 1), b=(1, 3))
        >>> w.formula.hessian[0, 1]
        2*b*x
        """
        return self._formulas.at(self._settings)

    def _moment(self) -> Moment:
        with self._lock:  # or a message between could make it a state that never was
            seen = (self._view_state, self.shown, self.trail)
            return Moment(self.problem, self._context.tolerances, self.point, self._settings, *seen)

    @property
    def view(self) -> dict[str, Any]:
        """How it is looked at, as far as that was chosen."""
        return self._view_state.written()

    @view.setter
    def view(self, given: Mapping[str, Any]) -> None:
        self._view_state = self._seen(given)

    def figure(self, critical_points: bool = False) -> Figure:
        """Draw what the explorer shows at the present state with matplotlib, fit for a paper.

        Parameters
        ----------
        critical_points : bool
            Whether to find the critical points, which may take a second, and mark them.
        """
        moment = self._moment()
        critical = self._context.search.at(moment.parameters) if critical_points else ()
        return self._view.figure(moment, critical=critical)

    def cancel(self) -> None:
        """Stop what is being computed for the front end: it shows what was found until now, and asks no more.

        Searches for critical points and bifurcation diagrams take seconds, or minutes where a function is slow. What
        Python asks for itself, such as ``w.critical_points``, is computed to its end, or until you interrupt it.
        """
        self._jobs.cancel()

    def close(self) -> None:
        """Close the widget and stop what is being computed for it; also one whose making was refused half way.

        Widgets that moved it move it no more, and Python's memory is free once nothing else holds it.
        """
        self._jobs.cancel()
        for link in self._links:
            link.release()
        if self._own_layout is not None:
            self._own_layout.close()
        super().close()

    def save_html(
        self, path: str | os.PathLike[str], *, seconds: float = 20.0, overwrite: bool = False
    ) -> Path:
        """Write a page in one file that is live in any browser: it needs no kernel, no network and no server.

        Parameters
        ----------
        path : str or Path
            Such as ``"f.html"``: it ends in .html or .htm.
        seconds : float
            Where the kernel computes the function, about how long it may take to compute pictures beforehand, over a
            grid of the sliders; the page says how many there are. Otherwise what was recorded is saved, of whole
            numbers, choices and texts in the settings next to the present one.
        overwrite : bool
            Whether a file of that name may be replaced.

        Returns
        -------
        Path

        Raises
        ------
        ProblemError
            If its name ends otherwise, there is such a file already, or it cannot be written.

        Notes
        -----
        The page has the explorer's state of this moment, the critical points and the paths between them. Open it, or
        put it into another page by ``<iframe src="f.html" width="100%" height="720"></iframe>``.

        Examples
        --------
        >>> import tempfile, hesswidget as hw
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     hw.explore("himmelblau").save_html(f"{folder}/f.html").stat().st_size < 450_000
        True
        """
        if self.engine == "browser" and self._on_demand.complete(self.point, self._settings, seconds):
            self._publish({"_programs": self._on_demand.programs})
        return self._snapshot().save_html(path, seconds=seconds, overwrite=overwrite)

    def save_png(self, path: str | os.PathLike[str], *, dpi: float = 200.0, overwrite: bool = False) -> Path:
        """Write the figure of the present state as a PNG; see `save_html` for what is raised."""
        return self._snapshot().save_picture(path, "png", dpi=dpi, overwrite=overwrite)

    def save_svg(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the figure of the present state as an SVG; see `save_html` for what is raised."""
        return self._snapshot().save_picture(path, "svg", overwrite=overwrite)

    def save_pdf(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the figure of the present state as a PDF; see `save_html` for what is raised."""
        return self._snapshot().save_picture(path, "pdf", overwrite=overwrite)

    def _snapshot(self) -> Snapshot:
        with self._lock:
            names = ("_programs", "engine", "engine_reason", *self._view.traits)
            scalars = [self.trait_of[name] for name in self._scalars()]
            traits = {
                "explorer": {
                    **{name: getattr(self, name) for name in names},
                    **{"_view": self._view.kind, VIEW_STATE_TRAIT: self._view_state.written()},
                    "_problem": self._described(self.shown),
                },
                "values": self.get_state(scalars) if scalars else {},
                "point": self.get_state(VECTOR_TRAIT)[VECTOR_TRAIT] if self._has_vector else None,
                "trail": to_bytes(self.trail),
            }
            return Snapshot(
                self._context, self._view, self._questions, self._moment(), traits, self._described
            )

    def _described(self, problem: Problem) -> dict[str, Any]:
        return description(problem, self._context.tolerances, self.trait_of, self._view)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Show the widget; and where there is none, the saved explorer, its picture, or its text."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, **self._snapshot().output()}, metadata

    def _ipython_display_(self) -> None:
        """Show the widget at once and draw the picture for where none runs after it, on pages that take that up.

        Elsewhere IPython asks for all of it together.
        """
        shown = super()._repr_mimebundle_() if self.comm and FrontEnd.present().keeps_widgets else None
        if shown is None:
            raise NotImplementedError
        data, metadata = shown
        snapshot = self._snapshot()
        data |= snapshot.without_picture()
        name = cell.publish(data, metadata)
        cell.publish(snapshot.completed(data), metadata, name)

    def __repr__(self) -> str:
        return self._moment().text()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what a front end sets: sliders, and how it is looked at. What is refused changes nothing and is told."""
        names: list[str] = []
        try:
            if not isinstance(sync_data, Mapping):
                raise Refused("a state that is no mapping was refused.")
            names = [name for name in sync_data if name in self._settable()]
            with self._lock:
                # Checked here already, since ipywidgets tells every front end first and checks then.
                for name in names:
                    self.trait_metadata(name, "from_json")(sync_data[name], self)
                super().set_state({name: sync_data[name] for name in names})
        except traitlets.TraitError as error:
            # The true values first, so that the sentence stays: front ends show it until something moves.
            self.send_state(names)
            self.send({**refusal(str(error)), "id": ""})

    def _choose(self, parameters: Mapping[str, Any], progress: Progress) -> Answer:
        """Choose the engine anew, for another formula than that which the kernel has computed until now."""
        if self.engine == "browser":
            return Answer({})
        movable = {a: parameters[a] for a in self.problem.movable}
        at, view = self.problem.starting_at(movable), self._view
        choice = choose_engine(at, None, view.programs, view.computation)
        if not progress(1.0, "choosing the engine"):  # it was stopped
            return Answer({})
        self._context.recorded.use(choice.sets)
        traits = {"_programs": choice.programs, "engine_reason": choice.reason, "engine": choice.engine}
        return Answer({}, traits=traits)

    def _publish(self, traits: Mapping[str, Any]) -> None:
        """Set traits of the widget's own."""
        with self._lock:
            for name, value in traits.items():
                self.set_trait(name, value)

    def _answer(self, _: Any, content: Any, buffers: Any) -> None:
        self._questions.receive(content, buffers)
