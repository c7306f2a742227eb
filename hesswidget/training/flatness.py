"""`hw.flatness`: whether the sharpness of what trainings find tells how well it generalizes, over a set of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from hesswidget.descent.minimize import whole_steps
from hesswidget.errors import ProblemError
from hesswidget.models.data import random_of
from hesswidget.models.model import Model, a_model
from hesswidget.precision import not_negative, positive, whole_number
from hesswidget.progress import Progress, reported
from hesswidget.shown import Shown
from hesswidget.training.sharpness import EPSILON, MOST, Sharpness, sharpness
from hesswidget.training.train import train
from hesswidget.wording import amount, number

MEASURES = {"largest": "λ_max", "trace": "trace", "in_box": "ε-sharpness", "relative": "relative flatness"}
LEAST = 6  # trainings, from which on a correlation has an interval
TOGETHER = 1_000  # trainings at most
VARIANCE = 0.437  # of Fisher's z of Kendall's τ, times n − 4 (Fieller, Hartley & Pearson, 1957)
NORMAL = 1.959964  # of 95 %
PUBLISHED = (
    "That flat minima generalize (Hochreiter & Schmidhuber, 1997; Keskar et al., 2017) does not replicate as a rule: "
    "of networks of ReLU, λ_max, trace and ε-sharpness can be made as large as one likes without a change of the "
    "function (Dinh et al., 2017), and over large sets of networks the correlation is weak, and of either sign "
    "(Andriushchenko et al., 2023). Nor do a few small networks decide it"
)


@dataclass(frozen=True)
class Setting:
    """What one training was held to.

    Attributes
    ----------
    seed : int
    rate : float
    batch : int or None
    weight_decay : float
    """

    seed: int
    rate: float
    batch: int | None
    weight_decay: float


@dataclass(frozen=True)
class Trained:
    """What one training found.

    Attributes
    ----------
    setting : Setting
    training_loss, test_loss : float
        Where it ended, without a penalty.
    sharpness : Sharpness
        There, of the loss on all samples for the fit.
    parameters : ndarray, shape (n,)
    """

    setting: Setting
    training_loss: float
    test_loss: float
    sharpness: Sharpness
    parameters: np.ndarray

    @property
    def gap(self) -> float:
        """The loss of the test less that of the fit."""
        return self.test_loss - self.training_loss


@dataclass(frozen=True, repr=False)
class Correlation:
    """Kendall's rank correlation of a measure with the gap.

    Attributes
    ----------
    value : float
        τ, from −1 to 1; NaN where there are too few trainings, or all are alike.
    low, high : float
        Its 95 % interval, by Fisher's z with the variance 0.437 / (n − 4) (Fieller, Hartley & Pearson, 1957), as if
        trainings were independent. Those of one seed, or of one rate, are not quite, so that it is rather too narrow.
    count : int
        Of how many trainings.
    """

    value: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, one: np.ndarray, other: np.ndarray) -> Correlation:
        """Rank two lists of numbers, where both are finite.

        Examples
        --------
        >>> Correlation.of(np.arange(20.0), np.arange(20.0) ** 3)
        τ = 1 [1, 1] of 20
        """
        from scipy.stats import kendalltau

        known = np.isfinite(one) & np.isfinite(other)
        count = int(known.sum())
        if count < LEAST or np.ptp(one[known]) == 0 or np.ptp(other[known]) == 0:
            return cls(math.nan, math.nan, math.nan, count)
        tau = float(kendalltau(one[known], other[known]).statistic)
        if abs(tau) > 1 - 1e-12:
            return cls(round(tau), round(tau), round(tau), count)
        width = NORMAL * math.sqrt(VARIANCE / (count - 4))
        low, high = (math.tanh(math.atanh(tau) + side * width) for side in (-1, 1))
        return cls(tau, low, high, count)

    @property
    def is_decided(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0

    def __str__(self) -> str:
        return f"τ = {number(self.value, 2)} [{number(self.low, 2)}, {number(self.high, 2)}] of {self.count}"

    __repr__ = __str__


@dataclass(frozen=True, eq=False, repr=False)
class Flatness(Shown):
    """Trainings of one model, how sharp what they found is, and how far the test is from the fit there.

    Attributes
    ----------
    name : str
        The model's.
    method : str
    steps : int
        How many each was trained for.
    trainings : tuple of Trained
        Those that came to a finite loss.
    diverged : int
        How many did not.
    status : str
        Why there are not more, where it was stopped; else empty.
    widen : callable or None
        How `wider` computes; None in what has come from another process.
    """

    name: str
    method: str
    steps: int
    trainings: tuple[Trained, ...]
    diverged: int
    status: str = ""
    widen: Callable[..., Flatness] | None = field(default=None)

    def __len__(self) -> int:
        return len(self.trainings)

    @property
    def gap(self) -> np.ndarray:
        """The loss of the test less that of the fit, of each, shape (m,)."""
        return np.array([one.gap for one in self.trainings])

    def measure(self, name: str) -> np.ndarray:
        """Return one of the measures of `hesswidget.training.sharpness.Sharpness` of each training, shape (m,)."""
        return np.array([getattr(one.sharpness, name) for one in self.trainings])

    @property
    def correlations(self) -> dict[str, Correlation]:
        """The rank correlation of each measure with the gap."""
        return {name: Correlation.of(self.measure(name), self.gap) for name in MEASURES}

    def wider(
        self,
        *,
        seeds: Iterable[int] = (),
        rates: Iterable[float] = (),
        batches: Iterable[int | None] = (),
        weight_decays: Iterable[float] = (),
        progress: bool | Progress = False,
    ) -> Flatness:
        """Return these trainings, and those that more seeds, rates, batches and weight decays make besides."""
        if self.widen is None:
            raise ProblemError("these trainings do not know their model any more; call hw.flatness again.")
        return replace(self.widen(seeds, rates, batches, weight_decays, progress), shows=self.shows)

    @property
    def sentences(self) -> list[str]:
        """What is seen, and what was published of it."""
        found, said = self.correlations, []
        open_ = [MEASURES[name] for name, one in found.items() if not one.is_decided]
        worse = [MEASURES[name] for name, one in found.items() if one.low > 0]
        better = [MEASURES[name] for name, one in found.items() if one.high < 0]
        if worse:
            said.append(f"By {_and(worse)} the sharper ones generalize worse here")
        if better:
            said.append(
                f"By {_and(better)} the sharper ones generalize better here, against what is often said"
            )
        if open_:
            said.append(
                f"Of {_and(open_)} these {amount(len(self), 'training')} do not tell: the interval has zero in it"
            )
        said.append(PUBLISHED)
        return said

    def __str__(self) -> str:
        head = f"{amount(len(self), 'training')} of {self.name} by {self.method}, {self.steps:,} steps each"
        head += f"; {self.diverged} diverged" if self.diverged else ""
        head += f"; {self.status}" if self.status else ""
        columns = ["seed", "rate", "batch", "decay", "loss", "test", "gap", *MEASURES.values()]
        rows = [columns, *(self._row(one) for one in self.trainings)]
        rows.append([*[""] * 6, "τ", *(number(one.value, 2) for one in self.correlations.values())])
        intervals = [f"[{number(c.low, 2)}, {number(c.high, 2)}]" for c in self.correlations.values()]
        rows.append([*[""] * 6, "95 %", *intervals])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        table = ["  ".join(map(str.rjust, row, widths)) for row in rows]
        return "\n".join([head, *table, *(f"{sentence}." for sentence in self.sentences)])

    __repr__ = __str__

    def _row(self, one: Trained) -> list[str]:
        s = one.setting
        losses = one.training_loss, one.test_loss, one.gap
        measures = (getattr(one.sharpness, name) for name in MEASURES)
        return [
            str(s.seed), number(s.rate), "all" if s.batch is None else str(s.batch), number(s.weight_decay),
            *(number(float(x)) for x in (*losses, *measures)),
        ]  # fmt: skip

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "widen": None}


def flatness(
    model: Model,
    /,
    *,
    seeds: Iterable[int] = range(4),
    rates: Iterable[float] = (0.05, 0.2),
    batches: Iterable[int | None] = (None, 8),
    weight_decays: Iterable[float] = (0.0,),
    method: str = "gradient-descent",
    steps: int = 1000,
    epsilon: float = EPSILON,
    progress: bool | Progress = False,
) -> Flatness:
    """Train a model in many ways, and rank how sharp each minimum is beside how far the test is from the fit.

    Parameters
    ----------
    model : Model
        One of `hesswidget.models` with samples to test with, of up to 400 weights.
    seeds : iterable of int
        Of starts and batches: 0 is the model's own start; others have the entries of each of its blocks in another
        order, which is a draw of the same kind.
    rates, batches, weight_decays : iterable
        All combinations are trained. A batch of None is all samples.
    method : str
        One of `hesswidget.methods` that has a rate.
    steps : int
        Of each training.
    epsilon : float
        Of the box of ε-sharpness.
    progress : bool or callable, optional
        As for `hesswidget.train`; what there is when it is stopped is returned.

    Returns
    -------
    Flatness
        It prints as a table, with Kendall's rank correlation of each measure and its 95 % interval;
        ``found.wider(seeds=range(4, 8))`` trains more.

    Raises
    ------
    ProblemError
        If it is no model, is too large or has nothing to test with, a value is out of its bounds, or there are more
        than a thousand combinations.

    Notes
    -----
    Trainings stop after so many steps, not at one loss: where they end at different ones, measures may rank that. The
    table has both.

    Examples
    --------
    >>> from hesswidget import models
    >>> found = flatness(models.logistic_regression("moons"), seeds=[0], rates=[0.1, 0.5], batches=[None], steps=50)
    >>> len(found), found.correlations["largest"].count
    (2, 2)
    """
    study = _Study(a_model(model), method, whole_steps(steps), positive("epsilon", epsilon))
    return study.trained({}, _grid(model, seeds, rates, batches, weight_decays), progress)


@dataclass(frozen=True)
class _Axes:
    """The values of each axis of a set of trainings, in the order in which they were given."""

    seeds: tuple[int, ...]
    rates: tuple[float, ...]
    batches: tuple[int | None, ...]
    weight_decays: tuple[float, ...]

    def joined(self, other: _Axes) -> _Axes:
        """Return the values of both, each once."""
        pairs = {name: (*getattr(self, name), *getattr(other, name)) for name in vars(self)}
        return _Axes(**{name: tuple(dict.fromkeys(values)) for name, values in pairs.items()})

    @property
    def settings(self) -> list[Setting]:
        """All combinations; refused where they are too many, or none."""
        axes = (self.seeds, self.rates, self.batches, self.weight_decays)
        count = math.prod(map(len, axes))
        if not 1 <= count <= TOGETHER:
            raise ProblemError(
                f"{count:,} combinations were given; from 1 to {TOGETHER:,} are trained: give at least one seed, rate, "
                f"batch and weight decay."
            )
        return [Setting(*each) for each in itertools.product(*axes)]


def _grid(model: Model, seeds: Any, rates: Any, batches: Any, decays: Any) -> _Axes:
    count = len(model.train)
    return _Axes(
        tuple(whole_number("a seed", x, 0, 2**32 - 1) for x in _listed("seeds", seeds)),
        tuple(positive("a rate", x) for x in _listed("rates", rates)),
        tuple(x if x is None else whole_number("a batch", x, 1, count) for x in _listed("batches", batches)),
        tuple(not_negative("a weight decay", x) for x in _listed("weight_decays", decays)),
    )


def _listed(name: str, given: Any) -> list[Any]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ProblemError(f"{name} is {given!r:.60}; it takes a list, such as [0, 1].")
    found = list(itertools.islice(given, TOGETHER + 1))
    return list(dict.fromkeys(found))


class _Study:
    """Trains a model in one setting after another."""

    def __init__(self, model: Model, method: str, steps: int, epsilon: float) -> None:
        self._model, self._method, self._steps, self._epsilon = model, method, steps, epsilon
        if model.test is None:
            raise ProblemError(
                f"{model.name} has no samples to test with; give hw.models.split(X, y, test=0.25) in place of X and y."
            )
        if model.blocks.size > MOST:
            raise ProblemError(
                f"{model.name} has {model.blocks.size:,} weights; these measures take the whole Hessian, up to {MOST}."
            )

    def trained(
        self, known: Mapping[Setting, Trained | None], axes: _Axes, progress: bool | Progress
    ) -> Flatness:
        """Train in the settings that are not known yet."""
        found, status = dict(known), ""
        wanted = [setting for setting in axes.settings if setting not in found]
        with reported(progress) as report:
            try:
                for k, setting in enumerate(wanted):
                    if not report(k / len(wanted), f"training {k + 1} of {len(wanted)}"):
                        status = f"stopped after {k} of {len(wanted)}"
                        break
                    found[setting] = self._train(setting)
            except KeyboardInterrupt:
                status = "stopped before its end"

        def widen(seeds: Any, rates: Any, batches: Any, decays: Any, progress: bool | Progress) -> Flatness:
            return self.trained(
                found, axes.joined(_grid(self._model, seeds, rates, batches, decays)), progress
            )

        trainings = tuple(one for one in found.values() if one is not None)
        diverged = len(found) - len(trainings)
        return Flatness(self._model.name, self._method, self._steps, trainings, diverged, status, widen)

    def _train(self, setting: Setting) -> Trained | None:
        """Train once; None where that diverges."""
        model = self._model
        run = train(
            model,
            self._start(setting.seed),
            method=self._method,
            rate=setting.rate,
            steps=self._steps,
            curvature_every=max(self._steps, 1),
            batch=setting.batch,
            seed=setting.seed,
            weight_decay=setting.weight_decay,
            l2=0.0,
        )
        point = run.parameters[-1]
        with np.errstate(all="ignore"):
            fitted, tested = float(model.loss(point, l2=0.0)), float(model.test_loss(point))
        has_diverged = run.is_over and not run.status.startswith(("converged", "stands"))
        if has_diverged or not (math.isfinite(fitted) and math.isfinite(tested)):
            return None
        return Trained(setting, fitted, tested, sharpness(model, point, epsilon=self._epsilon), point)

    def _start(self, seed: int) -> np.ndarray:
        """Return the model's start, or one with the entries of each block in another order."""
        start = self._model.start
        if seed == 0:
            return np.concatenate([np.ravel(x) for x in start.values()])
        random = random_of(seed)
        return np.concatenate([random.permutation(np.ravel(x)) for x in start.values()])


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
