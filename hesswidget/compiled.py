"""Value, gradient, Hessian and Hessian-vector products of a function on recorded programs, without a widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from hesswidget.curvature import Curvature, of_derivatives
from hesswidget.derivatives.completion.foreign_arrays import frames_met
from hesswidget.derivatives.objective import Objective
from hesswidget.derivatives.traced import COVERED, TracedProblem
from hesswidget.errors import ProblemError, nearest, sentence
from hesswidget.problem.blocks import is_container
from hesswidget.problem.problem import Problem
from hesswidget.problem.vector import as_array, as_point, axes
from hesswidget.program.bounds import MAX_ELEMENTS
from hesswidget.program.errors import NotRecorded
from hesswidget.program.executor import Executable
from hesswidget.program.program import Program
from hesswidget.second_derivative_test.tolerances import Tolerances

BACKENDS = ("numpy", "jax")
Run = Callable[..., tuple[Any, ...]]  # inputs in order, outputs in order


_BUILDS: Mapping[str, Callable[..., Mapping[str, Any]]] = {
    "value": lambda f, point: {"value": f.value(point)},
    "gradient": lambda f, point: {"gradient": f.gradient(point)},
    "hvp": lambda f, point, vector: {"hvp": f.hvp(point, vector)},
    "ggnvp": lambda f, point, vector: {"ggnvp": f.ggnvp(point, vector)},
    "curvature": lambda f, point: dict(
        zip(("value", "gradient", "hessian"), f.derivatives(point), strict=True)
    ),
}


class Compiled:
    """A function whose derivatives have been recorded; made by `compile`.

    Every method takes the point, shape (n,), or in the structure in which it was given when it was compiled, and
    parameters by name. Results are of shape (n,) and (n, n), in the order of ``problem.labels``.

    Attributes
    ----------
    problem : Problem
    parameters : tuple of str
        The parameters that may be given; the others are fixed at the values they were compiled with.
    backend : str
        What replays the programs.
    """

    def __init__(self, problem: Problem, backend: str = "numpy") -> None:
        self.problem = problem
        self._shape = problem.start.shape
        self.backend = backend
        self._executable = _executable(backend)
        self.parameters = tuple(
            a for a, v in problem.parameters.items() if isinstance(v, float | np.floating)
        )
        self._traced = TracedProblem(problem, self.parameters, problem.parameters)
        self._defaults = {a: float(problem.parameters[a]) for a in self.parameters}
        self._default_inputs = np.array([*self._defaults.values()])
        self._programs: dict[str, Program] = {}
        self._runs: dict[str, tuple[Run, Mapping[str, int]]] = {}

    @property
    def program(self) -> Program:
        """The program of value, gradient and Hessian; print it to read it."""
        if not self._holds_hessian:
            raise ProblemError(
                f"the Hessian of n = {len(self.problem.start):,} variables is more than a program holds; "
                f"use hvp, which gives products with it and never the matrix."
            )
        return self._program("curvature")

    @property
    def _holds_hessian(self) -> bool:
        return len(self.problem.start) ** 2 <= MAX_ELEMENTS

    def _record(self) -> None:
        """Record what shows whether the function can be: all of it, or the products where the Hessian is too large."""
        self._program("curvature" if self._holds_hessian else "hvp")

    def _program(self, name: str) -> Program:
        if name not in self._programs:
            start = self.problem.start
            vector = {"vector": np.ones(len(start))} if name in ("hvp", "ggnvp") else {}
            self._programs[name] = self._traced.record(_BUILDS[name], point=start, **vector)
        return self._programs[name]

    def _ready(self, name: str) -> tuple[Run, Mapping[str, int]]:
        """Return what runs a program, and where its outputs are."""
        if name not in self._runs:
            program = self.program if name in ("curvature", "hessian") else self._program(name)
            if name == "hessian":
                outputs = tuple(o for o in program.outputs if o[0] in ("hessian", COVERED))
                program = replace(program, outputs=outputs)
            places = {output: k for k, (output, _) in enumerate(program.outputs)}
            self._runs[name] = self._executable(program), places
        return self._runs[name]

    def value(self, point: Any, /, **parameters: Any) -> float:
        """Return f."""
        return float(self._run("value", point, parameters)[0])

    def gradient(self, point: Any, /, **parameters: Any) -> np.ndarray:
        """Return ∇f, shape (n,)."""
        return self._owned(self._run("gradient", point, parameters)[0])

    def hessian(self, point: Any, /, **parameters: Any) -> np.ndarray:
        """Return ∇²f, shape (n, n), row by row as autograd has it: not symmetrised."""
        return self._owned(self._run("hessian", point, parameters)[0])

    def hvp(self, point: Any, vector: Any, /, **parameters: Any) -> np.ndarray:
        """Return ∇²f · vector, shape (n,), without the matrix."""
        return self._product("hvp", point, vector, parameters)

    def ggnvp(self, point: Any, vector: Any, /, **parameters: Any) -> np.ndarray:
        """Return G · vector, shape (n,), with the Gauss–Newton matrix of a function that says what it is made of.

        Raises
        ------
        ProblemError
            If it does not: see `hesswidget.composite`.
        """
        return self._product("ggnvp", point, vector, parameters)

    def _product(self, name: str, point: Any, vector: Any, parameters: Any) -> np.ndarray:
        direction = self._flat(vector, "the vector")
        if len(direction) != len(self.problem.start):
            raise ProblemError(
                f"the vector has {len(direction)} values; {self.problem.name} has {len(self.problem.start)} variables."
            )
        return self._owned(self._run(name, point, parameters, direction)[0])

    def curvature(self, point: Any, /, **parameters: Any) -> Curvature:
        """Return what `hesswidget.curvature` returns, without its second look at points where the test is silent."""
        at = self._point(point)
        value, gradient, hessian, *_ = self._run("curvature", at, parameters)
        return of_derivatives(
            at, float(value), gradient, hessian, self.problem, Tolerances(),
            lambda x: self._run("gradient", x, parameters)[0],
            lambda x: self._run("hessian", x, parameters)[0],
        )  # fmt: skip

    def _owned(self, found: Any) -> np.ndarray:
        """Return a result that nothing else writes to: a copy, or what JAX has made, which nobody can write to."""
        return np.array(found) if self.backend == "numpy" else found

    def _run(self, name: str, point: Any, parameters: Any, *vector: np.ndarray) -> tuple[Any, ...]:
        """Return what a program computes: first what is asked for. Of small Hessians this is half of the time."""
        at, inputs = self._point(point), self._inputs(parameters) if parameters else self._default_inputs
        run, places = self._ready(name)
        found = run(at, *vector, inputs)
        if COVERED not in places or found[places[COVERED]] > 0:
            return found
        if found[places[COVERED]] == 0 and np.isfinite(at).all() and self._learned(at, inputs):
            run, places = self._ready(name)
            found = run(at, *vector, inputs)
        if found[places[COVERED]] < 0:
            values = {**self.problem.parameters, **dict(zip(self.parameters, inputs.tolist(), strict=True))}
            Objective(self.problem, values).value(at)  # which says what it raises
        return found

    def _inputs(self, parameters: Mapping[str, Any]) -> np.ndarray:
        for a in parameters:
            if a not in self._defaults:
                held = (
                    f"it was compiled with {a} fixed"
                    if a in self.problem.parameters
                    else nearest(a, self._defaults)
                )
                raise ProblemError(f"{self.problem.name} compiled takes no parameter {a!r}; {held}.")
            number = as_array(parameters[a])
            if number.ndim > 0 or number.dtype.kind not in "iufb":
                raise ProblemError(
                    f"{a} was given {parameters[a]!r:.80}; it was compiled with a float and takes a real number."
                )
        return np.array([float(value) for value in {**self._defaults, **parameters}.values()])

    def _learned(self, point: np.ndarray, parameters: np.ndarray) -> bool:
        """Add the path that the function takes at a place to those that are recorded; whether it was not among them."""
        try:
            is_new = self._traced.branches.add(self._traced.run, point, parameters)
        except NotRecorded as error:
            raise ProblemError(
                f"{self.problem.name} takes a path at {point[:4].tolist()} that was not compiled: "
                f"{sentence(error.message)} Use hw.curvature, which records nothing."
            ) from None
        if is_new:
            self._programs.clear()
            self._runs.clear()
        return is_new

    def _point(self, point: Any) -> np.ndarray:
        is_vector = type(point) is np.ndarray and point.dtype.char == "d" and point.shape == self._shape
        if is_vector and np.isfinite(point).all():
            return point
        at = self._flat(point, "the point")
        if len(at) != len(self.problem.start):
            raise ProblemError(
                f"the point has {len(at)} values; {self.problem.name} was compiled for {len(self.problem.start)}."
            )
        return at

    def _flat(self, given: Any, name: str) -> np.ndarray:
        """Return as a vector what is one already, or has the structure of the variables."""
        if is_container(given) or axes(given) > 1:
            return self.problem.blocks.flatten(self.problem.arguments.spread(given))
        return as_point(given, name)

    def __repr__(self) -> str:
        labels = self.problem.labels
        inputs = [*labels[:6], *(["…"] if len(labels) > 6 else []), *self.parameters]
        return f"compiled {self.problem.name}({', '.join(inputs)})"


def _executable(backend: str) -> Callable[[Program], Run]:
    if backend not in BACKENDS:
        raise ProblemError(f"backend is {backend!r:.60}, which is none; {nearest(str(backend), BACKENDS)}")
    if backend == "numpy":
        return lambda program: Executable(program).silent
    try:
        from hesswidget.program.jax_executor import JaxExecutable
    except ImportError as error:
        raise ProblemError(
            f'backend="jax" runs programs with JAX, which could not be imported ({error}): '
            f'pip install "hesswidget[jax]".'
        ) from error
    return lambda program: JaxExecutable(program).of_arrays


def compile(
    function: Any,
    point: Any = None,
    /,
    *,
    over: str | tuple[str, ...] | None = None,
    backend: str = "numpy",
    **values: Any,
) -> Compiled:
    """Record a function's derivatives, to compute them many times faster than autograd does.

    Parameters
    ----------
    function : callable or str
        Written with ``autograd.numpy``, in JAX or in PyTorch; the name of one in `hesswidget.gallery`; or a formula
        (text, or SymPy's).
    point : float, tuple, array_like, dict or list, optional
        The variables by position, at an ordinary point: the function runs there once. It says structure and shapes, as
        for `hesswidget.curvature`.
    over : str or tuple of str, optional
        Which arguments are the variables, if not those without a default.
    backend : {"numpy", "jax"}, optional
        What replays the recorded programs: NumPy, or JAX, which compiles each when it first runs (for seconds, where it
        is long), and runs it on the device that JAX has, such as a GPU. ``pip install "hesswidget[jax]"``.
    **values
        Variables and parameters by name. Parameters that are floats may be given anew at each call; whole numbers,
        truths, texts and arrays are part of what is compiled.

    Returns
    -------
    Compiled

    Raises
    ------
    ProblemError
        If the function cannot be recorded: if it does something that has no recorded form, or branches on values
        (``if x > 0``) in too many ways. The sentence names the line. If there is no such backend, or no JAX.

    Notes
    -----
    A function that branches on values is run at some hundred places around the point, to find the paths that it takes.
    Where it turns out to take another one later, that is recorded then, which takes as long as the first time.

    The cost of a Hessian is that of n Hessian-vector products, reverse over reverse, computed side by side; what they
    have in common is computed once. The results are autograd's up to rounding. Of more than 4,096 variables there are
    value, gradient and ``hvp``.

    With JAX all is float64 too, whatever ``jax_enable_x64`` says: it is on in this thread while a program is traced or
    runs, and as it was otherwise. Points and results are NumPy's arrays, results read-only where JAX's memory is the
    host's (copy one to change it). The function itself is written with
    ``autograd.numpy`` as ever, and recorded by autograd; JAX sees its programs alone. Two things are not NumPy's there:
    XLA takes a product with a truth for a choice, so that ``inf * (x > 0)`` is 0 where x is not positive, not NaN; and
    special functions are JAX's, which in our tests are SciPy's to 1e-12. Bessel functions, which JAX lacks, SciPy
    computes on the host. Tested on CPUs.

    Examples
    --------
    >>> import autograd.numpy as np
    >>> c = compile(lambda w, l2=0.1: np.sum(w**4) + l2 * np.sum(w**2), np.zeros(2))
    >>> c.hessian([1.0, 2.0]).tolist(), c.hvp([1.0, 2.0], [1.0, 0.0], l2=0.0).tolist()
    ([[12.2, 0.0], [0.0, 48.2]], [12.0, 0.0])
    """
    return compiled(Problem.at(function, point, over, values), backend)


def compiled(problem: Problem, backend: str = "numpy") -> Compiled:
    """Record the derivatives of a function that has been sorted out; see `compile`."""
    made = Compiled(problem, backend)
    try:
        with frames_met() as met:
            made._record()  # so that what cannot be recorded is said here
        if met():
            start = made.problem.start
            Objective(made.problem).check_frames(Objective(made.problem).value(start), made.value(start))
    except NotRecorded as error:
        message = f"{made.problem.name} cannot be compiled: {sentence(error.message)}"
        raise ProblemError(message, line=error.line, advice=error.advice) from None
    return made
