"""Where the count of critical points does not fit: poles and kinks around which ∇f turns, points that are missing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hesswidget.critical.newton import Gradients
from hesswidget.critical.poincare_hopf import Unexplained
from hesswidget.critical.winding import winding_around_box

SMALLEST = 1e-6  # of the box: how far a point is narrowed down
WIDER = 100  # times as far away the gradient is looked at for comparison
FALLS = 0.5  # of the gradient's size there: towards a zero it falls by more, towards a pole it grows, at a kink neither
SHARES = (
    0.4836,
    0.5571,
    0.4142,
    0.618,
    0.3301,
)  # at which a box is parted: not in the middle, where symmetry puts points
CLEARANCE = 1e-3  # of a box: how far a cut must be from known points
MOST = 500  # boxes that are looked at


def unexplained(
    gradients: Gradients, points: np.ndarray, indices: Sequence[int], around: int
) -> list[Unexplained]:
    """Narrow down where the turns of ∇f are not those of the known points, in the unit cube.

    The box is parted again and again.

    Parameters
    ----------
    gradients : callable
        Gradients (k, n) at points (k, n) in the unit cube, of one or two dimensions.
    points : ndarray, shape (k, n)
        The known critical points, in the unit cube.
    indices : sequence of int
        Their indices as zeros of ∇f.
    around : int
        How often ∇f turns around the box.

    Examples
    --------
    >>> pole = lambda u: -(u - 0.3) / np.sum((u - 0.3) ** 2, axis=1, keepdims=True) ** 1.5
    >>> (found,) = unexplained(pole, np.empty((0, 2)), [], 1)
    >>> found.point.round(5).tolist(), found.excess, found.is_singular
    ([0.3, 0.3], 1, True)
    """
    n = points.shape[1]
    known = np.array(indices, dtype=int)
    found: list[Unexplained] = []
    boxes = [(np.zeros(n), np.ones(n), around - int(np.sum(known)))]
    for _ in range(MOST):
        if not boxes:
            break
        low, high, missing = boxes.pop()
        if not missing:
            continue
        if np.max(high - low) <= SMALLEST:
            found.append(Unexplained((low + high) / 2, missing, _is_singular(gradients, low, high)))
            continue
        parts = _parted(gradients, low, high, points, known)
        if parts is None:
            found.append(Unexplained((low + high) / 2, None, True))
        else:
            boxes += parts
    return found + [Unexplained((low + high) / 2, None, False) for low, high, missing in boxes if missing]


Box = tuple[np.ndarray, np.ndarray, int]


def _parted(
    gradients: Gradients, low: np.ndarray, high: np.ndarray, points: np.ndarray, indices: np.ndarray
) -> list[Box] | None:
    """Part a box across its longer side, with what is missing in each part; None where ∇f cannot be followed."""
    axis = int(np.argmax(high - low))
    width = high[axis] - low[axis]
    for share in SHARES:
        cut = low[axis] + share * width
        if np.any(np.abs(points[:, axis] - cut) <= CLEARANCE * width):
            continue
        parts: list[Box] = []
        for side in (0, 1):
            start, end = low.copy(), high.copy()
            (end if side == 0 else start)[axis] = cut
            winding = _winding_in(gradients, start, end)
            if winding is None:
                break
            is_inside = np.all((points >= start) & (points <= end), axis=1)
            parts.append((start, end, winding - int(np.sum(indices[is_inside]))))
        else:
            return parts
    return None


def _winding_in(gradients: Gradients, low: np.ndarray, high: np.ndarray) -> int | None:
    return winding_around_box(lambda u: gradients(low + (high - low) * u), len(low))


def _is_singular(gradients: Gradients, low: np.ndarray, high: np.ndarray) -> bool:
    """Whether the gradient does not fall towards a point as it does towards a zero."""
    corners = np.stack(np.meshgrid(*[[-1.0, 1.0]] * len(low)), axis=-1).reshape(-1, len(low))
    middle, half = (low + high) / 2, (high - low) / 2
    near, far = (
        float(np.median(np.linalg.norm(gradients(middle + scale * half * corners), axis=1)))
        for scale in (1, WIDER)
    )
    return not near <= FALLS * far
