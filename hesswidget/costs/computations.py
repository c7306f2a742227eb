"""What is measured: each computation of second order that a method may ask for, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

TOLERANCE = 1e-6  # relative, of eigenvalues by products


class Derivatives(Protocol):
    """A function's derivatives: `hesswidget.compiled.Compiled`, or an `Objective` of autograd's."""

    def gradient(self, point: Any, /) -> np.ndarray:
        """Return ∇f."""

    def hvp(self, point: Any, vector: Any, /) -> np.ndarray:
        """Return ∇²f · vector."""

    def hessian(self, point: Any, /) -> np.ndarray:
        """Return ∇²f."""


@dataclass
class Subject:
    """A function at one number of variables.

    Attributes
    ----------
    derivatives : Derivatives
    point : ndarray, shape (n,)
    k, memory, draws : int
        Of eigenvalues, of pairs that L-BFGS holds, of vectors that estimate the diagonal.
    check : callable
        Is called at each product; it raises where no more should be computed.
    products : int
        How many products with the Hessian were computed one by one.
    matrix : ndarray or None
        The Hessian, once it was computed.
    """

    derivatives: Derivatives
    point: np.ndarray
    k: int
    memory: int
    draws: int
    check: Callable[[], None] = lambda: None
    products: int = 0
    matrix: np.ndarray | None = None

    def hvp(self, vector: np.ndarray) -> np.ndarray:
        """Return ∇²f · vector, and count it."""
        self.check()
        self.products += 1
        return self.derivatives.hvp(self.point, vector)


@dataclass(frozen=True)
class Computation:
    """A computation that is measured.

    Attributes
    ----------
    name : str
    label : callable
        What it is called in a table, by the numbers that it depends on (`k`, `memory`, `draws`).
    gradients : callable
        About as how many gradients it takes: a guess for the first size.
    power : float
        Of n, about, with which it grows: a guess for the second.
    prepare : callable
        Of a `Subject` makes what it holds while it computes, whose bytes count and whose seconds do not.
    run : callable
        Computes, of the subject and of what was prepared.
    is_of_function : bool
        Whether it calls the function's derivatives.
    """

    name: str
    label: Callable[[Subject], str]
    gradients: Callable[[Subject], float]
    power: float
    run: Callable[[Subject, Any], Any]
    prepare: Callable[[Subject], Any] = lambda subject: None
    is_of_function: bool = True

    def units(self, subject: Subject) -> int:
        """Return how many products with the Hessian the last run was; 1 of what needs none."""
        return len(subject.point) if self.name == "hessian" else max(1, subject.products)


def _vector(subject: Subject) -> np.ndarray:
    return np.random.default_rng(1).standard_normal(len(subject.point))


def diagonal(subject: Subject, random: np.random.Generator) -> np.ndarray:
    """Estimate the Hessian's diagonal by z ∘ Hz with random signs z, averaged (Bekas, Kokiopoulou & Saad, 2007).

    The estimate's variance in each place is the sum of the squares of the row's other entries, over the draws.
    """
    total = np.zeros(len(subject.point))
    for _ in range(subject.draws):
        signs = 2.0 * random.integers(0, 2, len(total)) - 1.0
        total += signs * subject.hvp(signs)
    return total / subject.draws


def curvature_pairs(subject: Subject) -> list[tuple[np.ndarray, np.ndarray, float]]:
    """Steps s, changes of the gradient y and 1/sᵀy of a diagonal quadratic: a product costs the same with any."""
    random, n = np.random.default_rng(2), len(subject.point)
    steps = [random.standard_normal(n) for _ in range(subject.memory)]
    changes = [np.linspace(1.0, 10.0, n) * s for s in steps]
    return [(s, y, 1.0 / float(s @ y)) for s, y in zip(steps, changes, strict=True)]


def two_loops(gradient: np.ndarray, pairs: list[tuple[np.ndarray, np.ndarray, float]]) -> np.ndarray:
    """Multiply by the inverse of L-BFGS's model of the Hessian (Nocedal & Wright, 2006, algorithm 7.4).

    Examples
    --------
    >>> two_loops(np.array([4.0]), [(np.array([1.0]), np.array([2.0]), 0.5)]).tolist()
    [2.0]
    """
    q, weights = gradient.copy(), []
    for s, y, rho in reversed(pairs):
        weights.append(rho * float(s @ q))
        q -= weights[-1] * y
    s, y, rho = pairs[-1]
    q *= 1.0 / (rho * float(y @ y))
    for (s, y, rho), weight in zip(pairs, reversed(weights), strict=True):
        q += (weight - rho * float(y @ q)) * s
    return q


def largest_eigenvalues(subject: Subject, start: np.ndarray) -> Any:
    """Return the k largest eigenvalues with their vectors by Lanczos's method: products alone, no matrix."""
    from scipy.sparse.linalg import LinearOperator, eigsh

    n = len(subject.point)
    operator = LinearOperator((n, n), matvec=lambda v: subject.hvp(np.ravel(v)), dtype=float)
    return eigsh(operator, k=subject.k, which="LA", v0=start, tol=TOLERANCE)


def hessian(subject: Subject, _: Any) -> np.ndarray:
    """Return the Hessian, and keep it for its eigenvalues."""
    subject.check()
    subject.matrix = subject.derivatives.hessian(subject.point)
    return subject.matrix


def eigenvalues(subject: Subject, _: Any) -> Any:
    """Return all eigenvalues and eigenvectors of the Hessian that was kept, with LAPACK; its copy counts."""
    from scipy.linalg import eigh

    assert subject.matrix is not None
    return eigh(subject.matrix.copy(), overwrite_a=True)


COMPUTATIONS = (
    Computation(
        "gradient", lambda s: "gradient", lambda s: 1.0, 1.0, lambda s, _: s.derivatives.gradient(s.point)
    ),
    Computation(
        "hvp", lambda s: "Hessian-vector product", lambda s: 3.0, 1.0, lambda s, vector: s.hvp(vector), _vector
    ),
    Computation(
        "l-bfgs", lambda s: f"L-BFGS product, {s.memory} pairs", lambda s: 1.0, 1.0,
        lambda s, held: two_loops(*held), lambda s: (_vector(s), curvature_pairs(s)), is_of_function=False,
    ),
    Computation(
        "diagonal", lambda s: f"diagonal estimate, {s.draws} draws", lambda s: 3.0 * s.draws, 1.0, diagonal,
        lambda s: np.random.default_rng(3),
    ),
    Computation(
        "top-k", lambda s: f"{s.k} largest eigenvalues", lambda s: 3.0 * (4 * s.k + 40), 1.0,
        largest_eigenvalues, _vector,
    ),
    Computation("hessian", lambda s: "full Hessian", lambda s: 3.0 * len(s.point), 2.0, hessian),
    Computation(
        "eigh", lambda s: "eigenvalues of the full Hessian", lambda s: 1e-4 * len(s.point) ** 3, 3.0, eigenvalues
    ),
)  # fmt: skip


def needs(computation: Computation, subject: Subject, most: int) -> Iterator[str]:
    """Say what keeps a computation from being done with so many variables."""
    n = len(subject.point)
    if computation.name == "top-k" and n <= subject.k:
        yield f"Lanczos's method finds k = {subject.k} eigenvalues of more than {subject.k}"
    if computation.name == "hessian" and 8 * n * n > most:
        yield f"the matrix takes {8 * n * n / 1e9:,.1f} GB"
    if computation.name == "eigh" and subject.matrix is None:
        yield "it needs the full Hessian"
