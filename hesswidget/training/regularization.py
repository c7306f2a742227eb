"""Trainings with penalties, noise and SAM: what is added to a loss, and which programs that takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.division import divided
from hesswidget.descent.iteration import Iteration
from hesswidget.descent.method import State
from hesswidget.descent.outcome import CONVERGED, GOES_ON, STANDS_STILL
from hesswidget.models.model import Model
from hesswidget.problem.controls import Range, between
from hesswidget.second_derivative_test.stationarity import norm_of
from hesswidget.training import penalties
from hesswidget.training.decay import DECAY
from hesswidget.training.loss import Decayed
from hesswidget.training.noise import Noise
from hesswidget.training.penalties import Penalized

BATCH, STEPS = "batch", "steps"
DRAWN = "regularized_steps"
"""The entry of a state that counts them: no method's own is called so."""


@dataclass(frozen=True)
class Regularizer:
    """What regularizes a training, and where its slider goes.

    Attributes
    ----------
    meaning : str
        With its source.
    most : float
        Where its slider ends; it starts at none.
    part : str
        Which part of a training it is in, or its own name: programs are recorded for each part.
    is_estimated : bool
        Whether it is estimated of many weights; see `hesswidget.training.penalties`.
    """

    meaning: str
    most: float
    part: str
    is_estimated: bool = False

    def said(self, weights: int) -> str:
        """Return what it means for so many weights."""
        vectors = f", estimated by {penalties.PROBES} random vectors"
        return self.meaning + vectors * (self.is_estimated and weights > penalties.WHOLE)

    def control(self, name: str) -> Range:
        """Return its slider."""
        return between(name, 0.0, self.most).starting_at(0.0)


REGULARIZERS = {
    "gradient_penalty": Regularizer(
        "so many times |∇f|² is added (Drucker & LeCun, 1992; Barrett & Dherin, 2021)",
        0.2,
        "gradient_penalty",
    ),
    "hessian_trace": Regularizer("so many times tr ∇²f is added", 0.02, "hessian_trace", True),
    "frobenius": Regularizer(
        "so many times the sum of the squares of ∇²f is added", 0.002, "frobenius", True
    ),
    "input_noise": Regularizer(
        "σ of noise on the inputs, by its law: ½ σ² tr ∇²f in the inputs is added (Bishop, 1995)",
        0.5,
        "input_noise",
    ),
    "label_noise": Regularizer(
        "σ of noise on the targets at each step (Blanc et al., 2020); of classes the share of false labels",
        0.5,
        "noise",
    ),
    "radius": Regularizer("ρ of sharpness-aware minimization (Foret et al., 2021)", 0.3, "radius"),
}
LEAST, MOST = 1e-6, 1.0  # of weight decay


def decay_control(start: float) -> Range:
    """Return the slider of weight decay, on a logarithm, which reaches to where it starts."""
    least = min(LEAST, start) if start > 0 else LEAST
    return Range(DECAY, max(start, least), least, max(MOST, start), 0.05, logarithmic=True)


PARTS = tuple(dict.fromkeys(each.part for each in REGULARIZERS.values()))
WAYS: tuple[tuple[str, ...], ...] = ((), *((part,) for part in PARTS), PARTS)
"""The parts that programs are recorded with: none, each alone, all. Third derivatives are left out if they can be."""


def way_of(parameters: Mapping[str, Any], samples: int) -> int:
    """Return which of `WAYS` has the parts of a training and fewest others.

    Examples
    --------
    >>> none = dict.fromkeys(REGULARIZERS, 0.0)
    >>> WAYS[way_of({**none, "batch": 20.0, "radius": 0.1}, 20)], way_of({**none, "batch": 19.0, "radius": 0.1}, 20)
    (('radius',), 7)
    """
    wanted = {each.part for name, each in REGULARIZERS.items() if parameters[name] > 0}
    wanted |= {"noise"} if parameters[BATCH] < samples else set()
    return next(k for k, parts in enumerate(WAYS) if wanted <= set(parts))


