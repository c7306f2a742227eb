"""What becomes of a path, as numbers and in words. Twin of ``frontend/engine/path_status.ts``."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np

from hesswidget.appearance import LABELS
from hesswidget.second_derivative_test.reason import fill

GOES_ON, CONVERGED, STANDS_STILL, NO_VALUE, NO_GRADIENT, BROKE_DOWN, ENDED, RUNS_AWAY = map(float, range(8))
GROWS = 8.0  # and goes on
WITHIN = 9.0  # its tolerance, which is all that can be said
LEFT = 10.0  # for where f is not finite, without having grown
NO_SLOPE = 11.0  # at a point, as that of |x| at zero, to which it came without having grown
OFF = (NO_VALUE, NO_GRADIENT, LEFT, NO_SLOPE)
"""Those of paths whose last point has no finite f or ∇f."""

REASONS = {
    GOES_ON: "stopped after {steps:count} step{steps:plural}: |∇f| = {slope}",
    CONVERGED: "converged: |∇f| = {slope}, {share} of the first",
    STANDS_STILL: "stands still after step {before:count}: |∇f| = {slope}",
    NO_VALUE: "diverged: after step {steps:count} f is not finite",
    NO_GRADIENT: "diverged: after step {steps:count} ∇f is not finite",
    BROKE_DOWN: "broke down at step {next:count}: the step is not finite",
    ENDED: "ended after {steps:count} step{steps:plural}: |∇f| = {slope}",
    GROWS: "diverged: after step {steps:count} |∇f| = {slope}, {share} times the first",
    WITHIN: "converged to its tolerance, not yet stationary: |∇f| = {slope}, {share} of the first",
    LEFT: "came to where f is not finite: after step {steps:count}",
    NO_SLOPE: "came to where ∇f is not finite: after step {steps:count}",
    RUNS_AWAY: "runs away: |∇f| = {slope}, {share} of the first, but f only flattens out there",
}
"""Why a path ended, by its status."""

STARTS = {
    CONVERGED: "converged without a step: |∇f| = {slope}",
    NO_VALUE: "it starts where f is not finite (begin elsewhere)",
    NO_GRADIENT: "it starts where ∇f is not finite (begin elsewhere)",
}
"""The same of a path that did not begin."""

ENDS = tuple(
    {"degenerate": "at a degenerate point", "not stationary": "", "undefined": ""}.get(label, f"at a {label}")
    for label in LABELS
)
"""What is said besides of where it ended, by the place of the point's label: it comes before the numbers."""


def goes_on(status: Any) -> Any:
    """Whether a path takes another step, if it has one left."""
    return np.logical_or(status == GOES_ON, status == GROWS)


def reason(status: float, steps: int, gradient_norm: float, first: float = 1.0, end: str = "") -> str:
    """Say why a path of so many steps ended, and where.

    Parameters
    ----------
    status : float
    steps : int
    gradient_norm, first : float
        |∇f| at its end, and at its start.
    end : str
        The end's label, where it has been judged.

    Examples
    --------
    >>> reason(CONVERGED, 7, 1e-9, 2.0, "saddle"), reason(BROKE_DOWN, 0, 2.0)
    ('converged at a saddle: |∇f| = 1e-9, 5e-10 of the first', 'broke down at step 1: the step is not finite')
    """
    template = STARTS[status] if steps == 0 and status in STARTS else REASONS[status]
    facts = {
        "steps": steps,
        "before": steps - 1,
        "next": steps + 1,
        "slope": gradient_norm,
        "share": gradient_norm / first if first else 0.0,
    }
    where, said = ENDS[LABELS.index(end)] if end else "", fill(template, facts, ())
    return said.replace(":", f" {where}:", 1) if where else said
