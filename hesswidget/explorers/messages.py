"""What travels between an explorer and its front end: bounded, checked requests, and binary arrays.

A front end asks the kernel to *evaluate* a frame, where the kernel is its engine; or, where it computes frames itself,
to *verify* what it shows; to take a *look* at a point where the second-derivative test says something or cannot; and to
*survey* the box for critical points; and to follow the *paths* between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.critical.separatrices import Path
from hesswidget.critical.table import CriticalPoints
from hesswidget.curvature import Curvature
from hesswidget.derivatives.comparison import Derivatives
from hesswidget.errors import ProblemError
from hesswidget.landscape.plane import Plane
from hesswidget.landscape.sampler import Slice
from hesswidget.problem.problem import Problem
from hesswidget.problem.vector import as_point

MAX_MESSAGE = 4_000
MOST_SENTENCES = 8
MOST_DOTS = 1_000
_FIELDS = {
    "evaluate": {"kind", "id", "parameters", "moving", "holds"},
    "verify": {"kind", "id", "parameters"},
    "look": {"kind", "id", "parameters"},
    "survey": {"kind", "id", "parameters"},
    "paths": {"kind", "id", "parameters"},
}


@dataclass(frozen=True)
class Request:
    """A front end's wish for a frame.

    Attributes
    ----------
    id : str
        What the answer carries back.
    point : ndarray, shape (n,)
    parameters : dict
    plane : Plane
        Where the landscape lies.
    moving : bool
        The person is still moving something: a coarse landscape will do.
    holds : int
        The version of the landscape that the front end has already.
    """

    id: str
    point: np.ndarray
    parameters: dict[str, Any]
    plane: Plane
    moving: bool
    holds: int


@dataclass(frozen=True)
class Claim:
    """What a front end has computed itself, and asks about."""

    id: str
    parameters: dict[str, Any]
    derivatives: Derivatives


@dataclass(frozen=True)
class LookWish:
    """A front end's wish to know what a point is, by more than its Hessian."""

    id: str
    parameters: dict[str, Any]
    point: np.ndarray


@dataclass(frozen=True)
class SurveyWish:
    """A front end's wish for all critical points in the box, or for the paths between them."""

    id: str
    parameters: dict[str, Any]
    paths: bool


def decode(content: Any, buffers: Any, problem: Problem) -> Request | Claim | LookWish | SurveyWish:
    """Read a request, or refuse it with a `ProblemError`.

    Nothing in it is trusted: every field has one type and a bound, and values lie in their controls' ranges.
    """
    kind = content.get("kind") if isinstance(content, Mapping) else None
    if not isinstance(kind, str) or kind not in _FIELDS:
        raise ProblemError("a message of an unknown kind was refused.")
    if set(content) != _FIELDS[kind] or not is_identifier(content["id"]):
        raise ProblemError("a message without the fields of a request was refused.")
    if not isinstance(content["parameters"], Mapping):
        raise ProblemError("a request with fields of the wrong type was refused.")
    n = len(problem.ranges)
    if kind in ("survey", "paths"):
        return SurveyWish(content["id"], _parameters(content["parameters"], problem), paths=kind == "paths")
    if kind == "look":
        (point,) = _arrays(buffers, (n,))
        return LookWish(content["id"], _parameters(content["parameters"], problem), _inside(point, problem))
    if kind == "verify":
        point, derivatives = _arrays(buffers, (n, 1 + n + n * n))
        point = _inside(point, problem)
        claimed = Derivatives(
            point, float(derivatives[0]), derivatives[1 : n + 1], derivatives[n + 1 :].reshape(n, n)
        )
        return Claim(content["id"], _parameters(content["parameters"], problem), claimed)
    moving, holds = content["moving"], content["holds"]
    if type(moving) is not bool or type(holds) is not int:
        raise ProblemError("a request with fields of the wrong type was refused.")
    k = min(n, 2)
    point, origin, basis, ends = _arrays(buffers, (n, n, k * n, 2 * k))
    plane = Plane(origin, basis.reshape(k, n), ends.reshape(k, 2))
    parameters = _parameters(content["parameters"], problem)
    return Request(content["id"], _inside(point, problem), parameters, plane, moving, holds)


