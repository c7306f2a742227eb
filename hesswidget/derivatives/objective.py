"""The user's function, called at a vector point, with a sentence for everything that can go wrong in it."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.tracer import getval, isbox

from hesswidget.derivatives.completion import meet_scipy
from hesswidget.derivatives.completion.advice import of_library
from hesswidget.errors import ProblemError
from hesswidget.problem.problem import Problem
from hesswidget.user_code import hint_for, line_of, summary

FRAMES_AGREE = 1e-8  # relative; sums in another order differ by far less, rows in another order by far more


class Objective:
    """The function of a problem, its parameters held, as a scalar function of one vector.

    Parameters
    ----------
    problem : Problem
    parameters : dict, optional
        Values of the parameters; by default those at the start.

    Examples
    --------
    >>> problem = Problem.at(lambda x, y, a=2.0: a * x * y, (1.0, 3.0), None, {})
    >>> float(Objective(problem)(problem.start))
    6.0
    """

    def __init__(self, problem: Problem, parameters: Mapping[str, Any] | None = None) -> None:
        self.problem = problem
        self.parameters = dict(problem.parameters if parameters is None else parameters)

    def __call__(self, point: Any) -> Any:
        """Return the value at `point`, shape (n,); what is not a real scalar is refused with a sentence."""
        names = self.problem.arguments.variables
        if self.problem.is_vector:
            shape = self.problem.shape
            return self.checked(self.call([point if shape is None else anp.reshape(point, shape)]))
        return self.checked(self.call([point[i] for i in range(len(names))]))

    def call(self, variables: list[Any]) -> Any:
        """Return what the function itself returns for these values of its variables."""
        meet_scipy()
        arguments = self.problem.arguments
        values = {**self.parameters, **dict(zip(arguments.variables, variables, strict=True))}
        return arguments.function(*[values.pop(a) for a in arguments.positional], **values)

    def checked(self, result: Any) -> Any:
        """Return `result` if it is a real scalar, or holds just one; else say what it is and what to do."""
        name, value = self.problem.name, getval(result)
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
        """Return the value at `point` as a float, with numpy's floating-point warnings silent."""
        with self.in_sentences(), np.errstate(all="ignore"):
            result = self(point)
        if isbox(result):
            raise ProblemError(
                f"{self.problem.name} returned a traced value; is it called inside another derivative?"
            )
        return float(result)

    def check_frames(self, value: float, traced: float) -> None:
        """Refuse a function that pandas computes otherwise than autograd traces it, since rows met by their index."""
        if abs(traced - value) > FRAMES_AGREE * max(abs(value), abs(traced)):
            raise ProblemError(
                f"{self.problem.name} is {value:.6g}, but {traced:.6g} where it is differentiated: pandas joins rows "
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
                message = f"{self.problem.name} cannot be differentiated"
                raise ProblemError(message, line=line, advice=untraced) from error
            message = f"{self.problem.name} raised {summary(error)}"
            raise ProblemError(message, line=line, advice=hint_for(error)) from error
