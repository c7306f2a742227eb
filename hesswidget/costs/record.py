"""What was measured of each computation at each size, as data and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.costs.growth import Slope, slope_of
from hesswidget.errors import ProblemError, nearest
from hesswidget.precision import for_json
from hesswidget.shown import Shown
from hesswidget.wording import number

QUANTITIES = ("seconds", "bytes")
STRAIGHT = 0.1  # by how much the slope at the end differs from the fitted one, where no more is said


@dataclass(frozen=True, eq=False, repr=False)
class Cost(Shown):
    """Seconds and bytes of computations with a function's derivatives against n; made by `hesswidget.cost`.

    The names are ``gradient``, ``hvp`` (one product with the Hessian), ``l-bfgs`` (one product with its model of the
    inverse), ``diagonal`` (an estimate), ``top-k`` (the largest eigenvalues by products), ``hessian`` and ``eigh``
    (eigenvalues and eigenvectors of that matrix). All arrays have shape (m,), NaN where nothing was measured.

    Attributes
    ----------
    function : str
        Its name.
    sizes : ndarray of int
        The numbers of variables, ascending.
    labels : dict of str
        What each computation is, in words.
    seconds : dict of ndarray
        The least of several repeats.
    medians : dict of ndarray
        Their median, seconds.
    bytes : dict of ndarray
        The most that Python and NumPy held at once for it, the result and what it keeps between calls among them: the
        pairs of ``l-bfgs``, the matrix of ``eigh``.
    products : dict of ndarray
        How many products with the Hessian, or units of work, each is: n of ``hessian``, 1 of what needs none.
    engine : str
        What computed derivatives: ``recorded programs`` or ``autograd``.
    notes : tuple of str
        What was left out, and why.
    """

    function: str
    sizes: np.ndarray
    labels: Mapping[str, str]
    seconds: Mapping[str, np.ndarray]
    medians: Mapping[str, np.ndarray]
    bytes: Mapping[str, np.ndarray]
    products: Mapping[str, np.ndarray]
    engine: str
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all computations."""
        return tuple(self.labels)

    @property
    def relative(self) -> dict[str, np.ndarray]:
        """Seconds over those of one gradient at the same size."""
        return {name: self.seconds[name] / self.seconds["gradient"] for name in self.names}

    @property
    def noise(self) -> float:
        """By which share the median of the repeats is above the least, in the median over all that was repeated.

        NaN where nothing was.
        """
        least, median = (
            np.concatenate([times[a] for a in self.names]) for times in (self.seconds, self.medians)
        )
        shares = (median / least - 1)[median > least]
        return float(np.median(shares)) if len(shares) else float("nan")

    def slope(self, name: str, of: str = "seconds") -> Slope:
        """Fit the power of n with which a computation grows.

        Parameters
        ----------
        name : str
            One of `names`.
        of : {"seconds", "bytes"}

        Returns
        -------
        Slope
            Over the larger half of the sizes beyond the overhead; see `hesswidget.costs.growth.slope_of`.

        Raises
        ------
        ProblemError
            If there is no such computation or quantity.
        """
        if name not in self.labels:
            raise ProblemError(f"unknown computation {name!r:.40}; {nearest(str(name), self.names)}")
        if of not in QUANTITIES:
            raise ProblemError(f"of is {of!r:.40}; it takes 'seconds' or 'bytes'.")
        if of == "bytes":
            return slope_of(self.sizes, self.bytes[name])
        return slope_of(self.sizes, self.seconds[name], self.products[name])

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python numbers, lists and text, fit for JSON: None where nothing was measured."""
        arrays = {
            a: {name: for_json(values) for name, values in getattr(self, a).items()}
            for a in ("seconds", "medians", "bytes", "products")
        }
        slopes = {of: {name: self._slope_as_dict(name, of) for name in self.names} for of in QUANTITIES}
        return {
            "function": self.function, "engine": self.engine, "sizes": self.sizes.tolist(),
            "labels": dict(self.labels), **arrays, "slopes": slopes, "notes": list(self.notes),
        }  # fmt: skip

    def _slope_as_dict(self, name: str, of: str) -> dict[str, Any]:
        slope = self.slope(name, of)
        value, error, last = for_json(np.array([slope.value, slope.error, slope.last]))
        return {
            "value": value, "error": error, "last": last, "sizes": list(slope.sizes),
            "is_overhead": slope.is_overhead,
        }  # fmt: skip

    def __str__(self) -> str:
        lines = [f"cost of {self.function} against n, by {self.engine}"]
        for of, write in (("seconds", duration), ("bytes", memory)):
            lines += self._table(of, write)
        return "\n".join([*lines, *(f"{s}." for s in self.sentences)])

    __repr__ = __str__

    def _table(self, of: str, write: Any) -> list[str]:
        rows = [[of, *(f"{n:,}" for n in self.sizes), "grows as"]]
        for name, label in self.labels.items():
            slope = self.slope(name, of)
            cells = [write(value) for value in getattr(self, of)[name]]
            rows.append([label, *cells, f"{slope}{' *' * slope.is_overhead}{_last(slope)}"])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return [
            "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:-1], widths[1:-1]), row[-1]]).rstrip()
            for row in rows
        ]

    @property
    def sentences(self) -> list[str]:
        """What is to be said besides the numbers: what is beside a gradient, how slopes were fitted, noise, notes."""
        said = [*self._in_gradients()]
        said.append(
            "slopes are fitted over the larger half of the sizes, ± one standard error of the scatter"
        )
        if any(self.slope(name, of).is_overhead for name in self.names for of in QUANTITIES):
            said.append(
                "* mostly overhead: a product, or its bytes, hardly depends on n at these sizes; larger ones would show"
                " how it grows"
            )
        if np.isfinite(self.noise):
            said.append(
                f"seconds are the least of the repeats; their median is typically {number(100 * self.noise, 2)} % above"
            )
        return [*said, *self.notes]

    def _in_gradients(self) -> list[str]:
        """Say how many gradients each takes at the largest size where the gradient was measured."""
        known = np.flatnonzero(np.isfinite(self.seconds["gradient"]))
        if not len(known):
            return []
        last = int(known[-1])
        ratios = {a: r[last] for a, r in self.relative.items() if a != "gradient" and np.isfinite(r[last])}
        if not ratios:
            return []
        counted = ", ".join(f"{self.labels[a]} {number(r, 2)}" for a, r in ratios.items())
        return [f"in gradients, at n = {self.sizes[last]:,}: {counted}"]


def _last(slope: Slope) -> str:
    """Say the slope at the end, where the growth is still changing."""
    return f" ({slope.last:.2f})".replace("-", "−") if abs(slope.last - slope.value) > STRAIGHT else ""


def duration(seconds: float) -> str:
    """Write a time with its unit; a dash where there is none.

    Examples
    --------
    >>> duration(2.34e-5), duration(0.1234), duration(7.0), duration(float("nan"))
    ('23.4 µs', '123 ms', '7 s', '—')
    """
    return _in_units(seconds, ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")))


def memory(size: float) -> str:
    """Write a number of bytes with its unit; a dash where there is none.

    Examples
    --------
    >>> memory(800.0), memory(8e6), memory(float("nan"))
    ('800 B', '8 MB', '—')
    """
    return _in_units(size, ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")))


def _in_units(value: float, units: tuple[tuple[float, str], ...]) -> str:
    if np.isnan(value):
        return "—"
    unit, sign = next((u for u in units if value >= 0.9995 * u[0]), units[-1])
    return f"{number(value / unit)} {sign}"
