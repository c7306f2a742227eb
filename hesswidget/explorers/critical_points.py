"""The critical points in the box that an explorer's sliders span, and the separatrices between them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from hesswidget.critical.find import Survey
from hesswidget.critical.table import CriticalPoints
from hesswidget.explorers.kept import Kept
from hesswidget.explorers.moment import Moment
from hesswidget.explorers.questions import MAX_MESSAGE, Answer, Parameters, Question
from hesswidget.problem.problem import Problem
from hesswidget.progress import STOPPED, Progress, Watch, part, silent

UNASKED = 3  # variables up to which critical points are looked for unasked
MOST_KEPT = 16  # tables
MOST_SENTENCES = 8
MOST_DOTS = 1_000  # points of sets that are sent
FOUND = 0.8  # about the share of the work for paths that is done when the points are known


class CriticalPointSearch:
    """Searches of one explorer, for any values of the parameters.

    Attributes
    ----------
    questions : tuple of Question
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._tables: Kept[CriticalPoints] = Kept(
            self._search, key=lambda parameters: repr(problem.on_wire(parameters)), most=MOST_KEPT
        )
        self.questions = (
            Question(
                "find_critical_points",
                self._found,
                {"parameters": Parameters()},
                is_job=True,
                saved=self._saved,
            ),
            Question(
                "separatrices",
                self._followed,
                {"parameters": Parameters()},
                is_job=True,
                saved=self._saved_paths,
            ),
        )

    @cached_property
    def _survey(self) -> Survey:
        return Survey(self._problem)

    def _search(self, parameters: Mapping[str, Any], progress: Progress) -> CriticalPoints:
        return self._survey.at(parameters, progress)

    def at(self, parameters: Mapping[str, Any], progress: Progress = silent) -> CriticalPoints:
        """Return the table for these parameters."""
        return self._tables.at(parameters, progress)

    def known(self, parameters: Mapping[str, Any]) -> CriticalPoints | None:
        """Return the table if it was computed already."""
        return self._tables.known(parameters)

    def _found(self, parameters: Mapping[str, Any], progress: Progress) -> Answer:
        return listed(self.at(parameters, progress))

    def _followed(self, parameters: Mapping[str, Any], progress: Progress) -> Answer:
        watch = Watch(progress)
        table = self.at(parameters, part(watch, 0.0, FOUND))
        answer = followed(table, part(watch, FOUND, 1.0))
        return answer._replace(content={**answer.content, "note": STOPPED}) if watch.is_stopped else answer

    def _known(self, moment: Moment, thorough: bool) -> CriticalPoints | None:
        """Return the table if it was computed already, or may be now."""
        if thorough and len(moment.point) <= UNASKED:
            return self.at(moment.parameters)
        return self.known(moment.parameters)

    def _saved(self, moment: Moment, thorough: bool) -> Answer | None:
        table = self._known(moment, thorough)
        return None if table is None else listed(table)

    def _saved_paths(self, moment: Moment, thorough: bool) -> Answer | None:
        return followed(self.at(moment.parameters)) if thorough and len(moment.point) == 2 else None


def listed(table: CriticalPoints) -> Answer:
    """Write a table: text and counts, and arrays of points, values, and points of sets."""
    content = {
        "labels": [p.label for p in table],
        "kinds": [p.kind for p in table],
        "indices": [p.index for p in table],
        "sentences": [s[:MAX_MESSAGE] for s in table.sentences[:MOST_SENTENCES]],
    }
    points = np.array([p.point for p in table])
    values = np.array([p.value for p in table])
    gutters = np.concatenate([s.points for s in table.sets] or [np.empty((0, 0))])
    return Answer(content, (points, values, gutters[:MOST_DOTS]))


def followed(table: CriticalPoints, progress: Progress = silent) -> Answer:
    """Write the paths of a table: how each ends, and an array of points for each."""
    paths = table.paths(progress)
    return Answer({"outcomes": [p.outcome for p in paths]}, [p.points for p in paths])
