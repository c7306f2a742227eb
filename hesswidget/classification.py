"""The second-derivative test: what a gradient and a Hessian say about a point, and with which tolerances."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, NamedTuple

import numpy as np

from hesswidget.errors import ProblemError
from hesswidget.wording import amount, number

EPS = float(np.finfo(float).eps)
STATIONARITY_TOLERANCE = math.sqrt(EPS)
ASYMMETRY_TOLERANCE = math.sqrt(EPS)
LABELS = ("minimum", "maximum", "saddle", "degenerate", "not stationary", "undefined")


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
    reason : str
        One sentence that justifies the label with its numbers.
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
        The point counts as stationary when the gradient's norm is at most this.
    """

    label: str
    reason: str
    inertia: Inertia
    eigenvalues: np.ndarray = field(repr=False)
    eigenvectors: np.ndarray = field(repr=False)
    asymmetry: float
    zero_threshold: float
    gradient_norm: float
    gradient_threshold: float

    @property
    def index(self) -> int:
        """The number of negative eigenvalues."""
        return self.inertia.negative

    @property
    def is_stationary(self) -> bool:
        """Whether the gradient's norm is within its threshold."""
        return self.gradient_norm <= self.gradient_threshold

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
        check_tolerance(name, tolerance)
    n = len(H)
    names = labels or tuple(f"x[{i}]" for i in range(n))
    if len(names) != n:
        raise ProblemError(f"{len(names)} labels were given for {n} coordinates; give one for each.")
    missing = _not_finite(H, g, names)
    if missing:
        return undefined(f"{missing}, so there is no Hessian to judge", n)
    largest = float(np.max(np.abs(H)))
    asymmetry = float(np.max(np.abs(H - H.T))) / largest if largest else 0.0
    eigenvalues, eigenvectors = np.linalg.eigh(H / 2 + H.T / 2)
    eigenvectors = eigenvectors * np.where(_largest_component(eigenvectors) < 0, -1.0, 1.0)
    norm = float(np.max(np.abs(eigenvalues)))
    if not math.isfinite(norm):
        return undefined(
            f"the Hessian, up to {number(largest)}, is too large for its eigenvalues to be computed", n
        )
    zero_threshold = zero_tolerance * n * EPS * norm
    negative = int(np.sum(eigenvalues < -zero_threshold))
    positive = int(np.sum(eigenvalues > zero_threshold))
    inertia = Inertia(positive, n - positive - negative, negative)
    gradient_norm = _norm(g)
    gradient_threshold = stationarity_tolerance * norm * stationarity_scale
    label = _label(inertia, asymmetry, gradient is None or gradient_norm <= gradient_threshold)
    parts = _spectrum(label, inertia, eigenvalues, zero_threshold)
    if asymmetry > ASYMMETRY_TOLERANCE:
        parts.insert(0, f"the mixed partial derivatives differ, by {number(asymmetry)} of the largest entry")
    if gradient is not None:
        sign = "≤" if gradient_norm <= gradient_threshold else ">"
        steepness = f"|∇f| = {number(gradient_norm)}"
        if gradient_norm or gradient_threshold:
            steepness += f" {sign} {number(gradient_threshold)}"
        parts.insert(0 if label == "not stationary" else len(parts), steepness)
    heading = f"saddle of index {negative} of {n}" if label == "saddle" else label
    return Classification(
        label,
        f"{heading}: " + "; ".join(parts),
        inertia,
        eigenvalues,
        eigenvectors,
        asymmetry,
        zero_threshold,
        gradient_norm,
        gradient_threshold,
    )


def undefined(why: str, n: int) -> Classification:
    """Return the test's answer at a point where there is nothing to judge, in n dimensions."""
    return Classification(
        label="undefined",
        reason=f"undefined: {why}",
        inertia=Inertia(0, 0, 0),
        eigenvalues=np.full(n, np.nan),
        eigenvectors=np.full((n, n), np.nan),
        asymmetry=math.nan,
        zero_threshold=math.nan,
        gradient_norm=math.nan,
        gradient_threshold=math.nan,
    )


