"""What tables of rules have in common: rules that are functions of ``autograd.numpy``, and names that all share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp

Rule = Callable[..., Any]


def by_numpy(name: str) -> Rule:
    """Return the rule that a function of ``autograd.numpy`` is."""
    return lambda *operands, **_: getattr(anp, name)(*operands)


def adding_to(rules: dict[str, Rule]) -> Callable[..., Callable[[Rule], Rule]]:
    """Return a decorator that adds what it decorates to a table, under the names that it is given."""

    def named(*names: str) -> Callable[[Rule], Rule]:
        def register(function: Rule) -> Rule:
            rules.update(dict.fromkeys(names, function))
            return function

        return register

    return named


RENAMED = {
    "acos": "arccos",
    "acosh": "arccosh",
    "asin": "arcsin",
    "asinh": "arcsinh",
    "atan": "arctan",
    "atan2": "arctan2",
    "atanh": "arctanh",
    "neg": "negative",
    "mul": "multiply",
    "pow": "power",
    "eq": "equal",
    "ne": "not_equal",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
}
"""Their names, and NumPy's."""

SPECIAL = {"erf": "erf", "erfc": "erfc", "lgamma": "gammaln", "digamma": "psi"}
"""Their names, and SciPy's."""
