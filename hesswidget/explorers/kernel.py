"""The kernel as an engine: frames by autograd, or by the recorded programs where there are some, and landscapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from hesswidget.curvature import Tolerances
from hesswidget.derivatives.objective import Objective
from hesswidget.explorers.frame import frame_of_numbers
from hesswidget.explorers.replay import ProgramSet
from hesswidget.landscape import tiles
from hesswidget.landscape.plane import Plane
from hesswidget.landscape.sampler import Sampler, Slice
from hesswidget.problem.problem import Problem

FINEST = {1: 401, 2: 65}  # values along each axis at most, by the slice's dimensions
SECONDS_MOVING, SECONDS_AT_REST = 0.008, 0.15  # about how long their sampling may take


class KernelFrames:
    """Computes what a front end asks for.

    Parameters
    ----------
    problem : Problem
    tolerances : Tolerances
    """

    def __init__(self, problem: Problem, tolerances: Tolerances) -> None:
        self._problem, self._tolerances = problem, tolerances
        self._sets: tuple[ProgramSet, ...] = ()
        self._sampler = Sampler(problem, self._recorded)
        self._held: tuple[Any, Slice, int, bool] | None = None

    def use(self, sets: tuple[ProgramSet, ...]) -> None:
        """Use what was recorded and checked; without any, autograd alone."""
        self._sets = sets

    def frame(self, point: np.ndarray, parameters: Mapping[str, Any], plane: Plane) -> dict[str, np.ndarray]:
        """Return the arrays of `hesswidget.explorers.frame.frame`."""
        if programs := self._programs(parameters):
            return programs.run(
                "frame", point=point, parameters=self._problem.traced_values(parameters),
                origin=plane.origin, basis=plane.basis, ends=plane.ends,
            )  # fmt: skip
        objective = Objective(self._problem, parameters)
        value = objective.value(point)
        derivatives = objective.gradient_and_hessian(point)
        return frame_of_numbers(
            point, value, *derivatives, plane, self._tolerances, objective.gradient_or_nan, self._problem
        )

    def _programs(self, parameters: Mapping[str, Any]) -> ProgramSet | None:
        return next((programs for programs in self._sets if programs.traced.fits(parameters)), None)

    def _recorded(self, parameters: Mapping[str, Any], plane: Plane, places: np.ndarray) -> Any:
        programs = self._programs(parameters)
        if programs is None:
            return None
        return tiles.sampled(
            programs.executable("tile"), self._problem.traced_values(parameters), plane, places
        )

    def sampled(self, plane: Plane, parameters: Mapping[str, Any], resolution: int) -> Slice:
        """Return a slice with so many values along each axis."""
        return self._sampler.sample(plane, parameters, resolution)

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
