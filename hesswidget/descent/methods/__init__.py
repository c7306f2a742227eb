"""The methods, by name: a file each, which says its source, its hyperparameters, its step and what that costs."""

from __future__ import annotations

from hesswidget.descent.method import Method
from hesswidget.descent.methods import (
    adagrad,
    adam,
    barzilai_borwein,
    bfgs,
    damped_newton,
    dfp,
    gradient_descent,
    heavy_ball,
    nesterov,
    newton,
    regularized_newton,
    rmsprop,
    saddle_free_newton,
    silver,
    sr1,
)

_ORDER = (
    gradient_descent, silver, barzilai_borwein, heavy_ball, nesterov, adagrad, rmsprop, adam, newton, damped_newton,
    saddle_free_newton, regularized_newton, bfgs, dfp, sr1,
)  # fmt: skip
METHODS: dict[str, Method] = {module.METHOD.name: module.METHOD for module in _ORDER}
