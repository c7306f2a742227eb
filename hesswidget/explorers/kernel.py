"""The kernel as an engine: frames by autograd, or by the recorded programs where there are some, and landscapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from hesswidget.appearance import DEFINITENESS_RESOLUTION
from hesswidget.derivatives.comparison import Derivatives, by_autograd, rounding_of
from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError
from hesswidget.explorers.frame import frame_of_numbers
from hesswidget.explorers.questions import Answer, Numbers, Point
from hesswidget.explorers.replay import Recorded
from hesswidget.explorers.view_state import ViewState
from hesswidget.landscape import tiles
from hesswidget.landscape.plane import Plane
from hesswidget.landscape.sampler import Sampler, Slice
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.tolerances import Tolerances
from hesswidget.wording import number, subscript

FINEST = {1: 401, 2: 65}  # values along each axis at most, by the slice's dimensions
SAVED = {1: 201, 2: 41}  # values along each axis where pictures are computed beforehand
SECONDS_MOVING, SECONDS_AT_REST = 0.008, 0.15  # about how long their sampling may take


SLICE: Mapping[str, Numbers] = MappingProxyType(
    {
        "point": Point(),
        "origin": Numbers(("n",)),
        "basis": Numbers(("k", "n")),
        "ends": Numbers(("k", 2)),
    }
)
"""The buffers by which a front end asks for a picture: a point, and where the slice lies."""


def asked_plane(origin: np.ndarray, basis: np.ndarray, ends: np.ndarray, shown: Problem) -> Plane:
    """Return the slice that a front end asks for.

    Raises
    ------
    ProblemError
        If it is none, or lies far outside the ranges that the sliders have on screen.
    """
    plane = Plane(origin, basis, ends)
    if not plane.is_near(shown):
        raise ProblemError("a slice far outside the sliders' ranges was refused.")
    return plane


class KernelFrames:
    """Frames, the `Computation` of whoever shows curvature; and the landscapes around them.

    Parameters
    ----------
    problem : Problem
    tolerances : Tolerances
    recorded : Recorded
    """

    name = "frame"
    saved_with: ClassVar[str] = ""
    claims: Mapping[str, Numbers] = MappingProxyType(
        {"value": Numbers(()), "gradient": Numbers(("n",)), "hessian": Numbers(("n", "n"))}
    )

    def __init__(self, problem: Problem, tolerances: Tolerances, recorded: Recorded) -> None:
        self._problem, self._tolerances, self._recorded = problem, tolerances, recorded
        self.widths = problem.widths
        self._sampler = Sampler(problem, self._replayed)
        self._held: tuple[Any, Slice, int, bool] | None = None

    def inputs(self, point: np.ndarray) -> dict[str, np.ndarray]:
        """Return a point with the first slice through it."""
        return _inputs(point, Plane.first(self._problem, point))

    def exact(self, point: np.ndarray, parameters: Mapping[str, Any]) -> Derivatives | None:
        """Compute the function's derivatives by autograd; None outside its domain, where it raises."""
        return by_autograd(Objective(self._problem, parameters), point)

    def rounding(self, exact: Derivatives, parameters: Mapping[str, Any]) -> Derivatives | None:
        """Measure what rounding may do to them."""
        return rounding_of(Objective(self._problem, parameters), exact)

    def compute(
        self,
        point: np.ndarray,
        parameters: Mapping[str, Any],
        shown: Problem,
        seen: ViewState | None = None,
    ) -> dict[str, np.ndarray]:
        """Return the frame with the first slice."""
        return self.frame(point, parameters, Plane.first(shown, point))

    def plane_at(
        self, point: np.ndarray, parameters: Mapping[str, Any], shown: Problem, seen: ViewState | None
    ) -> Plane:
        """Return where a picture lies that is saved: in the first slice."""
        return Plane.first(shown, point)

    def landscape_at(
        self,
        point: np.ndarray,
        parameters: Mapping[str, Any],
        shown: Problem,
        seen: ViewState | None = None,
    ) -> Slice | None:
        """Sample a slice as finely as it is saved."""
        plane = self.plane_at(point, parameters, shown, seen)
        return self._sampler.sample(plane, parameters, SAVED[len(plane.basis)])

    def frame(self, point: np.ndarray, parameters: Mapping[str, Any], plane: Plane) -> dict[str, np.ndarray]:
        """Return the arrays of `hesswidget.explorers.frame.frame`."""
        found = self._recorded.run(self.name, parameters, **_inputs(point, plane))
        if found is not None:
            return found
        objective = Objective(self._problem, parameters)
        value = objective.value(point)
        derivatives = objective.gradient_and_hessian(point)
        return frame_of_numbers(
            point, value, *derivatives, plane, self._tolerances, objective.gradient_or_nan, self._problem
        )

    def _replayed(self, parameters: Mapping[str, Any], plane: Plane, places: np.ndarray) -> Any:
        programs = self._recorded.at(parameters)
        if programs is None:
            return None
        return tiles.sampled(
            programs.executable("tile"), self._problem.traced_values(parameters), plane, places
        )

    def definiteness(self, plane: Plane, parameters: Mapping[str, Any]) -> np.ndarray | None:
        """Return the Hessian's extreme eigenvalues over a slice, shape (m, m, 2); None where they were not recorded."""
        programs = self._recorded.at(parameters)
        if programs is None or "definiteness" not in programs.programs:
            return None
        places = np.array([axis.ravel() for axis in np.meshgrid(*plane.grids(DEFINITENESS_RESOLUTION))])
        traced = self._problem.traced_values(parameters)
        found = tiles.sampled(programs.executable("definiteness"), traced, plane, places, "extremes")
        return found.reshape(DEFINITENESS_RESOLUTION, DEFINITENESS_RESOLUTION, 2)

    def with_landscape(
        self,
        arrays: Mapping[str, np.ndarray],
        plane: Plane,
        parameters: Mapping[str, Any],
        moving: bool,
        holds: int,
        is_whole: bool = True,
    ) -> Answer:
        """Answer with a picture's arrays, whole or not, and its landscape if the front end holds another version."""
        slice_, version, exact = self.landscape(plane, parameters, moving)
        found = dict(arrays)
        if holds != version:
            found |= {f"grid{i}": grid for i, grid in enumerate(slice_.grids)}
            found |= {"values": slice_.values, "levels": slice_.levels}
        return Answer.of(found, landscape=version, exact=exact and is_whole)

    def landscape(self, plane: Plane, parameters: Mapping[str, Any], moving: bool) -> tuple[Slice, int, bool]:
        """Return a slice, its version, and whether it is as fine as it gets; the one at hand if that still holds."""
        values = repr(self._problem.on_wire(parameters))
        key = (*(part.tobytes() for part in (plane.origin, plane.basis, plane.ends)), values)
        version = 1
        if self._held is not None:
            held_key, slice_, version, exact = self._held
            if held_key == key and (moving or exact):
                return replace(slice_, plane=plane), version, exact  # a front end's plane has no names
            version += 1
        if np.isnan(self._sampler.seconds_per_value):
            self._sampler.sample(plane, parameters, Sampler.COARSEST)
        dimensions = len(plane.basis)
        finest, seconds = FINEST[dimensions], SECONDS_MOVING if moving else SECONDS_AT_REST
        resolution = self._sampler.affordable(seconds, finest, dimensions)
        slice_ = self._sampler.sample(plane, parameters, resolution)
        self._held = (key, slice_, version, not moving or resolution == finest)
        return self._held[1:]


def along_eigenvectors(
    problem: Problem, point: np.ndarray, eigenvalues: np.ndarray, vectors: np.ndarray, indices: Sequence[int]
) -> Plane:
    """Return the slice through a point along some eigenvectors, the columns of (n, n); the first if there are none."""
    if not np.isfinite(vectors).all():
        return Plane.first(problem, point)
    names = [f"v{subscript(k + 1)} (λ = {number(eigenvalues[k], 2)})" for k in indices]
    return Plane.aslant(problem, point, vectors[:, list(indices)].T, names)


def _inputs(point: np.ndarray, plane: Plane) -> dict[str, np.ndarray]:
    return {"point": point, "origin": plane.origin, "basis": plane.basis, "ends": plane.ends}
