"""The table of switches: rules by primitive, and what rules are made with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from autograd.numpy import numpy_wrapper as anp
from autograd.tracer import trace_primitives_map

from hesswidget.derivatives.switches.sides import Held, Run
from hesswidget.program.errors import NotRecorded

RULES: dict[Any, Callable[..., Held]] = {}
WHERE = trace_primitives_map[np.where]  # autograd.numpy hides it behind a function of its own


def rule(*names: str) -> Callable[[Callable[..., Held]], Callable[..., Held]]:
    """Register what a primitive of these names does on chosen sides."""

    def registered(apply: Callable[..., Held]) -> Callable[..., Held]:
        for name in names:
            function = getattr(anp, name, None)
            primitive = getattr(function, "completes", function)  # what a completed function is traced as
            if getattr(primitive, "_is_autograd_primitive", False):
                RULES[primitive] = apply
        return apply

    return registered


def base_of(x: Any) -> Any:
    """Return what a value is at the point that decides which switches are met."""
    return x.base if isinstance(x, Held) else x


def switch(run: Run, name: str, quantity: Held, piece: Callable[[Any], Held]) -> Held:
    """Return what a switching operation makes, by the piece on each side."""
    call = run.call()
    return run.switched(name, quantity, piece, (call,), run.is_met(call, quantity))


def chosen(run: Run, sides: Any, above: Any, below: Any) -> Held:
    """Return one of two; between the sides their average, weighted."""
    if np.all(np.abs(sides) == 1):
        return run.plain(WHERE, sides > 0, above, below)
    first = run.plain(anp.multiply, (1 + sides) / 2, above)
    return run.plain(anp.add, first, run.plain(anp.multiply, (1 - sides) / 2, below))


def no_options(options: dict[str, Any]) -> None:
    """Refuse what would change what an operation does."""
    if any(v is not None and v is not False for v in options.values()):
        raise NotRecorded(f"a switch was called with {', '.join(options)}")
