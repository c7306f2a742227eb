"""Whether a slice is drawn to scale: one unit as long along one of its directions as along the other."""

from __future__ import annotations

import numpy as np

from hesswidget.appearance import SCALES

AUTOMATIC = "automatic"


def is_to_scale(ends: np.ndarray, scale: str = AUTOMATIC) -> bool:
    """Return whether a slice of two dimensions is drawn to scale, so that right angles look right.

    Twin of ``isToScale`` in ``frontend/panels/landscape/scale.ts``; ``tests/landscape/scales.json`` has what both say.

    Parameters
    ----------
    ends : ndarray, shape (2, 2)
        How far it goes along each direction; see `hesswidget.landscape.plane.Plane`.
    scale : {"automatic", "equal", "filling"}
        To scale where the ranges are of comparable size, wherever that leaves something to see, or never.

    Examples
    --------
    >>> ends = np.array([[-2.0, 2.0], [-15.0, 15.0]])
    >>> is_to_scale(ends), is_to_scale(ends, "equal"), is_to_scale(ends / 30, "filling")
    (False, True, False)
    """
    narrow, wide = np.sort(ends[:, 1] - ends[:, 0])
    return bool(wide <= SCALES[scale] * narrow)
