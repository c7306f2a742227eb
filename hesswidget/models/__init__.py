"""Models and their losses on data, as functions of named blocks: regression, networks, factorizations.

Each is a `Model`, to be given wherever a function is taken: ``hw.explore(hw.models.mlp())``.

>>> from hesswidget import models
>>> fit = models.logistic_regression("moons", l2=0.01)
>>> fit
Model('logistic regression on moons', 3 weights, Data('moons', 50 samples of (2,), 50 to test with))
>>> float(fit.loss(fit.start)).__round__(3), float(fit.test_loss(fit.start)).__round__(3)
(0.693, 0.693)
"""

from hesswidget.models.attention import attention
from hesswidget.models.data import Data, dataset, split
from hesswidget.models.factorization import matrix_factorization
from hesswidget.models.kronecker import (
    Factors,
    kfac,
    kronecker_factors,
    nearest_kronecker,
    power_step,
    shampoo_factors,
)
from hesswidget.models.ladder import Ladder, ladder
from hesswidget.models.linear_networks import deep_linear_network, linear_autoencoder
from hesswidget.models.model import Model, model
from hesswidget.models.perceptrons import mlp
from hesswidget.models.permutation import barrier, matched, permuted
from hesswidget.models.regression import linear_regression, logistic_regression, softmax_regression
from hesswidget.models.rescaling import rescaled, rescaling
from hesswidget.models.root_search import RootSearch, root_search
from hesswidget.problem.declaration import Symmetry

__all__ = [
    "Data",
    "Factors",
    "Ladder",
    "Model",
    "RootSearch",
    "Symmetry",
    "attention",
    "barrier",
    "dataset",
    "deep_linear_network",
    "kfac",
    "kronecker_factors",
    "ladder",
    "linear_autoencoder",
    "linear_regression",
    "logistic_regression",
    "matched",
    "matrix_factorization",
    "mlp",
    "model",
    "nearest_kronecker",
    "permuted",
    "power_step",
    "rescaled",
    "rescaling",
    "root_search",
    "shampoo_factors",
    "softmax_regression",
    "split",
]
