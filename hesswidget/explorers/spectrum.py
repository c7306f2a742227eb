"""`hw.spectrum` for notebooks: what was found shows itself as its figure, or as it is found in a live panel."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import replace
from functools import wraps
from typing import Any, cast

import numpy as np
import traitlets

from hesswidget.errors import ProblemError
from hesswidget.explorers.abbreviations import plain
from hesswidget.explorers.cell import publish, still
from hesswidget.explorers.description import of_control
from hesswidget.explorers.job_panel import JobPanel
from hesswidget.explorers.questions import Parameters
from hesswidget.precision import whole_number
from hesswidget.problem.problem import Problem
from hesswidget.progress import Progress, Watch
from hesswidget.spectra import find
from hesswidget.spectra.find import Source
from hesswidget.spectra.operator import Operator
from hesswidget.spectra.record import Spectrum
from hesswidget.spectra.search import MOST_PROBES, Plan, Search
from hesswidget.wording import number

FIRST = 2  # random vectors, after which there is something to see
MOST_SHOWN = 20  # eigenvalues at each end
SOURCE = ("of", "data", "executor", "workers", "over", "backend")  # arguments of `spectrum`
PLAN = ("k", "probes", "steps", "mode", "estimator", "seconds", "seed")


class SpectrumPanel(JobPanel):
    """A spectrum as it is found, and anew as parameters move; made by ``hw.spectrum(..., wait=False)``.

    Parameters
    ----------
    source : Source
        What is searched.
    options : dict
        What `hesswidget.spectra.search.Plan.read` takes, by name.
    start : Spectrum or None
        That of a point nearby.

    Attributes
    ----------
    spectrum : Spectrum
        What was found; waits until all is.
    parameters : dict
        The parameters by name; `set` moves them.
    """

    kind = "spectrum"
    work = "the search for a spectrum"

    _controls: traitlets.List[dict[str, Any]] = traitlets.List(read_only=True).tag(sync=True)
    _settings = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(self, source: Source, options: Mapping[str, Any], start: Spectrum | None) -> None:
        self._source, self._options, self._spectrum = source, dict(options), start
        problem = source.problem
        self.parameters: dict[str, Any] = {} if problem is None else dict(problem.parameters)
        operator, notes = source.at(self.parameters)  # so that what is wrong with the call is said here
        self._plan(operator, self._options["probes"])
        super().__init__()
        movable = {} if problem is None else problem.movable
        self.set_trait("_controls", [{**of_control(c), "name": a, "trait": a} for a, c in movable.items()])
        self._search((operator, notes))

    @property
    def spectrum(self) -> Spectrum:
        """See above."""
        self.wait()
        return replace(cast(Spectrum, self._spectrum), shows=_show)

    def set(self, **parameters: Any) -> None:
        """Move parameters, and search anew from the eigenvectors that are known.

        Raises
        ------
        ProblemError
            If there is no such parameter, or it does not take that value.
        """
        movable = {} if self._source.problem is None else self._source.problem.movable
        for a in parameters:
            if a not in movable:
                raise ProblemError(
                    f"there is no parameter {a!r:.60} that moves; there is {', '.join(movable) or 'none'}."
                )
        self._move({a: movable[a].check(value) for a, value in parameters.items()})

    def more(self, probes: int | None = None) -> None:
        """Draw more random vectors beside those that there are, as many again unless it is said how many.

        Raises
        ------
        ProblemError
            If all eigenvalues are known, or nothing is yet; or if parameters have moved since.
        """
        known = self._spectrum
        if known is None or known.go_on is None:
            raise ProblemError("there is nothing to estimate: all eigenvalues are known, or nothing is yet.")
        if self._found.get("settings", self._settings) != self._settings:
            raise ProblemError(
                "parameters have moved, and what is there is not known yet; panel.wait() waits for it, or says why."
            )
        count = max(len(known.runs), 1) if probes is None else whole_number("probes", probes, 1, MOST_PROBES)
        self.start(
            ("more", len(known.runs)), lambda progress: self._keep(known.more(count, progress=progress))
        )

    def _plan(self, operator: Operator, probes: Any) -> Plan:
        return Plan.read(operator, **{**self._options, "probes": probes})

    def _move(self, moved: Mapping[str, Any]) -> None:
        self.parameters = {**self.parameters, **moved}
        self._search(None)

    def _search(self, matrix: tuple[Operator, list[str]] | None) -> None:
        """Search at the present setting: first with few random vectors, then with more and more."""
        parameters, known = dict(self.parameters), self._spectrum
        settings = {} if self._source.problem is None else self._source.problem.on_wire(parameters)
        self.set_trait("_settings", settings)
        wanted = self._options["probes"]

        def run(progress: Progress) -> None:
            watch = Watch(progress)
            operator, notes = self._source.at(parameters) if matrix is None else matrix
            plan = self._plan(operator, min(FIRST, wanted))
            found = Search(operator, plan, watch, notes).spectrum(known)
            self._keep(found, settings)
            while found.go_on is not None and len(found.runs) < wanted and not watch.is_stopped:
                found = found.more(min(max(len(found.runs), 1), wanted - len(found.runs)), progress=watch)
                self._keep(found, settings)

        self.start(settings, run)

    def _keep(self, found: Spectrum, settings: Mapping[str, Any] | None = None) -> None:
        self._spectrum = found
        of = self._found.get("settings", {}) if settings is None else settings
        self.set_trait("_found", {**written(found), "settings": dict(of)})

    def _receive(self, widget: Any, content: Any, buffers: Any) -> None:
        """Move where a page says so, and draw more; what it sends besides is checked and refused."""
        kind = content.get("kind") if isinstance(content, Mapping) else None
        try:
            if kind == "more":
                return self.more()
            if kind == "set" and self._source.problem is not None:
                given = Parameters().read(content.get("parameters"), self._source.problem)
                return self._move(given)
        except ProblemError:
            return None  # a page of ours sends no such thing
        return super()._receive(widget, content, buffers)

    def still(self) -> dict[str, str] | None:
        """See `JobPanel`."""
        return None if self._spectrum is None else _still(self._spectrum)


def written(found: Spectrum) -> dict[str, Any]:
    """Write what was found for a page: numbers, None where there are none, and their words.

    Examples
    --------
    >>> import hesswidget as hw
    >>> shown = written(hw.spectrum(np.diag([-1.0, 0.5, 2.0])))
    >>> shown["mode"], [end["words"] for end in shown["largest"]], shown["estimates"][0]
    ('exact', ['2', '0.5', '−1'], ['inertia', '2 positive, 0 zero, 1 negative', 'all eigenvalues'])
    """
    density = found.density()
    is_known = bool(np.isfinite(density.values).all() and density.values.any())
    estimated = {name: of for name, of in found.estimates.items() if name != "diagonal"}
    methods = [] if found.mode == "exact" else [*dict.fromkeys(of.method for of in estimated.values())]
    inertia = [] if found.inertia is None else [["inertia", _counts(found.inertia), "all eigenvalues"]]
    return {
        "title": f"spectrum of {found.name}",
        "n": found.n,
        "mode": found.mode,
        "cost": found.cost,
        "is_open": found.go_on is not None,
        "density": [part.tolist() for part in (density.points, density.values, density.error)]
        if is_known
        else None,
        "largest": _end(found.largest.values, found.largest.residuals),
        "smallest": _end(found.smallest.values, found.smallest.residuals),
        "estimates": inertia
        + [
            [
                name.replace("_", " "),
                f"{number(float(of.value), 5)} ± {number(float(of.error), 2)}",
                of.method,
            ]
            for name, of in estimated.items()
        ],
        "sentences": [f"{said[:1].upper()}{said[1:]}." for said in (found.reason, *methods, *found.notes)],
    }


def _end(values: np.ndarray, residuals: np.ndarray) -> list[dict[str, Any]]:
    return [
        {
            "value": float(value),
            "residual": float(residual) if np.isfinite(residual) else None,
            "words": number(float(value), 6),
            "within": f"± {number(float(residual), 2)}" if np.isfinite(residual) else "",
        }
        for value, residual in zip(values[:MOST_SHOWN], residuals, strict=False)
    ]


def _counts(inertia: Any) -> str:
    plus, zero, minus = inertia
    return f"{plus} positive, {zero} zero, {minus} negative"


def _still(found: Spectrum) -> dict[str, str]:
    from hesswidget import figures

    return still(str(found), figures.spectrum(found))


def _show(found: Spectrum) -> None:
    publish(_still(found), {})


@wraps(find.spectrum)
def spectrum(
    function: Any, /, at: Any = None, k: int | None = None, *, wait: bool = True, **options: Any
) -> Any:
    """See `hesswidget.spectra.find.spectrum`."""
    if wait:
        return replace(find.spectrum(function, at, k, **options), shows=_show)
    bound = inspect.signature(find.spectrum).bind(function, at, k, **options)
    bound.apply_defaults()
    given = bound.arguments
    if given["progress"] is not False:
        raise ProblemError("progress says nothing with wait=False, whose panel shows it; leave it out.")
    source = find.source(
        function, at, plain(given["parameters"]), Problem.over_ranges, *(given[name] for name in SOURCE)
    )
    return SpectrumPanel(source, {name: given[name] for name in PLAN}, find.a_spectrum(given["start"]))