def check_tolerance(name: str, given: Any) -> None:
    """Refuse a tolerance or a scale that is no finite number, or a negative one, with a sentence."""
    if isinstance(given, bool) or not isinstance(given, Real) or not 0 <= float(given) < math.inf:
        raise ProblemError(f"{name} is {given!r:.80}; it takes a finite number that is not negative.")


def _label(inertia: Inertia, asymmetry: float, stationary: bool) -> str:
    if asymmetry > ASYMMETRY_TOLERANCE:
        return "undefined"
    if not stationary:
        return "not stationary"
    if inertia.positive and inertia.negative:
        return "saddle"
    if inertia.zero:
        return "degenerate"
    return "minimum" if inertia.positive else "maximum"


def _spectrum(label: str, inertia: Inertia, eigenvalues: np.ndarray, zero_threshold: float) -> list[str]:
    if len(eigenvalues) == 1:
        parts = [f"λ = {number(eigenvalues[0])}"]
    else:
        parts = [f"λ_min = {number(eigenvalues[0])}, λ_max = {number(eigenvalues[-1])}"]
    if inertia.zero:
        verb = "is" if inertia.zero == 1 else "are"
        within = f" within {number(zero_threshold)}" if zero_threshold else ""
        parts.append(f"{amount(inertia.zero, 'eigenvalue')} {verb} zero{within}")
    if label == "degenerate":
        parts.append("the second-derivative test is silent")
    if label == "not stationary":
        parts.append(f"the Hessian there is {definiteness(inertia)}")
    return parts


def definiteness(inertia: Inertia) -> str:
    """Say what the signs of the eigenvalues make of a matrix.

    Examples
    --------
    >>> definiteness(Inertia(1, 0, 1)), definiteness(Inertia(2, 0, 0))
    ('indefinite', 'positive definite')
    """
    if inertia.positive and inertia.negative:
        return "indefinite"
    if not inertia.positive and not inertia.negative:
        return "zero"
    sign = "positive" if inertia.positive else "negative"
    return f"{sign} {'semidefinite' if inertia.zero else 'definite'}"


def _matrix(hessian: Any) -> np.ndarray:
    try:
        H = np.asarray(hessian)
        H = np.asarray(H, dtype=complex if H.dtype.kind == "c" else float)
    except (TypeError, ValueError):
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
    except (TypeError, ValueError):
        raise ProblemError(
            f"the gradient was given as {gradient!r:.80}; it takes {n} real numbers."
        ) from None
    if g.shape != (n,):
        raise ProblemError(
            f"the gradient has shape {g.shape} and the Hessian {(n, n)}; the gradient takes shape ({n},)."
        )
    return g


def _norm(vector: np.ndarray) -> float:
    """Euclidean norm that neither over- nor underflows."""
    largest = float(np.max(np.abs(vector)))
    return largest * float(np.linalg.norm(vector / largest)) if largest else 0.0


def _largest_component(columns: np.ndarray) -> np.ndarray:
    return np.take_along_axis(columns, np.argmax(np.abs(columns), axis=0)[None, :], axis=0)[0]


def _not_finite(H: np.ndarray, g: np.ndarray, names: tuple[str, ...]) -> str:
    """Name the first derivative that is not finite, and how many more there are."""
    slopes = [(f"∂f/∂{names[i]}", g[i]) for i in np.flatnonzero(~np.isfinite(g))]
    rows, columns = np.nonzero(~np.isfinite(H))
    total = len(slopes) + len(rows)
    if not total:
        return ""
    if slopes:
        what, value = slopes[0]
    else:
        i, j = rows[0], columns[0]
        what = f"∂²f/∂{names[i]}²" if i == j else f"∂²f/∂{names[i]}∂{names[j]}"
        value = H[i, j]
    more = f" (and {amount(total - 1, 'derivative')} more)" if total > 1 else ""
    return f"{what} is {number(float(value))}{more}"
