"""The paths that a function takes: found by running it at many places, followed by giving the same answers again."""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import autograd.numpy as anp
import numpy as np
from autograd import tracer
from autograd.core import Node
from autograd.tracer import Box

from hesswidget.derivatives import autograd
from hesswidget.derivatives.branches.questions import Answer, Question
from hesswidget.program.errors import InvalidProgram, NotRecorded
from hesswidget.user_code import place_now

MAX_PATHS = 32
MAX_ANSWERS = 512  # of all paths together
MAX_UNSEEN = 0.015  # an estimate of the share of places whose path is not among those that were found
SECONDS = 1.0  # about how long a function is run to find its paths


class Branches(NotRecorded):
    """A function asks for a value on its way, and which paths it takes is not known yet."""


class Path(NamedTuple):
    """What a function was answered on its way, and whether it raises something at its end."""

    answers: tuple[Answer, ...]
    raises: bool


class ProbeNode(Node):
    """A traced value of a run that only takes down what is asked."""

    __slots__ = ("answers",)

    def __init__(
        self, value: Any, fun: Any, args: Any, kwargs: Any, parent_argnums: Any, parents: Any
    ) -> None:
        self.answers: list[Answer] = parents[0].answers

    def initialize_root(self, answers: list[Answer]) -> None:
        """Stand for an argument of the function."""
        self.answers = answers

    def asked(self, question: Question, x: Box) -> Answer:
        """Answer by what the value is."""
        if len(self.answers) == MAX_ANSWERS:
            raise NotRecorded(f"it branches on values more than {MAX_ANSWERS} times in one run")
        answer = question.found(x._value)
        self.answers.append(answer)
        return answer


autograd.leave_shapes(ProbeNode)


def path_at(function: Callable[..., Any], *arguments: np.ndarray) -> Path:
    """Return the path that a function takes at a place.

    Examples
    --------
    >>> path_at(lambda x: x**2 if x > 0 else -x, np.float64(3.0))
    Path(answers=(True,), raises=False)
    """
    answers: list[Answer] = []
    with tracer.trace_stack.new_trace() as level, np.errstate(all="ignore"):
        boxes = [tracer.new_box(x, level, ProbeNode.new_root(answers)) for x in arguments]
        try:
            function(*boxes)
        except NotRecorded:
            raise
        except Exception:  # outside its domain a function may raise what it likes
            return Path(tuple(answers), True)
    return Path(tuple(answers), False)


def paths_at(function: Callable[..., Any], places: Iterable[tuple[np.ndarray, ...]]) -> tuple[Path, ...]:
    """Find the paths that a function takes, those taken most often first.

    Raises
    ------
    NotRecorded
        If there are too many, or too many were seen only once for the others to be few (Good, 1953: the share of what
        is not seen is about that of what was seen once).
    """
    seen: Counter[Path] = Counter()
    seconds = 0.0
    for k, place in enumerate(places):
        if k > MAX_PATHS and seconds > SECONDS:
            break
        began = time.perf_counter()
        path = path_at(function, *place)
        if path in seen:  # on its first run a path of another library is traced, once
            seconds += time.perf_counter() - began
        seen[path] += 1
        refuse_many(seen)
    tried, once = sum(seen.values()), sum(1 for count in seen.values() if count == 1)
    if once > max(1, MAX_UNSEEN * tried):
        raise NotRecorded(
            f"it branches on values: of the {len(seen)} paths that it took at {tried} places {once} were taken once, "
            f"so that there are many more"
        )
    return distinct(path for path, _ in seen.most_common())


def refuse_many(paths: Iterable[Path]) -> None:
    """Refuse more paths than are recorded."""
    count = answers = 0
    for path in paths:
        count, answers = count + 1, answers + len(path.answers)
    if count > MAX_PATHS or answers > MAX_ANSWERS:
        raise NotRecorded(
            f"it branches on values, and takes more than {count - 1} paths; at most {MAX_PATHS} with {MAX_ANSWERS} "
            f"branches in all are recorded"
        )


