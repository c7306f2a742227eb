"""Layers of a ReLU network rescaled: the same function, and another curvature."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter, Signature
from typing import Any

import autograd.numpy as anp
import numpy as np

from hesswidget.errors import ProblemError
from hesswidget.models.model import Model, a_model
from hesswidget.models.permutation import weights_of
from hesswidget.precision import positive, whole_number
from hesswidget.problem.declaration import Declaration
from hesswidget.problem.vector import as_reals
from hesswidget.wording import number

Blocks = Mapping[str, Any]


def rescaled(params: Blocks, alpha: float, *, layer: int = 1) -> dict[str, np.ndarray]:
    """Return the weights of a perceptron with a layer multiplied by a number, and the next divided by it.

    A network of ReLU, or of the identity, stays the function that it was, and so does its loss; with a penalty on
    weights it does not. The Hessian does not stay: its largest eigenvalue grows as α² (Dinh, Pascanu, Bengio & Bengio,
    2017, Sharp minima can generalize for deep nets).

    Parameters
    ----------
    params : dict
        W1, b1, W2 and so on, with or without biases.
    alpha : float
        Above zero.
    layer : int
        Which hidden layer is multiplied, with its biases: from 1 on.

    Raises
    ------
    ProblemError
        If there is no such hidden layer, or alpha is not above zero.

    Examples
    --------
    >>> net = {"W1": [[1.0]], "b1": [2.0], "W2": [[6.0]], "b2": [1.0]}
    >>> {name: block.tolist() for name, block in rescaled(net, 2.0).items()}
    {'W1': [[2.0]], 'b1': [4.0], 'W2': [[3.0]], 'b2': [1.0]}
    """
    found = weights_of(params)
    hidden = sum(name.startswith("W") for name in found) - 1
    k, factor = whole_number("layer", layer, 1, hidden), positive("alpha", alpha)
    for name, by in ((f"W{k}", factor), (f"b{k}", factor), (f"W{k + 1}", 1 / factor)):
        if name in found:
            found[name] = by * found[name]
    return found


class Rescaling:
    """The loss of a model about weights that are rescaled by a slider; made by `rescaling`.

    Attributes
    ----------
    declaration : Declaration
        Steps start at zero, and alpha goes from 1 to 10.
    """

    def __init__(
        self, model: Model, params: Blocks, exponents: np.ndarray, directions: np.ndarray | None
    ) -> None:
        self._model, self._exponents, self._directions = model, exponents, directions
        self._point = np.concatenate([np.ravel(x) for x in params.values()])
        blocks = {a: np.zeros(np.shape(x)) for a, x in params.items()}
        start = blocks if directions is None else {"a": 0.0, "b": 0.0}
        ranges = {**dict.fromkeys(start, (-1.0, 1.0)), "alpha": (1.0, 10.0)}
        self.declaration = Declaration(start, ranges)
        self.__name__ = f"{model.name}, layers rescaled"
        named = [Parameter(a, Parameter.POSITIONAL_OR_KEYWORD) for a in start]
        alpha = Parameter("alpha", Parameter.POSITIONAL_OR_KEYWORD, default=1.0)
        self.__signature__ = Signature([*named, alpha])

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Return the loss a step away from the rescaled weights."""
        bound = self.__signature__.bind(*args, **named)
        bound.apply_defaults()
        given = dict(bound.arguments)
        scales = given.pop("alpha") ** self._exponents
        if self._directions is None:
            step = anp.concatenate([anp.reshape(x, (-1,)) for x in given.values()])
            return self._model.loss(scales * self._point + step)
        step = given["a"] * self._directions[0] + given["b"] * self._directions[1]
        return self._model.loss(scales * (self._point + step))


def rescaling(model: Model, params: Any = None, /, *, layer: int = 1, directions: Any = None) -> Rescaling:
    """Return the loss about weights whose layers are rescaled, to be explored: alpha is a slider, steps start at zero.

    Its value at zero is the same for every alpha, and its Hessian is the one at the rescaled weights. With directions
    it is a plane through them instead, in which steps are rescaled with the layers, as filter-normalized ones are (Li,
    Xu, Taylor, Studer & Goldstein, 2018): there nothing changes.

    Parameters
    ----------
    model : Model
        A perceptron of ReLU, or of the identity.
    params : dict or array_like, optional
        By default the start.
    layer : int
        Which hidden layer is multiplied by alpha; the next is divided by it.
    directions : array_like, shape (2, n), optional
        Such as ``hw.slices(model, params).random.directions``.

    Raises
    ------
    ProblemError
        If it is no model of layers W1, W2 and so on, its loss changes when it is rescaled, or directions do not fit.

    Examples
    --------
    >>> from hesswidget.models.perceptrons import mlp
    >>> model = mlp("moons", widths=(2, 3, 1), activation="relu")
    >>> f = rescaling(model)
    >>> steps = {name: np.zeros(x.shape) for name, x in model.start.items()}
    >>> bool(abs(f(**steps, alpha=10.0) - f(**steps, alpha=1.0)) < 1e-12)
    True
    """
    given = a_model(model).variables(model.start if params is None else params)
    blocks = {a: np.asarray(x) for a, x in given.items()}
    powers = rescaled({a: np.ones(x.shape) for a, x in blocks.items()}, np.e, layer=layer)
    exponents = np.concatenate([np.ravel(np.log(powers[a])).round() for a in blocks])
    before, after = (float(model.loss(rescaled(blocks, alpha, layer=layer))) for alpha in (1.0, 3.0))
    if not abs(after - before) <= 1e-8 * max(abs(before), 1.0):
        raise ProblemError(
            f"the loss of {model.name} is {number(before)}, and {number(after)} once layer {layer} is multiplied by 3 "
            f"and the next divided: that leaves networks of ReLU as they are, without a penalty. Take such a one."
        )
    if directions is None:
        return Rescaling(model, blocks, exponents, None)
    plane = as_reals(directions, "directions")
    if plane.shape != (2, len(exponents)):
        raise ProblemError(f"directions have shape {plane.shape}; two are needed, (2, {len(exponents)}).")
    return Rescaling(model, blocks, exponents, plane)
