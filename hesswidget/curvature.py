"""Value, gradient, Hessian and eigen-decomposition of a function at a point, and what they say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.classification import Classification, Inertia, check_tolerance, classification
from hesswidget.degenerate import Resolution
from hesswidget.differentiation import gradient_and_hessian, gradient_or_nan
from hesswidget.errors import ProblemError
from hesswidget.judgement import STATIONARITY_TOLERANCE, judge
from hesswidget.nearness import nearness
from hesswidget.objective import Objective
from hesswidget.problem import Problem
from hesswidget.second_look import second_look
from hesswidget.wording import number

MAX_BYTES = 2**29  # of one matrix; the computation holds about four


@dataclass(frozen=True)
class Tolerances:
    """What counts as zero; see `hesswidget.classify`. The scale of stationarity is by default that of the point."""

    zero: float = 1.0
    stationarity: float = STATIONARITY_TOLERANCE
    scale: float | None = None

    def at(self, point: Any) -> dict[str, Any]:
        """Return the tolerances of `judge` at a point, which may be a traced one."""
        scale = anp.max(anp.abs(point)) if self.scale is None else self.scale
        return {"zero_tolerance": self.zero, "stationarity_tolerance": self.stationarity, "scale": scale}

    def __post_init__(self) -> None:
        check_tolerance("zero_tolerance", self.zero)
        check_tolerance("stationarity_tolerance", self.stationarity)
        if self.scale is not None:
            check_tolerance("stationarity_scale", self.scale)


@dataclass(frozen=True, eq=False)
class Curvature:
    """All that second-order calculus says about a function at one point.

    Attributes
    ----------
    point : ndarray, shape (n,)
    labels : tuple of str
        A name for each coordinate.
    value : float
    gradient : ndarray, shape (n,)
    hessian : ndarray, shape (n, n)
        As autograd gives it: not symmetrised.
    classification : Classification
        The second-derivative test, with the eigen-decomposition it was judged by.
    resolution : Resolution or None
        What the point is where the test is silent (`hesswidget.degenerate.resolve`), or where pieces of the function
        meet (`hesswidget.kinks`); None elsewhere.
    """

    point: np.ndarray
    labels: tuple[str, ...]
    value: float
    gradient: np.ndarray
    hessian: np.ndarray = field(repr=False)
    classification: Classification
    resolution: Resolution | None = None

    @property
    def label(self) -> str:
        """``minimum``, ``maximum``, ``saddle``, ``degenerate``, ``not stationary`` or ``undefined``."""
        return self.classification.label

    @property
    def kind(self) -> str:
        """What the point is: its label, or what is known beyond it where that is ``degenerate`` or at a kink."""
        return self.resolution.kind if self.resolution else self.label

    @property
    def reason(self) -> str:
        """One sentence that justifies the label with its numbers."""
        return self.classification.reason

    @property
    def eigenvalues(self) -> np.ndarray:
        """Eigenvalues of the Hessian's symmetric part, ascending, shape (n,)."""
        return self.classification.eigenvalues

    @property
    def eigenvectors(self) -> np.ndarray:
        """Column i, of unit length, belongs to eigenvalue i; shape (n, n)."""
        return self.classification.eigenvectors

    @property
    def inertia(self) -> Inertia:
        """Counts of positive, zero and negative eigenvalues."""
        return self.classification.inertia

    @property
    def index(self) -> int:
        """The number of negative eigenvalues."""
        return self.inertia.negative

    @property
    def asymmetry(self) -> float:
        """``max |H − Hᵀ| / max |H|``."""
        return self.classification.asymmetry

    @property
    def is_stationary(self) -> bool:
        """Whether the gradient's norm is within its threshold."""
        return self.classification.is_stationary

    @property
    def condition_number(self) -> float:
        """``max |λ| / min |λ|``; infinite where an eigenvalue is zero within the tolerance."""
        return self.classification.condition_number

    @property
    def newton_step(self) -> np.ndarray | None:
        """The step d with ``H d = −∇f``, shape (n,); None where the Hessian is singular or not finite."""
        return self.classification.newton_step

    def __str__(self) -> str:
        where = ", ".join(f"{a} = {number(x, 6)}" for a, x in zip(self.labels[:6], self.point, strict=False))
        more = f", … ({len(self.labels)} in all)" if len(self.labels) > 6 else ""
        return f"at {where}{more}: {self.reason}; f = {number(self.value, 6)}"


