"""Which engine an explorer has: the browser, replaying what was recorded, or the kernel; and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hesswidget import recording
from hesswidget.curvature import Tolerances
from hesswidget.errors import ProblemError
from hesswidget.kinks.nearby import has_switches
from hesswidget.low_discrepancy import additive_recurrence
from hesswidget.objective import Objective
from hesswidget.problem import Problem
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.program.program import Program
from hesswidget.program.serialisation import Pools, write_in
from hesswidget.replay import Replay, check, replays, settings
from hesswidget.threads import one_blas_thread

ENGINES = ("browser", "kernel")
MAX_WORK = 2 * 10**8  # scalar operations of a frame that a page computes without holding up the person
MAX_BYTES = 2**23  # of all programs together, as they are sent with the widget
STARTS = 512  # of the search for critical points, that a page may take
RESOLUTIONS = (9, 17, 33, 57)  # of the landscapes in a plane that a front end draws


@dataclass(frozen=True)
class EngineChoice:
    """The engine, the reason for it, and what was recorded, in the browser's case and where the kernel can use it.

    Besides, whether the function has switches, so that pieces of it may meet.
    """

    engine: str
    reason: str
    replays: tuple[Replay, ...] = ()
    has_switches: bool = False

    def programs(self) -> dict[str, Any]:
        """Write down what the browser needs; nothing for the kernel engine."""
        if self.engine != "browser":
            return {}
        problem = self.replays[0].problem
        pools = Pools()  # one for all: what programs have in common, such as data, travels once

        def written(program: Program | None) -> dict[str, Any] | None:
            return None if program is None else write_in(pools, program)

        programs = {
            "inputs": list(self.replays[0].names),
            "settings": [
                {
                    "when": {a: problem.movable[a].to_wire(v) for a, v in replay.setting.items()},
                    "frame": written(replay.frame),
                    "tile": written(replay.tile),
                    "search": written(replay.search),
                    "definiteness": written(replay.definiteness),
                }
                for replay in self.replays
            ],
            "starts": additive_recurrence(STARTS, len(problem.start)).astype("<f8").tobytes(),
            "levels": {
                str(r): written(recording.levels(r * r)) for r in RESOLUTIONS if len(problem.start) > 1
            },
        }
        floats, ints = pools.buffers()
        return {**programs, "floats": floats, "ints": ints}


def choose_engine(problem: Problem, tolerances: Tolerances, wanted: str | None) -> EngineChoice:
    """Record a problem, check the recording, and choose.

    Raises
    ------
    ProblemError
        If `wanted` is no engine, or is the browser and that is not possible.
    """
    if wanted not in (None, *ENGINES):
        raise ProblemError(f"engine is {wanted!r:.40}; it takes 'browser' or 'kernel', or nothing.")
    may_have_kinks = _has_switches(problem)
    choice = replace(_possible(problem, tolerances), has_switches=may_have_kinks)
    if wanted == "browser" and choice.engine != "browser":
        raise ProblemError(f"{problem.name} cannot be computed in the browser: {choice.reason}")
    if wanted == "kernel":
        return replace(choice, engine="kernel", reason="the kernel was asked for.")
    return choice


def _has_switches(problem: Problem) -> bool:
    """Whether pieces of the function may meet, for any of the settings that are recorded one by one."""
    try:
        chosen = settings(problem)
    except NotRecorded:
        chosen = [{}]
    objectives = [Objective(problem, {**problem.parameters, **setting}) for setting in chosen]
    return any(has_switches(objective, [problem.start]) for objective in objectives)


def _possible(problem: Problem, tolerances: Tolerances) -> EngineChoice:
    try:
        with one_blas_thread():
            made = tuple(replays(problem, tolerances))
            worst = max(check(replay) for replay in made)
    except (NotRecorded, InvalidProgram) as error:
        return EngineChoice("kernel", f"{error}.".replace("..", "."))
    work = max(replay.frame.work for replay in made)
    if work > MAX_WORK:
        return EngineChoice(
            "kernel",
            f"a picture takes about {work:.1e} operations, which would hold up the page; the kernel is quicker.",
            made,
        )
    size = sum(_size(program) for replay in made for program in (replay.frame, replay.tile))
    if size > MAX_BYTES:
        return EngineChoice(
            "kernel",
            f"what was recorded takes {size / 1e6:.0f} MB, with the data in it; "
            f"at most {MAX_BYTES / 1e6:.0f} MB are sent.",
            made,
        )
    return EngineChoice(
        "browser",
        f"autograd's computation was recorded and is replayed in the browser; over the sliders' ranges the two agree "
        f"{f'within {worst:.1e}' if worst else 'to the last digit'}.",
        made,
    )


def _size(program: Program) -> int:
    return sum(c.nbytes for c in program.constants) + sum(_size(body) for body in program.bodies)
