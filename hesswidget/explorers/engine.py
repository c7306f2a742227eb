"""Which engine an explorer has: the browser, replaying what was recorded, or the kernel; and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hesswidget.curvature import Tolerances
from hesswidget.derivatives import traced as recording
from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.errors import ProblemError, sentence
from hesswidget.explorers.replay import Replay, check, replays
from hesswidget.low_discrepancy import additive_recurrence
from hesswidget.problem.problem import Problem
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.program.program import Program
from hesswidget.program.serialisation import Pools, write_in

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

    @cached_property
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
    if wanted is not None and not (isinstance(wanted, str) and wanted in ENGINES):
        raise ProblemError(f"engine is {wanted!r:.40}; it takes 'browser' or 'kernel', or nothing.")
    choice = _possible(problem, tolerances)
    if wanted == "browser" and choice.engine != "browser":
        raise ProblemError(f"{problem.name} cannot be computed in the browser: {choice.reason}")
    if wanted == "kernel":
        return EngineChoice("kernel", "the kernel was asked for.", choice.replays)
    return choice


def _possible(problem: Problem, tolerances: Tolerances) -> EngineChoice:
    try:
        with one_blas_thread():
            made = tuple(replays(problem, tolerances))
            worst = max(check(replay) for replay in made)
    except (NotRecorded, InvalidProgram) as error:
        return EngineChoice("kernel", sentence(str(error)))
    work = max(replay.frame.work for replay in made)
    if work > MAX_WORK:
        return EngineChoice(
            "kernel",
            f"a picture takes about {work:.1e} operations, which would hold up the page; the kernel is quicker.",
            made,
        )
    choice = EngineChoice(
        "browser",
        f"autograd's computation was recorded and is replayed in the browser; over the sliders' ranges the two agree "
        f"{f'within {worst:.1e}' if worst else 'to the last digit'}.",
        made,
    )
    size = _size(choice.programs)
    if size > MAX_BYTES:
        return EngineChoice(
            "kernel",
            f"what was recorded takes {size / 1e6:.0f} MB, with the data in it; "
            f"at most {MAX_BYTES / 1e6:.0f} MB are sent.",
            made,
        )
    return choice


def _size(programs: Mapping[str, Any]) -> int:
    """Return the bytes in which programs are sent: buffers as they are, all else as text."""
    buffers = sum(len(part) for part in programs.values() if isinstance(part, bytes))
    return buffers + len(json.dumps({k: v for k, v in programs.items() if not isinstance(v, bytes)}))