def plain(parameters: Mapping[str, Any], samples: int, steps: int) -> dict[str, Any]:
    """Return parameters without anything that regularizes."""
    none = dict.fromkeys((DECAY, *REGULARIZERS), 0.0)
    return {**parameters, **none, BATCH: float(samples), STEPS: float(steps)}


@dataclass(frozen=True)
class Perturbed(TracedFunction):
    """A function with the gradient that it has at a distance uphill: that of sharpness-aware minimization.

    Attributes
    ----------
    f : TracedFunction
    radius : str
        The parameter of the problem that says how far.
    """

    f: TracedFunction
    radius: str

    def at(self, parameters: Any) -> TracedFunction:
        """Return the function at other parameters."""
        f = self.f.at(parameters)
        return Perturbed(f.traced, f.parameters, f, self.radius)

    def value_and_gradient(self, point: Any) -> tuple[Any, Any]:
        """Return f at the point, and ∇f uphill of it."""
        value, slope = self.f.value_and_gradient(point)
        distance = divided(self.f.values[self.radius], norm_of(slope))
        return value, self.f.gradient(point + distance * slope)

    def value(self, point: Any) -> Any:
        """Return f, a scalar."""
        return self.f.value(point)

    def hvp(self, point: Any, vector: Any) -> Any:
        """Return ∇²f · vector at the point, shape (n,)."""
        return self.f.hvp(point, vector)

    def ggnvp(self, point: Any, vector: Any) -> Any:
        """Return G · vector at the point, shape (n,)."""
        return self.f.ggnvp(point, vector)


@dataclass(frozen=True)
class Regularized(Iteration):
    """A method's iteration on the loss of a model with some parts of what regularizes it.

    Attributes
    ----------
    of : Model
    parts : tuple of str
        Of `PARTS`; weight decay is always there. How much of each are parameters of the problem.
    """

    of: Model | None = None
    parts: tuple[str, ...] = ()

    def begin(self, f: TracedFunction, point: Any) -> dict[str, Any]:
        """Return the first state at a point."""
        first = np.zeros(())
        return {**super().begin(self._loss(f, first), point), DRAWN: first}

    def advance(self, f: TracedFunction, state: State, after: TracedFunction | None = None) -> dict[str, Any]:
        """Return the state after one more step; with noise, it goes on where it would stand still without."""
        others = {name: x for name, x in state.items() if name != DRAWN}
        count = state[DRAWN] + 1.0
        moved = super().advance(self._loss(f, state[DRAWN]), others, after or self._loss(f, count))
        if "noise" in self.parts:
            status = moved["status"]
            rests = np.logical_or(status == CONVERGED, status == STANDS_STILL)
            moved["status"] = np.where(rests, GOES_ON, status)
        return {**moved, DRAWN: count}

    def _loss(self, f: TracedFunction, count: Any) -> TracedFunction:
        """Return what a step is taken on, so many steps after the first."""
        assert self.of is not None
        own: dict[str, penalties.Penalty] = {
            "gradient_penalty": penalties.gradient_norm,
            "hessian_trace": penalties.hessian_trace,
            "frobenius": penalties.frobenius,
        }
        terms: list[tuple[float | str, penalties.Penalty]] = [
            (name, penalty) for name, penalty in own.items() if name in self.parts
        ]
        if "input_noise" in self.parts:
            curvature = penalties.input_noise(self.of)
            terms.append((1.0, lambda f, point: f.values["input_noise"] ** 2 * curvature(f, point)))
        if "noise" in self.parts:
            f = f.at(
                np.concatenate([f.parameters, np.reshape(count, (1,))])
            )  # so that it is handed in wherever f is
            noise = Noise(self.of)
            terms.append((1.0, lambda f, point: _drawn(noise, f)(f, point)))
        loss = Decayed.of(Penalized.of(f, *terms), DECAY)
        return Perturbed(f.traced, f.parameters, loss, "radius") if "radius" in self.parts else loss


def _drawn(noise: Noise, f: TracedFunction) -> penalties.Penalty:
    """Return what the draw adds whose number stands behind a function's parameters."""
    return noise.at(f.parameters[-1], f.values[BATCH], f.values["label_noise"])
