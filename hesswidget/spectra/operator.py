"""A symmetric matrix that is known by its products with vectors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hesswidget.errors import ProblemError, clause
from hesswidget.problem.blocks import Blocks
from hesswidget.progress import Stopped
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

    def product(self, vector: np.ndarray) -> np.ndarray:
        """Return the matrix times a vector, shape (n,)."""
        self.check()
        self.products += 1
        try:
            found = np.asarray(self.multiply(np.ravel(vector)), dtype=float).reshape(self.n)
            if not np.isfinite(found).all():
                raise ProblemError(f"a product with {self.name} is not finite; give a point where it is.")
        except ProblemError as error:
            if not self.is_lenient:
                raise
            self.failure = clause(str(error))
            raise Stopped from error
        return found

    def times(self, vectors: np.ndarray) -> np.ndarray:
        """Return the matrix times each column, shape (n, m)."""
        return np.stack([self.product(column) for column in vectors.T], axis=1)

    def matrix(self) -> np.ndarray:
        """Return the whole matrix, shape (n, n); not symmetrised."""
        if self.compute is None:
            return self.times(np.eye(self.n))
        self.check()
        self.products += self.n
        found = np.asarray(self.compute(), dtype=float)
        if not np.isfinite(found).all():
            raise ProblemError(f"{self.name} is not finite everywhere; give a point where it is.")
        return found

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
