"""What a front end may send to an explorer of `f` that is no honest move of a slider."""

from __future__ import annotations

from typing import Any

from hostile_text import IMAGE

SOURCE = """
import hesswidget as hw

def f(x, y, a=1.0, kind="bowl"):
    return a * x**2 + (y**2 if kind == "bowl" else -(y**2))

w = hw.explore(f, x=(-2.0, 2.0), y=(-1.0, 3.0), a=(0.0, 3.0), kind=["bowl", "saddle"])
"""


# States: none of them changes anything.
STATES: list[Any] = [
    *(
        {name: value}
        for name in ("x", "a")
        for value in (IMAGE, None, True, [1.0], {"$ref": 1}, 1e308, 10**300)
    ),
    {"x": float("nan")},
    {"x": float("inf"), "y": 0.5},
    {"x": 0.5, "y": 99.0},
    {"kind": "saddle"},
    {"kind": 2},
    {"kind": -1},
    {"kind": 0.0},
    {"point": [0.5, 0.5]},
    {"parameters": {"a": 2.0}},
    {"_point": [0.5, 0.5]},
    {"problem": None},
    {"_problem": {"name": IMAGE, "coordinates": []}},
    {"_programs": {}},
    {"_diagram": {"parameter": "a"}},
    {"_esm": "export default { render() { window.hurt = 1 } }"},
    {"_css": "* { display: none }"},
    {"_anywidget_id": "hesswidget.explorers.shell.Explorer"},
    {"_model_module": "elsewhere", "_model_name": "AnyModel"},
    {"_view_name": None},
    {"_view_count": 10**300},
    {"_dom_classes": ["hurt"]},
    {"layout": "IPY_MODEL_hurt"},
    {"tooltip": IMAGE, "tabbable": False},
    {"comm": None},
    {"keys": []},
    {"engine": "kernel"},
    {"engine_reason": IMAGE},
    {"__class__": "hurt", "__dict__": {}},
    {"x" * 100_000: 1.0},
    {},
    [],
    None,
    "x",
    7,
]

# Data of comm messages: none of them changes anything either.
MESSAGES: list[Any] = [
    *({"method": "update", "state": state, "buffer_paths": []} for state in STATES),
    {"method": "update", "state": {"x": 0.5}, "buffer_paths": 7},
    {"method": "update"},
    {"method": "echo_update", "state": {"x": 0.5}},
    {"method": "backbone", "sync_data": {"x": 0.5}},
    {"method": "__init__"},
    {"method": 7},
    {"method": "request_states"},
    {"method": "custom"},
    *(
        {"method": "custom", "content": content}
        for content in (
            None,
            [],
            "frame",
            {},
            {"kind": "execute", "code": "hurt = 1"},
            {"kind": "execute", "id": "1", "parameters": {"a": 1.0, "kind": 0}},
            {"kind": ["verify"], "id": "1"},
            {"kind": "frame", "id": "1"},
            {"kind": "verify", "id": "1", "parameters": {"a": 1.0, "kind": 0}},
            {"kind": "find_critical_points", "id": "1", "parameters": {"a": float("nan"), "kind": 0}},
            {"kind": "find_critical_points", "id": "1", "parameters": {"a": 1.0, "kind": 0, "hurt": 1}},
            {"kind": "classify", "id": {"hurt": 1}, "parameters": {"a": 1.0, "kind": 0}},
            {"kind": "separatrices", "id": "1" * 100_000, "parameters": {"a": 1.0, "kind": 0}},
            {"kind": "diagram", "id": "1"},
            {"kind": "cancel", "id": "1"},
            {"kind": "cancel", "id": "1", "job": ["1"]},
            {"kind": "anywidget-command", "id": "1", "name": "set", "msg": {"x": 0.5}},
            {"kind": "anywidget-command", "id": "1", "name": "save_html", "msg": "hurt.html"},
        )
    ),
    {},
]
