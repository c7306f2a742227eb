"""The sentences of `hesswidget.second_derivative_test.kinks`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from hesswidget.second_derivative_test.degenerate.reason import along
from hesswidget.wording import number

if TYPE_CHECKING:
    from hesswidget.derivatives.switches.sides import Switch
    from hesswidget.second_derivative_test.kinks.kink import Kink

KINDS = {
    "minimum": "minimum at a kink",
    "maximum": "maximum at a kink",
    "weak minimum": "minimum along a kink",
    "weak maximum": "maximum along a kink",
    "saddle": "saddle at a kink",
    "not stationary": "kink",
    "jump": "jump",
    "undecided": "undecided at a kink",
}
_HEADS = {
    "minimum": "a minimum at a kink",
    "maximum": "a maximum at a kink",
    "weak minimum": "a weak minimum, one of many, at a kink",
    "weak maximum": "a weak maximum, one of many, at a kink",
    "saddle": "a saddle at a kink",
    "not stationary": "a kink",
    "jump": "f jumps: a step",
    "undecided": "a kink, at which what f does is undecided,",
}
CODE = 60  # characters of a line


def sentence(kink: Kink, labels: Sequence[str]) -> str:
    """Say what a function does where its pieces meet: where, the derivatives on either side, and the evidence."""
    head = _HEADS[kink.kind]
    if kink.kind == "not stationary" and not kink.is_sharp:
        head = "the second derivatives jump at a kink"
    quantity = "slope" if kink.is_sharp else "second derivative"
    facts = [
        f"along {_named(d, labels)} the {quantity} is {number(_plain(left, right))} on the left and "
        f"{number(_plain(right, left))} on the right"
        for d, left, right in kink.crossings
    ]
    facts += [f"f {word} along {along(d, labels)}" for word, d in kink.evidence]
    if kink.kind in ("minimum", "maximum"):
        facts.append(f"f {'rises' if kink.kind == 'minimum' else 'falls'} in every direction")
    return f"{head} of {_where(kink.switches)}{': ' if facts else ''}{'; '.join(facts)}"


def one_side(kink: str) -> str:
    """Say that a Hessian is that of one side of a kink."""
    return f"there is no Hessian at the point, and this is autograd's, of one side: {kink}"


def crowd(count: int, switches: Sequence[Switch]) -> str:
    """Say that pieces meet, where they are too many to say what comes of it."""
    where = f" {_where(switches)}," if switches else ""
    return (
        f"this is autograd's Hessian, which may be that of one side:{where} {count:,} operations in all, change their "
        f"formula at this point"
    )


def _where(switches: Sequence[Switch]) -> str:
    """Say which operations are met, and at which line."""
    first, others = switches[0], len(switches) - 1
    place = code = ""
    if line := first.line:
        place, code = f" at {line.place}", line.text
    code = f" ({code if len(code) <= CODE else code[:CODE] + '…'})" if code else ""
    more = f" and {others} more" if others else ""
    return f"{first.operation}{place}{code}{more}"


def _named(direction: np.ndarray, labels: Sequence[str]) -> str:
    """Name a direction by its coordinate, where it has one."""
    k = int(np.argmax(np.abs(direction)))
    return labels[k] if direction[k] > 1 - 1e-9 else along(direction, labels)


def _plain(value: float, beside: float) -> float:
    """Return a value, or zero where it is rounding beside another."""
    return 0.0 if abs(value) <= 1e-9 * abs(beside) else value
