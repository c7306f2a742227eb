"""Value, gradient, Hessian and eigen-decomposition of a function at a point, and what they say of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from hesswidget.derivatives.completion.foreign_arrays import frames_met
from hesswidget.derivatives.extension import Extension, extension
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.rounding_noise import Noise
from hesswidget.errors import ProblemError
from hesswidget.problem.arguments import keywords
from hesswidget.problem.blocks import Blocks
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.classification import Classification, Inertia
from hesswidget.second_derivative_test.degenerate.lengths import resolved
from hesswidget.second_derivative_test.degenerate.resolution import Resolution
from hesswidget.second_derivative_test.inertia import STATIONARITY_TOLERANCE
from hesswidget.second_derivative_test.second_look import SecondLook, second_look
from hesswidget.second_derivative_test.significance import classified
from hesswidget.second_derivative_test.tolerances import Tolerances
from hesswidget.wording import number

MOST_WRITTEN = 8  # rows of a Hessian that are written out
MAX_BYTES = 2**29  # of one matrix; the computation holds about four


@dataclass(frozen=True, eq=False)
class Curvature:
    """All that second-order calculus says about a function at one point.

    Attributes
    ----------
    point : ndarray, shape (n,)
    blocks : Blocks
        How the variables lie in the point.
    labels : tuple of str
        A name for each coordinate, such as ``x``, ``w[0]`` or ``W[0, 2]``.
    value : float
    gradient : ndarray, shape (n,)
    hessian : ndarray, shape (n, n)
        As its `source` gives it: not symmetrised.
    classification : Classification
        The second-derivative test, with the eigen-decomposition it was judged by.
    resolution : Resolution or None
        What the point is where the test is silent (`hesswidget.second_derivative_test.degenerate`), or where pieces
        of the function meet (`hesswidget.second_derivative_test.kinks`); None elsewhere.
    source : str
        Where the derivatives are from: ``autograd``, or ``differences of the gradient`` where autograd has none, or
        others at the point alone, and these agree from all sides (`hesswidget.derivatives.extension`).
    noise : Noise or None
        What rounding may have done to the gradient and the Hessian, entry by entry; None where it decides nothing.
    """

    point: np.ndarray
    blocks: Blocks
    value: float
    gradient: np.ndarray
    hessian: np.ndarray = field(repr=False)
    classification: Classification
    resolution: Resolution | None = None
    source: str = "autograd"
    noise: Noise | None = field(default=None, repr=False)

    @property
    def labels(self) -> tuple[str, ...]:
        """A name for each coordinate."""
        return self.blocks.labels

    def hessian_of(self, row: Any, column: Any = None) -> np.ndarray:
        """Return the second derivatives by the entries of two blocks: the shape is that of the one, then of the other.

        Parameters
        ----------
        row, column : str, int or tuple
            Names of blocks: of a variable that is a number or an array its own, ``"w"``; of one that is in a dict or a
            list ``"W"``, ``"layers[0]"``, as the labels begin; or the keys that lead there, ``("layers", 0)``. By
            default both are the same.

        Raises
        ------
        ProblemError
            If there is no block of that name, or several.

        Examples
        --------
        >>> f = lambda p: np.sum(p["W"] @ np.array([1.0, 2.0])) * p["b"]
        >>> c = curvature(f, {"W": np.ones((3, 2)), "b": 1.0})
        >>> c.hessian_of("W", "b").shape, c.hessian_of("W").shape
        ((3, 2), (3, 2, 3, 2))
        >>> c.hessian_of("W", "b")[0].tolist()
        [1.0, 2.0]
        """
        one, other = self.blocks.named(row), self.blocks.named(row if column is None else column)
        return self.hessian[one.places, other.places].reshape(one.shape + other.shape)

    @property
    def block_norms(self) -> np.ndarray:
        """The Frobenius norm of the Hessian's blocks, in the order of ``blocks.all``; shape (k, k)."""
        return np.asarray(self.blocks.norms(self.hessian))

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
        """Say what is known in a sentence, and write the Hessian below it where it is small."""
        n = len(self.point)
        if n > MOST_WRITTEN:
            return f"{self.sentence}\nH is {n:,} by {n:,}"
        rows = [[number(entry, 6) for entry in row] for row in self.hessian.tolist()]
        width = max(len(entry) for row in rows for entry in row)
        lines = ["  ".join(entry.rjust(width) for entry in row) for row in rows]
        return "\n".join([self.sentence, *(f"{'H =' * (k == 0):3} [{line}]" for k, line in enumerate(lines))])

    def _repr_latex_(self) -> str:
        """Show the Hessian; of a large one its beginning."""
        n = len(self.point)
        cells = [[_in_latex(x) for x in row] for row in self.hessian[:MOST_WRITTEN, :MOST_WRITTEN].tolist()]
        if n > MOST_WRITTEN:
            cells = [[*row, r"\cdots"] for row in cells] + [[r"\vdots"] * MOST_WRITTEN + [r"\ddots"]]
        rows = r" \\ ".join(" & ".join(row) for row in cells)
        return rf"$\displaystyle \nabla^2 f = \begin{{bmatrix}} {rows} \end{{bmatrix}}$"

    @property
    def sentence(self) -> str:
        """Where it is, and what is known there."""
        where = ", ".join(f"{a} = {number(x, 6)}" for a, x in zip(self.labels[:6], self.point, strict=False))
        more = f", … ({len(self.labels)} in all)" if len(self.labels) > 6 else ""
        return f"at {where}{more}: {self.reason}; f = {number(self.value, 6)}"


