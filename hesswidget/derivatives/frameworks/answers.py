"""What a function of another library asks of its values while it is traced: ``if x > 0``, of what has no value yet.

It is traced as far as that, then what it asks for is played, which tells the answer, and it is traced again with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hesswidget.derivatives.branches.questions import Answer, Question
from hesswidget.errors import ProblemError
from hesswidget.user_code import Place, place_now

MOST_ASKED = 100  # in one run: it is traced anew for each


class Stopped(BaseException):
    """A function asks for a value to which no answer was given; no ``except Exception`` of its own is to catch it."""

    def __init__(self, asked: Asked, value: Any) -> None:
        super().__init__()
        self.asked, self.value = asked, value


@dataclass(frozen=True)
class Asked:
    """What was asked, and on which line of the user's code."""

    question: Question
    place: Place | None


class Answers:
    """The answers that are given while a function is traced, in order.

    Examples
    --------
    >>> from hesswidget.derivatives.branches.questions import TRUTH
    >>> answers = Answers((True,))
    >>> answers.answer(TRUTH, "x > 0")
    True
    >>> try:
    ...     answers.answer(TRUTH, "y > 0")
    ... except Stopped as stopped:
    ...     print(stopped.value)
    y > 0
    """

    def __init__(self, given: tuple[Answer, ...]) -> None:
        self._given, self._count = given, 0

    def answer(self, question: Question, value: Any) -> Answer:
        """Answer the next question; raise `Stopped` where that has none."""
        if self._count < len(self._given):
            self._count += 1
            return self._given[self._count - 1]
        if self._count == MOST_ASKED:
            raise ProblemError(
                f"it asks for values more than {MOST_ASKED} times in one run, as loops do until something holds; take "
                f"fewer turns, or in JAX jax.lax.while_loop."
            )
        raise Stopped(Asked(question, place_now()), value)
