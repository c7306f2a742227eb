"""Which engine an explorer has: the browser, replaying what was recorded, or the kernel; and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.errors import ProblemError, sentence
from hesswidget.explorers.agreement import deviation_of
from hesswidget.explorers.computation import Computation
from hesswidget.explorers.replay import ProgramSet, program_sets, settings_count
from hesswidget.export.saved import compressed
from hesswidget.problem.problem import Problem
from hesswidget.program import deadline
from hesswidget.program.bounds import PICTURE
from hesswidget.program.errors import InvalidProgram, NotRecorded, TookTooLong
from hesswidget.program.serialisation import Pools, write_in

ENGINES = ("browser", "kernel")
MAX_BYTES = 2**23  # of all programs together, as they are sent with the widget
MAX_SECONDS = 10.0  # of recording, while a person waits for the widget


@dataclass(frozen=True)
class EngineChoice:
    """The engine, the reason for it, and what was recorded, in the browser's case and where the kernel can use it."""

    engine: str
    reason: str
    sets: tuple[ProgramSet, ...] = ()

    @cached_property
    def programs(self) -> dict[str, Any]:
        """Write down what the browser needs; nothing for the kernel engine."""
        return travelling(self.sets) if self.engine == "browser" else {}


def travelling(sets: Sequence[ProgramSet]) -> dict[str, Any]:
    """Write programs down as a page reads them."""
    pools = Pools()  # one for all: what programs have in common, such as data, travels once
    written = {
        "traced": list(sets[0].traced.traced),
        "sets": [_written(recorded, pools) for recorded in sets],
    }
    floats, ints = pools.buffers()
    return {**written, "floats": floats, "ints": ints}


def sent(programs: Mapping[str, Any]) -> dict[str, Any]:
    """Return `EngineChoice.programs` as they travel: pools of numbers as bytes, all else packed.

    Notebooks that keep the state of widgets write JSON with an entry in each line: that is four times as long.
    """
    pools = {name: part for name, part in programs.items() if isinstance(part, bytes)}
    rest = {name: part for name, part in programs.items() if name not in pools}
    return {**pools, "packed": compressed(rest)} if programs else {}


def _written(recorded: ProgramSet, pools: Pools) -> dict[str, Any]:
    movable = recorded.traced.problem.movable
    return {
        "static": {a: movable[a].to_wire(v) for a, v in recorded.traced.static.items()},
        "programs": {name: write_in(pools, program) for name, program in recorded.programs.items()},
        "tables": {name: [list(t.shape), pools.put(t)] for name, t in recorded.tables.items()},
    }


def choose_engine(
    problem: Problem,
    wanted: str | None,
    build: Callable[[TracedProblem], ProgramSet],
    computation: Computation,
) -> EngineChoice:
    """Record what an explorer shows of a problem, check the recording, and choose.

    Raises
    ------
    ProblemError
        If `wanted` is no engine, or is the browser and that is not possible.
    """
    if wanted is not None and not (isinstance(wanted, str) and wanted in ENGINES):
        raise ProblemError(f"engine is {wanted!r:.40}; it takes 'browser' or 'kernel', or nothing.")
    choice = _possible(problem, build, computation)
    if wanted == "browser" and choice.engine != "browser":
        raise ProblemError(f"{problem.name} cannot be computed in the browser: {choice.reason}")
    if wanted == "kernel":
        return EngineChoice("kernel", "the kernel was asked for.", choice.sets)
    return choice


def _possible(
    problem: Problem, build: Callable[[TracedProblem], ProgramSet], computation: Computation
) -> EngineChoice:
    try:
        with one_blas_thread():
            with deadline.within(MAX_SECONDS):
                made = tuple(program_sets(problem, build))
            worst = deviation_of(made[0], computation)
            made, worst = _agreeing(made, computation, worst)
    except TookTooLong:
        return EngineChoice("kernel", f"recording took longer than {MAX_SECONDS:g} s; the kernel computes.")
    except (NotRecorded, InvalidProgram) as error:
        return EngineChoice("kernel", sentence(str(error)))
    try:
        check_load(made[0])
    except NotRecorded as error:
        return EngineChoice("kernel", sentence(str(error)), made)
    choice = EngineChoice(
        "browser",
        f"autograd's computation was recorded and is replayed in the browser; over the sliders' ranges the two agree "
        f"{f'within {worst:.1e}' if worst else 'to the last digit'}.{_limits(problem, made)}",
        made,
    )
    size = size_of(made)
    if size > MAX_BYTES:
        return EngineChoice(
            "kernel",
            f"what was recorded takes {size / 1e6:.0f} MB, with the data in it; "
            f"at most {MAX_BYTES / 1e6:.0f} MB are sent.",
            made,
        )
    return choice


def _agreeing(
    made: tuple[ProgramSet, ...], computation: Computation, worst: float
) -> tuple[tuple[ProgramSet, ...], float]:
    """Keep of what was recorded ahead the programs that are right and light; and return the largest deviation."""
    kept = [made[0]]
    for programs in made[1:]:
        try:
            check_load(programs)
            worst = max(worst, deviation_of(programs, computation))
        except NotRecorded:
            continue
        kept.append(programs)
    while len(kept) > 1 and size_of(kept) > MAX_BYTES:
        kept.pop()
    return tuple(kept), worst


def check_load(made: ProgramSet) -> None:
    """Refuse programs that would hold up a page, with a `NotRecorded`."""
    for program in made.programs.values():
        if not PICTURE.admit(program, PICTURE.work):
            raise NotRecorded(
                f"a picture takes about {program.work:.1e} operations and {8e-6 * program.total:,.0f} MB, which "
                f"would hold up the page; the kernel is quicker"
            )


def _limits(problem: Problem, made: tuple[ProgramSet, ...]) -> str:
    """Say where what was recorded ends, if it does."""
    said = ""
    if paths := len(made[0].traced.branches.paths):
        said += (
            f" It branches on values: {paths} path{'s' if paths > 1 else ''} of its branches "
            f"{'were' if paths > 1 else 'was'} found and recorded; another is recorded when it is met."
        )
    if settings_count(problem) > len(made):
        said += (
            f" Programs of {len(made)} setting{'s' if len(made) > 1 else ''} of its whole numbers, choices and texts "
            f"are at hand; others are recorded when they are wanted."
        )
    return said


def size_of(sets: Sequence[ProgramSet]) -> int:
    """Return the bytes in which programs are sent: buffers as they are, all else as text."""
    programs = travelling(sets)
    buffers = sum(len(part) for part in programs.values() if isinstance(part, bytes))
    return buffers + len(json.dumps({k: v for k, v in programs.items() if not isinstance(v, bytes)}))
