"""Where in a slice the Hessian is positive definite, negative definite, or neither."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.traced import TracedProblem
from hesswidget.landscape import tiles
from hesswidget.program.bounds import PICTURE
from hesswidget.program.program import Program

MAX_VARIABLES = 6


def program(traced: TracedProblem) -> Program | None:
    """Record the Hessian's extreme eigenvalues over places in a slice: output ``extremes``, (rows, 2); see `tiles`.

    None of one variable, whose second derivative is seen as it is; nor where it would take a page too long.
    """
    if not 1 < len(traced.problem.start) <= MAX_VARIABLES:
        return None
    recorded = tiles.over_places(traced, "extremes", lambda f, x: extreme_eigenvalues(f.hessian(x)))
    return recorded if PICTURE.admit(recorded, PICTURE.beside) else None


def extreme_eigenvalues(hessian: Any) -> Any:
    """Return the least and the greatest eigenvalue of the symmetric part; NaN where an entry is not finite.

    Where both are positive the Hessian is positive definite, where both are negative it is negative definite; where one
    is zero so is det H.

    Examples
    --------
    >>> extreme_eigenvalues(np.diag([3.0, -1.0])).tolist()
    [-1.0, 3.0]
    """
    is_whole = anp.isfinite(anp.sum(anp.abs(hessian)))
    H = anp.where(is_whole, hessian, 0.0)
    eigenvalues, _ = anp.linalg.eigh(H / 2 + anp.transpose(H) / 2)
    ends = anp.array([eigenvalues[0], eigenvalues[len(hessian) - 1]])
    return anp.where(is_whole, ends, np.nan)
