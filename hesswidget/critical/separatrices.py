"""Paths of steepest descent that leave the saddles: which minima they join, and through which passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hesswidget.critical.points import CriticalPoint
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import TracedProblem
from hesswidget.errors import ProblemError
from hesswidget.program.executor import Executable
from hesswidget.progress import Progress, Watch, silent

MOST = 100  # saddles whose paths are followed
START = 1e-3  # of the box: how far from the saddle a path starts, on its eigenvector
NEAR_MINIMUM = 1e-4  # of the box: nearer than this a path has come to a minimum
NEAR_SADDLE = 1e-6  # much nearer, since most paths pass by a saddle, and few end there
STEPS = 3_000
LONGEST = 1e12  # of the saddle's own time 1/|λ|: to degenerate minima paths come algebraically
POINTS = 120
RTOL, ATOL = 1e-8, 1e-10  # the latter of the box
BETWEEN = 4  # points looked at within each step

Gradient = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Path:
    """A path of steepest descent from a saddle.

    Attributes
    ----------
    points : ndarray, shape (k, n)
        Evenly along the path, at most 120; the first is the saddle, the last where the path ends.
    saddle : int
        The saddle's index in the table.
    end : int or None
        That of the critical point at which it ends.
    outcome : str
        ``minimum``; ``boundary`` where it leaves the box; ``saddle`` where it ends at another saddle, as symmetric
        functions have it; ``stopped`` where it had to be given up.
    """

    points: np.ndarray
    saddle: int
    end: int | None
    outcome: str


def separatrices(
    objective: Objective, table: Sequence[CriticalPoint], progress: Progress = silent
) -> tuple[Path, ...]:
    """Follow ``x' = −∇f`` from both sides of each saddle of index 1, along the eigenvector of its negative eigenvalue.

    The metric is that of the variables as they are given: other units give other paths, and mostly the same ends.
    Saddles, minima and paths are Smale's (1961) graph, of which mountaineers know the passes and the valleys.

    Parameters
    ----------
    objective : Objective
    table : sequence of CriticalPoint
        Of the same function. Paths end at its minima only; one that is missing from it leaves a path ``stopped``.
    progress : callable
        Where it says to stop, the path that is followed is ``stopped`` and those after it are missing.

    Returns
    -------
    tuple of Path
        Two for each saddle of index 1, of at most 100 saddles.

    Notes
    -----
    LSODA (Petzold, 1983) integrates with the Hessian, as valleys are stiff. Each path takes at most 3,000 steps.

    Examples
    --------
    >>> import hesswidget as hw
    >>> paths = hw.critical_points(lambda x, y: (x**2 - 1)**2 + y**2, x=(-2, 2), y=(-1, 1)).paths()
    >>> [(path.outcome, path.points[-1].round(6).tolist()) for path in paths]
    [('minimum', [1.0, 0.0]), ('minimum', [-1.0, 0.0])]
    """
    watch = Watch(progress)
    saddles = [k for k, p in enumerate(table) if p.label == "saddle" and p.index == 1][:MOST]
    ways = [(k, side) for k in saddles for side in (1.0, -1.0)]
    paths: list[Path] = []
    follower = _Follower(
        objective, table, lambda: watch(len(paths) / len(ways), f"{len(paths)} of {len(ways)} paths followed")
    )
    for way in ways:
        if watch.is_stopped:
            break
        paths.append(follower.path(*way))
    return tuple(paths)


class _Follower:
    def __init__(
        self, objective: Objective, table: Sequence[CriticalPoint], goes_on: Callable[[], bool]
    ) -> None:
        self.goes_on = goes_on
        ranges = objective.problem.ranges
        self.low = np.array([r.minimum for r in ranges])
        self.width = np.array([r.maximum for r in ranges]) - self.low
        self.table, self.gradient = table, _gradient(objective)
        self.hessian = objective.hessian
        self.minima = [k for k, p in enumerate(table) if p.kind == "minimum"]
        self.saddles = [k for k, p in enumerate(table) if p.label == "saddle"]

    def path(self, saddle: int, side: float) -> Path:
        """Follow one path."""
        curvature = self.table[saddle].curvature
        direction = curvature.eigenvectors[:, 0]
        direction = side * direction * np.sign(direction[np.argmax(np.abs(direction))])
        start = curvature.point + START / np.max(np.abs(direction / self.width)) * direction
        if not np.all(self._outside(start) <= 0):
            return Path(np.array([curvature.point, start]), saddle, None, "boundary")
        with np.errstate(all="ignore"):
            points, end, outcome = self._descend(start, saddle, -1 / curvature.eigenvalues[0])
        if end is not None:
            points.append(self.table[end].point)
        return Path(evenly(np.array([curvature.point, *points]), self.width), saddle, end, outcome)

    def _descend(
        self, start: np.ndarray, saddle: int, time: float
    ) -> tuple[list[np.ndarray], int | None, str]:
        from scipy.integrate import LSODA

        solver = LSODA(
            lambda _, x: -self.gradient(x), 0.0, start, LONGEST * time,
            first_step=1e-3 * time, rtol=RTOL, atol=ATOL * self.width, jac=lambda _, x: -self.hessian(x),
        )  # fmt: skip
        points = [start]
        for _ in range(STEPS):
            if not self.goes_on():
                break
            try:
                solver.step()
            except ProblemError:  # outside the function's domain
                break
            if solver.status == "failed" or not np.all(np.isfinite(solver.y)):
                break
            between = solver.dense_output()
            for t in np.linspace(solver.t_old, solver.t, BETWEEN + 1)[1:]:
                x = between(t)
                if np.any(self._outside(x) > 0):
                    return [*points, self._crossing(points[-1], x)], None, "boundary"
                points.append(x)
            end = self._near(x, self.minima, NEAR_MINIMUM)
            if end is not None:
                return points, end, "minimum"
            end = self._near(x, [k for k in self.saddles if k != saddle], NEAR_SADDLE)
            if end is not None:
                return points, end, "saddle"
            if solver.status == "finished":
                break
        return points, None, "stopped"

    def _outside(self, x: np.ndarray) -> np.ndarray:
        """How far outside the box each coordinate is, in its widths; rounding is not outside."""
        unit_point = (x - self.low) / self.width
        return np.maximum(np.maximum(-unit_point, unit_point - 1) - 1e-9, 0.0)

    def _crossing(self, inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
        """Where the line between two points crosses the boundary."""
        step = np.where(outside == inside, np.nan, outside - inside)
        with np.errstate(all="ignore"):
            shares = np.concatenate([(self.low - inside) / step, (self.low + self.width - inside) / step])
        share = min([s for s in shares if 0 <= s <= 1], default=1.0)
        return np.clip(inside + share * (outside - inside), self.low, self.low + self.width)

    def _near(self, x: np.ndarray, indices: list[int], radius: float) -> int | None:
        for k in indices:
            if np.max(np.abs(x - self.table[k].point) / self.width) <= radius:
                return k
        return None


def evenly(points: np.ndarray, width: np.ndarray, count: int = POINTS) -> np.ndarray:
    """Return at most `count` of the points along a path, about evenly by its length in widths of the box.

    Both ends are kept. The others are points of the path themselves, so that none is cut short.

    Examples
    --------
    >>> evenly(np.linspace([0.0], [1.0], 1001), np.ones(1), 3).tolist()
    [[0.0], [0.5], [1.0]]
    """
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0) / width, axis=1))])
    wanted = np.searchsorted(lengths, np.linspace(0.0, lengths[-1], count)[:-1] - 1e-12 * lengths[-1])
    return points[np.unique([*wanted, len(points) - 1])]


def _gradient(objective: Objective) -> Gradient:
    """Return the gradient: as recorded, which is some ten times as fast; by autograd where it cannot be."""
    problem = objective.problem
    program = TracedProblem.of(problem, objective.parameters).record_or_none(
        lambda f, point: {"gradient": f.gradient(point)}, point=problem.start
    )
    if program is None:
        return objective.gradient
    run, inputs = Executable(program), problem.traced_values(objective.parameters)
    return lambda x: run(point=x, parameters=inputs)["gradient"]
