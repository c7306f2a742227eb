"""All that is completed of NumPy, in force as this is imported; of SciPy what is imported by then."""

from __future__ import annotations

import sys

from hesswidget.derivatives.completion import (
    contractions,
    determinants,
    elementwise,
    grids,
    linear_algebra,
    methods,
    missing,
    polynomials,
    reductions,
    sorting,
    structure,
)

FAMILIES = (
    structure,
    grids,
    elementwise,
    reductions,
    missing,
    sorting,
    contractions,
    determinants,
    linear_algebra,
    polynomials,
    methods,
)


def meet_scipy() -> None:
    """Complete what of ``autograd.scipy`` is imported by now; SciPy is not imported for it."""
    if "autograd.scipy.special" in sys.modules:
        from hesswidget.derivatives.completion import special  # noqa: F401
    if "autograd.scipy.stats" in sys.modules:
        from hesswidget.derivatives.completion import densities  # noqa: F401
