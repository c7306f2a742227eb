"""Gradient flow, and the central flow that gradient descent follows in the mean at the edge of stability.

Where the largest eigenvalue S stays below 2/η, gradient descent goes about where gradient flow goes. At the edge it
oscillates along the eigenvector u, with a variance σ², and the oscillation bends its path: averaged over it, the path
is that of ``dw/dt = −η (∇L + σ²/2 · ∇S)``, with the one σ² ≥ 0 that keeps S from passing 2/η (Cohen et al., 2025,
Understanding optimization in deep learning with central flows).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.blas import one_blas_thread
from hesswidget.derivatives.reverse_mode import gradient
from hesswidget.derivatives.traced import TracedFunction, TracedProblem
from hesswidget.errors import ProblemError
from hesswidget.progress import Progress
from hesswidget.training.computed import Computed
from hesswidget.training.curvature import MOST_WHOLE
from hesswidget.training.loss import Decayed
from hesswidget.wording import number

KINDS = ("central", "gradient")
CRITICAL = 0.999  # of the threshold, from which on the second eigenvalue is critical too


@dataclass(frozen=True, eq=False, repr=False)
class Flow:
    """A flow from where a run started; made by `hesswidget.training.run.Run.flow`.

    Attributes
    ----------
    kind : {"central", "gradient"}
    rate : float
        η, of the run.
    times : ndarray, shape (q,)
        In steps of the run.
    loss, sharpness : ndarray, shape (q,)
        L and S along the flow.
    variance : ndarray, shape (q,)
        σ², of the oscillation that gradient descent has there; 0 below the edge, and of gradient flow.
    steps : ndarray of int, shape (m,)
        Those steps of the run at which it was measured that the flow has come to.
    parameters : ndarray, shape (m, n)
    distance : ndarray, shape (m,)
        From the run, at the same steps.
    status : str
        How far it went, in words.
    """

    kind: str
    rate: float
    times: np.ndarray
    loss: np.ndarray
    sharpness: np.ndarray
    variance: np.ndarray
    steps: np.ndarray
    parameters: np.ndarray
    distance: np.ndarray
    status: str

    @property
    def predicted_loss(self) -> np.ndarray:
        """The loss that gradient descent has on average over an oscillation, L + σ²/η, shape (q,)."""
        return self.loss + self.variance / self.rate

    def averages(self, loss: np.ndarray, window: int = 100) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Average a run's loss and what is predicted over windows.

        Parameters
        ----------
        loss : ndarray, shape (k + 1,)
            ``run.loss``.
        window : int
            Steps.

        Returns
        -------
        begin, met, predicted : ndarray
            Where each window begins, the mean of the run's loss in it, and of the prediction.
        """
        begin = np.arange(0, int(min(self.times[-1], len(loss) - 1)) - window + 1, window)
        met = np.array([loss[b : b + window].mean() for b in begin])
        at = np.interp(np.arange(begin[-1] + window if len(begin) else 0), self.times, self.predicted_loss)
        return begin, met, np.array([at[b : b + window].mean() for b in begin])

    def __str__(self) -> str:
        end = f"distance to the run {number(float(self.distance[-1]))}, loss {number(float(self.loss[-1]))}"
        return f"{self.kind} flow: {self.status}; {end}, S · η/2 = {number(float(self.sharpness[-1]) * self.rate / 2)}"

    __repr__ = __str__


def flow(
    traced: TracedProblem,
    decay: float,
    rate: float,
    kind: str,
    steps: np.ndarray,
    parameters: np.ndarray,
    report: Progress,
) -> Flow:
    """Follow a flow from a run's start, as far as the run went.

    Parameters
    ----------
    traced : TracedProblem
    decay : float
        Weight decay.
    rate : float
    kind : {"central", "gradient"}
    steps : ndarray, shape (m,)
    parameters : ndarray, shape (m, n)
        Where the run was then.
    report : callable

    Notes
    -----
    By the linearly implicit Euler method, in steps as long as those of gradient descent, whatever the sharpness is:
    directions that are stiff need no shorter ones. σ² is the one with which S, to first order, does not pass 2/η.
    """
    n = parameters.shape[1]
    if n > MOST_WHOLE:
        raise ProblemError(
            f"a flow is followed with the whole Hessian, of up to {MOST_WHOLE} variables; there are {n:,}."
        )
    with one_blas_thread(), np.errstate(all="ignore"):
        return _Follower(traced, decay, rate, kind).follow(steps, parameters, report)


