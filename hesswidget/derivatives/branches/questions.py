"""What a function asks of its values on its way: whether one is true, which whole number, which element the largest.

A traced value is asked in the place of a number. Where derivatives are computed it answers by what it holds; where a
function is recorded what it holds is an example, and the node that stands for it answers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.numpy import linalg
from autograd.tracer import isbox

from hesswidget.derivatives.completion.definition import getval_deep

Answer = bool | int | tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Question:
    """A question whose answer decides what a function does next.

    Attributes
    ----------
    found : callable
        The answer for a plain value.
    holds : callable
        ``holds(x, answer)``: whether it is the answer for `x`, which may be traced; the guard of what follows.
    """

    found: Callable[[Any], Answer]
    holds: Callable[[Any, Any], Any]


def ask(question: Question, x: Any) -> Answer:
    """Return the answer for a value, traced or not.

    Examples
    --------
    >>> ask(TRUTH, np.float64(0.3)), ask(WHOLE, 2.7), ask(LARGEST, np.array([1.0, 3.0, 2.0]))
    (True, 2, 1)
    """
    if not isbox(x):
        return question.found(x)
    while isbox(x._value):
        x = x._value
    asked = getattr(x._node, "asked", None)
    if asked is None:
        return question.found(x._value)
    if question is TRUTH and _asked_by_eigh():
        return True  # its derivative asks whether a part of the gradient could be left out
    return asked(question, x)


def _asked_by_eigh() -> bool:
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__") in _OWN:
        frame = frame.f_back
    return frame.f_globals.get("__name__") == linalg.__name__


_OWN = (__name__, "hesswidget.derivatives.autograd")


def _is_true(x: Any, answer: bool) -> Any:
    truth = x if np.asarray(getval_deep(x)).dtype.kind == "b" else anp.not_equal(x, 0.0)
    return truth if answer else anp.logical_not(truth)


def _rounded(way: Any) -> Question:
    return Question(lambda x: int(way(x)), lambda x, answer: anp.equal(way(x), float(answer)))


def _extreme(best: Callable[[Any], Any], sign: float) -> Question:
    """Return which element of a vector is the largest or smallest; of several the first."""

    def holds(x: Any, answer: int) -> Any:
        values, largest = sign * x, sign * x[answer]
        may_tie = np.arange(len(x)) >= answer
        return anp.all(anp.logical_or(values < largest, anp.logical_and(may_tie, values <= largest)))

    return Question(lambda x: int(best(x)), holds)


def _is_ordered(x: Any, order: tuple[int, ...]) -> Any:
    at = np.array(order, dtype=int)
    if len(at) < 2:
        return True
    ordered = x[at]
    one, other = ordered[:-1], ordered[1:]
    kept = at[:-1] < at[1:]  # what is equal stays in its order
    return anp.all(anp.logical_or(one < other, anp.logical_and(kept, anp.equal(one, other))))


TRUTH = Question(bool, _is_true)
WHOLE = _rounded(anp.trunc)
NEAREST = _rounded(anp.rint)
FLOOR = _rounded(anp.floor)
CEILING = _rounded(anp.ceil)
LARGEST = _extreme(np.argmax, 1.0)
SMALLEST = _extreme(np.argmin, -1.0)
ORDER = Question(lambda x: tuple(np.argsort(x, kind="stable").tolist()), _is_ordered)
