"""Which heights of a surface a figure shows: those of the page, which is tested with the same table."""

import json
from pathlib import Path

import numpy as np
import pytest

from hesswidget.figures.panels.surface import height_range

CASES = json.loads((Path(__file__).parent / "height_ranges.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_the_shown_heights(case):
    heights = np.array(case["heights"], dtype=float)
    assert list(height_range(heights, np.array(case["levels"]))) == case["range"]
