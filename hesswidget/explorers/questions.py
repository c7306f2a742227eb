"""What a front end may ask: a row for each question, by which it is read, checked, answered and saved.

Nothing that comes is trusted: a message has just the fields of its row, every field one type and a bound, every buffer
its length; values lie in their controls' ranges.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, NamedTuple, Protocol

import numpy as np

from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.errors import ProblemError
from hesswidget.explorers.jobs import Job, Jobs
from hesswidget.explorers.moment import Moment
from hesswidget.float64 import from_bytes, to_bytes
from hesswidget.problem.controls import FORMULA, is_unicode
from hesswidget.problem.problem import Problem
from hesswidget.problem.vector import as_point
from hesswidget.user_code import summary

MAX_IDENTIFIER = 64  # characters
MAX_MESSAGE = 4_000  # characters of a sentence
_BYTES = (bytes, bytearray, memoryview)
_log = logging.getLogger("hesswidget")


class Answer(NamedTuple):
    """What a question is answered.

    Attributes
    ----------
    content : dict
        Text, numbers and lists.
    arrays : sequence of ndarray
        Sent as float64 buffers, in their order.
    traits : dict
        What the widget's own read-only traits become by it, in their order.
    """

    content: Mapping[str, Any]
    arrays: Sequence[np.ndarray] = ()
    traits: Mapping[str, Any] = {}

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray], **content: Any) -> Answer:
        """Answer with arrays by name; their shapes are part of the content."""
        shapes = [[name, list(np.shape(array))] for name, array in arrays.items()]
        return cls({**content, "arrays": shapes}, list(arrays.values()))


class Field(Protocol):
    """What one entry of a message may be."""

    def read(self, given: Any, problem: Problem) -> Any:
        """Return it as it is used, or refuse it with a `ProblemError`."""
        ...


@dataclass(frozen=True)
class Parameters:
    """A value for each parameter that can be moved, as it travels; read as values of all parameters."""

    def read(self, given: Any, problem: Problem) -> dict[str, Any]:
        """Return the parameters by name."""
        if not isinstance(given, Mapping):
            raise _wrong_type()
        if set(given) != set(problem.movable):
            raise ProblemError("a request with other parameters than the function's was refused.")
        moved = {a: control.from_wire(given[a]) for a, control in problem.movable.items()}
        return {**problem.parameters, **moved}


@dataclass(frozen=True)
class Rewritten:
    """A formula of the explorer's variables and parameters."""

    def read(self, given: Any, problem: Problem) -> str:
        """Return it in one line."""
        return str(problem.controls[FORMULA].check(given))


@dataclass(frozen=True)
class Truth:
    """True or false."""

    def read(self, given: Any, _: Problem) -> bool:
        """Return it."""
        if type(given) is not bool:
            raise _wrong_type()
        return given


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    minimum: int
    maximum: int

    def read(self, given: Any, _: Problem) -> int:
        """Return it."""
        if type(given) is not int or not self.minimum <= given <= self.maximum:
            raise _wrong_type()
        return given


@dataclass(frozen=True)
class Identifier:
    """What names a question and its answer."""

    def read(self, given: Any, _: Problem) -> str:
        """Return it."""
        if not is_identifier(given):
            raise ProblemError("a message without the fields of a request was refused.")
        return str(given)


@dataclass(frozen=True)
class Numbers:
    """A buffer of float64.

    Attributes
    ----------
    shape : tuple
        Of numbers, and of the letters ``n``, the number of variables, and ``k``, the dimensions of a slice.
    """

    shape: tuple[int | str, ...]

    def shape_of(self, problem: Problem) -> tuple[int, ...]:
        """Return the shape for a problem."""
        n = len(problem.ranges)
        letters = {"n": n, "k": min(n, 2)}
        return tuple(letters[size] if isinstance(size, str) else size for size in self.shape)

    def read(self, given: np.ndarray, _: Problem) -> np.ndarray:
        """Return the array."""
        return given


@dataclass(frozen=True)
class Point(Numbers):
    """A point in the box of the sliders."""

    shape: tuple[int | str, ...] = ("n",)

    def read(self, given: np.ndarray, problem: Problem) -> np.ndarray:
        """Return the point."""
        values = as_point(given).tolist()
        return as_point([float(r.check(x)) for r, x in zip(problem.ranges, values, strict=True)])


def _nothing(_: Moment, __: bool) -> None:
    return None


@dataclass(frozen=True)
class Question:
    """A question and how it is answered.

    Attributes
    ----------
    kind : str
    answer : callable
        Takes what `fields` and `buffers` name, by keyword; a job takes ``progress`` besides, does not hold the widget's
        lock, and may take minutes: see `hesswidget.explorers.jobs`.
    fields : dict of Field
        Besides ``kind`` and ``id``, which every message has.
    buffers : dict of Numbers
        In their order.
    is_job : bool
    serves_anywhere : bool
        Of a job: whether it also serves who asks with other buffers while it is under way.
    holds_for_traced : bool
        Whether the answer is the same for all values of the parameters that are traced.
    saved : callable
        Takes a moment, and whether there is time to compute; returns what a saved explorer keeps as the answer to this
        question at that moment, or None.
    """

    kind: str
    answer: Callable[..., Answer]
    fields: Mapping[str, Field] = field(default_factory=dict)
    buffers: Mapping[str, Numbers] = field(default_factory=dict)
    is_job: bool = False
    serves_anywhere: bool = False
    holds_for_traced: bool = False
    saved: Callable[[Moment, bool], Answer | None] = _nothing

    def read(self, content: Mapping[str, Any], buffers: Any, problem: Problem) -> dict[str, Any]:
        """Return what the answer needs, by name, or refuse the message with a `ProblemError`."""
        if set(content) != {"kind", "id", *self.fields}:
            raise ProblemError("a message without the fields of a request was refused.")
        Identifier().read(content["id"], problem)
        values = {name: field.read(content[name], problem) for name, field in self.fields.items()}
        shapes = [numbers.shape_of(problem) for numbers in self.buffers.values()]
        given = list(buffers[: len(shapes) + 1]) if isinstance(buffers, list | tuple) else []
        sizes = [memoryview(b).nbytes if isinstance(b, _BYTES) else None for b in given]
        if sizes != [8 * int(np.prod(shape)) for shape in shapes]:
            wanted = " and ".join(str(int(np.prod(shape))) for shape in shapes) or "no"
            raise ProblemError(f"a request whose numbers are not {wanted} float64 was refused.")
        for (name, numbers), buffer, shape in zip(self.buffers.items(), given, shapes, strict=True):
            array = from_bytes(buffer).reshape(shape)
            values[name] = numbers.read(array, problem)
        return values


