"""What an explorer shows: programs, questions, a figure, what is saved. The shell around it knows none of that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, ClassVar, Protocol

from hesswidget.critical.points import CriticalPoint
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.explorers.computation import Computation
from hesswidget.explorers.critical_points import CriticalPointSearch
from hesswidget.explorers.moment import Moment
from hesswidget.explorers.questions import Question
from hesswidget.explorers.replay import ProgramSet, Recorded
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.tolerances import Tolerances

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Context:
    """What a view works with.

    Attributes
    ----------
    problem : Problem
    tolerances : Tolerances
    lock : RLock
        The widget's.
    recorded : Recorded
        Programs that the kernel may run too.
    search : CriticalPointSearch
        It may take seconds: not under the lock, or all else waits.
    shown : callable
        Returns the problem with the ranges that are on screen.
    """

    problem: Problem
    tolerances: Tolerances
    lock: RLock
    recorded: Recorded
    search: CriticalPointSearch
    shown: Callable[[], Problem]


class View(Protocol):
    """One kind of explorer.

    Attributes
    ----------
    kind : str
        Also the name of its file in ``frontend/views/`` and in ``figures/``.
    function : str
        The function of this package that makes such an explorer.
    traits : tuple of str
        The widget's traits that this view alone has; saved with the explorer.
    call : dict of str
        What only the call that makes such an explorer says, in Python, by argument.
    computation : Computation
        What a picture shows; only computed under the lock.
    questions : sequence of Question
        What its front end asks; also for what is computed, where the kernel does that.
    """

    kind: ClassVar[str]
    function: ClassVar[str]
    traits: ClassVar[tuple[str, ...]]

    @property
    def call(self) -> Mapping[str, str]:
        """See above."""
        ...

    @property
    def computation(self) -> Computation:
        """See above."""
        ...

    @property
    def questions(self) -> Sequence[Question]:
        """See above."""
        ...

    def programs(self, traced: TracedProblem) -> ProgramSet:
        """Record what a page computes, by name, `computation` among it; raise `NotRecorded` where it cannot."""
        ...

    def figure(self, moment: Moment, *, critical: Iterable[CriticalPoint] = ()) -> Figure:
        """Draw what is shown at a moment with matplotlib, some critical points in it. Takes the lock where it must."""
        ...
