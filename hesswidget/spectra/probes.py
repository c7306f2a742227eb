"""What random vectors find out about a spectrum: one run of Lanczos's method each serves all estimates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from hesswidget.spectra.ends import End
from hesswidget.spectra.estimate import Estimate, half_width, of_function, of_samples
from hesswidget.spectra.lanczos import Quadrature, quadrature
from hesswidget.spectra.operator import Operator
from hesswidget.spectra.trace import signs
from hesswidget.wording import amount

ESTIMATED = ("trace", "frobenius", "diagonal", "effective_rank", "negative_mass")


@dataclass
class Probes:
    """Runs from random signs, in what is at right angles to eigenvectors that are known.

    The known part counts exactly, so that errors are those of the rest alone.

    Attributes
    ----------
    n : int
    values : ndarray, shape (k,)
        Eigenvalues that are known.
    vectors : ndarray, shape (n, k)
    runs : list of Quadrature
    """

    n: int
    values: np.ndarray
    vectors: np.ndarray
    runs: list[Quadrature] = field(default_factory=list)
    _mean: np.ndarray | None = None
    _squares: np.ndarray | None = None

    def copy(self) -> Probes:
        """Return the same, to go on with."""
        return Probes(self.n, self.values, self.vectors, [*self.runs], self._mean, self._squares)

    def draw(self, operator: Operator, steps: int, seed: int) -> None:
        """Run once more; the k-th run is the same for a seed, whatever was run before."""
        start = signs(np.random.default_rng((seed, len(self.runs))), self.n)
        found = quadrature(operator.product, start, steps, self.vectors)
        self._add_diagonal(start * found.image)
        self.runs.append(replace(found, image=np.zeros(0)))

    def _add_diagonal(self, sample: np.ndarray) -> None:
        """Keep mean and sum of squares alone, however many runs there are (Welford, 1962)."""
        if self._mean is None or self._squares is None:
            self._mean, self._squares = np.zeros(self.n), np.zeros(self.n)
        away = sample - self._mean
        self._mean = self._mean + away / (len(self.runs) + 1)
        self._squares = self._squares + away * (sample - self._mean)

    @property
    def method(self) -> str:
        """What was done, in words."""
        return f"{self.known}Hutchinson with {amount(len(self.runs), 'random vector')}"

    @property
    def known(self) -> str:
        """How many eigenvalues are known, as the beginning of what was done."""
        return f"{amount(len(self.values), 'eigenvalue')} known, " if len(self.values) else ""

    def sizes(self) -> tuple[np.ndarray, np.ndarray]:
        """Return magnitudes of the eigenvalues that are not known, and about how many there are of each."""
        nodes, weights = (
            np.concatenate([getattr(run, a) for run in self.runs]) for a in ("nodes", "weights")
        )
        return np.abs(nodes), weights / len(self.runs)

    def outermost(self, k: int) -> tuple[End, End]:
        """Return the outermost nodes in the place of the ends: without vectors, and how good they are is not known."""
        nodes = np.sort(self.runs[0].nodes) if self.runs else np.zeros(0)
        k = min(k, len(nodes))
        nothing, unknown = np.zeros((self.n, 0)), np.full(k, np.inf)
        return End(nodes[::-1][:k], nothing, unknown), End(nodes[:k], nothing, unknown)

    def estimates(self) -> dict[str, Estimate]:
        """Return all that is estimated, by name."""
        return {name: getattr(self, name) for name in ESTIMATED}

    @property
    def trace(self) -> Estimate:
        """Σ λ (Hutchinson, 1990; Gambhir, Stathopoulos & Orginos, 2017, for what is deflated)."""
        samples = [run.sum(lambda x: x) for run in self.runs]
        return of_samples(samples, self.method, float(np.sum(self.values)))

    @property
    def frobenius(self) -> Estimate:
        """√Σ λ²."""
        samples = [run.sum(lambda x: x**2) for run in self.runs]
        return of_function(
            samples,
            lambda mean: float(np.sqrt(np.maximum(mean, 0.0))),
            self.method,
            float(np.sum(self.values**2)),
        )

    @property
    def diagonal(self) -> Estimate:
        """The matrix's diagonal (Bekas, Kokiopoulou & Saad, 2007)."""
        exactly = np.sum(self.vectors**2 * self.values, axis=1)
        count = len(self.runs)
        if self._mean is None or self._squares is None:
            return of_samples(np.zeros((0, self.n)), self.method, exactly)
        error = np.full(self.n, np.inf)
        if count > 1:
            error = half_width(np.sqrt(self._squares / (count - 1) / count), count)
        return Estimate(exactly + self._mean, error, self.method)

    @property
    def effective_rank(self) -> Estimate:
        """The exponential of the entropy of |λ| / Σ |λ| (Roy & Vetterli, 2007): between 1 and n."""
        found = self._of_sums(_entropy_sums, _effective_rank)
        return replace(found, value=min(found.value, float(self.n)))

    @property
    def negative_mass(self) -> Estimate:
        """The share that negative eigenvalues have of Σ |λ|."""
        return self._of_sums(_mass_sums, _negative_mass)

    def _of_sums(
        self, sums: Callable[[np.ndarray, np.ndarray], np.ndarray], function: Callable[[np.ndarray], float]
    ) -> Estimate:
        """Estimate a function of sums over the eigenvalues which no quadrature has exactly.

        To the error over the random vectors is added how much half of Lanczos's steps say otherwise.
        """
        known = sums(self.values, np.ones(len(self.values)))
        fine, coarse = (
            of_function([sums(*nodes) for nodes in each], function, self.method, known)
            for each in ([(r.nodes, r.weights) for r in self.runs], [r.coarse for r in self.runs])
        )
        return replace(fine, error=fine.error + abs(fine.value - coarse.value))


def exact(values: np.ndarray, diagonal: np.ndarray, rounding: float) -> dict[str, Estimate]:
    """Return what all eigenvalues say, in the place of estimates; `rounding` is that of one of them."""
    n = len(values)
    ones = np.ones(n)
    of = "all eigenvalues"
    size = float(np.sqrt(np.sum(values**2)))
    return {
        "trace": Estimate(float(values.sum()), n * rounding, of),
        "frobenius": Estimate(size, np.sqrt(n) * rounding, of),
        "diagonal": Estimate(diagonal, np.full(n, rounding), "the matrix"),
        "effective_rank": Estimate(_effective_rank(_entropy_sums(values, ones)), 0.0, of),
        "negative_mass": Estimate(_negative_mass(_mass_sums(values, ones)), 0.0, of),
    }


def _entropy_sums(nodes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    sizes = np.abs(nodes)
    logs = np.log(np.where(sizes > 0, sizes, 1.0))
    return np.array([np.sum(weights * sizes), np.sum(weights * sizes * logs)])


def _effective_rank(sums: np.ndarray) -> float:
    whole, logs = sums
    return float(np.exp(np.log(whole) - logs / whole)) if whole > 0 else 0.0


def _mass_sums(nodes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return np.array([np.sum(weights * np.maximum(-nodes, 0.0)), np.sum(weights * np.abs(nodes))])


def _negative_mass(sums: np.ndarray) -> float:
    negative, whole = sums
    return float(negative / whole) if whole > 0 else 0.0