class Questions:
    """Has each question answered, at once or by a job; whoever asks gets an answer, or a sentence in its place.

    Parameters
    ----------
    shown : callable
        Returns the problem with the ranges that are on screen.
    rows : iterable of Question
    send : callable
        Takes the content and the buffers of a message.
    publish : callable
        Sets the widget's own traits.
    lock : RLock
        The widget's; what is no job is answered under it.
    jobs : Jobs
    """

    def __init__(
        self,
        shown: Callable[[], Problem],
        rows: Iterable[Question],
        send: Callable[[dict[str, Any], list[bytes] | None], None],
        publish: Callable[[Mapping[str, Any]], None],
        lock: RLock,
        jobs: Jobs,
    ) -> None:
        self._shown, self._send, self._publish, self._lock = shown, send, publish, lock
        self.jobs = jobs
        cancel = Question("cancel", self._cancelled, {"job": Identifier()})
        self.rows = {row.kind: row for row in (*rows, cancel)}

    def receive(self, content: Any, buffers: Any) -> None:
        """Answer a message."""
        message = content if isinstance(content, Mapping) else {}
        kind, identifier = message.get("kind"), message.get("id")
        name = str(identifier) if is_identifier(identifier) else ""

        def answer() -> Answer | None:
            if not isinstance(kind, str) or kind not in self.rows:
                raise ProblemError("a message of an unknown kind was refused.")
            row = self.rows[kind]
            values = row.read(message, buffers, self._shown())
            if row.is_job:
                self._start(row, values, message, buffers, name)
                return None
            with self._lock:
                return row.answer(**values)

        self._settle(kind, lambda: [name], answer)

    def _start(
        self, row: Question, values: dict[str, Any], message: Mapping[str, Any], buffers: Any, name: str
    ) -> None:
        is_placed = bool(row.buffers) and not row.serves_anywhere
        numbers = [bytes(buffer) for buffer in buffers] if is_placed else []
        key = repr(sorted((field, given) for field, given in message.items() if field != "id")), numbers

        def run(job: Job) -> None:
            def answer() -> Answer:
                job.begin()
                found = row.answer(**values, progress=job.report)
                job.report(1.0, "")  # what was overtaken at the last moment comes to nothing too
                return found

            self._settle(row.kind, job.take_identifiers, answer)

        self.jobs.start(row.kind, key, name, run)

    def _settle(
        self, kind: Any, identifiers: Callable[[], Iterable[str]], compute: Callable[[], Answer | None]
    ) -> None:
        """Send an answer, or say why there is none. Here alone what is raised becomes a sentence, and is logged."""
        content: Mapping[str, Any]
        buffers = None
        try:
            with one_blas_thread():
                answer = compute()
                if answer is None:  # a job has taken it on
                    return
                self._publish(answer.traits)
            content = {"kind": kind, **answer.content}
            buffers = [to_bytes(array) for array in answer.arrays]
        except ProblemError as error:
            content = refusal(str(error))
        except Exception as error:
            _log.exception("a question of %s's front end has no answer", self._shown().name)
            content = refusal(f"no answer: {summary(error)}")
        for identifier in identifiers():
            self._send({**content, "id": identifier}, buffers)

    def saved(self, moment: Moment, thorough: bool) -> list[dict[str, Any]]:
        """Return what a front end at rest would ask at a moment, with the answers, as far as these are kept."""
        problem = self._shown()
        parameters = problem.on_wire(moment.parameters)
        static = {a: value for a, value in parameters.items() if a not in problem.traced_names}
        kept = []
        for row in self.rows.values():
            if answer := row.saved(moment, thorough):
                point = moment.point if "point" in row.buffers else None
                kept.append(
                    {
                        "kind": row.kind,
                        "parameters": static if row.holds_for_traced else parameters,
                        "point": point,
                        "content": answer.content,
                        "buffers": list(answer.arrays),
                    }
                )
        return kept

    def _cancelled(self, job: str) -> Answer:
        self.jobs.cancel(job)
        return Answer({})


def is_identifier(given: Any) -> bool:
    """Whether this may name a question and its answer."""
    return isinstance(given, str) and len(given) <= MAX_IDENTIFIER and is_unicode(given)


def refusal(sentence: str) -> dict[str, Any]:
    """Write what takes the place of an answer; the front end keeps its last picture."""
    sent = sentence[:MAX_MESSAGE].encode(errors="backslashreplace").decode()  # an error may name any file
    return {"kind": "refusal", "message": sent}


def _wrong_type() -> ProblemError:
    return ProblemError("a request with fields of the wrong type was refused.")
