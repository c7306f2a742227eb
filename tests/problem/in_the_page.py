"""What a page would show of an explorer, computed with what was recorded for it."""

from __future__ import annotations

from typing import Any

import numpy as np

from hesswidget.explorers.shell import Explorer


def in_the_page(w: Explorer, point: np.ndarray) -> dict[str, Any]:
    """Run the recorded picture at a point; which was recorded."""
    found = w._context.recorded.run("frame", w.parameters, **w._view.computation.inputs(point))
    assert found is not None
    return found


def on_ticks(w: Explorer, count: int) -> np.ndarray:
    """Draw points that sliders can reach, shape (count, n)."""
    low, high = w.problem.box
    steps = np.array([r.step for r in w.problem.ranges])
    drawn = np.random.default_rng(count).uniform(low, high, (count, len(low)))
    return np.clip(low + np.rint((drawn - low) / steps) * steps, low, high)