def is_identifier(given: Any) -> bool:
    """Whether this may name a question and its answer."""
    return isinstance(given, str) and len(given) <= 64


def _arrays(buffers: Any, lengths: tuple[int, ...]) -> list[np.ndarray]:
    sizes = [memoryview(b).nbytes for b in buffers[: len(lengths) + 1]]
    if sizes != [8 * length for length in lengths]:
        raise ProblemError(
            f"a request whose numbers are not {' and '.join(map(str, lengths))} float64 was refused."
        )
    return [np.frombuffer(bytes(b), dtype="<f8").astype(float) for b in buffers]


def _inside(point: np.ndarray, problem: Problem) -> np.ndarray:
    point = as_point(point)
    return as_point([float(r.check(x)) for r, x in zip(problem.ranges, point.tolist(), strict=True)])


def _parameters(given: Mapping[str, Any], problem: Problem) -> dict[str, Any]:
    if set(given) != set(problem.movable):
        raise ProblemError("a request with other parameters than the function's was refused.")
    moved = {a: control.from_wire(given[a]) for a, control in problem.movable.items()}
    return {**problem.parameters, **moved}


def encode(
    request: Request, frame: Mapping[str, np.ndarray], slice_: Slice, version: int, exact: bool
) -> tuple[dict[str, Any], list[bytes]]:
    """Write a frame: a header of text and shapes, and one float64 buffer for each array it names."""
    arrays = dict(frame)
    if request.holds != version:
        arrays |= {f"grid{i}": grid for i, grid in enumerate(slice_.grids)}
        arrays |= {"values": slice_.values, "levels": slice_.levels}
    header = {
        "kind": "frame",
        "id": request.id,
        "landscape": version,
        "exact": exact,
        "arrays": [[name, list(np.shape(array))] for name, array in arrays.items()],
    }
    return header, [np.ascontiguousarray(array, dtype="<f8").tobytes() for array in arrays.values()]


def look(wish: LookWish, curvature: Curvature) -> dict[str, Any]:
    """Write what a point is."""
    return {"kind": "look", "id": wish.id, "label": curvature.label, "reason": curvature.reason[:MAX_MESSAGE]}


def survey(wish: SurveyWish, table: CriticalPoints) -> tuple[dict[str, Any], list[bytes]]:
    """Write a table of critical points: text and counts, and float64 buffers of points, values, and points of sets."""
    header = {
        "kind": "survey",
        "id": wish.id,
        "labels": [p.label for p in table],
        "kinds": [p.kind for p in table],
        "indices": [p.index for p in table],
        "sentences": [s[:MAX_MESSAGE] for s in table.sentences[:MOST_SENTENCES]],
    }
    points = np.array([p.point for p in table])
    values = np.array([p.value for p in table])
    gutters = np.concatenate([s.points for s in table.sets] or [np.empty((0, 0))])
    arrays = (points, values, gutters[:MOST_DOTS])
    return header, [np.ascontiguousarray(array, dtype="<f8").tobytes() for array in arrays]


def paths(wish: SurveyWish, found: Sequence[Path]) -> tuple[dict[str, Any], list[bytes]]:
    """Write paths: how each ends, and a float64 buffer of points for each."""
    header = {"kind": "paths", "id": wish.id, "outcomes": [p.outcome for p in found]}
    return header, [np.ascontiguousarray(p.points, dtype="<f8").tobytes() for p in found]


def refusal(identifier: Any, message: str) -> dict[str, Any]:
    """Write the answer to a request that could not be met; the front end keeps its last picture."""
    known = identifier if is_identifier(identifier) else ""
    return {"kind": "refusal", "id": known, "message": message[:MAX_MESSAGE]}


def verdict(claim: Claim, deviation: float, agrees: bool) -> dict[str, Any]:
    """Write the answer to a claim. A deviation that is not finite travels as null, as JSON has no such number."""
    return {
        "kind": "verdict",
        "id": claim.id,
        "deviation": deviation if np.isfinite(deviation) else None,
        "agrees": agrees,
    }
