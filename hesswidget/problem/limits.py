"""What a function that is looked at may have at most, here and in the page, from ``limits.json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple


class Limits(NamedTuple):
    """Of a function and its controls, as a page reads them.

    Attributes
    ----------
    variables, parameters : int
    name : int
        Characters of what a function or an argument is called.
    text : int
        Characters of a value, and of Python for one.
    choices, allChoices : int
        Of one parameter, and of all together: each becomes an element of the page.
    """

    variables: int
    parameters: int
    name: int
    text: int
    choices: int
    allChoices: int


LIMITS = Limits(**json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8")))
