"""How an explorer is looked at: what is chosen on screen besides the point and the parameters.

A front end reports it, and a saved explorer opens with it. Twin of ``frontend/model/view_state.ts``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from hesswidget.appearance import SCALES, VIEWPOINT
from hesswidget.descent.convergence import MEASURES
from hesswidget.errors import ProblemError, nearest
from hesswidget.landscape.scale import AUTOMATIC
from hesswidget.program.bounds import RACE
from hesswidget.wording import amount

PATHS, RANDOM = "paths", "random"
ALONG = ("coordinates", "eigenvectors", PATHS, RANDOM)
ORDERS = ("as given", "by magnitude", "eigenbasis", "blocks")
AGAINST = ("steps", "cost")
MATRICES = ("hessian", "model", "difference")
MEASURED = ("sharpness", "ratio", "trace", "share", "step", "test loss")


@dataclass(frozen=True)
class SliceDirections:
    """What a slice is along.

    Attributes
    ----------
    kind : {"coordinates", "eigenvectors", "paths", "random"}
        Of a race also the directions in which its paths move most; and two random ones, normalized filter by filter,
        through the step that is looked at.
    indices : tuple of int
        Which of them: two, or the one that there is.
    """

    kind: str
    indices: tuple[int, ...]


@dataclass(frozen=True)
class ViewState:
    """How an explorer is looked at.

    Attributes
    ----------
    slice : SliceDirections, optional
        What the landscape is along; by default the first two coordinates.
    order : {"as given", "by magnitude", "eigenbasis", "blocks"}
        Of the Hessian's rows and columns; or the norm of each of its blocks, where the variables are in several.
    logarithmic : bool
        Whether the eigenvalues' axis is logarithmic on both sides of zero.
    density : bool
        Whether the eigenvalues are drawn as their density, where there are many.
    signs, paths : bool
        Whether the landscape shows where the Hessian is definite, and paths of steepest descent.
    gradient, newton : bool
        Whether it shows the gradient and Newton's step.
    surface : bool
        Whether the landscape is a surface.
    scale : {"automatic", "equal", "filling"}
        Whether one unit is as long along both of its axes; see `hesswidget.landscape.scale.is_to_scale`.
    azimuth, elevation : float
        From where the surface is seen, in radians.
    zoom : float
        How near.
    followed : int
        Which path is under the microscope, of a race.
    step : int, optional
        At which of its steps; by default at its end.
    against : {"steps", "cost"}
        What convergence is drawn against.
    measure : {"value", "gradient", "distance"}
        What converges: how much f is above the lowest value that was reached, |∇f|, the distance to a path's end.
    matrix : {"hessian", "model", "difference"}
        What the microscope shows.
    measured : {"sharpness", "ratio", "trace", "share", "step", "test loss"}
        What is shown of the curvature along paths: λ_max against its threshold, the one over the other, the trace, the
        share of the gradient in the top eigenvectors, the next step against the quadratic model; or the test loss.
    flows : bool
        Whether gradient flow and the central flow are shown beside a path of gradient descent.
    proposal, model : bool
        Whether a race's landscape shows what the next step proposes and tries, and the quadratic models at the step.
    basins : bool
        Whether the landscape shows where the followed method's paths end, from each start in it.

    Examples
    --------
    >>> ViewState.read({"surface": True, "slice": {"kind": "coordinates", "indices": [2, 0]}}, 3).slice.indices
    (2, 0)
    >>> ViewState(order="eigenbasis").written()
    {'order': 'eigenbasis'}
    """

    slice: SliceDirections | None = None
    order: str = ORDERS[0]
    logarithmic: bool = False
    density: bool = False
    signs: bool = False
    paths: bool = False
    gradient: bool = True
    newton: bool = True
    surface: bool = False
    scale: str = AUTOMATIC
    azimuth: float = VIEWPOINT["azimuth"]["start"]
    elevation: float = VIEWPOINT["elevation"]["start"]
    zoom: float = VIEWPOINT["zoom"]["start"]
    followed: int = 0
    step: int | None = None
    against: str = AGAINST[0]
    measure: str = MEASURES[0]
    matrix: str = MATRICES[0]
    measured: str = MEASURED[0]
    flows: bool = False
    proposal: bool = True
    model: bool = True
    basins: bool = False

    @classmethod
    def read(cls, given: Any, n: int) -> ViewState:
        """Check what comes from outside, for a function of `n` variables; what is not said is as at first.

        Raises
        ------
        ProblemError
            If there is anything in it that no front end would send.
        """
        if not isinstance(given, Mapping):
            raise ProblemError(f"a view state arrived as {type(given).__name__}; it takes an object.")
        for name in given:
            if name not in _READERS:
                raise ProblemError(f"a view state has no {name!r:.40}; {nearest(str(name)[:40], _READERS)}")
        state = cls(**{name: _READERS[name](value, name, n) for name, value in given.items()})
        takes_two = state.signs or state.surface or state.basins
        if (n < 2 and takes_two) or (n != 2 and state.paths):
            raise ProblemError(
                f"signs, basins and a surface take two variables, paths just two; there are {n}."
            )
        return state

    def written(self) -> dict[str, Any]:
        """Return what is not as at first, as it travels."""
        chosen = {field.name: getattr(self, field.name) for field in fields(self)}
        written = {name: value for name, value in chosen.items() if value != _START[name]}
        if self.slice is not None:
            written["slice"] = {"kind": self.slice.kind, "indices": list(self.slice.indices)}
        return written


def is_along(seen: ViewState | None, kind: str) -> bool:
    """Whether the slice is along directions of that kind."""
    return seen is not None and seen.slice is not None and seen.slice.kind == kind


def refuse_beyond(seen: ViewState, paths: int, steps: int) -> None:
    """Refuse what no path of an explorer can show; a race has so many, of so many steps, and any other explorer none.

    Raises
    ------
    ProblemError
        If a path is followed that there is none of, at a step that it cannot have, or what is of a race is to be shown
        of no race.

    Examples
    --------
    >>> try:
    ...     refuse_beyond(ViewState(followed=7), 3, 200)
    ... except ProblemError as error:
    ...     print(error)
    followed is 7; the race has 3 paths, of which the first is 0 and the last 2.
    """
    if not paths:
        of_race = {f"a slice along {kind}": is_along(seen, kind) for kind in (PATHS, RANDOM)}
        for name, is_chosen in {**_of_race(seen), **of_race}.items():
            if is_chosen:
                raise ProblemError(
                    f"{name} is for races of methods, such as hw.descend makes; here are none."
                )
        return
    if seen.followed >= paths:
        have = (
            f"{paths} paths, of which the first is 0 and the last {paths - 1}" if paths > 1 else "one path, 0"
        )
        raise ProblemError(f"followed is {seen.followed}; the race has {have}.")
    if seen.step is not None and seen.step > steps:
        raise ProblemError(f"step is {seen.step}; paths of the race have at most {amount(steps, 'step')}.")


def _of_race(seen: ViewState) -> dict[str, bool]:
    names = ("followed", "step", "against", "measure", "matrix", "measured", "flows", "basins")
    return {name: getattr(seen, name) != _START[name] for name in names}


def _slice(given: Any, name: str, n: int) -> SliceDirections | None:
    """Two different indices, or the one that there is; None for the first coordinates."""
    count = min(n, 2)
    if not isinstance(given, Mapping) or set(given) != {"kind", "indices"}:
        raise ProblemError(f"{name} is {given!r:.80}; it takes an object with kind and indices.")
    kind, indices = _one_of(ALONG)(given["kind"], "a slice's kind", n), given["indices"]
    is_list = isinstance(indices, list | tuple) and len(indices) == count
    if not is_list or not all(type(i) is int and 0 <= i < n for i in indices) or len(set(indices)) < count:
        raise ProblemError(
            f"a slice's indices are {indices!r:.80}; {count} different from 0 to {n - 1} are expected."
        )
    if (kind, tuple(indices)) == (ALONG[0], tuple(range(count))):
        return None
    return SliceDirections(kind, tuple(indices))


def _one_of(options: tuple[str, ...]) -> Callable[[Any, str, int], str]:
    def read(given: Any, name: str, n: int) -> str:
        if not isinstance(given, str) or given not in options:
            raise ProblemError(f"{name} is {given!r:.80}; it is one of {', '.join(options)}.")
        return given

    return read


def _truth(given: Any, name: str, n: int) -> bool:
    if not isinstance(given, bool):
        raise ProblemError(f"{name} is {given!r:.80}; it is true or false.")
    return given


def _whole(most: int) -> Callable[[Any, str, int], int]:
    def read(given: Any, name: str, n: int) -> int:
        if type(given) is not int or not 0 <= given <= most:
            raise ProblemError(f"{name} is {given!r:.80}; a whole number from 0 to {most} is expected.")
        return given

    return read


def _optional(read: Callable[[Any, str, int], Any]) -> Callable[[Any, str, int], Any]:
    return lambda given, name, n: None if given is None else read(given, name, n)


def _between(low: float, high: float) -> Callable[[Any, str, int], float]:
    def read(given: Any, name: str, n: int) -> float:
        if isinstance(given, bool) or not isinstance(given, int | float) or not low <= given <= high:
            raise ProblemError(f"{name} is {given!r:.80}; a number from {low:.4g} to {high:.4g} is expected.")
        return float(given)

    return read


_READERS: dict[str, Callable[[Any, str, int], Any]] = {
    "slice": _slice,
    "order": _one_of(ORDERS),
    "scale": _one_of(tuple(SCALES)),
    **dict.fromkeys(
        (
            "logarithmic",
            "density",
            "signs",
            "paths",
            "gradient",
            "newton",
            "surface",
            "proposal",
            "model",
            "basins",
            "flows",
        ),
        _truth,
    ),
    "followed": _whole(RACE.racers - 1),
    "step": _optional(_whole(RACE.steps)),
    "against": _one_of(AGAINST),
    "measure": _one_of(MEASURES),
    "matrix": _one_of(MATRICES),
    "measured": _one_of(MEASURED),
    **{name: _between(each["low"], each["high"]) for name, each in VIEWPOINT.items()},
}
_START = {field.name: field.default for field in fields(ViewState)}
