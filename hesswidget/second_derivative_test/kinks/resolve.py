"""What a point is by the pieces of the function that meet there: what a second look is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.second_derivative_test.degenerate.resolution import Resolution
from hesswidget.second_derivative_test.kinks import reason as words

if TYPE_CHECKING:
    from hesswidget.derivatives.switches.pieces import Pieces
    from hesswidget.second_derivative_test.kinks.kink import Kink

MOST = 100_000  # switches times variables: of more it is said that pieces meet, not what comes of it


@dataclass(frozen=True)
class KinkResolution:
    """What a point is where pieces meet.

    Attributes
    ----------
    resolution : Resolution
        Its kind is ``minimum at a kink``, ``maximum at a kink``, the same ``along a kink`` where f is level along it,
        ``saddle at a kink``, ``kink`` (f falls from there as
        steeply as it rises elsewhere: no critical point), ``jump`` or ``undecided at a kink``.
    is_sharp : bool
        The gradient does not exist; else the second derivatives do not.
    count : int
        How many switches meet.
    """

    resolution: Resolution
    is_sharp: bool
    count: int = 1

    @property
    def sentence(self) -> str:
        """What is said."""
        return self.resolution.sentence

    def besides(self, sentence: str) -> KinkResolution:
        """Say what one-sided differences of the gradient tell besides: first, where they are of second derivatives."""
        if not sentence:
            return self
        both = (self.sentence, sentence) if self.is_sharp else (sentence, self.sentence)
        return replace(self, resolution=replace(self.resolution, sentence="; ".join(both)))


def resolve_kink(objective: Objective, point: np.ndarray, is_stationary: bool) -> KinkResolution | None:
    """Return what is known of a point where pieces meet; None where none do, or the function cannot be followed.

    Parameters
    ----------
    objective : Objective
    point : ndarray, shape (n,)
    is_stationary : bool
        Whether the gradient there, if it is one, is zero.

    Examples
    --------
    >>> import autograd.numpy as np
    >>> from hesswidget.problem.problem import Problem
    >>> lasso = Objective(Problem.at(lambda x: (x - 0.2) ** 2 + np.abs(x), 0.0, None, {}))
    >>> resolve_kink(lasso, np.array([0.0]), False).resolution.kind
    'minimum at a kink'
    """
    try:
        pieces = _pieces(objective, point)
        kink = _classified(pieces, is_stationary) if pieces.switches else None
    except Exception:  # the function may raise what it likes, or do what autograd or we cannot follow
        return None
    if kink is None:
        return None
    directions = [d for _, d in kink.evidence] or [d for d, _, _ in kink.crossings]
    sentence = words.sentence(kink, objective.problem.labels)
    of = np.array(directions).reshape(len(directions), len(point))
    return KinkResolution(Resolution(words.KINDS[kink.kind], sentence, of), kink.is_sharp, len(kink.switches))


def of_one_side(objective: Objective, point: np.ndarray) -> str:
    """Say that autograd's Hessian is that of one of the pieces that meet at a point, or may be; else empty.

    It costs some runs of the function, and a gradient for each switch that is met, where the two are few.

    Examples
    --------
    >>> import autograd.numpy as np
    >>> from hesswidget.problem.problem import Problem
    >>> f = Objective(Problem.at(lambda x: np.sum(np.maximum(x, 0.0) ** 2), np.array([0.0, 1.0]), None, {}))
    >>> of_one_side(f, np.array([0.0, 1.0])).partition(" at a kink")[0]
    "there is no Hessian at the point, and this is autograd's, of one side: the second derivatives jump"
    >>> of_one_side(f, np.array([2.0, 1.0]))
    ''
    """
    try:
        pieces = _pieces(objective, point)
        if not pieces.count:
            return ""
        if pieces.count * len(point) > MOST or not pieces.switches:
            return words.crowd(pieces.count, pieces.switches)
        kink = _classified(pieces, is_stationary=False)
    except Exception:  # as above
        return ""
    return "" if kink is None else words.one_side(words.sentence(kink, objective.problem.labels))


def _pieces(objective: Objective, point: np.ndarray) -> Pieces:
    from hesswidget.derivatives.switches.pieces import Pieces  # brings the recorder

    with np.errstate(all="ignore"):
        return Pieces(objective, point, float(np.max(objective.problem.widths, initial=0.0)))


def _classified(pieces: Pieces, is_stationary: bool) -> Kink | None:
    from hesswidget.second_derivative_test.kinks.classify import classify  # brings scipy

    with np.errstate(all="ignore"):
        return classify(pieces, is_stationary)
