"""Many paths at once: an iteration over rows, each of which stops where its own path does.

A row is a path of `hesswidget.descent.iteration` without its history: from the same start it takes the same steps, and
ends for the same reason. Whoever runs this goes on with the rows that have not ended, and gives ended ones new starts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.control_flow import over_rows_each
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.descent.iteration import Iteration
from hesswidget.descent.method import State
from hesswidget.descent.outcome import BROKE_DOWN, goes_on
from hesswidget.program import batching
from hesswidget.program.bounds import BASINS, PICTURE
from hesswidget.program.executor import Executable
from hesswidget.program.program import Program

LEFT_OUT = ("gradient_norm", "cost")  # of what an iteration's state has: no step goes by them


@dataclass(frozen=True)
class RowPrograms:
    """The programs of one method.

    Attributes
    ----------
    begin : Program
        Takes ``starts``, (rows, n), and ``parameters``; returns states, whose arrays have a row for each start: those
        of the iteration but for `LEFT_OUT`, and ``taken``, how many steps it has taken. Where it broke down, ``point``
        is the last that is finite.
    advance : Program
        Takes such states, ``most``, how many steps a row takes at most, and ``parameters``; returns the states after
        one more step of all rows that go on, and carries them.
    """

    begin: Program
    advance: Program

    @property
    def rows(self) -> int:
        """How many paths are followed at once."""
        return dict(self.begin.inputs)["starts"][0]


def programs(iteration: Iteration, traced: TracedProblem, advance: Program) -> RowPrograms | None:
    """Record an iteration over rows; None where a page would take too long, and where there is no slice of starts.

    Parameters
    ----------
    iteration : Iteration
    traced : TracedProblem
    advance : Program
        The same of a single path, which says how many rows are worth it.

    Raises
    ------
    NotRecorded
        If the function or the method cannot be written down.
    """
    return _small(iteration, traced, advance) if 1 < len(traced.problem.start) <= BASINS.variables else None


def swept(
    iteration: Iteration, traced: TracedProblem, advance: Program, names: Sequence[str]
) -> RowPrograms | None:
    """Record the same of rows that differ in hyperparameters too, which are parameters of the problem.

    What begins takes them besides as ``swept``, (rows, names); the states have them.
    """
    return _small(iteration, traced, advance, names)


def _small(
    iteration: Iteration, traced: TracedProblem, advance: Program, names: Sequence[str] = ()
) -> RowPrograms | None:
    if len(advance.steps) > BASINS.operations:
        return None
    mapped = [name != "parameters" for name, _ in advance.inputs]
    rows = min(BASINS.rows, batching.chunk_of(advance, BASINS.rows, mapped))
    made = _recorded(iteration, traced, rows, names)
    return made if all(PICTURE.admit(each, PICTURE.beside) for each in (made.begin, made.advance)) else None


def _recorded(iteration: Iteration, traced: TracedProblem, rows: int, names: Sequence[str]) -> RowPrograms:
    kept: list[str] = []
    places = [np.arange(len(traced.traced)) == traced.traced.index(name) for name in names]
    parameters = traced.example

    def at(f: TracedFunction, parameters: Any, swept: Any = None) -> TracedFunction:
        for k, is_it in enumerate(places):
            parameters = anp.where(is_it, swept[k], parameters)
        return f.at(parameters)

    def begin(f: TracedFunction, starts: Any, **swept: Any) -> dict[str, Any]:
        def of_row(point: Any, *given: Any) -> tuple[Any, ...]:
            *own, parameters = given
            state = _kept(iteration.begin(at(f, parameters, *own), point))
            kept[:] = state
            return tuple(1.0 * x for x in state.values())

        found = over_rows_each(of_row, starts, *swept.values(), shared=(f.parameters,))
        return {**dict(zip(kept, found, strict=True)), "taken": np.zeros(len(starts)), **swept}

    def advance(f: TracedFunction, most: Any, **state: Any) -> dict[str, Any]:
        moving = {name: x for name, x in state.items() if name != "swept"}
        own = [state["swept"]] if names else []

        def of_row(*given: Any) -> tuple[Any, ...]:
            *row, most, parameters = given
            function = at(f, parameters, *row[len(moving) :])
            after = _advanced(iteration, function, dict(zip(moving, row[: len(moving)], strict=True)), most)
            return tuple(after[name] for name in moving)

        found = over_rows_each(of_row, *moving.values(), *own, shared=(most, f.parameters))
        return {**state, **dict(zip(moving, found, strict=True))}

    own = {"swept": np.tile([parameters[is_it][0] for is_it in places], (rows, 1))} if names else {}
    starts = np.tile(traced.problem.start, (rows, 1))
    begins = traced.record(begin, starts=starts, **own)
    with np.errstate(all="ignore"):
        state = Executable(begins)(starts=starts, **own, parameters=parameters)
    return RowPrograms(begins, traced.record(advance, tuple(state), most=np.array(1.0), **state))


def _kept(state: State) -> dict[str, Any]:
    return {name: x for name, x in state.items() if name not in LEFT_OUT}


def _advanced(iteration: Iteration, f: TracedFunction, state: Mapping[str, Any], most: Any) -> dict[str, Any]:
    """Return a row's state after one more step; as it is where it has ended, or has no step left."""
    before = {name: x for name, x in state.items() if name != "taken"}
    after = iteration.advance(f, {**before, "gradient_norm": 0.0, "cost": 0.0})
    moves_on = anp.logical_and(goes_on(state["status"]), state["taken"] < most)
    breaks = after["status"] == BROKE_DOWN
    moves = anp.logical_and(moves_on, anp.logical_not(breaks))  # else it stays at the last finite point
    return {
        **{name: anp.where(moves, after[name], x) for name, x in before.items()},
        "status": anp.where(moves_on, after["status"], state["status"]),
        "taken": state["taken"] + anp.where(moves, 1.0, 0.0),
    }


@dataclass(frozen=True)
class Outcomes:
    """What became of the paths from many starts.

    Attributes
    ----------
    points : ndarray, shape (k, n)
        Where each ended.
    statuses, steps : ndarray, shape (k,)
        Why, see `hesswidget.descent.outcome`, and after how many steps.
    """

    points: np.ndarray
    statuses: np.ndarray
    steps: np.ndarray


class Rows:
    """Follows paths by the programs of a method. Twin of ``frontend/engine/followed.ts``."""

    def __init__(self, made: RowPrograms) -> None:
        self._rows, self._begin, self._advance = made.rows, Executable(made.begin), Executable(made.advance)

    def outcomes(
        self, starts: np.ndarray, parameters: np.ndarray, most: int, swept: np.ndarray | None = None
    ) -> Outcomes:
        """Follow a path from each of the starts, (k, n), for so many steps at most; each with its hyperparameters."""
        count = len(starts)
        given = {"starts": starts, **({} if swept is None else {"swept": swept})}
        fill = ((0, -count % self._rows), (0, 0))
        padded = {name: np.pad(array, fill, mode="edge") for name, array in given.items()}
        parts = []
        with np.errstate(all="ignore"):
            for at in range(0, count, self._rows):
                rows = {name: array[at : at + self._rows] for name, array in padded.items()}
                state = self._begin(**rows, parameters=parameters)
                while np.any(goes_on(state["status"]) & (state["taken"] < most)):
                    state = self._advance(**state, most=most, parameters=parameters)
                parts.append((state["point"], state["status"], state["taken"]))
        return Outcomes(*(np.concatenate(part)[:count] for part in zip(*parts, strict=True)))
