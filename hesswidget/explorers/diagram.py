"""A bifurcation diagram as it travels; read by ``frontend/questions/diagram.ts``."""

from __future__ import annotations

from typing import Any

from hesswidget.bifurcations.curves import curves
from hesswidget.bifurcations.diagram import Diagram
from hesswidget.float64 import to_bytes


def written(diagram: Diagram, others: dict[str, Any]) -> dict[str, Any]:
    """Write a diagram down for the browser: text, and float64 buffers."""
    branches = [
        {
            "label": b.label,
            "index": b.index,
            "values": to_bytes(b.values),
            "points": [to_bytes(x) for x in b.points.T],
            "heights": to_bytes(b.function_values),
        }
        for b in curves(diagram)
    ]
    events = [
        {"value": e.value, "point": e.point.tolist(), "height": e.function_value, "kind": e.kind}
        for e in diagram.events
    ]
    return {
        "parameter": diagram.parameter,
        "others": others,
        "branches": branches,
        "events": events,
        "notes": list(diagram.notes),
    }
