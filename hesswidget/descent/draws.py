"""Random draws as a table, of which each step takes a row: the same ones on each run, and in each executor."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np
import numpy as onp

from hesswidget.derivatives.control_flow import pick
from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import State

DRAWS, SEED = 64, 0


def hutchinson_diagonal(f: TracedFunction, state: State, count: Any) -> Any:
    """Return ``z ∘ ∇²f z`` for the count-th draw of signs z, whose expectation is the Hessian's diagonal.

    Of a diagonal Hessian it is the diagonal (Bekas, Kokiopoulou & Saad, 2007). After 64 draws the first comes again.
    """
    signs = onp.random.default_rng(SEED).choice([-1.0, 1.0], size=(DRAWS, len(state["point"])))
    draw = pick(signs, np.mod(count, DRAWS), axis=0)
    return draw * f.hvp(state["point"], draw)
