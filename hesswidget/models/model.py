"""A model: a network of named blocks, its data and its loss, as a function of the blocks."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from inspect import Parameter, Signature, signature
from numbers import Real
from typing import Any

import autograd.numpy as np
import numpy

from hesswidget.derivatives.control_flow import pick
from hesswidget.derivatives.gauss_newton import gauss_newton_product
from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError
from hesswidget.models.data import Data, given, inputs_of
from hesswidget.models.losses import Loss, loss_of
from hesswidget.precision import not_negative
from hesswidget.problem.arguments import name_of
from hesswidget.problem.blocks import Blocks
from hesswidget.problem.composite import Composite
from hesswidget.problem.declaration import Declaration, Symmetry
from hesswidget.problem.problem import Problem
from hesswidget.problem.vector import as_reals

DECAY = 0.1  # how far the slider of l2 goes, at least


class Model(Composite):
    """The loss of a network on data, as a function of the network's blocks; `hesswidget.models` makes them.

    It is given wherever a function is taken, ``hw.explore(model)``, ``hw.curvature(model, point, l2=0.1)``, with
    nothing beside: it knows where it starts, and how far its weights and `l2` are to go. Called by itself it takes its
    blocks by name, ``model(**model.start, l2=0.1)``. A point is a dict of blocks, or one vector of all their entries,
    such as ``w.point``.

    Attributes
    ----------
    name : str
    start : dict of ndarray
        The blocks where it starts, by name.
    data : Data
        What it is fitted to, `train`, and tested with, `test`.
    network : callable
        ``network(inputs, **blocks)`` returns the outputs.
    loss_function : Loss
    outputs : callable
        ``outputs(**blocks)``: those for the inputs of `train`.
    outer : callable
        ``outer(z, l2=0.0, **blocks)``: the loss of outputs, convex in them, and l2/2 times the sum of all squares.
    activation : callable or None
        Of the hidden layers, where it is a sequence of layers W1, b1, W2 and so on, with or without biases.
    symmetries : tuple of Symmetry
        What can be done to the blocks without a change of the loss, without a penalty.
    """

    def __init__(
        self,
        name: str,
        network: Callable[..., Any],
        loss_function: Loss,
        data: Data,
        declaration: Declaration,
        *,
        l2: float = 0.0,
        activation: Callable[[Any], Any] | None = None,
    ) -> None:
        self.network, self.loss_function, self.data = network, loss_function, data
        self.declaration, self.activation = declaration, activation
        targets = loss_function.read(data.train, data)

        def outputs(**blocks: Any) -> Any:
            return network(data.train.inputs, **blocks)

        def outer(outputs: Any, l2: float = l2, **blocks: Any) -> Any:
            return loss_function.value(outputs, targets) + penalty(l2, blocks)

        for taken in ({*self.start} & {"l2", "outputs"}) | {a for a in self.start if not a.isidentifier()}:
            raise ProblemError(
                f"a block is called {taken!r:.40}; name it by another word, as a variable of Python."
            )
        for symmetry in self.symmetries:
            symmetry.directions(self.start)  # which says what is wrong with them
        named = [_argument(a, default=x) for a, x in self.start.items()]
        outputs.__signature__ = Signature(named)  # type: ignore[attr-defined]
        outer.__signature__ = Signature(  # type: ignore[attr-defined]
            [_argument("outputs"), *named, _argument("l2", default=l2)]
        )
        super().__init__(outputs, outer, name)
        with self._objective(None, {}).in_sentences(), numpy.errstate(all="ignore"):
            shape = numpy.shape(self.checked(outputs(**self.start)))
        if shape != targets.shape:
            is_column = targets.shape == (*shape, 1)
            raise ProblemError(
                f"{name} returns outputs of shape {shape}, and the {loss_function.name} loss takes {targets.shape} of "
                f"{data.name}: {'give y.ravel() in place of y' if is_column else 'return one number for each target'}."
            )

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Return the loss of blocks, which it takes by name, and the penalty."""
        try:
            bound = self.__signature__.bind(*args, **named).arguments
            is_known = not any(isinstance(x, Mapping) for x in bound.values())
        except TypeError:
            is_known = False
        if not is_known:
            raise ProblemError(
                f"{self.name} takes its blocks, {', '.join(self.start)}, and l2 by name: give model(**params), or a "
                f"dict or a vector to model.loss(params)."
            )
        self._refuse_other_shapes({a: x for a, x in bound.items() if a in self.start})
        return super().__call__(*args, **named)

    @property
    def name(self) -> str:
        """What it is called on screen."""
        return self.__name__

    @property
    def start(self) -> Mapping[str, numpy.ndarray]:
        """The blocks where it starts, by name."""
        return self.declaration.start

    @property
    def symmetries(self) -> tuple[Symmetry, ...]:
        """What can be done to the blocks without a change of the loss, without a penalty."""
        return self.declaration.symmetries

    def __repr__(self) -> str:
        return f"Model({self.name!r}, {self.blocks.size} weights, {self.data!r})"

    @functools.cached_property
    def blocks(self) -> Blocks:
        """How the blocks lie in one vector."""
        return Blocks.of({a: numpy.asarray(x) for a, x in self.start.items()})

    @property
    def train(self) -> Any:
        """The samples that it is fitted to."""
        return self.data.train

    @property
    def test(self) -> Any:
        """The samples that it is tested with, or None."""
        return self.data.test

    def variables(self, params: Any) -> Mapping[str, Any]:
        """Return the blocks by name, of a dict or of one vector."""
        if not hasattr(params, "keys"):  # a dict that autograd traces is no Mapping
            vector = _read("the vector of weights", params)
            if np.shape(vector) != (self.blocks.size,):
                raise ProblemError(
                    f"{self.name} was given weights of shape {np.shape(vector)}; it takes a dict of its blocks, "
                    f"{', '.join(self.start)}, or one vector of shape ({self.blocks.size},)."
                )
            return self.blocks.unflatten(vector)
        if set(params) != set(self.start):
            raise ProblemError(
                f"{self.name} was given the blocks {', '.join(map(str, params)):.80}; it takes all of "
                f"{', '.join(self.start)}."
            )
        found = {a: _read(a, x) for a, x in params.items()}
        self._refuse_other_shapes(found)
        return found

    @property
    def on_samples(self) -> Composite:
        """The loss on some of the samples that it is fitted to: it takes `samples` besides, their places, (B,)."""
        targets = self.loss_function.read(self.data.train, self.data)

        def outputs(samples: Any, **blocks: Any) -> Any:
            return self.network(pick(self.data.train.inputs, samples, axis=0), **blocks)

        def loss(outputs: Any, samples: Any, l2: float, **blocks: Any) -> Any:
            return self.loss_function.value(outputs, pick(targets, samples, axis=0)) + penalty(l2, blocks)

        named = [_argument(a, default=x) for a, x in self.start.items()]
        samples = _argument("samples", default=numpy.zeros(1))
        l2 = _argument("l2", default=signature(self.outer).parameters["l2"].default)
        outputs.__signature__ = Signature([*named, samples])  # type: ignore[attr-defined]
        loss.__signature__ = Signature([_argument("outputs"), *named, samples, l2])  # type: ignore[attr-defined]
        found = Composite(outputs, loss, self.name)
        found.declaration = self.declaration  # type: ignore[attr-defined]
        return found

    def _refuse_other_shapes(self, blocks: Mapping[str, Any]) -> None:
        for a, x in blocks.items():
            shape = numpy.shape(_read(a, x))
            if shape != self.start[a].shape:
                raise ProblemError(
                    f"{self.name} was given {a} of shape {shape}; it takes {self.start[a].shape}."
                )

    def loss(self, params: Any, **parameters: Any) -> Any:
        """Return the loss on the samples that it is fitted to, and the penalty."""
        return self(**self.variables(params), **self._given(parameters))

    def test_loss(self, params: Any) -> Any:
        """Return the loss on the samples that it is tested with, without a penalty.

        Raises
        ------
        ProblemError
            If there are none.
        """
        if self.data.test is None:
            raise ProblemError(
                f"{self.name} has no samples to test with; give hw.models.split(X, y, test=0.25) in place of X and y."
            )
        outputs = self.network(self.data.test.inputs, **self.variables(params))
        return self.loss_function.value(outputs, self.loss_function.read(self.data.test, self.data))

    def predict(self, params: Any, inputs: Any) -> Any:
        """Return what the model says of inputs: a number for each, or the probability of each class.

        Of two classes it is the probability of the second.
        """
        array, expected = inputs_of(inputs), self.data.train.inputs.shape[1:]
        if array.shape[1:] != expected:
            raise ProblemError(
                f"{self.name} was given inputs of shape {array.shape}; it takes (N, {', '.join(map(str, expected))})."
            )
        return self.loss_function.prediction(self.network(array, **self.variables(params)))

    def ggn(self, point: Any = None, **parameters: Any) -> numpy.ndarray:
        """Return the Gauss–Newton matrix, shape (n, n), at a point, by default the start; by n products."""
        return numpy.array([self.ggnp(point, row, **parameters) for row in numpy.eye(self.blocks.size)])

    def ggnp(self, point: Any, vector: Any, **parameters: Any) -> numpy.ndarray:
        """Return the product of the Gauss–Newton matrix at a point with a vector, shape (n,)."""
        objective, vector = self._objective(point, parameters), as_reals(vector, "the vector")
        if vector.shape != (self.blocks.size,):
            raise ProblemError(f"the vector has shape {vector.shape}; it takes ({self.blocks.size},).")
        with objective.in_sentences(), numpy.errstate(all="ignore"):
            return numpy.asarray(gauss_newton_product(objective, objective.problem.start, vector))

    def _objective(self, point: Any, parameters: Mapping[str, Any]) -> Objective:
        return Objective(Problem.at(self, point, None, self._given(parameters)))

    def _given(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the parameters as they are, refused where they are no penalty; what is traced is not looked at."""
        for name, value in parameters.items():
            if name != "l2":
                raise ProblemError(f"{self.name} was given {name!r:.40}; besides its blocks it takes l2.")
            if isinstance(value, Real) or not hasattr(value, "shape"):
                not_negative(name, value)
        return parameters


def a_model(given: Any) -> Model:
    """Return what was given if it is a model; refuse it with a sentence if it is none."""
    if not isinstance(given, Model):
        raise ProblemError(
            f"{given!r:.60} is no model; give one that hw.models makes, such as hw.models.mlp()."
        )
    return given


def model(
    network: Callable[..., Any],
    start: Mapping[str, Any],
    X: Any,
    y: Any = None,
    *,
    loss: str | None = None,
    l2: float = 0.0,
    symmetries: tuple[Symmetry, ...] = (),
    activation: Callable[[Any], Any] | None = None,
    name: str | None = None,
) -> Model:
    """Make a model of a network of your own.

    Parameters
    ----------
    network : callable
        ``network(inputs, W, b)``, written with ``autograd.numpy``: inputs of shape (N, d) and blocks by name. It
        returns one number for each sample, shape (N,), or several, shape (N, m).
    start : dict
        The blocks where they start, by name.
    X, y : array_like, shapes (N, d) and (N,) or (N, m)
        Or `Data` alone, or the name of a data set (`hesswidget.models.dataset`).
    loss : {"squared error", "logistic", "softmax"}, optional
        By default what the targets ask for: real numbers, two labels, or more. It is a mean over samples; of squares
        half of it.
    l2 : float
        Where the weight of the penalty starts, l2/2 times the sum of the squares of all weights.
    symmetries : tuple of Symmetry
        What can be done to the blocks without a change of the outputs.
    activation : callable, optional
        Of a sequence of layers W1, b1, W2 and so on; see `hesswidget.models.kronecker_factors`.
    name : str, optional
        By default that of the function.

    Examples
    --------
    >>> line = model(lambda inputs, w: w * inputs[:, 0], {"w": 0.0}, [[1.0], [2.0]], [2.0, 4.0], name="line")
    >>> float(line.loss({"w": 1.0})), float(line.loss({"w": 2.0}))
    (1.25, 0.0)
    """
    data, decay = given(X, y), not_negative("l2", l2)
    called = name or name_of(network)
    if not isinstance(start, Mapping) or not start:
        raise ProblemError(f"start is {start!r:.60}; it takes a dict of at least one block, by name.")
    if not isinstance(called, str):
        raise ProblemError(f"the name is {called!r:.60}; it takes a text.")
    if activation is not None and not callable(activation):
        raise ProblemError(f"activation is {activation!r:.60}; it takes a function, such as np.tanh.")
    if not isinstance(symmetries, list | tuple) or not all(isinstance(s, Symmetry) for s in symmetries):
        raise ProblemError(f"symmetries is {symmetries!r:.60}; it takes a tuple of hw.models.Symmetry.")
    _refuse_other_blocks(network, start, called)
    blocks = {str(a): _frozen(a, x) for a, x in start.items()}
    declaration = Declaration(blocks, {"l2": (0.0, max(DECAY, 2 * decay))}, tuple(symmetries))
    return Model(
        called,
        network,
        loss_of(loss, data),
        data,
        declaration,
        l2=decay,
        activation=activation,
    )


def penalty(l2: Any, blocks: Mapping[str, Any]) -> Any:
    """Return l2/2 times the sum of the squares of all weights."""
    return l2 / 2 * sum(np.sum(x**2) for x in blocks.values())


def _argument(name: str, default: Any = Parameter.empty) -> Parameter:
    return Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=default)


def _refuse_other_blocks(network: Any, start: Mapping[str, Any], called: str) -> None:
    """Refuse a network that is no function, or does not take inputs and the blocks by name."""
    if not callable(network):
        raise ProblemError(
            f"the network is {network!r:.60}; it takes a function of inputs and of the blocks by name."
        )
    try:
        taken = signature(network)
    except (TypeError, ValueError):  # of what is compiled nothing is known before it is called
        return
    try:
        taken.bind(None, **start)
    except TypeError as error:
        raise ProblemError(
            f"{called}{taken} cannot be called with inputs and the blocks {', '.join(map(str, start)):.80}: {error}. "
            f"Name its arguments as start names the blocks."
        ) from None


def _frozen(name: str, start: Any) -> numpy.ndarray:
    array = numpy.array(as_reals(start, f"the block {name}"))
    array.setflags(write=False)
    return array


def _read(name: str, given: Any) -> Any:
    """Return weights as an array; refuse what is none. What is traced, or of another library, stays as it is."""
    is_array = hasattr(given, "shape")
    if isinstance(given, numpy.ndarray | numpy.generic) and given.dtype.kind not in "iuf":
        is_array = False
    return given if is_array else as_reals(given, name)