def distinct(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Leave out a path that raised before it was asked what others were: that depends on more than on answers."""
    paths = tuple(paths)
    begun = {path.answers[:k] for path in paths for k in range(len(path.answers))}
    completed = {path.answers for path in paths if not path.raises}
    return tuple(
        path
        for path in paths
        if not path.raises or (path.answers not in begun and path.answers not in completed)
    )


class Following:
    """A run of a function in which each question is answered as on one path.

    Attributes
    ----------
    guards : list
        For each question, whether its answer holds; traced.
    lines : list of int
        Where in the user's code each is asked; −1 where that is not known.
    """

    def __init__(self, path: Path) -> None:
        self._answers = path.answers
        self.guards: list[Any] = []
        self.lines: list[int] = []

    def through(self, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Return the function as it is on the path."""

        def followed(x: Any) -> Any:
            self.guards, self.lines = [], []
            with _following(self):
                return function(x)

        return followed

    def answer(self, question: Question, x: Box) -> Answer:
        """Answer the next question, and keep the guard."""
        at = len(self.guards)
        if at == len(self._answers):
            raise NotRecorded("a function asks for more than on the paths that were found")
        answer, place = self._answers[at], place_now()
        self.lines.append(place.number if place else -1)
        with _following(None):
            self.guards.append(question.holds(x, answer))
        return answer

    @property
    def guard(self) -> Any:
        """Whether all answers hold; true where there is none."""
        return functools.reduce(anp.logical_and, self.guards) if self.guards else True


class _Present(threading.local):
    following: Following | None = None


_present = _Present()


def present() -> Following | None:
    """Return the path that is followed in this thread, if one is."""
    return _present.following


@contextmanager
def _following(following: Following | None) -> Iterator[None]:
    before, _present.following = _present.following, following
    try:
        yield
    finally:
        _present.following = before


def merged(
    paths: Iterable[Path],
    function: Callable[[Any], Any],
    compute: Callable[[Callable[[Any], Any]], tuple[Any, ...]],
    undefined: tuple[Any, ...],
) -> tuple[Any, ...]:
    """Compute arrays on each path of a function, and join them under the paths' guards.

    Parameters
    ----------
    paths : iterable of Path
    function : callable
    compute : callable
        Takes the function as it is on one path and returns arrays. What it differentiates is differentiated on that
        path, so that nothing comes in from where the function is another.
    undefined : tuple of array
        What there is where no path's guards hold, or where the path raises something.
    """
    joined = undefined
    for path in reversed(tuple(paths)):
        following = Following(path)
        try:
            found = compute(following.through(function))
        except Exception as error:
            if not path.raises or isinstance(error, NotRecorded | InvalidProgram):
                raise
            found = undefined
        joined = tuple(anp.where(following.guard, new, old) for new, old in zip(found, joined, strict=True))
    return joined


def covered(paths: Iterable[Path], function: Callable[[Any], Any], x: Any) -> Any:
    """Return 1 where a place is on one of the paths, −1 where that one raises something, and 0 where it is on none."""
    guards: dict[bool, list[Any]] = {False: [], True: []}
    for path in paths:
        following = Following(path)
        with contextlib.suppress(*([Exception] if path.raises else [])):
            following.through(function)(x)
        guards[path.raises].append(following.guard)
    found: Any = 0.0
    for raises, value in ((False, 1.0), (True, -1.0)):
        if guards[raises]:
            found = anp.where(functools.reduce(anp.logical_or, guards[raises]), value, found)
    return found


def branch_beside(paths: Iterable[Path], function: Callable[[Any], Any], x: Any, moves: Iterable[Any]) -> Any:
    """Return the line of the first branch that goes another way after one of some moves; 0 where none does.

    Where its line is not known it is −1.
    """
    moves, found = tuple(moves), 0.0
    for path in paths:
        following = Following(path)
        runs = []
        for place in (x, *(x + move for move in moves)):
            with contextlib.suppress(*([Exception] if path.raises else [])):
                following.through(function)(place)
            runs.append(following.guards)
        line: Any = 0.0
        for where, *holds in reversed([*zip(following.lines, *runs[1:], strict=False)]):
            line = anp.where(functools.reduce(anp.logical_and, holds), line, float(where))
        is_taken = functools.reduce(anp.logical_and, runs[0], True)
        found = anp.where(is_taken, line, found)
    return found
