"""What methods share that follow averages of the gradient and of its size, and divide the one by the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as np

from hesswidget.derivatives.traced import TracedFunction
from hesswidget.descent.method import Hyperparameters, Method, State


def followed(average: Any, measured: Any, share: Any) -> Any:
    """Return an average that keeps so large a share of what it was.

    Examples
    --------
    >>> followed(1.0, 3.0, 0.5)
    2.0
    """
    return share * average + (1 - share) * measured


def moments_after(state: State, h: Hyperparameters, measured: Any) -> State:
    """Return the state after a step along the average gradient, divided by the average size of what was measured.

    Both averages start from zero, for which they are made up (Kingma & Ba, 2015, algorithm 1).
    """
    count = state["count"] + 1
    mean = followed(state["mean"], state["gradient"], h["momentum"])
    squares = followed(state["squares"], measured**2, h["decay"])
    unbiased = mean / (1 - h["momentum"] ** count)
    model = np.sqrt(squares / (1 - h["decay"] ** count)) + h["epsilon"]
    return {
        "point": state["point"] - h["rate"] * unbiased / model,
        "mean": mean,
        "squares": squares,
        "count": count,
        "model": model,
    }


def by_size(name: str, source: str, square: Callable[[Any], Any]) -> Method:
    """Return the method that divides the gradient by the root of an average of ``square(gradient)``, (n,) or ()."""

    def model_of(squares: Any, state: State, h: Hyperparameters) -> Any:
        return (np.sqrt(squares) + h["epsilon"]) * np.ones(len(state["point"]))

    def init(_: TracedFunction, state: State, h: Hyperparameters) -> State:
        zeros = np.zeros(np.shape(square(state["gradient"])))  # the square may overflow
        return {
            "squares": zeros,
            "model": model_of(followed(zeros, square(state["gradient"]), h["decay"]), state, h),
        }

    def step(_: TracedFunction, state: State, h: Hyperparameters) -> State:
        squares = followed(state["squares"], square(state["gradient"]), h["decay"])
        model = model_of(squares, state, h)
        return {
            "point": state["point"] - h["rate"] * state["gradient"] / model,
            "squares": squares,
            "model": model,
        }

    return Method(
        name=name,
        source=source,
        step=step,
        cost=lambda _: 1.0,
        init=init,
        hyperparameters={"rate": 0.01, "decay": 0.99, "epsilon": 1e-8},
        edge=lambda _, h: 2.0 / h["rate"],  # gradient descent's, of the Hessian divided by the model
        model="model",  # the diagonal that its last step divided by
    )
