"""The user's function, called at a vector point, with a sentence for everything that can go wrong in it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

import autograd.numpy as anp
import numpy as np
from autograd.tracer import getval, isbox

from hesswidget.derivatives import autograd
from hesswidget.derivatives.branches.paths import path_at
from hesswidget.derivatives.completion.advice import of_library
from hesswidget.derivatives.completion.definition import getval_deep
from hesswidget.derivatives.completion.families import meet_scipy
from hesswidget.derivatives.frameworks.played import played
from hesswidget.errors import ProblemError
from hesswidget.problem.composite import Composite
from hesswidget.problem.problem import Problem
from hesswidget.user_code import hint_for, line_of, summary

FRAMES_AGREE = 1e-8  # relative; sums in another order differ by far less, rows in another order by far more


Function = Callable[[Any], Any]
T = TypeVar("T")


class Backend(Protocol):
    """Derivatives of scalar functions of one array, each of which may be differentiated and recorded again."""

    def value_and_gradient(self, function: Function, x: Any, /) -> tuple[Any, Any]:
        """Return f and ∇f at `x`."""

    def gradient(self, function: Function, /) -> Function:
        """Return ∇f as a function."""

    def hvp(self, function: Function, x: Any, vector: Any, /) -> Any:
        """Return ∇²f · vector at `x`."""

    def gradient_and_hessian(self, function: Function, x: np.ndarray, /) -> tuple[np.ndarray, np.ndarray]:
        """Return ∇f and ∇²f at `x`, by one product with each unit vector."""


class Objective:
    """The function of a problem, its parameters held, as a scalar function of one vector; and its derivatives.

    What the function raises becomes a `ProblemError` with a sentence, and NumPy's floating-point warnings are silent.
    The methods ``..._or_nan`` are for points outside its domain, where it may raise what it likes.

    Parameters
    ----------
    problem : Problem
    parameters : dict, optional
        Values of the parameters; by default those at the start.
    backend : Backend, optional
        What differentiates; autograd.

    Attributes
    ----------
    hvp_count : int
        How many Hessian-vector products were computed; a Hessian is n of them.

    Examples
    --------
    >>> problem = Problem.at(lambda x, y, a=2.0: a * x * y, (1.0, 3.0), None, {})
    >>> objective = Objective(problem)
    >>> objective.value(problem.start), objective.gradient(problem.start).tolist()
    (6.0, [6.0, 2.0])
    >>> objective.hessian(problem.start).tolist(), objective.hvp_count
    ([[0.0, 2.0], [2.0, 0.0]], 2)
    """

    def __init__(
        self, problem: Problem, parameters: Mapping[str, Any] | None = None, backend: Backend = autograd
    ) -> None:
        self.problem, self.backend, self.hvp_count = problem, backend, 0
        self.parameters = dict(problem.parameters if parameters is None else parameters)

    def __call__(self, point: Any) -> Any:
        """Return the value at `point`, shape (n,); what is not a real scalar is refused with a sentence."""
        result = self._at(point)
        if type(result) is int and path_at(self._at, np.asarray(getval_deep(point), dtype=float)).answers:
            return float(result)  # a constant on one branch, such as 0 of max(0, 1 - x)
        return self.checked(result)

    @property
    def name(self) -> str:
        """What the function is called in sentences."""
        return self.problem.called(self.parameters)

    def _at(self, point: Any) -> Any:
        return self.call(self.problem.blocks.unflatten(point))

    def call(self, variables: Mapping[str, Any]) -> Any:
        """Return what the function itself returns for these values of its variables."""
        meet_scipy()
        positional, named = self.passed(variables)
        return played(self.problem.arguments.function)(*positional, **named)

    def outputs(self, point: Any) -> Any:
        """Return what the model of a `Composite` says at a point, an array."""
        whole = self._composite
        return whole.checked(played(whole.outputs)(**whole.of_outputs(self._values(point))))

    def outer(self, outputs: Any, point: Any) -> Any:
        """Return the loss of a `Composite` at outputs, which need not be those at the point."""
        whole = self._composite
        return self.checked(played(whole.outer)(outputs, **whole.of_outer(self._values(point))))

    @property
    def _composite(self) -> Composite:
        function = self.problem.arguments.function
        if not isinstance(function, Composite):
            raise ProblemError(
                f"{self.problem.name} does not say what it is made of, so it has no Gauss–Newton matrix; declare it "
                f"with hw.least_squares(residuals) or hw.composite(outputs, outer)."
            )
        return function

    def _values(self, point: Any) -> dict[str, Any]:
        return self.passed(self.problem.blocks.unflatten(point))[1]

    def passed(self, variables: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Return what the function is called with, by position and by name."""
        arguments = self.problem.arguments
        own = {a: value for a, value in self.parameters.items() if a in arguments.defaults}
        values = {**own, **variables}
        return [values.pop(a) for a in arguments.positional], values

    def checked(self, result: Any) -> Any:
        """Return `result` if it is a real scalar, or holds just one; else say what it is and what to do."""
        name, value = self.name, getval(result)
        if type(value) is float or type(value) is np.float64:
            return result
        if value is None:
            raise ProblemError(f"{name} returned None; a Hessian needs a scalar. Does it end with return?")
        if isinstance(value, bool | np.bool_ | int | np.integer):
            raise ProblemError(
                f"{name} returned the {type(value).__name__} {value}; a Hessian needs a float. "
                f"Compute with floats (1.0 in place of 1), without int() or comparisons."
            )
        if isinstance(value, list | tuple | dict):
            raise ProblemError(
                f"{name} returned a {type(value).__name__}; a Hessian needs a scalar. Return one number."
            )
        kind = getattr(getattr(value, "dtype", None), "kind", None)
        if kind == "c" or isinstance(value, complex):
            raise ProblemError(
                f"{name} returned a complex number; a Hessian needs a real one. Take np.real(...) or np.abs(...)**2."
            )
        if kind == "O":
            raise ProblemError(
                f"{name} returned a numpy array of objects, which happens where plain numpy meets a traced value; "
                f"use autograd.numpy (import autograd.numpy as np) in place of numpy."
            )
        if np.size(value) != 1:
            raise ProblemError(
                f"{name} returned an array of shape {np.shape(value)}; a Hessian needs a scalar. Sum it or index it."
            )
        if kind in ("i", "u", "b"):
            raise ProblemError(
                f"{name} returned an integer ({value.dtype}); a Hessian needs a float. Use floats."
            )
        if kind == "f":
            return result if np.shape(value) == () else anp.reshape(anp.array(result), ())[()]
        raise ProblemError(f"{name} returned {type(value).__name__}; a Hessian needs a scalar, a float.")

    def value(self, point: np.ndarray) -> float:
        """Return f."""
        with self._in_numbers():
            result = self(point)
        if isbox(result):
            raise ProblemError(
                f"{self.name} returned a traced value; is it called inside another derivative?"
            )
        return float(result)

    def gradient(self, point: np.ndarray) -> np.ndarray:
        """Return ∇f, shape (n,)."""
        return self.value_and_gradient(point)[1]

    def value_and_gradient(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        """Return f and ∇f."""
        with self._in_numbers():
            return self._value_and_gradient(point)

    def hvp(self, point: np.ndarray, vector: np.ndarray) -> np.ndarray:
        """Return ∇²f · vector, shape (n,)."""
        with self._in_numbers():
            self.hvp_count += 1
            return np.asarray(self.backend.hvp(self, point, vector), dtype=float)

    def hessian(self, point: np.ndarray) -> np.ndarray:
        """Return ∇²f, shape (n, n), row by row: not symmetrised."""
        return self.gradient_and_hessian(point)[1]

    def gradient_and_hessian(self, point: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return ∇f and ∇²f."""
        with self._in_numbers():
            return self._gradient_and_hessian(point)

    def derivative_along(self, point: np.ndarray, direction: np.ndarray, order: int) -> float:
        """Return the derivative of that order of ``t ↦ f(point + t direction)`` at 0, gradients nested."""

        def line(t: Any) -> Any:
            return self(point + t * direction)

        derivative: Function = line
        for _ in range(order):
            derivative = self.backend.gradient(derivative)
        with self._in_numbers():
            return float(derivative(0.0))

    def value_or_nan(self, point: np.ndarray) -> float:
        """Return f, or NaN."""
        return _or_undefined(lambda: float(self(point)), np.nan)

    def gradient_or_nan(self, point: np.ndarray) -> np.ndarray:
        """Return ∇f, or NaN.

        Examples
        --------
        >>> objective = Objective(Problem.at(lambda x: x**2 if x > 0 else 1 / 0, 1.0, None, {}))
        >>> objective.gradient_or_nan(np.array([3.0])).tolist(), objective.gradient_or_nan(np.array([-3.0])).tolist()
        ([6.0], [nan])
        """
        return _or_undefined(lambda: self._value_and_gradient(point)[1], np.full(len(point), np.nan))

    def hessian_or_nan(self, point: np.ndarray) -> np.ndarray:
        """Return ∇²f, or NaN."""
        return self.gradient_and_hessian_or_nan(point)[1]

    def gradient_and_hessian_or_nan(self, point: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return ∇f and ∇²f, or NaN in place of both."""
        return _or_undefined(lambda: self._gradient_and_hessian(point), _undefined(len(point)))

    def derivatives_or_nan(self, point: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Return f, ∇f and ∇²f, or NaN in place of all."""
        return _or_undefined(
            lambda: (float(self(point)), *self._gradient_and_hessian(point)),
            (np.nan, *_undefined(len(point))),
        )

    def _value_and_gradient(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = self.backend.value_and_gradient(self, point)
        return float(value), np.asarray(gradient, dtype=float)

    def _gradient_and_hessian(self, point: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.hvp_count += len(point)
        return self.backend.gradient_and_hessian(self, point)

    @contextmanager
    def _in_numbers(self) -> Iterator[None]:
        with self.in_sentences(), np.errstate(all="ignore"):
            yield

    def check_frames(self, value: float, traced: float) -> None:
        """Refuse a function that pandas computes otherwise than autograd traces it, since rows met by their index."""
        if abs(traced - value) > FRAMES_AGREE * max(abs(value), abs(traced)):
            raise ProblemError(
                f"{self.name} is {value:.6g}, but {traced:.6g} where it is differentiated: pandas joins rows "
                f"by their index, and a traced value meets them in their order. Use arrays, such as data.to_numpy(), "
                f"or bring the rows into one order first."
            )

    @contextmanager
    def in_sentences(self) -> Iterator[None]:
        """Turn whatever the function raises into a `ProblemError` that says what, where, and what to do."""
        try:
            yield
        except ProblemError:
            raise
        except Exception as error:
            line = line_of(error)
            if untraced := of_library([frame for frame, _ in traceback.walk_tb(error.__traceback__)]):
                message = f"{self.name} cannot be differentiated"
                raise ProblemError(message, line=line, advice=untraced) from error
            message = f"{self.name} raised {summary(error)}"
            raise ProblemError(message, line=line, advice=hint_for(error)) from error


def _or_undefined(compute: Callable[[], T], undefined: T) -> T:
    """Return what is computed, without a warning; outside its domain a function may raise what it likes."""
    try:
        with np.errstate(all="ignore"):
            return compute()
    except Exception:
        return undefined


def _undefined(n: int) -> tuple[np.ndarray, np.ndarray]:
    return np.full(n, np.nan), np.full((n, n), np.nan)
