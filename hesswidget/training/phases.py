"""What is seen in a training, in words: each name is defined here once, with the numbers that it takes."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from hesswidget.wording import number

NEAR = 0.95  # of the threshold, from which on a run has arrived there
AT_THE_EDGE = (0.85, 1.15)  # of the threshold: between them lies the median of what is called at the edge
MEETINGS = 5  # times that the sharpness is measured there, at least
SHARPENED = 1.5  # by how much the sharpness grows that is called progressive sharpening
CLIMBED = 2.0  # by how much the loss grows first that is called a catapult


class Phase(NamedTuple):
    """Something that is seen from one step to another.

    Attributes
    ----------
    name : {"progressive sharpening", "edge of stability", "catapult", "divergence", "stable"}
    first, last : int
        Steps.
    sentence : str
        The name with its numbers, without a full stop.
    """

    name: str
    first: int
    last: int
    sentence: str


class Seen(Protocol):
    """What of a run is looked at; see `hesswidget.training.run.Run`."""

    @property
    def loss(self) -> np.ndarray: ...  # noqa: D102

    @property
    def steps(self) -> np.ndarray: ...  # noqa: D102

    @property
    def ratio(self) -> np.ndarray: ...  # noqa: D102

    @property
    def status(self) -> str: ...  # noqa: D102


def phases(run: Seen) -> tuple[Phase, ...]:
    """Name what is seen, in the order in which it is.

    Progressive sharpening is a growth of the sharpness, measured in its threshold, by half or more, on its way to the
    edge or to its largest value (Cohen et al., 2021). Edge of stability is what comes once it has arrived, where its
    median stays within 15 % of the threshold. A catapult starts above the threshold, has the loss climb to twice its
    value or more, and ends below both (Lewkowycz et al., 2020).

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> run = SimpleNamespace(loss=np.array([1.0, 4.0, 0.5]), steps=np.arange(3), ratio=np.array([1.5, 1.2, 0.6]),
    ...                       status="stopped after 2 steps: |∇f| = 1")
    >>> [phase.name for phase in phases(run)]
    ['catapult', 'stable']
    """
    loss, steps, ratio = run.loss, run.steps, run.ratio
    has_diverged = run.status.startswith(("diverged", "broke down"))
    lowest = int(np.argmin(loss))
    known = np.isfinite(ratio) & (
        steps <= lowest if has_diverged else True
    )  # what grows with the loss says nothing
    steps, ratio = steps[known], ratio[known]
    found: list[Phase | None] = [_divergence(loss, lowest, ratio)] if has_diverged else []
    if len(ratio):
        near = np.flatnonzero((ratio >= NEAR) & (ratio <= AT_THE_EDGE[1]))
        arrived = int(near[0]) if len(near) else None
        edge = _edge(loss, steps, ratio, arrived)
        found += [_catapult(loss, steps, ratio), _sharpening(steps, ratio, arrived), edge]
        if edge is None and not has_diverged and ratio[-1] < NEAR:
            found.append(_stable(steps, ratio))
    named = [phase for phase in found if phase is not None]
    return tuple(sorted(named, key=lambda phase: (phase.first, phase.last)))


def _stable(steps: np.ndarray, ratio: np.ndarray) -> Phase:
    half = len(ratio) // 2
    most = number(float(ratio[half:].max()))
    return Phase(
        "stable", int(steps[half]), int(steps[-1]),
        f"stable: the sharpness ends at {number(float(ratio[-1]))} of its threshold, at most {most} of it from step "
        f"{steps[half]:,} on",
    )  # fmt: skip


def _catapult(loss: np.ndarray, steps: np.ndarray, ratio: np.ndarray) -> Phase | None:
    below = np.flatnonzero(ratio < 1)
    if not ratio[0] > 1 or not len(below):
        return None
    landed = int(steps[below[0]])
    peak = int(np.argmax(loss[: landed + 1]))
    if not loss[peak] >= CLIMBED * loss[0] or not loss[-1] < loss[0]:
        return None
    return Phase(
        "catapult", 0, landed,
        f"catapult: from {number(float(ratio[0]))} of the threshold the loss climbs to "
        f"{number(float(loss[peak] / loss[0]))} times its value at step {peak:,}, and the sharpness falls to "
        f"{number(float(ratio[below[0]]))} of the threshold by step {landed:,}",
    )  # fmt: skip


def _sharpening(steps: np.ndarray, ratio: np.ndarray, arrived: int | None) -> Phase | None:
    end = int(np.argmax(ratio)) if arrived is None else arrived
    begin = int(np.argmin(ratio[: end + 1]))
    if not 0 < SHARPENED * ratio[begin] <= ratio[end]:
        return None
    return Phase(
        "progressive sharpening", int(steps[begin]), int(steps[end]),
        f"progressive sharpening: the sharpness grows from {number(float(ratio[begin]))} of its threshold at step "
        f"{steps[begin]:,} to {number(float(ratio[end]))} at step {steps[end]:,}",
    )  # fmt: skip


def _edge(loss: np.ndarray, steps: np.ndarray, ratio: np.ndarray, arrived: int | None) -> Phase | None:
    if arrived is None or len(ratio) - arrived < MEETINGS:
        return None
    there, first, last = ratio[arrived:], int(steps[arrived]), int(steps[-1])
    low, middle, high = (float(q) for q in np.quantile(there, [0.25, 0.5, 0.75]))
    if not AT_THE_EDGE[0] <= middle <= AT_THE_EDGE[1]:
        return None
    along = loss[first : last + 1]
    rises = 100 * float(np.mean(np.diff(along) > 0))
    fate = "falls" if along[-1] < along[0] else "rises"
    return Phase(
        "edge of stability", first, last,
        f"edge of stability: from step {first:,} on the sharpness is {number(middle, 4)} of its threshold in the "
        f"median (quartiles {number(low, 4)}, {number(high, 4)}); the loss rises in {number(rises, 2)} % of steps, and "
        f"{fate} from {number(float(along[0]))} to {number(float(along[-1]))}",
    )  # fmt: skip


def _divergence(loss: np.ndarray, lowest: int, ratio: np.ndarray) -> Phase:
    last = len(loss) - 1
    before = f"; before, the sharpness was {number(float(ratio[-1]))} of its threshold" if len(ratio) else ""
    return Phase(
        "divergence", lowest, last,
        f"divergence: the loss grows from {number(float(loss[lowest]))} at step {lowest:,} to "
        f"{number(float(loss[-1]))} at step {last:,}{before}",
    )  # fmt: skip
