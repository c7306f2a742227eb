"""What is said of a point, compared with what it is.

What a point is, is one of: ``minimum``, ``maximum``, ``saddle`` (the Hessian says so); ``degenerate minimum``,
``degenerate maximum``, ``degenerate saddle``, ``flat``; ``not stationary``; and where f has no Hessian
``kink minimum``, ``kink maximum``, ``kink saddle``, ``kink`` (f falls like a slope).
"""

from __future__ import annotations

import numpy as np

import hesswidget as hw

from .cases import Case

RIGHT, ABSTAINED, WRONG = "right", "abstained", "wrong"

# What is true as well: a degenerate minimum is a minimum, and of a gradient that does not exist both may be said.
ALSO = {
    "degenerate minimum": {"minimum"},
    "degenerate maximum": {"maximum"},
    "degenerate saddle": {"saddle"},
    "kink minimum": {"minimum", "degenerate minimum"},
    "kink maximum": {"maximum", "degenerate maximum"},
    "kink saddle": {"saddle", "degenerate saddle"},
    "kink": {"not stationary", "undefined", "undecided"},
}


def claim(curvature: hw.Curvature) -> str:
    """Return what is said of a point, in the words of this module; ``undecided`` where nothing is."""
    c = curvature
    if c.label == "degenerate":
        kind = c.resolution.kind if c.resolution else "inconclusive"
        return {"inconclusive": "undecided", "flat": "flat"}.get(kind, f"degenerate {kind}")
    if c.label != "undefined":
        return c.label
    kind = getattr(c, "kind", None) or "undefined"
    if "kink" in kind:
        return f"kink {kind.split()[0]}" if kind.split()[0] in ("minimum", "maximum", "saddle") else "kink"
    # A Hessian that is there, and is said not to be one, is a claim; a missing one is none.
    is_whole = np.all(np.isfinite(c.hessian)) and np.all(np.isfinite(c.gradient)) and np.isfinite(c.value)
    return "undefined" if is_whole else "undecided"


def verdict(case: Case, curvature: hw.Curvature) -> str:
    """Return whether what is said of a case's point is right, nothing, or wrong.

    That a regular point is called degenerate, and rightly resolved, that nothing is said of a kink but that f is not
    smooth there, or that a smooth point is taken for a kink of its class because it is written with one, counts as
    nothing.
    """
    said, truth = claim(curvature), case.truth
    if said == truth or said in ALSO.get(truth, ()):
        return RIGHT
    lacks_derivatives = truth.startswith("kink") or case.kind == "NaN where f is smooth"
    if said in ("undecided", f"degenerate {truth}") or (
        lacks_derivatives and said in ("undefined", f"kink {truth}")
    ):
        return ABSTAINED
    return WRONG
