"""A search for zeros of the gradient, and why its ends are mostly no critical points where a landscape has plateaus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.compiled import compile as compiled
from hesswidget.curvature import Curvature, curvature
from hesswidget.models.model import Model, a_model
from hesswidget.precision import whole_number

STEPS, MOST = 200, 100_000


@dataclass(frozen=True, eq=False)
class RootSearch:
    """Where a search for ∇f = 0 has come to.

    Attributes
    ----------
    point : ndarray, shape (n,)
    curvature : Curvature
        Of f there; its label says whether the point is stationary.
    gradient_norm, first_norm : float
        Of the gradient at the end and at the start.
    flatness : float
        ``‖H g‖ / (‖H‖ ‖g‖)``, between 0 and 1: near zero the gradient lies where the Hessian has none, and ‖∇f‖² is
        stationary although f is not; NaN where the gradient is zero.
    reason : str
        Why the search has ended, by SciPy.
    """

    point: np.ndarray
    curvature: Curvature
    gradient_norm: float
    first_norm: float
    flatness: float
    reason: str

    @property
    def label(self) -> str:
        """What the point is by the second-derivative test."""
        return self.curvature.label

    def __str__(self) -> str:
        return (
            f"|∇f| = {self.gradient_norm:.3g}, {self.gradient_norm / self.first_norm:.2g} of the first: {self.label}; "
            f"flatness {self.flatness:.2g}"
        )


def root_search(model: Model, start: Any = None, *, steps: int = STEPS, **parameters: Any) -> RootSearch:
    """Search a zero of the gradient by Levenberg and Marquardt's method for ½‖∇f‖², from any kind of point.

    It is how saddles of networks have been looked for, and it ends mostly where ‖∇f‖ is small and stationary, but not
    zero: in regions that are flat along the gradient (Frye et al., 2021). A small ‖∇f‖ is no critical point; ask the
    second-derivative test.

    Parameters
    ----------
    model : Model
    start : dict or ndarray, optional
        By default the model's.
    steps : int
    **parameters
        Such as ``l2``.

    Examples
    --------
    >>> from hesswidget.models.regression import linear_regression
    >>> found = root_search(linear_regression("plane"))
    >>> found.label, found.gradient_norm < 1e-12
    ('minimum', True)
    """
    from scipy.optimize import least_squares

    steps = whole_number("steps", steps, 1, MOST)
    first = a_model(model).blocks.flatten(model.start if start is None else model.variables(start))
    f = compiled(model, first, **parameters)
    found = least_squares(f.gradient, first, jac=f.hessian, method="lm", max_nfev=steps)
    gradient, hessian = f.gradient(found.x), f.hessian(found.x)
    norm = float(np.linalg.norm(gradient))
    with np.errstate(invalid="ignore", divide="ignore"):
        flatness = float(np.linalg.norm(hessian @ gradient) / np.linalg.norm(hessian, 2) / np.float64(norm))
    return RootSearch(
        point=found.x,
        curvature=curvature(model, found.x, **parameters),
        gradient_norm=norm,
        first_norm=float(np.linalg.norm(f.gradient(first))),
        flatness=flatness,
        reason=str(found.message),
    )
