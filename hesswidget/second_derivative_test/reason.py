"""The words of the second-derivative test, as data: templates, and which of them are said when.

What is said is decided in mathematics that can be recorded (`said`); the templates travel to the browser, which fills
them in as `fill` does. A field is ``{name}``, a number; ``{name:fine}``, one with a digit more; ``{name:count}``, a
whole number; ``{name:plural}``, an s unless it is one; or ``{name:coordinate}``, the name of the coordinate at that
place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import autograd.numpy as np

from hesswidget.appearance import LABELS
from hesswidget.second_derivative_test.inertia import DEGENERATE, NOT_STATIONARY, UNDEFINED
from hesswidget.second_derivative_test.judgement import Judgement
from hesswidget.wording import number

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Reason:
    """Why a point has its label: data until it is shown, when `str` makes one sentence of it.

    Attributes
    ----------
    heading : str
        The label, with what belongs to it.
    clauses : tuple of str
        What justifies it.

    Examples
    --------
    >>> print(Reason("minimum", ("λ = 2",)).further("|∇f| = 0"))
    minimum: λ = 2; |∇f| = 0
    """

    heading: str
    clauses: tuple[str, ...]

    def further(self, *clauses: str) -> Reason:
        """Return the same with more said."""
        return Reason(self.heading, (*self.clauses, *clauses))

    def inserted(self, place: int, *clauses: str) -> Reason:
        """Return the same with more said before the clause at a place."""
        return Reason(self.heading, (*self.clauses[:place], *clauses, *self.clauses[place:]))

    def __str__(self) -> str:
        return f"{self.heading}: {'; '.join(self.clauses)}"


_HEADINGS = ["saddle of index {negative:count} of {n:count}" if a == "saddle" else a for a in LABELS]
HEADINGS = (*_HEADINGS, *(f"{a} on one side" for a in _HEADINGS))  # of a branch that is within rounding

_BESIDE = (
    "within rounding of the branch of line {branch_line:count}, and judged on one side of it alone",
    "within rounding of a branch, and judged on one side of it alone",
)

# In the order in which they are said; for each the template, and whether the facts call for it.
_PARTS: tuple[tuple[str, Callable[[Judgement], Any]], ...] = (
    ("f is {value} at this point", lambda a: 1 - a.gaps.value_is_finite),
    ("∂f/∂{place:coordinate} is {bad}", lambda a: _gap(a) * (1 - a.gaps.slopes_are_finite)),
    (
        "∂²f/∂{row:coordinate}² is {bad}",
        lambda a: _gap(a) * a.gaps.slopes_are_finite * (a.gaps.row == a.gaps.column),
    ),
    (
        "∂²f/∂{row:coordinate}∂{column:coordinate} is {bad}",
        lambda a: _gap(a) * a.gaps.slopes_are_finite * (a.gaps.row != a.gaps.column),
    ),
    ("one derivative more is not finite", lambda a: _gap(a) * (a.gaps.more == 1)),
    ("{more:count} derivatives more are not finite", lambda a: _gap(a) * (a.gaps.more > 1)),
    ("there is no Hessian to judge", lambda a: _gap(a)),
    (
        "the Hessian, up to {largest}, is too large for its eigenvalues to be computed",
        lambda a: a.gaps.is_whole * (1 - a.is_judged),
    ),
    ("near a minimum ({distance} away)", lambda a: a.is_near * (a.negative <= 0)),
    ("near a maximum ({distance} away)", lambda a: a.is_near * (a.positive <= 0)),
    ("near a saddle ({distance} away)", lambda a: a.is_near * (a.positive > 0) * (a.negative > 0)),
    ("|∇f| = {gradient_norm} > {gradient_threshold}", lambda a: _large(a) * (a.label == NOT_STATIONARY)),
    ("|∇f| = {gradient_norm}, which Newton's step leaves at {gradient_after}", lambda a: _lasting(a)),
    (
        "the mixed partial derivatives differ, by {asymmetry} of the largest entry",
        lambda a: a.is_judged * (1 - a.is_symmetric),
    ),
    ("λ = {lowest}", lambda a: a.is_judged * (len(a.eigenvalues) == 1)),
    ("λ_min = {lowest}, λ_max = {highest}", lambda a: a.is_judged * (len(a.eigenvalues) > 1)),
    (
        "one eigenvalue is zero within {zero_threshold}",
        lambda a: (a.zero == 1) * (a.zero_threshold > 0),
    ),
    (
        "{zero:count} eigenvalues are zero within {zero_threshold}",
        lambda a: (a.zero > 1) * (a.zero_threshold > 0),
    ),
    ("one eigenvalue is zero", lambda a: (a.zero == 1) * (a.zero_threshold <= 0)),
    ("{zero:count} eigenvalues are zero", lambda a: (a.zero > 1) * (a.zero_threshold <= 0)),
    ("the second-derivative test is silent", lambda a: 1.0 * (a.label == DEGENERATE)),
    ("the Hessian there is indefinite", lambda a: _there(a) * (a.positive > 0) * (a.negative > 0)),
    ("the Hessian there is zero", lambda a: _there(a) * (a.positive <= 0) * (a.negative <= 0)),
    (
        "the Hessian there is positive definite",
        lambda a: _one_sign(a, a.positive, a.negative) * (a.zero <= 0),
    ),
    (
        "the Hessian there is positive semidefinite",
        lambda a: _one_sign(a, a.positive, a.negative) * (a.zero > 0),
    ),
    (
        "the Hessian there is negative definite",
        lambda a: _one_sign(a, a.negative, a.positive) * (a.zero <= 0),
    ),
    (
        "the Hessian there is negative semidefinite",
        lambda a: _one_sign(a, a.negative, a.positive) * (a.zero > 0),
    ),
    (
        "one entry of the Hessian is no larger than its rounding noise and counts as zero",
        lambda a: 1.0 * (a.noisy == 1),
    ),
    (
        "{noisy:count} entries of the Hessian are no larger than their rounding noise and count as zero",
        lambda a: 1.0 * (a.noisy > 1),
    ),
    ("|∇f| = {gradient_norm} > {gradient_threshold}", lambda a: _large(a) * (a.label == UNDEFINED)),
    (
        "|∇f| = {gradient_norm} is within its rounding noise, {gradient_threshold}",
        lambda a: _small(a, "noise"),
    ),
    (
        "Newton's step, {relative_step} of the ranges, is within {step_tolerance}; |∇f| = {gradient_norm}",
        lambda a: _small(a, "step") * a.are_ranges,
    ),
    (
        "Newton's step, {relative_step} of the size {size}, is within {step_tolerance}; |∇f| = {gradient_norm}",
        lambda a: _small(a, "step") * (1 - a.are_ranges),
    ),
    ("|∇f| = {gradient_norm} ≤ {gradient_threshold}", lambda a: _small(a, "norm")),
    ("|∇f| = 0", lambda a: _level(a) * (a.gradient_norm <= 0)),
)
TEMPLATES = (*_BESIDE, *(template for template, _ in _PARTS))


def _gap(a: Judgement) -> Any:
    return a.gaps.value_is_finite * (1 - a.gaps.is_whole)


def _there(a: Judgement) -> Any:
    return 1.0 * (a.label == NOT_STATIONARY)


def _one_sign(a: Judgement, has: Any, lacks: Any) -> Any:
    return _there(a) * (has > 0) * (lacks <= 0)


def _steep(a: Judgement) -> Any:
    return a.is_judged * (1 - a.is_stationary)


def _level(a: Judgement) -> Any:
    return a.is_judged * a.is_stationary


def _large(a: Judgement) -> Any:
    return _steep(a) * (a.gradient_norm > a.gradient_threshold)


def _lasting(a: Judgement) -> Any:
    """Newton's step is short, but the gradient stays: beside a kink, or where f varies within the step."""
    return _steep(a) * (a.gradient_norm <= a.gradient_threshold)


