"""The methods, by name: a file each, which says its source, its hyperparameters, its step and what that costs."""

from __future__ import annotations

from hesswidget.descent.method import Method
from hesswidget.descent.methods import (
    adagrad,
    adahessian,
    adam,
    barzilai_borwein,
    bfgs,
    cubic,
    damped_newton,
    dfp,
    dogleg,
    gradient_descent,
    gradient_then_newton,
    heavy_ball,
    hessian_free,
    l_bfgs,
    levenberg_marquardt,
    muon,
    nesterov,
    newton,
    nonlinear_cg,
    regularized_newton,
    rmsprop,
    saddle_free_newton,
    sam,
    scalar_rmsprop,
    shampoo,
    silver,
    sophia,
    sr1,
    trust_region,
)

_ORDER = (
    gradient_descent, silver, barzilai_borwein, heavy_ball, nesterov,
    adagrad, rmsprop, scalar_rmsprop, adam, muon, shampoo,
    newton, damped_newton, levenberg_marquardt, saddle_free_newton, trust_region, dogleg, cubic, regularized_newton,
    bfgs, dfp, sr1, l_bfgs, nonlinear_cg, hessian_free, adahessian, sophia, sam, gradient_then_newton,
)  # fmt: skip
METHODS: dict[str, Method] = {module.METHOD.name: module.METHOD for module in _ORDER}
