"""What was found out about a spectrum, as data and as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from hesswidget.errors import ProblemError, nearest
from hesswidget.precision import for_json, not_negative
from hesswidget.problem.blocks import Blocks
from hesswidget.problem.vector import as_floats
from hesswidget.progress import Progress
from hesswidget.second_derivative_test.classification import Inertia
from hesswidget.shown import Shown
from hesswidget.spectra.density import Density, density
from hesswidget.spectra.ends import End
from hesswidget.spectra.estimate import Estimate
from hesswidget.spectra.lanczos import Quadrature
from hesswidget.wording import number

LINEAR = ("trace", "frobenius", "diagonal")  # which grow with the matrix
MODES = ("exact", "extreme", "density")


@dataclass(frozen=True, eq=False, repr=False)
class Spectrum(Shown):
    """What is known of the spectrum of a symmetric matrix; made by `hesswidget.spectrum`.

    Attributes
    ----------
    name : str
        What the matrix is.
    n : int
    mode : {"exact", "extreme", "density"}
        All eigenvalues were computed; those at both ends, and estimates; or estimates alone, where the ends did not
        converge: their residuals then say how good they are.
    reason : str
        Why so.
    largest, smallest : End
        ``values`` (k,), outermost first, ``vectors`` (n, k) and ``residuals`` (k,).
    estimates : dict of Estimate
        ``value`` and ``error``, half the width of the 95 % interval, of `trace`, `frobenius` (the norm), `diagonal`
        (shape (n,)), `effective_rank` and `negative_mass`, each also an attribute.
    inertia : Inertia or None
        Counts of positive, zero and negative eigenvalues, where all are known.
    eigenvalues : ndarray, shape (n,), or None
        All, ascending, where they are known.
    matrix : ndarray, shape (n, n), or None
        Where it was computed.
    known : ndarray, shape (m,)
        The eigenvalues that are known, and beside which `runs` are.
    runs : tuple of Quadrature
        Lanczos's nodes and weights for each random vector.
    cost : int
        Products with the matrix; the whole matrix counts n.
    notes : tuple of str
        What is to be said besides.
    parts : Blocks or None
        The named variables, where there are several.
    of_part, go_on : callable or None
        How `blocks` and `more` compute; None in what has come from another process.
    """

    name: str
    n: int
    mode: str
    reason: str
    largest: End
    smallest: End
    estimates: Mapping[str, Estimate]
    inertia: Inertia | None
    eigenvalues: np.ndarray | None
    matrix: np.ndarray | None
    known: np.ndarray
    runs: tuple[Quadrature, ...]
    cost: int
    notes: tuple[str, ...] = ()
    parts: Blocks | None = None
    of_part: Callable[[str], Spectrum] | None = None
    go_on: Callable[[int, bool | Progress], Spectrum] | None = None

    @property
    def trace(self) -> Estimate:
        """Σ λ."""
        return self.estimates["trace"]

    @property
    def frobenius(self) -> Estimate:
        """√Σ λ²."""
        return self.estimates["frobenius"]

    @property
    def diagonal(self) -> Estimate:
        """The matrix's diagonal, shape (n,)."""
        return self.estimates["diagonal"]

    @property
    def effective_rank(self) -> Estimate:
        """The exponential of the entropy of |λ| / Σ |λ| (Roy & Vetterli, 2007): between 1 and n."""
        return self.estimates["effective_rank"]

    @property
    def negative_mass(self) -> Estimate:
        """The share that negative eigenvalues have of Σ |λ|."""
        return self.estimates["negative_mass"]

    def density(self, points: Any = None, width: float | None = None) -> Density:
        """Return how the eigenvalues are spread, each blurred into a Gaussian.

        Parameters
        ----------
        points : array_like, shape (m,), optional
            By default 512 over the whole spectrum.
        width : float, optional
            The Gaussian's standard deviation; by default 1/128 of the spectrum's width, or the distance of Lanczos's
            nodes where that is more.

        Examples
        --------
        >>> import hesswidget as hw
        >>> found = hw.spectrum(np.diag([0.0, 1.0, 4.0])).density(np.linspace(-1, 5, 601), 0.1)
        >>> round(float(found.values.sum()) * 0.01, 3)
        1.0
        """
        at = None if points is None else as_floats(points, "points").ravel()
        if width is not None and not_negative("width", width) == 0:
            raise ProblemError("width is 0; it takes a number above zero.")
        return density(self.known, self.runs, self.n, at, width)

    def scaled(self, unit: float) -> Spectrum:
        """Return the spectrum of the matrix times a number, a power of two, which changes no digit."""
        ends = (End(e.values * unit, e.vectors, e.residuals * unit) for e in (self.largest, self.smallest))
        estimates = {
            name: replace(of, value=of.value * unit, error=of.error * unit) if name in LINEAR else of
            for name, of in self.estimates.items()
        }
        runs = tuple(
            replace(run, nodes=run.nodes * unit, coarse=(run.coarse[0] * unit, run.coarse[1]))
            for run in self.runs
        )
        eigenvalues = None if self.eigenvalues is None else self.eigenvalues * unit
        matrix = None if self.matrix is None else self.matrix * unit
        largest, smallest = ends
        return replace(
            self, largest=largest, smallest=smallest, estimates=estimates, runs=runs, eigenvalues=eigenvalues,
            matrix=matrix, known=self.known * unit,
        )  # fmt: skip

    @cached_property
    def blocks(self) -> Mapping[str, Spectrum]:
        """The spectra of the diagonal blocks of named variables, by name, each computed when it is asked for."""
        return PartSpectra(self)

    def more(self, probes: int, *, progress: bool | Progress = False) -> Spectrum:
        """Go on with more random vectors beside those that there are; returns what is known then.

        Parameters
        ----------
        probes : int
            How many more.
        progress : bool or callable
            As for `hesswidget.spectrum`.

        Raises
        ------
        ProblemError
            If all is known already, or this has come from another process.
        """
        if self.mode == "exact":
            raise ProblemError("all eigenvalues are known; there is nothing to estimate.")
        if self.go_on is None:
            raise ProblemError("this spectrum does not know its matrix any more; compute it anew.")
        return replace(self.go_on(probes, progress), shows=self.shows)

    def __getstate__(self) -> dict[str, Any]:
        return {
            **{a: v for a, v in super().__getstate__().items() if a != "blocks"},
            "of_part": None,
            "go_on": None,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python numbers, lists and text, fit for JSON; None where something is not known."""

        def estimate(of: Estimate) -> dict[str, Any]:
            return {"value": for_json(of.value), "error": for_json(of.error), "method": of.method}

        def end(of: End) -> dict[str, Any]:
            return {"values": for_json(of.values), "residuals": for_json(of.residuals)}

        return {
            "name": self.name, "n": self.n, "mode": self.mode, "reason": self.reason, "cost": self.cost,
            "largest": end(self.largest), "smallest": end(self.smallest),
            **{a: estimate(of) for a, of in self.estimates.items()},
            "inertia": None if self.inertia is None else list(self.inertia),
            "eigenvalues": None if self.eigenvalues is None else for_json(self.eigenvalues),
            "notes": list(self.notes),
        }  # fmt: skip

    def __str__(self) -> str:
        lines = [f"spectrum of {self.name}, n = {self.n:,}: {self.mode}, {self.cost:,} products"]
        for label, end in (("largest", self.largest), ("smallest", self.smallest)):
            if len(end):
                values = "  ".join(number(v, 6) for v in end.values[:8])
                lines.append(
                    f"{label:<16}{values}   (residuals up to {number(float(end.residuals.max()), 2)})"
                )
        for name, of in self.estimates.items():
            if name != "diagonal":
                lines.append(f"{name.replace('_', ' '):<16}{of}")
        if self.inertia is not None:
            plus, zero, minus = self.inertia
            lines.append(f"{'inertia':<16}{plus} positive, {zero} zero, {minus} negative")
        return "\n".join([*lines, *(f"{s[:1].upper()}{s[1:]}." for s in (self.reason, *self.notes))])

    __repr__ = __str__


class PartSpectra(Mapping[str, Spectrum]):
    """Spectra of diagonal blocks, computed when they are asked for."""

    def __init__(self, whole: Spectrum) -> None:
        self._whole, self._found = whole, dict[str, Spectrum]()
        self._names = [b.name for b in whole.parts.all] if whole.parts is not None else []

    def __getitem__(self, name: str) -> Spectrum:
        if name not in self._names:
            if not self._names:
                raise KeyError(f"{self._whole.name} has no named blocks")
            raise KeyError(f"there is no block {name!r:.60}; {nearest(str(name)[:60], self._names)}")
        if name not in self._found:
            if self._whole.of_part is None:
                raise ProblemError("this spectrum does not know its matrix any more; compute it anew.")
            self._found[name] = replace(self._whole.of_part(name), shows=self._whole.shows)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