class _Follower:
    def __init__(self, traced: TracedProblem, decay: float, rate: float, kind: str) -> None:
        start = traced.problem.start

        def at(f: TracedFunction, point: Any) -> Mapping[str, Any]:
            value, slope, hessian = Decayed.of(f, decay).derivatives(point)
            return {"value": value, "gradient": slope, "hessian": hessian}

        def rise(f: TracedFunction, point: Any, vector: Any) -> Mapping[str, Any]:
            loss = Decayed.of(f, decay)
            return {"rise": gradient(lambda x: anp.dot(vector, loss.hvp(x, vector)))(point)}

        self._at = Computed(traced, at, point=start)
        self._rise = Computed(traced, rise, point=start, vector=np.ones(len(start)))
        self._rate, self._is_central, self._kind = rate, kind == "central", kind

    def follow(self, steps: np.ndarray, parameters: np.ndarray, report: Progress) -> Flow:
        w, time, end = parameters[0].copy(), 0, int(steps[-1])
        told: list[tuple[float, ...]] = []
        kept: list[np.ndarray] = []
        status = f"followed for {end:,} steps"
        while True:
            if time == steps[len(kept)]:
                kept.append(w)
                if not report(time / max(end, 1), f"{self._kind} flow, step {time:,} of {end:,}"):
                    status = f"stopped at step {time:,} of {end:,}, before its end"
                    end = time
            moved, value, sharpness, second, variance = self._step(w)
            told.append((time, value, sharpness, variance))
            if not np.isfinite(moved).all():
                status = f"stopped at step {time:,}: where it leads is not finite"
                break
            if self._is_central and second * self._rate / 2 > CRITICAL:
                status = (
                    f"stopped at step {time:,}: a second eigenvalue has come to the threshold, "
                    f"{number(second * self._rate / 2, 4)} of it, and this flow follows one"
                )
                break
            if time >= end:
                break
            w, time = moved, time + 1
        times, loss, sharpness, variance = np.array(told).T
        at = np.array(kept)
        distance = np.linalg.norm(at - parameters[: len(at)], axis=1)
        return Flow(
            self._kind, self._rate, times, loss, sharpness, variance, steps[: len(at)], at, distance, status
        )

    def _step(self, w: np.ndarray) -> tuple[np.ndarray, float, float, float, float]:
        """Return where it leads, L, the two largest eigenvalues, and σ²."""
        from scipy.linalg import eigh, solve

        found = self._at(point=w)
        slope, hessian = np.asarray(found["gradient"]), np.asarray(found["hessian"])
        n = len(w)
        if not np.isfinite(hessian).all():
            return np.full(n, np.nan), np.nan, np.nan, np.nan, np.nan
        matrix = (hessian + hessian.T) / 2
        values, vectors = eigh(matrix, subset_by_index=[max(n - 2, 0), n - 1])
        sharpness, second = float(values[-1]), float(values[0]) if n > 1 else -np.inf
        pulls = [slope]
        if self._is_central:
            pulls.append(np.asarray(self._rise(point=w, vector=vectors[:, -1])["rise"]))
        moves = solve(np.eye(n) / self._rate + matrix, np.stack(pulls, axis=1), assume_a="sym")
        half = 0.0
        if self._is_central:
            rise = pulls[1]
            beyond = sharpness - rise @ moves[:, 0] - 2 / self._rate
            half = max(0.0, float(beyond / (rise @ moves[:, 1])))
        move = moves[:, 0] + (half * moves[:, 1] if half else 0.0)
        return w - move, float(found["value"]), sharpness, second, 2 * half
