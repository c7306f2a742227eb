"""What a program, a picture and a saved explorer may have at most, here and in the page, from ``bounds.json``.

``FORMAT.md`` says what each of them bounds.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

_BOUNDS: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
)
_PROGRAM = _BOUNDS["program"]

MAX_AXES: int = _PROGRAM["axes"]
MAX_ELEMENTS: int = _PROGRAM["elements"]
MAX_ALL_ELEMENTS: int = _PROGRAM["allElements"]
MAX_OPERATIONS: int = _PROGRAM["operations"]
MAX_OPERANDS: int = _PROGRAM["operands"]
MAX_INPUTS: int = _PROGRAM["inputs"]
MAX_CONSTANTS: int = _PROGRAM["constants"]
MAX_OUTPUTS: int = _PROGRAM["outputs"]
MAX_DEPTH: int = _PROGRAM["bodies"]
MAX_NAME: int = _PROGRAM["name"]
MAX_WORK: int = _PROGRAM["work"]


class PictureBounds(NamedTuple):
    """Of one program that a page runs for a picture.

    Attributes
    ----------
    work : int
        Scalar operations of a run, and of all runs of a landscape together.
    operation : int
        Scalar operations of one operation that is no loop: a page does nothing else meanwhile.
    beside : int
        Scalar operations of a run of what is computed beside the picture itself, many times a second.
    elements, allElements : int
        Of one value, and of all values together.
    """

    work: int
    operation: int
    beside: int
    elements: int
    allElements: int

    def admit(self, program: Any, work: int) -> bool:
        """Whether a page runs a `hesswidget.program.program.Program` of at most so much work."""
        return bool(
            program.work <= work
            and program.heaviest <= self.operation
            and program.largest <= self.elements
            and program.total <= self.allElements
        )


class SavedBounds(NamedTuple):
    """Of a saved explorer.

    Attributes
    ----------
    packed, unpacked : int
        Characters.
    ratio, always : int
        How many characters come of one packed byte, all in all; and how many may come of however little.
    depth, parts, keys : int
        How deep lists and objects lie in each other, how many there are, and the keys of one that is large.
    arrays : int
        Of a picture; that of a race with its curvature has the most.
    grid : int
        Values along an axis of a landscape.
    answers : int
        To questions.
    stops : int
        Of a slider that there are pictures for.
    lists, entries : int
        Entries of what has few, such as words for a label, and of what may have many, such as points.
    trail : int
        Numbers of all its points.
    """

    packed: int
    unpacked: int
    ratio: int
    always: int
    depth: int
    parts: int
    keys: int
    arrays: int
    grid: int
    answers: int
    stops: int
    lists: int
    entries: int
    trail: int


class RaceBounds(NamedTuple):
    """Of a race of descent methods.

    Attributes
    ----------
    racers : int
    steps : int
        Of each.
    numbers : int
        Racers times steps times variables.
    measurements : int
        Of the curvature at one step, each from the vectors that the last one found, where these are not accurate yet.
    """

    racers: int
    steps: int
    numbers: int
    measurements: int


class BasinsBounds(NamedTuple):
    """Of a map of where descent ends.

    Attributes
    ----------
    variables : int
        Of the function.
    operations : int
        Of the program of a single path's step: what is recorded beside it is about as long.
    rows : int
        Paths that are followed at once.
    ends : int
        Points that are told apart.
    work : int
        Scalar operations of one method's map: it is as fine as they allow.
    """

    variables: int
    operations: int
    rows: int
    ends: int
    work: int


class DiagramBounds(NamedTuple):
    """Of a bifurcation diagram, as it travels.

    Attributes
    ----------
    branches, events : int
    values : int
        Of the parameter, those of all branches together.
    """

    branches: int
    values: int
    events: int


PICTURE = PictureBounds(**_BOUNDS["picture"])
SAVED = SavedBounds(**_BOUNDS["saved"])
RACE = RaceBounds(**_BOUNDS["race"])
DIAGRAM = DiagramBounds(**_BOUNDS["diagram"])
TRAINING_WORK: int = _BOUNDS["training"]["work"]
BASINS = BasinsBounds(**_BOUNDS["basins"])
