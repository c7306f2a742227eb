"""The second-derivative test: what a gradient and a Hessian say about a point, and with which tolerances."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from hesswidget.appearance import LABELS
from hesswidget.errors import ProblemError
from hesswidget.precision import EPS, not_negative
from hesswidget.program.records import by_name
from hesswidget.second_derivative_test import reason as sentences
from hesswidget.second_derivative_test.inertia import STATIONARITY_TOLERANCE, second_derivative_test
from hesswidget.second_derivative_test.judgement import Judgement
from hesswidget.second_derivative_test.stationarity import Lengths

__all__ = ["EPS", "LABELS", "STATIONARITY_TOLERANCE", "Classification", "Inertia", "classify"]


class Inertia(NamedTuple):
    """How many eigenvalues are positive, zero within the tolerance, and negative (Sylvester, 1852)."""

    positive: int
    zero: int
    negative: int


@dataclass(frozen=True, eq=False)
class Classification:
    """What the second-derivative test says. It equals the text of its `label`.

    Attributes
    ----------
    label : str
        ``minimum``, ``maximum``, ``saddle``, ``degenerate``, ``not stationary`` or ``undefined``.
    justification : Reason
        A heading, and the clauses that justify the label with its numbers; `reason` is the sentence they make.
    inertia : Inertia
        Counts of positive, zero and negative eigenvalues; all zero where the Hessian is not finite.
    eigenvalues : ndarray, shape (n,)
        Of the symmetric part, ascending.
    eigenvectors : ndarray, shape (n, n)
        Column i belongs to eigenvalue i; its largest component is positive.
    asymmetry : float
        ``max |H − Hᵀ| / max |H|``.
    zero_threshold : float
        An eigenvalue no larger than this in magnitude counts as zero.
    gradient_norm : float
    gradient_threshold : float
        The norm up to which a gradient of this direction counts as zero.
    is_stationary : bool
        Whether the gradient counts as zero.
    condition_number : float
        ``max |λ| / min |λ|``; infinite where an eigenvalue is zero within the tolerance.
    newton_step : ndarray, shape (n,), or None
        The step d with ``H d = −∇f``; None where the Hessian is singular or not finite.
    """

    label: str
    justification: sentences.Reason
    inertia: Inertia
    eigenvalues: np.ndarray = field(repr=False)
    eigenvectors: np.ndarray = field(repr=False)
    asymmetry: float
    zero_threshold: float
    gradient_norm: float
    gradient_threshold: float
    is_stationary: bool
    condition_number: float
    newton_step: np.ndarray | None = field(repr=False)

    @property
    def reason(self) -> str:
        """One sentence that justifies the label with its numbers."""
        return str(self.justification)

    @property
    def index(self) -> int:
        """The number of negative eigenvalues."""
        return self.inertia.negative

    def __eq__(self, other: object) -> bool:
        return self.label == (other.label if isinstance(other, Classification) else other)

    def __hash__(self) -> int:
        return hash(self.label)

    def __str__(self) -> str:
        return self.reason


def classify(
    hessian: Any,
    gradient: Any = None,
    *,
    zero_tolerance: float = 1.0,
    stationarity_tolerance: float = STATIONARITY_TOLERANCE,
    stationarity_scale: float = 1.0,
    labels: tuple[str, ...] | None = None,
) -> Classification:
    """Judge a point by its Hessian: the second-derivative test, with stated tolerances.

    Parameters
    ----------
    hessian : array_like, shape (n, n)
        It is not symmetrised for `asymmetry`; the eigenvalues are those of ``(H + Hᵀ) / 2``. A Hessian that is
        unsymmetric by more than 1.5e-8 relative is not one of a twice continuously differentiable function
        (Clairaut, Schwarz), and the label is ``undefined``.
    gradient : array_like, shape (n,), optional
        Without it the point is taken to be stationary.
    zero_tolerance : float, default 1
        An eigenvalue is zero when ``|λ| ≤ zero_tolerance · n · eps · ‖H‖₂`` (Golub and Van Loan, 2013, 8.1).
    stationarity_tolerance : float, default 1.5e-8
        The point is stationary when ``‖∇f‖ ≤ stationarity_tolerance · ‖H‖₂ · stationarity_scale``: the gradient is no
        larger than a move by this fraction of the scale would make it. The default is the square root of eps: across
        such a distance a quadratic function changes by its own rounding.
    stationarity_scale : float, default 1
        A length, in the variables' own unit, over which the function varies.
    labels : tuple of str, optional
        Names of the coordinates, for the reason.

    Returns
    -------
    Classification

    Raises
    ------
    ProblemError
        If the shapes do not fit or a tolerance is negative or not finite.

    Examples
    --------
    >>> test = classify([[2.0, 0.0], [0.0, -1.0]])
    >>> test.label, test.index
    ('saddle', 1)
    >>> classify([[2.0, 0.0], [0.0, 0.0]]) == "degenerate"
    True
    """
    H, g = _matrix(hessian), _vector(gradient, len(np.asarray(hessian)))
    for name, tolerance in (
        ("zero_tolerance", zero_tolerance),
        ("stationarity_tolerance", stationarity_tolerance),
        ("stationarity_scale", stationarity_scale),
    ):
        not_negative(name, tolerance)
    names = labels or tuple(f"x[{i}]" for i in range(len(H)))
    if len(names) != len(H):
        raise ProblemError(f"{len(names)} labels were given for {len(H)} coordinates; give one for each.")
    with np.errstate(all="ignore"):
        judgement = second_derivative_test(
            0.0,
            g,
            H,
            zero_tolerance=zero_tolerance,
            stationarity_tolerance=stationarity_tolerance,
            lengths=Lengths(stationarity_scale, stationarity_scale),
        )
    return classification(judgement, names, has_gradient=gradient is not None)


def classification(judgement: Judgement, labels: tuple[str, ...], has_gradient: bool) -> Classification:
    """Put into words what `second_derivative_test` found."""
    spoken = sentences.said(judgement, has_gradient)
    has_step = bool(np.all(np.isfinite(judgement.newton_step)))
    return Classification(
        label=LABELS[int(judgement.label)],
        justification=sentences.reason(by_name(judgement), spoken, labels),
        inertia=Inertia(int(judgement.positive), int(judgement.zero), int(judgement.negative)),
        eigenvalues=judgement.eigenvalues,
        eigenvectors=judgement.eigenvectors,
        asymmetry=float(judgement.asymmetry),
        zero_threshold=float(judgement.zero_threshold),
        gradient_norm=float(judgement.gradient_norm),
        gradient_threshold=float(judgement.gradient_threshold),
        is_stationary=bool(judgement.is_stationary * judgement.is_judged),
        condition_number=float(judgement.condition_number),
        newton_step=judgement.newton_step if has_step else None,
    )


def _matrix(hessian: Any) -> np.ndarray:
    try:
        H = np.asarray(hessian)
        H = np.asarray(H, dtype=complex if H.dtype.kind == "c" else float)
    except Exception:  # what cannot become an array says so in many ways
        raise ProblemError(
            f"the Hessian was given as {hessian!r:.80}; it takes a square matrix of real numbers."
        ) from None
    if H.dtype.kind == "c":
        raise ProblemError("the Hessian has complex entries; it takes real ones.")
    if H.ndim != 2 or H.shape[0] != H.shape[1] or H.size == 0:
        raise ProblemError(
            f"the Hessian has shape {H.shape}; it takes a square matrix, (n, n) with n at least 1."
        )
    return H


def _vector(gradient: Any, n: int) -> np.ndarray:
    try:
        g = np.zeros(n) if gradient is None else np.asarray(gradient, dtype=float)
    except Exception:  # what cannot become an array says so in many ways
        raise ProblemError(
            f"the gradient was given as {gradient!r:.80}; it takes {n} real numbers."
        ) from None
    if g.shape != (n,):
        raise ProblemError(
            f"the gradient has shape {g.shape} and the Hessian {(n, n)}; the gradient takes shape ({n},)."
        )
    return g
