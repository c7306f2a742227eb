"""A symmetric matrix that is known by its products with vectors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.errors import ProblemError, clause
from hesswidget.problem.blocks import Blocks
from hesswidget.progress import Stopped
from hesswidget.user_code import summary
from hesswidget.wording import number

ASYMMETRY = 1e-8  # relative: what two products may differ by, of a matrix that is symmetric but for rounding


@dataclass
class Operator:
    """A symmetric matrix of n rows, and how often it was multiplied.

    Attributes
    ----------
    name : str
        What it is, in words.
    n : int
    multiply : callable
        Takes a vector, shape (n,), and returns the product, shape (n,).
    compute : callable or None
        Returns the whole matrix, shape (n, n), sooner than by n products; None where there is no such way.
    blocks : Blocks or None
        The named parts of a vector, where it has such.
    check : callable
        Is called before each product; it raises where no more should be computed.
    products : int
        How many products were computed, n for the whole matrix.
    is_lenient : bool
        Whether a product that fails ends the search with what it has, rather than with an error.
    failure : str
        Why it ended so, as a clause; empty where it did not.
    unit : float
        What products are divided by.

    Examples
    --------
    >>> operator = Operator("a matrix", 2, np.diag([2.0, -1.0]).__matmul__)
    >>> operator.product(np.ones(2)).tolist(), operator.matrix().tolist(), operator.products
    ([2.0, -1.0], [[2.0, 0.0], [0.0, -1.0]], 3)
    """

    name: str
    n: int
    multiply: Callable[[np.ndarray], np.ndarray]
    compute: Callable[[], np.ndarray] | None = None
    blocks: Blocks | None = None
    check: Callable[[], None] = lambda: None
    products: int = 0
    is_lenient: bool = False
    failure: str = ""
    unit: float = 1.0

    def product(self, vector: np.ndarray) -> np.ndarray:
        """Return the matrix times a vector, shape (n,)."""
        self.check()
        self.products += 1
        try:
            return self._checked(self._multiplied(np.ravel(vector)), (self.n,))
        except ProblemError as error:
            if not self.is_lenient:
                raise
            self.failure = clause(str(error))
            raise Stopped from error

    def _multiplied(self, vector: np.ndarray) -> Any:
        try:
            return self.multiply(vector)
        except ProblemError:
            raise
        except Exception as error:  # whatever somebody's product may raise
            raise ProblemError(f"a product with {self.name} raised {clause(summary(error))}.") from error

    def _checked(self, found: Any, shape: tuple[int, ...]) -> np.ndarray:
        """Return an array in units of `unit`, or say what is wrong with it."""
        array = np.asarray(found)
        if array.dtype.kind == "c" or array.size != np.prod(shape):
            raise ProblemError(
                f"{self.name} gave an array of {array.dtype} and of shape {array.shape}; real numbers of shape {shape} "
                f"are expected."
            )
        try:
            numbers = array.astype(float).reshape(shape)
        except (TypeError, ValueError):
            raise ProblemError(f"{self.name} gave {array.dtype}, which are no real numbers.") from None
        if not np.isfinite(numbers).all():
            raise ProblemError(f"{self.name} is not finite.")
        return numbers / self.unit

    def times(self, vectors: np.ndarray) -> np.ndarray:
        """Return the matrix times each column, shape (n, m)."""
        if not vectors.shape[1]:
            return np.zeros((self.n, 0))
        return np.stack([self.product(column) for column in vectors.T], axis=1)

    def matrix(self) -> np.ndarray:
        """Return the whole matrix, shape (n, n); not symmetrised."""
        if self.compute is None:
            return self.times(np.eye(self.n))
        self.check()
        self.products += self.n
        return self._checked(self.compute(), (self.n, self.n))

    def take_unit(self, random: np.random.Generator) -> None:
        """Measure by a power of two from here on, so that squares of what is large or small are numbers."""
        self.unit = 1.0
        size = float(np.abs(self.product(random.standard_normal(self.n))).max())
        self.unit = float(2.0 ** np.clip(np.round(np.log2(size)), -1000, 1000)) if size > 0 else 1.0

    def check_symmetry(self, random: np.random.Generator) -> None:
        """Multiply two random vectors, and refuse a matrix that is plainly not symmetric.

        Raises
        ------
        ProblemError
            With by how much it is not.
        """
        u, v = random.standard_normal((2, self.n))
        left, right = self.product(u), self.product(v)
        size = np.linalg.norm(left) * np.linalg.norm(v) + np.linalg.norm(right) * np.linalg.norm(u)
        difference = abs(float(left @ v - u @ right))
        if difference > ASYMMETRY * size:
            raise ProblemError(
                f"{self.name} is not symmetric: of two random vectors, u·Av and v·Au differ by "
                f"{number(float(difference / size))} of their size. A spectrum is that of a symmetric matrix; give "
                f"(A + Aᵀ) / 2 if that is meant."
            )

    def within(self, places: slice, name: str) -> Operator:
        """Return the block of rows and columns that lie there, whose eigenvalues interlace those of the whole."""
        width = places.stop - places.start

        def multiply(vector: np.ndarray) -> np.ndarray:
            whole = np.zeros(self.n)
            whole[places] = vector
            return self.multiply(whole)[places]

        return Operator(f"the block {name} of {self.name}", width, multiply)
