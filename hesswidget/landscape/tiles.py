"""Programs over places in a slice: a tile of them at a time, with what all places share computed once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.control_flow import over_rows
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.landscape.plane import Plane, place_on
from hesswidget.program import batching
from hesswidget.program.executor import Executable
from hesswidget.program.program import Program

TILE = 1_024  # rows at most


def program(traced: TracedProblem) -> Program:
    """Record the function's values over places in a slice: output ``values``, (rows,)."""
    return over_places(traced, "values", lambda f, x: f.value(x))


def over_places(
    traced: TracedProblem, output: str, function: Callable[[TracedFunction, Any], Any]
) -> Program:
    """Record what `function` computes at places in a slice.

    Parameters
    ----------
    traced : TracedProblem
    output : str
        The name of the program's output, which has a row for each place.
    function : callable
        ``function(f, point)`` returns an array.

    Returns
    -------
    Program
        Its inputs are ``origin``, ``basis`` and ``places``, of shape (k, rows), and ``parameters``.
    """
    plane = Plane.first(traced.problem, traced.problem.start)
    k = len(plane.basis)
    shared = {"origin": plane.origin, "basis": plane.basis}

    def at_place(f: TracedFunction, place: Any, origin: Any, basis: Any) -> Any:
        return function(f, place_on(origin, basis, [place[i] for i in range(k)]))

    single = traced.record(
        lambda f, place, origin, basis: {output: at_place(f, place, origin, basis)},
        place=np.zeros(k), **shared,
    )  # fmt: skip
    rows = batching.chunk_of(single, TILE, [name == "place" for name, _ in single.inputs])

    def build(f: TracedFunction, origin: Any, basis: Any, places: Any) -> dict[str, Any]:
        found = over_rows(
            lambda place, parameters, origin, basis: at_place(f.at(parameters), place, origin, basis),
            anp.transpose(places),
            shared=(f.parameters, origin, basis),
        )
        return {output: found}

    return traced.record(build, **shared, places=np.zeros((k, rows)))


def sampled(
    tile: Executable, parameters: np.ndarray, plane: Plane, places: np.ndarray, output: str = "values"
) -> np.ndarray:
    """Run a program over any number of places in a slice, shape (k, m), tile by tile; a row for each place."""
    count = places.shape[1]
    rows = dict(tile.program.inputs)["places"][1]
    padded = np.pad(places, ((0, 0), (0, -count % rows)), mode="edge")
    shared = {"parameters": parameters, "origin": plane.origin, "basis": plane.basis}
    values = [tile(**shared, places=padded[:, at : at + rows])[output] for at in range(0, count, rows)]
    return np.concatenate(values)[:count]
