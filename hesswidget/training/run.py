"""What a training took and met, as data and as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hesswidget.errors import ProblemError
from hesswidget.precision import for_json
from hesswidget.progress import Progress
from hesswidget.shown import Shown
from hesswidget.training.flow import KINDS, Flow
from hesswidget.training.phases import Phase, phases
from hesswidget.wording import number

ROWS = 12  # of a printed table


@dataclass(frozen=True, eq=False, repr=False)
class Run(Shown):
    """A training: the loss at each of k steps, and the curvature at m of them; made by `hesswidget.train`.

    Attributes
    ----------
    name : str
        What the loss is called.
    method : str
    hyperparameters : dict
        What the method was held to, ``rate`` among them.
    batch : int or None
        How many samples a step was taken on; None where on all.
    weight_decay : float
    loss, gradient_norm : ndarray, shape (k + 1,)
        At each step, the start first: of what the next step is taken on, the next batch where there are batches.
    cost : ndarray, shape (k + 1,)
        What had been spent on steps, about, in gradients: a product with the Hessian counts as two, a value as a third.
    steps : ndarray of int, shape (m,)
        The steps at which curvature was measured, the start and the last one among them.
    training_loss : ndarray, shape (m,)
        On all samples.
    test_loss : ndarray, shape (m,), or None
        On a model's samples to test with, without penalty.
    sharpness : ndarray, shape (m,)
        λ_max, the Hessian's largest eigenvalue, on all samples. NaN where it is not finite.
    preconditioned_sharpness : ndarray, shape (m,), or None
        Of a method that divides by a diagonal, the largest eigenvalue of the Hessian divided by it.
    threshold : ndarray, shape (m,)
        Up to where that sharpness, the preconditioned one if there is one, leaves the method's steps stable: 2/η of
        gradient descent, (2 + 2β)/η of heavy ball; see `hesswidget.descent.method.Method.threshold`. NaN where none is
        known.
    trace, trace_error : ndarray, shape (m,)
        The Hessian's trace, and half the width of its 95 % interval, 0 where it is exact.
    parameters : ndarray, shape (m, n)
    products : int
        How many products with the Hessian measuring took; the whole Hessian counts n.
    status : str
        How it ended, in words.
    is_over : bool
        Whether it can go no further: it diverged, or stands still.
    go_on, follow : callable or None
        How `more` and `flow` compute; None in what has come from another process.
    """

    name: str
    method: str
    hyperparameters: Mapping[str, Any]
    batch: int | None
    weight_decay: float
    loss: np.ndarray
    gradient_norm: np.ndarray
    cost: np.ndarray
    steps: np.ndarray
    training_loss: np.ndarray
    test_loss: np.ndarray | None
    sharpness: np.ndarray
    preconditioned_sharpness: np.ndarray | None
    threshold: np.ndarray
    trace: np.ndarray
    trace_error: np.ndarray
    parameters: np.ndarray
    products: int
    status: str
    is_over: bool
    go_on: Callable[..., Run] | None = None
    follow: Callable[..., Flow] | None = None

    def __len__(self) -> int:
        return len(self.loss)

    @property
    def title(self) -> str:
        """The method with its hyperparameters, and what else tells one run from another."""
        told = [
            f"{a} {number(v) if isinstance(v, float) else v}"
            for a, v in self.hyperparameters.items()
            if v != "none"
        ]
        told += [f"batches of {self.batch}"] if self.batch else []
        told += [f"weight decay {number(self.weight_decay)}"] if self.weight_decay else []
        return ", ".join([self.method, *told])

    @property
    def ratio(self) -> np.ndarray:
        """The sharpness that the threshold is of, over it, shape (m,): above 1 an oscillation grows."""
        watched = self.sharpness if self.preconditioned_sharpness is None else self.preconditioned_sharpness
        return watched / self.threshold

    @property
    def phases(self) -> tuple[Phase, ...]:
        """What is seen: progressive sharpening, edge of stability, catapult, divergence, each in a sentence."""
        return phases(self)

    def more(self, steps: int, progress: bool | Progress = False) -> Run:
        """Go on for so many steps; returns the whole run, as it would have been at once.

        Raises
        ------
        ProblemError
            If it is over, or has come from another process.
        """
        if self.is_over:
            raise ProblemError(f"this training is over, it can go no further: {self.status}.")
        if self.go_on is None:
            raise ProblemError("this run does not know its loss any more; train from run.parameters[-1].")
        return replace(self.go_on(steps, progress), shows=self.shows)

    def flow(self, kind: str = "central", *, progress: bool | Progress = False) -> Flow:
        """Follow the flow that gradient descent follows, from the same start, as far as the run went.

        Parameters
        ----------
        kind : {"central", "gradient"}
            The central flow is the path averaged over the oscillation at the edge of stability; it is that of one
            eigenvalue, and ends where a second one has come there. Below the edge it is gradient flow.
        progress : bool or callable, optional
            As for `hesswidget.train`.

        Returns
        -------
        Flow
            With its distance from the run, and the loss that it predicts in the mean.

        Raises
        ------
        ProblemError
            If the run is not one of gradient descent at a fixed rate on all samples, has more than 400 variables, or
            has come from another process.
        """
        if kind not in KINDS:
            raise ProblemError(f"kind is {kind!r:.40}; it takes {' or '.join(map(repr, KINDS))}.")
        is_plain = self.method == "gradient-descent" and self.hyperparameters.get("line_search") == "none"
        if not is_plain or self.batch:
            raise ProblemError(
                f"a flow is that of gradient descent at a fixed rate on all samples; this run is {self.title}."
            )
        if self.follow is None:
            raise ProblemError("this run does not know its loss any more; train again.")
        return self.follow(self, kind, progress)

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "go_on": None, "follow": None}

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python numbers, lists and text, fit for JSON; None where something is not known."""
        arrays = (
            "loss", "gradient_norm", "cost", "steps", "training_loss", "test_loss", "sharpness",
            "preconditioned_sharpness", "threshold", "ratio", "trace", "trace_error", "parameters",
        )  # fmt: skip
        return {
            "name": self.name, "method": self.method, "hyperparameters": dict(self.hyperparameters),
            "batch": self.batch, "weight_decay": self.weight_decay,
            **{a: for_json(getattr(self, a)) for a in arrays},
            "products": self.products, "status": self.status,
            "phases": [{"name": p.name, "sentence": p.sentence} for p in self.phases],
        }  # fmt: skip

    def __str__(self) -> str:
        head = f"{self.title} on {self.name}, n = {self.parameters.shape[1]:,}: {self.status}"
        divided = self.preconditioned_sharpness
        columns: dict[str, np.ndarray | None] = {
            "loss": self.training_loss, "test loss": self.test_loss, "λ_max": self.sharpness,
            "preconditioned": divided, "threshold": self.threshold, "ratio": self.ratio, "trace": self.trace,
        }  # fmt: skip
        shown = {name: x for name, x in columns.items() if x is not None and not np.isnan(x).all()}
        at = np.unique(np.linspace(0, len(self.steps) - 1, min(ROWS, len(self.steps))).round().astype(int))
        rows = [["step", *shown]]
        rows += [[f"{self.steps[i]:,}", *(number(float(x[i]), 4) for x in shown.values())] for i in at]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        table = ["  ".join(map(str.rjust, row, widths)) for row in rows]
        return "\n".join([head, *table, *(f"{p.sentence[:1].upper()}{p.sentence[1:]}." for p in self.phases)])

    __repr__ = __str__
