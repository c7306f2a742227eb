"""Which slices are drawn to scale: the page says the same."""

import json
from pathlib import Path

import numpy as np
import pytest

from hesswidget.appearance import SCALES
from hesswidget.landscape.scale import is_to_scale

CASES = json.loads((Path(__file__).parent / "scales.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_ranges_of_comparable_size_are_drawn_to_scale(case):
    assert {scale: is_to_scale(np.array(case["ends"]), scale) for scale in SCALES} == {
        scale: case[scale] for scale in SCALES
    }
