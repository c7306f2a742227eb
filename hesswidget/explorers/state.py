"""Where an explorer stands: its point and parameters, and the synced traits that mirror them.

One state has several faces. Python reads `point` and `parameters`; the browser and ``jslink`` see one synced
trait for each scalar variable and parameter, and the bytes of all entries of the others. Whichever face is set, the
others follow.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets
import numpy as np
import traitlets

from hesswidget.errors import ProblemError, nearest
from hesswidget.explorers import trail
from hesswidget.explorers.checked_traits import Assigned, Checked, ParameterValues, Refused, from_wire
from hesswidget.explorers.view_state import ViewState, refuse_beyond
from hesswidget.float64 import from_bytes, to_bytes
from hesswidget.problem.controls import FORMULA, Movable, Range
from hesswidget.problem.problem import Problem
from hesswidget.problem.vector import as_point

VECTOR_TRAIT = "_point"
VIEW_STATE_TRAIT = "_view_state"


class State(ipywidgets.Widget):
    """The state of a problem as traits. A mixin for widgets; `_begin` it before the widget's own ``__init__``."""

    point = Assigned(help="The variables, a float64 vector of length n.")
    parameters = Checked(help="The parameters by name.")
    formula_text = Checked(
        default_value=None, help="The formula of a function that was given as text; else None."
    )
    trail = Checked(help="The points that `point` was set to, the newest last; shape (k, n).").tag(
        sync=True, to_json=lambda x, _: memoryview(to_bytes(x))
    )
    _shown_ranges: Any = traitlets.List(read_only=True).tag(sync=True)
    _view_state = traitlets.Instance(ViewState, ()).tag(
        sync=True,
        to_json=lambda state, _: state.written(),
        from_json=lambda given, w: from_wire(w._seen, given),
    )

    _race_size = 0, 0  # paths, and steps of each

    def _seen(self, given: Any) -> ViewState:
        """Read how it is to be looked at."""
        seen = ViewState.read(given, len(self.problem.start))
        refuse_beyond(seen, *self._race_size)
        return seen

    def _begin(self, problem: Problem) -> None:
        self.problem = self.shown = problem
        self._lock = threading.RLock()
        self._moving = False
        self.trait_of: dict[str, str] = {}
        self.trait_of = trait_names(problem, taken=[*dir(self), "self"])
        mirrors: dict[str, traitlets.TraitType[Any, Any]] = {}
        own = set(problem.blocks.scalars.values())
        self._in_vector = np.array([i for i in range(len(problem.start)) if i not in own], dtype=int)
        if self._has_vector:
            start = problem.start[self._in_vector]
            mirrors[VECTOR_TRAIT] = Checked(self._vector_within, default_value=start).tag(
                to_json=lambda x, _: memoryview(to_bytes(x)),
                from_json=lambda x, _: from_wire(self._from_bytes, x),
            )
        for name, control in self._scalars().items():
            mirrors[self.trait_of[name]] = Checked(
                lambda x, a=name: self._scalars()[a].check(x), default_value=control.value
            ).tag(
                to_json=lambda x, w, a=name: w._scalars()[a].to_wire(x),
                from_json=lambda x, w, a=name: from_wire(w._scalars()[a].from_wire, x),
            )
        self.add_traits(**{name: trait.tag(sync=True) for name, trait in mirrors.items()})
        self._moving = True
        self.point, self.parameters = problem.start, self._own(problem.parameters)
        self._moving = False
        self.trail = np.empty((0, len(problem.start)))
        self.observe(self._follow_mirrors, list(mirrors))
        self.observe(self._follow_state, ["point", "parameters"])

    def _scalars(self) -> dict[str, Movable]:
        """Everything that has a scalar trait of its own, by argument."""
        problem = self.shown
        variables = {a: problem.ranges[i] for a, i in problem.blocks.scalars.items()}
        return {**variables, **problem.movable}

    @property
    def _has_vector(self) -> bool:
        """Whether there are entries without a trait of their own, which travel together as bytes."""
        return len(self._in_vector) > 0

    def _settable(self) -> set[str]:
        """The traits that a front end may set."""
        point = {VECTOR_TRAIT} if self._has_vector else set()
        return {VIEW_STATE_TRAIT} | point | {self.trait_of[name] for name in self._scalars()}

    @staticmethod
    def _own(parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the function's own parameters, without the formula that it is."""
        return {a: value for a, value in parameters.items() if a != FORMULA}

    @property
    def _settings(self) -> dict[str, Any]:
        """What is computed at a point: the parameters, and the formula where the function was given as one."""
        formula = {FORMULA: self.formula_text} if FORMULA in self.problem.controls else {}
        return {**self.parameters, **formula}

    def _checked_formula_text(self, given: Any) -> None:
        if given is not None:
            raise Refused(f"{self.problem.name} was not given as text; its formula cannot be written anew.")

    def set(self, /, **values: Any) -> None:
        """Set variables and parameters by name, all at once or, where one is refused, none.

        Parameters
        ----------
        **values
            Any of the function's arguments, ``point``, or ``formula_text``.

        Raises
        ------
        ProblemError
            If a name is unknown or a value is outside its range.
        """
        problem = self.problem
        names = problem.arguments.variables
        is_argument = "point" in (*names, *problem.controls)
        with self._lock:  # or what a front end sets meanwhile would be set back
            point = self.point if is_argument else values.pop("point", self.point)
            variables = {a: values.pop(a) for a in names if a in values}
            if variables:
                point = problem.blocks.flatten({**problem.blocks.unflatten(self._within(point)), **variables})
            if FORMULA in problem.controls and "formula_text" in values:
                values[FORMULA] = values.pop("formula_text")
            for name in values:
                if name not in problem.controls:
                    known = [*names, *self._own(problem.controls)]
                    raise Refused(f"unknown argument {name!r}; {nearest(name, known)}")
            self._move(self._within(point), self._checked_settings(values))

    def _move(self, point: np.ndarray, settings: Mapping[str, Any]) -> None:
        """Take a state that has been checked, on every face at once; observers then see it whole."""
        with self._lock, self.hold_sync(), self.hold_trait_notifications():
            was_moving, self._moving = self._moving, True
            try:
                self.point, self.parameters = point, self._own(settings)
                if self._has_vector:
                    setattr(self, VECTOR_TRAIT, point[self._in_vector])
                scalars = {a: float(point[i]) for a, i in self.problem.blocks.scalars.items()}
                values = {**settings, **scalars}
                for name in self._scalars():
                    setattr(self, self.trait_of[name], values[name])
            finally:
                self._moving = was_moving

    def _follow_state(self, _: Any) -> None:
        if not self._moving:
            self._move(self.point, self._settings)

    def _arrive(self, point: np.ndarray) -> None:
        """Go to a point that `point` was set to, which is remembered."""
        with self._lock, self.hold_sync():
            self._widen(point)
            self.trail = np.vstack([self.trail, point])
            self._move(point, self._settings)

    def _widen(self, point: np.ndarray) -> None:
        """Have the ranges on screen hold a point; those that were given say what is large and small as before."""
        wider = self.shown.reaching(point)
        if wider.ranges != self.shown.ranges:
            self.shown = wider
            ends = [{"minimum": r.minimum, "maximum": r.maximum, "step": r.step} for r in wider.ranges]
            self.set_trait("_shown_ranges", ends)

    def _follow_mirrors(self, _: Any) -> None:
        if self._moving:
            return
        values = {name: getattr(self, self.trait_of[name]) for name in self._scalars()}
        point = np.empty(len(self.problem.start))
        for a, i in self.problem.blocks.scalars.items():
            point[i] = values.pop(a)
        if self._has_vector:
            point[self._in_vector] = getattr(self, VECTOR_TRAIT)
        self._move(as_point(point), self._checked_settings(values))

    @property
    def variables(self) -> dict[str, Any]:
        """The variables by name, each in the structure in which it was given; the function takes them so."""
        return self.problem.blocks.variables(self.point)

    @variables.setter
    def variables(self, given: Mapping[str, Any]) -> None:
        names = self.problem.arguments.variables
        if not isinstance(given, Mapping):
            raise Refused(f"variables was given {given!r:.80}; it takes a dict with {', '.join(names)}.")
        for name in given:
            if name not in names:
                raise Refused(f"unknown variable {name!r:.60}; {nearest(str(name)[:60], names)}")
        with self._lock:
            try:
                self.point = self.problem.blocks.flatten({**self.variables, **given})
            except ProblemError as error:
                raise Refused(str(error)) from None

    def _checked_point(self, given: Any) -> np.ndarray:
        """Check a point that `point` is set to, which may lie outside of the ranges."""
        return self._within(given, lambda point: self.shown.reaching(point).ranges)

    def _within(
        self, given: Any, ranges: Callable[[np.ndarray], tuple[Range, ...]] | None = None
    ) -> np.ndarray:
        """Check a point that lies within the ranges on screen, or others."""
        point = as_point(given)
        n = len(self.problem.ranges)
        if len(point) != n:
            raise Refused(f"the point has {len(point)} values; {self.problem.name} takes {n}.")
        allowed = ranges(point) if ranges else self.shown.ranges
        return as_point([float(r.check(x)) for r, x in zip(allowed, point.tolist(), strict=True)])

    def _checked_trail(self, given: Any) -> np.ndarray:
        return trail.checked(given, len(self.problem.start))

    def _vector_within(self, given: Any) -> np.ndarray:
        """Check the entries that have no trait of their own."""
        values = as_point(given)
        n = len(self._in_vector)
        if len(values) != n:
            raise Refused(f"the point has {len(values)} values; {self.problem.name} takes {n}.")
        ranges = self.shown.ranges
        checked = [float(ranges[i].check(x)) for i, x in zip(self._in_vector, values.tolist(), strict=True)]
        return as_point(checked)

    def _from_bytes(self, given: Any) -> np.ndarray:
        n = len(self._in_vector)
        if not isinstance(given, memoryview | bytes | bytearray) or memoryview(given).nbytes != 8 * n:
            raise Refused(f"the point arrived as {type(given).__name__}; it takes the bytes of {n} float64.")
        return self._vector_within(from_bytes(given))

    def _checked_parameters(self, given: Any) -> ParameterValues:
        own = self._own(self.problem.controls)
        if not isinstance(given, Mapping):
            raise Refused(f"parameters was given {given!r:.80}; it takes a dict, such as {{'a': 1.0}}.")
        for name in given:
            if name not in own:
                raise Refused(f"unknown parameter {name!r}; {nearest(str(name), own)}")
        present = self._trait_values.get("parameters", self.problem.parameters)
        return ParameterValues({a: c.check(given[a]) if a in given else present[a] for a, c in own.items()})

    def _checked_settings(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Check parameters, and the formula where it is among them; all others stay."""
        formula = {FORMULA: self.problem.controls[FORMULA].check(given[FORMULA])} if FORMULA in given else {}
        return {**self._settings, **self._checked_parameters(self._own(given)), **formula}


def trait_names(problem: Problem, taken: list[str]) -> dict[str, str]:
    """Name the trait of each argument: its own name, and an underscore where a widget has that name already.

    That of the formula is ``formula_text``, which every explorer has, and only of a text can be set.
    """
    names: dict[str, str] = {}
    for argument in (*problem.arguments.variables, *problem.controls):
        name = "formula_text" if argument == FORMULA else argument
        while (argument != FORMULA and name in taken) or name in names.values():
            name += "_"
        names[argument] = name
    return names