def _in_latex(entry: float) -> str:
    if not math.isfinite(entry):
        return rf"\text{{{entry}}}"
    digits, _, power = number(entry, 6).replace("−", "-").partition("e")
    return rf"{digits} \cdot 10^{{{power}}}" if power else digits


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
        Written with ``autograd.numpy``, in JAX or in PyTorch; the name of one in `hesswidget.gallery`; or a formula
        (text, or SymPy's), as for `hesswidget.explore`. Arguments without a default are the variables, arguments with
        one are parameters.
    point : float, tuple, array_like, dict or list, optional
        The variables by position: one for each, or the one that there is. A variable is a number, an array of any
        shape, or dicts, lists and tuples of such; the function gets it in that structure. Nested lists of plain
        numbers are one array, lists that hold arrays are several blocks.
    over : str or tuple of str, optional
        Which arguments are the variables, if not those without a default.
    zero_tolerance, stationarity_tolerance : float
        See `hesswidget.classify`.
    stationarity_scale : float, optional
        The typical size of the variables, in their own unit; by default the widths of their ranges where they have
        any, else the largest ``|x_i|``, and at least 1 (Dennis and Schnabel, 1983, 7.2).
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
    A point is stationary where the gradient is within its own rounding noise, or where Newton's step is no longer than
    `stationarity_tolerance` of the typical size and leaves nothing of the gradient. Entries of the Hessian below
    their rounding noise, and eigenvalues that the gradient around the point does not bear out, count as zero.

    The cost is one gradient and n Hessian-vector products, and at stationary points some fifty gradients. The Hessian
    is that of autograd, which applies the chain rule to the branch of the code that was taken. Where pieces of the
    function meet within rounding (``abs``, ``maximum``, a comparison in ``where``, ``sign``, ``floor``, sorting), in
    any number of variables and stationary or not, the pieces' gradients and Hessians are compared: where the gradient
    jumps, or is zero and its derivatives jump, the label is ``undefined``, and ``kind`` says ``minimum at a kink``,
    ``maximum at a kink``, either ``along a kink`` where f is level along it, ``saddle at a kink``,
    ``kink`` (f falls away from it as a slope does), ``jump`` or
    ``undecided at a kink``. Where f has no derivatives though no such pieces meet, at the tip of a cone or a cusp, f is
    looked at in directions around the point, and ``kind`` says likewise. At a stationary point of up to 12 variables,
    at a degenerate one, and where derivatives are missing or the Hessian is unsymmetric, it is compared with one-sided
    differences of the gradient; where they
    contradict it the label is ``undefined``. Where the label is ``degenerate``, f is looked at along the null space of
    the Hessian, and the reason goes on to say what the point is. Where autograd has no derivatives, or those of a
    branch that is taken at this point alone, and differences of the gradient agree from all sides, these are judged.

    Examples
    --------
    >>> c = curvature(lambda x, y: x**2 - y**2, x=0.0, y=0.0)
    >>> c.label, c.eigenvalues.tolist()
    ('saddle', [-2.0, 2.0])
    """
    problem = Problem.at(function, point, over, values, keywords(curvature))
    tolerances = Tolerances(zero_tolerance, stationarity_tolerance, stationarity_scale)
    return curvature_at(Objective(problem), problem.start, tolerances)


def curvature_at(objective: Objective, point: np.ndarray, tolerances: Tolerances | None = None) -> Curvature:
    """Compute the `Curvature` of an objective at `point`, shape (n,), with a second look where the test needs one."""
    tolerances = tolerances or Tolerances()
    n = len(point)
    if 8 * n * n > MAX_BYTES:
        raise ProblemError(
            f"n = {n:,} needs {8 * n * n / 1e9:.1f} GB for the Hessian, and three times that for its eigenvectors; "
            f"use hw.compile(f, point).hvp, which gives products with it and never the matrix, or take fewer variables "
            f"with over=..."
        )
    value = objective.value(point)
    with frames_met() as met:
        gradient, hessian = objective.gradient_and_hessian(point)
        if met():
            objective.check_frames(value, objective.value_and_gradient(point)[0])
    around = objective.gradient_or_nan, objective.hessian_or_nan
    found = of_derivatives(point, value, gradient, hessian, objective.problem, tolerances, *around)
    length = tolerances.length(point, objective.problem)
    if not np.all(np.isfinite([value, *gradient, *hessian.ravel()])):
        limits = extension(objective, point, value, gradient, hessian, length)
        if limits is not None:
            found = _of_limits(found, limits, objective.problem, tolerances, *around)
    looked = _looked_at(objective, found, tolerances)
    if looked.contradiction:
        limits = extension(objective, point, value, gradient, hessian, length)
        if limits is not None:
            found = _of_limits(found, limits, objective.problem, tolerances, *around, looked.contradiction)
            looked = _looked_at(objective, found, tolerances)
    return replace(found, classification=looked.classification, resolution=looked.resolution)


def _looked_at(objective: Objective, found: Curvature, tolerances: Tolerances) -> SecondLook:
    """Take the second look at a point, with what is known of the derivatives' noise there."""
    background, curved = 0.0, found.hessian
    if found.noise is not None:
        background = float(np.max(found.noise.gradient))
        curved = np.where(np.abs(curved) <= found.noise.hessian, 0.0, curved)
    length, has_gradient = tolerances.length(found.point, objective.problem), found.source == "autograd"
    return second_look(
        objective, found.point, found.gradient, curved, found.classification, length,
        lambda: resolved(objective, found.point, found.hessian, found.classification, tolerances, has_gradient),
        not has_gradient, background,
    )  # fmt: skip


def _of_limits(
    found: Curvature,
    limits: Extension,
    problem: Problem,
    tolerances: Tolerances,
    gradient_at: Callable[[np.ndarray], np.ndarray],
    hessian_at: Callable[[np.ndarray], np.ndarray],
    contradiction: str = "",
) -> Curvature:
    """Judge a point by the limits of the derivatives there; `contradiction` says how autograd's are others."""
    again = of_derivatives(
        found.point, limits.value, limits.gradient, limits.hessian, problem, tolerances,
        lambda x: limits.gradient if np.array_equal(x, found.point) else gradient_at(x), hessian_at, limits.noise,
    )  # fmt: skip
    test = again.classification
    said = [limits.sentence, *([contradiction] if contradiction else [])]
    test = replace(test, justification=test.justification.further(*said))
    return replace(again, value=found.value, classification=test, source="differences of the gradient")


def of_derivatives(
    point: np.ndarray,
    value: float,
    gradient: np.ndarray,
    hessian: np.ndarray,
    problem: Problem,
    tolerances: Tolerances,
    gradient_at: Callable[[np.ndarray], np.ndarray],
    hessian_at: Callable[[np.ndarray], np.ndarray],
    noise: Noise | None = None,
) -> Curvature:
    """Put together what is known at a point, and judge it by its Hessian and by the gradient after Newton's step.

    `gradient_at` and `hessian_at` give the derivatives elsewhere, NaN where there are none. The derivatives' `noise` is
    measured where it may decide, unless it is known.
    """
    test, noise = classified(
        value,
        gradient,
        hessian,
        point,
        problem.labels,
        tolerances.at(point, problem),
        gradient_at,
        hessian_at,
        noise,
    )
    return Curvature(point, problem.blocks, float(value), gradient, hessian, test, noise=noise)
