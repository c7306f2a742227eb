"""All critical points of a function in a box: found, judged, counted; `hesswidget.critical_points`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np

from hesswidget.appearance import LABELS
from hesswidget.critical.poincare_hopf import Completeness
from hesswidget.critical.points import CriticalPoint, CriticalSet
from hesswidget.critical.separatrices import Path, separatrices
from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError
from hesswidget.problem.vector import as_array
from hesswidget.progress import Progress, Watch, silent
from hesswidget.wording import number


@dataclass(frozen=True, eq=False, repr=False)
class CriticalPoints:
    """A table of critical points, minima first, then by value. Iterates and indexes like a list of `CriticalPoint`.

    Attributes
    ----------
    name : str
        The function's.
    labels : tuple of str
        The coordinates' names.
    points : tuple of CriticalPoint
        Those that are isolated.
    sets : tuple of CriticalSet
        Those that are not.
    completeness : Completeness
        Whether points are missing, as far as that can be checked.
    starts : int
        How many starts were searched from.
    notes : tuple of str
        What else should be known.
    objective : Objective or None
        The function with its parameters' values, where the table is of one.
    """

    name: str
    labels: tuple[str, ...]
    points: tuple[CriticalPoint, ...]
    sets: tuple[CriticalSet, ...]
    completeness: Completeness
    starts: int
    notes: tuple[str, ...] = ()
    objective: Objective | None = field(default=None, repr=False)
    _paths: list[tuple[Path, ...]] = field(default_factory=list, init=False)  # once they are followed

    def __len__(self) -> int:
        return len(self.points)

    def __iter__(self) -> Iterator[CriticalPoint]:
        return iter(self.points)

    def __getitem__(self, index: Any) -> Any:
        return self.points[index]

    @property
    def counts(self) -> dict[str, int]:
        """How many points have each label that occurs."""
        labels = [p.label for p in self.points]
        return {label: labels.count(label) for label in LABELS if label in labels}

    def of(self, label: str) -> tuple[CriticalPoint, ...]:
        """Return the points of one label."""
        return tuple(p for p in self.points if p.label == label)

    def nearest(self, point: Any) -> CriticalPoint | None:
        """Return the point nearest to another, shape (n,); None if there is none."""
        other = as_array(point)
        if other.dtype.kind not in "iuf" or other.shape not in ((), (len(self.labels),)):
            raise ProblemError(
                f"the point was given as {point!r:.80}; it takes {len(self.labels)} real numbers."
            )
        return min(self.points, key=lambda p: float(np.linalg.norm(p.point - other)), default=None)

    def paths(self, progress: Progress = silent) -> tuple[Path, ...]:
        """Follow the paths of steepest descent that leave the saddles.

        They are followed once and held.

        Parameters
        ----------
        progress : callable
            Is called with the share that is done and a few words, and returns whether to go on; what was followed until
            then is returned, and not held.

        Raises
        ------
        ProblemError
            If the table does not know its function.
        """
        if self._paths:
            return self._paths[0]
        if self.objective is None:
            raise ProblemError(
                "this table does not know its function; take the table that hw.critical_points(f, ...) returns."
            )
        watch = Watch(progress)
        paths = separatrices(self.objective, self.points, watch)
        if not watch.is_stopped:
            self._paths.append(paths)
        return paths

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python numbers, lists and text, fit for JSON."""
        return {
            "function": self.name,
            "variables": list(self.labels),
            "points": [p.to_dict() for p in self.points],
            "sets": [s.to_dict() for s in self.sets],
            "completeness": {
                "turns": self.completeness.turns,
                "total": self.completeness.total,
                "is_met": self.completeness.is_met,
                "sentence": self.completeness.sentence,
                "singular": self.completeness.singular.tolist(),
            },
            "starts": self.starts,
            "notes": list(self.notes),
        }

    def _rows(self) -> list[list[str]]:
        heads = ["", *self.labels, "f", "eigenvalues", "|∇f|"]
        rows = [heads]
        for p in self.points:
            what = p.label if p.kind == p.label else f"{p.label}: {p.kind}"
            what += f" of index {p.index}" if p.label == "saddle" and len(self.labels) > 2 else ""
            eigenvalues = ", ".join(number(v) for v in p.eigenvalues)
            rows.append(
                [
                    what,
                    *(number(x, 6) for x in p.point),
                    number(p.value, 6),
                    eigenvalues,
                    number(p.residual, 2),
                ]
            )
        return rows

    @property
    def sentences(self) -> list[str]:
        """What is to be said besides the points: of sets, of completeness, and the notes."""
        return [*(s.sentence for s in self.sets), self.completeness.sentence, *self.notes]

    def __str__(self) -> str:
        rows = self._rows() if self.points else []
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(
                cell.rjust(w) if k else cell.ljust(w)
                for k, (cell, w) in enumerate(zip(row, widths, strict=True))
            )
            for row in rows
        ]
        return "\n".join([self._heading(), *lines, *(f"{s}." for s in self.sentences)])

    def _heading(self) -> str:
        counted = ", ".join(f"{count} {label}" for label, count in self.counts.items()) or "none"
        return f"critical points of {self.name}: {counted}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        """Return a table in which names and texts are escaped."""
        head, *rows = self._rows()
        cells = "".join(f"<th>{escape(cell)}</th>" for cell in head)
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        table = f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>" if rows else ""
        said = "".join(f"<p>{escape(s)}.</p>" for s in self.sentences)
        return f"<p>{escape(self._heading())}</p>{table}{said}"
