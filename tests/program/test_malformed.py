"""What is no program is refused, by `Program` and by the page's reader alike: one table for both, ``malformed.json``.

`tests/frontend/program/refusals.test.ts` has the page's reader refuse every entry, with the same part of a sentence.
"""

import json
from pathlib import Path

import numpy as onp
import pytest

from hesswidget.program.errors import InvalidProgram
from program.reading import read

TABLE = json.loads(Path(__file__).with_name("malformed.json").read_text())
INVALID = {entry["name"]: entry for entry in TABLE["invalid"]}
POOLS = onp.array(TABLE["floats"], "<f8").tobytes(), onp.array(TABLE["ints"], "<i4").tobytes()


def test_the_program_that_the_table_varies_is_one():
    assert read(TABLE["program"], *POOLS).shapes == ((2, 3), (), (2, 2))


@pytest.mark.parametrize("name", INVALID)
def test_an_invalid_program_is_refused(name):
    with pytest.raises(InvalidProgram) as caught:
        read({**TABLE["program"], **INVALID[name]["program"]}, *POOLS)
    assert INVALID[name]["sentence"] in str(caught.value)
    assert len(str(caught.value)) < 400
