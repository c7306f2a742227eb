"""The table that rules of PyTorch's operators are added to, and how they read arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.completion.definition import getval_deep
from hesswidget.derivatives.frameworks.arrays import kind_of
from hesswidget.derivatives.frameworks.rules import Rule, adding_to

RULES: dict[str, Rule] = {}
rule = adding_to(RULES)


def shape_of(x: Any) -> tuple[int, ...]:
    """Return the shape, also of what is traced."""
    return np.shape(getval_deep(x))


def truth_of(x: Any) -> Any:
    """Return what an operand is as truths."""
    return x if kind_of(x) == "b" else anp.not_equal(x, 0)


def axes_of(dim: Any) -> tuple[int, ...] | None:
    """Return axes as NumPy takes them; no axis at all stands for all of them."""
    if dim is None or (isinstance(dim, Sequence) and not len(dim)):
        return None
    return tuple(dim) if isinstance(dim, Sequence) else (int(dim),)
