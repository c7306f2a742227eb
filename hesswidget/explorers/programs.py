"""The programs of `hesswidget.explore`, by name: what a page runs of a problem.

To add one, record it (`TracedProblem.record`) and name it here; a page runs it by that name.
"""

from __future__ import annotations

from hesswidget.critical import multistart
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.explorers import frame
from hesswidget.explorers.replay import ProgramSet
from hesswidget.landscape import contours, definiteness, tiles
from hesswidget.program.program import Program
from hesswidget.second_derivative_test.tolerances import Tolerances


def programs(traced: TracedProblem, tolerances: Tolerances) -> ProgramSet:
    """Record what an explorer shows; those that are optional are left out where they would take too long."""
    search = multistart.page_search(traced)
    recorded = {**of_pictures(traced, tolerances), **({} if search is None else {"search": search})}
    return ProgramSet(traced, recorded, {"starts": multistart.page_starts(traced.problem)})


def of_pictures(traced: TracedProblem, tolerances: Tolerances) -> dict[str, Program]:
    """Record a picture of curvature and its landscape."""
    made = {
        "frame": frame.program(traced, tolerances),
        "tile": tiles.program(traced),
        "levels": contours.program() if len(traced.problem.start) > 1 else None,
        "definiteness": definiteness.program(traced),
    }
    return {name: program for name, program in made.items() if program is not None}