def _small(a: Judgement, rule: str) -> Any:
    """The gradient is not zero and counts as zero, by one of the rules of `stationarity`."""
    step = a.is_by_step * (a.relative_step > 0)
    noise = a.is_within_noise * (1 - a.is_by_step)
    chosen = {"noise": noise, "step": step, "norm": (1 - noise) * (1 - step)}[rule]
    return _level(a) * (a.gradient_norm > 0) * chosen


def said(judgement: Judgement, has_gradient: bool, branch_line: Any = 0.0) -> Any:
    """Say which of `TEMPLATES` the reason is made of, an array of 1 and 0; of a gradient only where there is one."""
    beside = [1.0 * (branch_line > 0), 1.0 * (branch_line < 0)]
    parts = [1.0 * calls(judgement) * float(has_gradient or "∇f" not in part) for part, calls in _PARTS]
    return np.array([*beside, *parts])


def reason(test: Facts, spoken: Sequence[float], labels: Sequence[str]) -> Reason:
    """Write the heading, and the parts that are said, of the numbers of a `Judgement` by name."""
    facts = {**test, "n": len(labels)}
    parts = (fill(t, facts, labels) for t, is_said in zip(TEMPLATES, spoken, strict=True) if is_said)
    return Reason(fill(HEADINGS[int(test["label"])], facts, labels), tuple(parts))


def fill(template: str, facts: Facts, labels: Sequence[str]) -> str:
    """Write the facts into a template.

    Examples
    --------
    >>> fill("∂f/∂{place:coordinate} is {bad}", {"place": 1.0, "bad": -0.25}, ("x", "y"))
    '∂f/∂y is −0.25'
    """

    def written(field: re.Match[str]) -> str:
        name, _, kind = field[1].partition(":")
        fact = float(facts[name])
        if kind == "coordinate":
            return labels[int(fact)]
        if kind == "plural":
            return "" if fact == 1 else "s"
        if kind == "fine":
            return number(fact, 4)
        return str(int(fact)) if kind == "count" else number(fact)

    return re.sub(r"{([a-z_:]+)}", written, template)
