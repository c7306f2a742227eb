"""RMSProp with one average for all coordinates: gradient descent at a rate that follows the gradient's size."""

from __future__ import annotations

import autograd.numpy as np

from hesswidget.descent.methods.averages import by_size

METHOD = by_size(
    name="scalar-rmsprop",
    source="Cohen et al. (2025), Understanding optimization in deep learning with central flows",
    square=lambda gradient: np.sum(gradient**2),
)