def curvature(
    function: Any,
    point: Any = None,
    /,
    *,
    over: str | tuple[str, ...] | None = None,
    zero_tolerance: float = 1.0,
    stationarity_tolerance: float = STATIONARITY_TOLERANCE,
    stationarity_scale: float | None = None,
    **values: Any,
) -> Curvature:
    """Compute value, gradient, Hessian, eigenvalues and class of a function at a point.

    Parameters
    ----------
    function : callable or str
        Written with ``autograd.numpy``; or the name of one in `hesswidget.gallery`. Arguments without a default
        are the variables, arguments with one are parameters.
    point : float, tuple or array_like, optional
        The variables by position: one number for each, or the one vector variable.
    over : str or tuple of str, optional
        Which arguments are the variables, if not those without a default.
    zero_tolerance, stationarity_tolerance : float
        See `hesswidget.classify`.
    stationarity_scale : float, optional
        A length over which the function varies; by default the largest ``|x_i|``, so that a point is stationary when
        it agrees with a critical point to eight digits, and at the origin only where the gradient is exactly zero.
    **values
        Variables and parameters by name.

    Returns
    -------
    Curvature

    Raises
    ------
    ProblemError
        If arguments are missing or unknown, the function raises or does not return a real scalar, or the
        Hessian would not fit in memory.

    Notes
    -----
    The cost is one gradient and n Hessian-vector products. The Hessian is that of autograd, which applies
    the chain rule to the branch of the code that was taken. Where pieces of the function meet within rounding (``abs``,
    ``maximum``, a comparison in ``where``, ``sign``, ``floor``, sorting), in any number of variables and stationary or
    not, the pieces' gradients and Hessians are compared: where the gradient jumps, or is zero and its derivatives jump,
    the label is ``undefined``, and ``kind`` says ``minimum at a kink``, ``maximum at a kink``, ``saddle at a kink``,
    ``kink`` (f falls away from it as a slope does), ``jump`` or ``undecided at a kink``.
    At a stationary point of up to 12 variables, at a
    degenerate one, and where derivatives are missing or the Hessian is unsymmetric, it is compared with one-sided
    differences of the gradient; where they contradict it the label is ``undefined``. Where the label is
    ``degenerate``, f is looked at along the null space of the Hessian, and the reason goes on to say what the point
    is. The lengths of both are measured by ``stationarity_scale``: by default the largest ``|x_i|``, at the origin 1.

    Examples
    --------
    >>> c = curvature(lambda x, y: x**2 - y**2, x=0.0, y=0.0)
    >>> c.label, c.eigenvalues.tolist()
    ('saddle', [-2.0, 2.0])
    """
    problem = Problem.at(function, point, over, values)
    tolerances = Tolerances(zero_tolerance, stationarity_tolerance, stationarity_scale)
    return curvature_at(Objective(problem), problem.start, tolerances)


def curvature_at(objective: Objective, point: np.ndarray, tolerances: Tolerances | None = None) -> Curvature:
    """Compute the `Curvature` of an objective at `point`, shape (n,), with a second look where the test needs one."""
    tolerances = tolerances or Tolerances()
    n = len(point)
    if 8 * n * n > MAX_BYTES:
        raise ProblemError(
            f"n = {n:,} needs {8 * n * n / 1e9:.1f} GB for the Hessian, and three times that for its eigenvectors; "
            f"use autograd.make_hvp(f), which gives products with it and never the matrix, or take fewer variables "
            f"with over=..."
        )
    value = objective.value(point)
    with objective.in_sentences(), np.errstate(all="ignore"):
        gradient, hessian = gradient_and_hessian(objective, point)
    around = (gradient_or_nan(objective), objective.problem.widths) if objective.problem.ranges else None
    labels = objective.problem.labels
    found = of_derivatives(point, value, gradient, hessian, labels, tolerances, around)
    scale = tolerances.scale or float(np.max(np.abs(point))) or 1.0
    test, resolution = second_look(objective, point, gradient, hessian, found.classification, scale)
    return replace(found, classification=test, resolution=resolution)


def of_derivatives(
    point: np.ndarray,
    value: float,
    gradient: np.ndarray,
    hessian: np.ndarray,
    labels: tuple[str, ...],
    tolerances: Tolerances,
    around: tuple[Callable[[Any], Any], np.ndarray] | None = None,
) -> Curvature:
    """Put together what is known at a point, and judge it by its Hessian alone.

    With the gradient elsewhere and the coordinates' ranges, `around`, it is also said whether a critical point is near.
    """
    with np.errstate(all="ignore"):
        judgement = judge(value, gradient, hessian, **tolerances.at(point))
        if around is not None:
            judgement |= nearness(judgement, point, *around)
    test = classification(judgement, labels, has_gradient=True)
    return Curvature(point, labels, float(value), gradient, hessian, test)
