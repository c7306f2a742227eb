"""What travels between an explorer and its front end: a bounded, checked request, and a frame of binary arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.curvature import Curvature
from hesswidget.errors import ProblemError
from hesswidget.landscape import Slice, model_grids, quadratic_model
from hesswidget.point import as_point
from hesswidget.problem import Problem

MAX_MESSAGE = 4_000


@dataclass(frozen=True)
class Request:
    """A front end's wish for a frame.

    Attributes
    ----------
    id : str
        What the answer carries back.
    point : ndarray, shape (n,)
    parameters : dict
    axes : tuple of int
        The coordinates that the landscape is a slice along.
    moving : bool
        The person is still moving something: a coarse landscape will do.
    holds : int
        The version of the landscape that the front end has already.
    """

    id: str
    point: np.ndarray
    parameters: dict[str, Any]
    axes: tuple[int, ...]
    moving: bool
    holds: int


def decode(content: Any, buffers: Any, problem: Problem) -> Request:
    """Read a request, or refuse it with a `ProblemError`.

    Nothing in it is trusted: every field has one type and a bound, and values lie in their controls' ranges.
    """
    if not isinstance(content, Mapping) or set(content) != {
        "kind",
        "id",
        "parameters",
        "axes",
        "moving",
        "holds",
    }:
        raise ProblemError("a message without the fields of a request was refused.")
    identifier, axes, moving, holds = (content[k] for k in ("id", "axes", "moving", "holds"))
    n = len(problem.ranges)
    if content["kind"] != "evaluate" or not isinstance(identifier, str) or len(identifier) > 64:
        raise ProblemError("a message of an unknown kind was refused.")
    if type(moving) is not bool or type(holds) is not int or not isinstance(content["parameters"], Mapping):
        raise ProblemError("a request with fields of the wrong type was refused.")
    if (
        not isinstance(axes, list)
        or len(axes) != min(n, 2)
        or not all(type(i) is int and 0 <= i < n for i in axes)
        or len(set(axes)) != len(axes)
    ):
        raise ProblemError("a request for a slice along axes that do not exist was refused.")
    if len(buffers) != 1 or memoryview(buffers[0]).nbytes != 8 * n:
        raise ProblemError(f"a request whose point is not {n} float64 was refused.")
    point = as_point(np.frombuffer(bytes(buffers[0]), dtype="<f8"))
    point = as_point([float(r.check(x)) for r, x in zip(problem.ranges, point.tolist(), strict=True)])
    return Request(identifier, point, _parameters(content["parameters"], problem), tuple(axes), moving, holds)


def _parameters(given: Mapping[str, Any], problem: Problem) -> dict[str, Any]:
    if set(given) != set(problem.movable):
        raise ProblemError("a request with other parameters than the function's was refused.")
    moved = {a: control.from_wire(given[a]) for a, control in problem.movable.items()}
    return {**problem.parameters, **moved}


def encode(
    request: Request, curvature: Curvature, slice_: Slice, version: int, exact: bool
) -> tuple[dict[str, Any], list[bytes]]:
    """Write a frame: a header of text and shapes, and one float64 buffer for each array it names."""
    test = curvature.classification
    near = model_grids(slice_, curvature.point)
    arrays = {
        "numbers": np.array(
            [
                curvature.value,
                test.gradient_norm,
                test.gradient_threshold,
                test.zero_threshold,
                curvature.condition_number,
                curvature.asymmetry,
            ]
        ),
        "point": curvature.point,
        "gradient": curvature.gradient,
        "hessian": curvature.hessian,
        "eigenvalues": curvature.eigenvalues,
        "eigenvectors": curvature.eigenvectors,
        "model": quadratic_model(curvature, slice_.axes, near),
        **{f"near{i}": grid for i, grid in enumerate(near)},
    }
    if request.holds != version:
        arrays |= {f"grid{i}": grid for i, grid in enumerate(slice_.grids)}
        arrays |= {"values": slice_.values, "levels": slice_.levels}
    header = {
        "kind": "frame",
        "id": request.id,
        "label": curvature.label,
        "reason": curvature.reason,
        "inertia": list(curvature.inertia),
        "axes": list(slice_.axes),
        "landscape": version,
        "exact": exact,
        "arrays": [[name, list(array.shape)] for name, array in arrays.items()],
    }
    return header, [np.ascontiguousarray(array, dtype="<f8").tobytes() for array in arrays.values()]


def refusal(identifier: Any, message: str) -> dict[str, Any]:
    """Write the answer to a request that could not be met; the front end keeps its last picture."""
    known = identifier if isinstance(identifier, str) and len(identifier) <= 64 else ""
    return {"kind": "refusal", "id": known, "message": message[:MAX_MESSAGE]}
