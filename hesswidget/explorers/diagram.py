"""A bifurcation diagram as it travels; read by ``frontend/questions/diagram.ts``."""

from __future__ import annotations

from itertools import accumulate, takewhile
from typing import Any

from hesswidget.bifurcations.curves import curves
from hesswidget.bifurcations.diagram import Diagram
from hesswidget.float64 import to_bytes
from hesswidget.program.bounds import DIAGRAM


def written(diagram: Diagram, others: dict[str, Any]) -> dict[str, Any]:
    """Write a diagram down for the browser: text, and float64 buffers; of very many branches and events the first."""
    lines = list(curves(diagram))
    lengths = accumulate(len(b.values) for b in lines)
    kept = min(DIAGRAM.branches, len(list(takewhile(lambda length: length <= DIAGRAM.values, lengths))))
    left = [
        f"and {len(every) - most:,} more {what} that the page does not get"
        for every, most, what in ((lines, kept, "branches"), (diagram.events, DIAGRAM.events, "events"))
        if len(every) > most
    ]
    branches = [
        {
            "label": b.label,
            "index": b.index,
            "values": to_bytes(b.values),
            "points": [to_bytes(x) for x in b.points.T],
            "heights": to_bytes(b.function_values),
        }
        for b in lines[:kept]
    ]
    events = [
        {"value": e.value, "point": e.point.tolist(), "height": e.function_value, "kind": e.kind}
        for e in diagram.events[: DIAGRAM.events]
    ]
    return {
        "parameter": diagram.parameter,
        "others": others,
        "branches": branches,
        "events": events,
        "notes": [*diagram.notes, *left],
    }
