"""Outputs of the project's own, unpacked, to be altered; and altered ones, packed again without the packer's bounds."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import autograd.numpy as np
from autograd.scipy import special

import hesswidget as hw

Content = dict[str, Any]


def _bold(x, y, a=1.0, kind="bowl", n=2, isolated=True, name="f"):
    return a * x**n + (y**2 if kind == "bowl" else -(y**2))


def _loss(w, l2=0.1):
    return np.sum((w[1:] - w[:-1]) ** 4) + l2 * np.sum(w**2)


def _branched(x, y, a=1.0):
    return x**2 + a * y**2 if x > 0 else x**4 + y**2


def _unrecorded(x, y, a=1.0):
    return _branched(x, y, a) + 0.0 * special.iv(1, 1.0 + y**2)


def _network(layers, scale, l2=0.1):
    out = np.array([0.5, -1.0])
    for W, b in layers:
        out = np.tanh(scale["all"] * W @ out + b)
    return np.sum(out**2) + l2 * scale["all"] ** 2


LAYERS = [(np.eye(2), np.zeros(2)), (np.ones((1, 2)), (-1.0, 1.0))]
OF_KINDS = {"kind": ["bowl", "saddle"], "n": (1, 3), "isolated": True}
BOX = {"x": (-1, 1), "y": (-1, 1), "a": (0, 2)}
OF_WEIGHTS = {"w": np.linspace(-1, 1, 12), "l2": (0.0, 1.0)}
MOONS = {"widths": (2, 2, 1)}
ALL_LAYERS = {"signs": True, "paths": True, "scale": "equal"}
EIGENBASIS = {"order": "eigenbasis", "slice": {"kind": "eigenvectors", "indices": [0, 3]}}
FLOWS = {"followed": 0, "flows": True, "slice": {"kind": "random", "indices": [0, 1]}}

# One of every kind of explorer and panel, each as it may be looked at.
MADE: dict[str, Callable[[], Any]] = {
    "two variables": lambda: hw.explore("himmelblau"),
    "one variable": lambda: hw.explore("quartic"),
    "all layers": lambda: hw.explore("himmelblau", view=ALL_LAYERS),
    "an eigenbasis": lambda: hw.explore("wood", view=EIGENBASIS),
    "a loop": lambda: hw.explore("pendulum_by_euler"),
    "a vector": lambda: hw.explore(_loss, **OF_WEIGHTS),
    "a density": lambda: hw.explore(_loss, w=np.linspace(-1, 1, 40), view={"density": True}),
    "blocks": lambda: hw.explore(
        _network, layers=LAYERS, scale={"all": (0.5, 2.0)}, l2=(0.0, 1.0), view={"order": "blocks"}
    ),
    "choices": lambda: hw.explore(_bold, **BOX, **OF_KINDS),
    "a formula": lambda: hw.explore("x**2*y - a*y**3", **BOX),
    "branches": lambda: hw.explore(_branched, **BOX),
    "pictures of the kernel": lambda: hw.explore(_unrecorded, **BOX),
    "a race": lambda: hw.descend("rosenbrock", (-1.2, 1.0), methods=["newton", "bfgs", "adam"], steps=40),
    "a race of the kernel": lambda: hw.descend(_unrecorded, (0.5, 0.5), methods=["newton", "bfgs"], steps=10),
    "basins": lambda: hw.descend("himmelblau", (0.0, 0.0), methods=["newton"], steps=40, view="basins"),
    "a sweep": lambda: hw.descend(
        "rosenbrock", (-1.2, 1.0), methods=["heavy-ball"], steps=40, sweep=("rate", "momentum")
    ),
    "curvature along a race": lambda: hw.descend(
        hw.models.linear_regression("plane"),
        methods=["gradient-descent"],
        steps=20,
        batch=4,
        curvature_every=5,
        view=FLOWS,
    ),
    "a bifurcation": lambda: hw.bifurcation("pitchfork", against="r"),
    "a training": lambda: hw.regularize(hw.models.mlp("moons", **MOONS), steps=30),
    "a regression": lambda: hw.regularize(
        hw.models.linear_regression("chebyshev"), weight_decay=0.1, steps=30
    ),
}


@cache
def unaltered(name: str) -> str:
    """The content of one, as JSON, with all that a page of it has."""
    saved = MADE[name]()._snapshot()._saved(thorough=True, seconds=0.1)
    return zlib.decompress(base64.b64decode(saved["packed"])).decode()


def original(name: str) -> Content:
    """One of them, to be altered."""
    content: Content = json.loads(unaltered(name))
    return content


def packed(content: Content | str, level: int = 6) -> dict[str, Any]:
    """Pack what may be anything."""
    text = content if isinstance(content, str) else json.dumps(content, separators=(",", ":"))
    data = base64.b64encode(zlib.compress(text.encode(errors="replace"), level)).decode()
    return {"format": "hesswidget-saved", "version": 1, "title": "", "packed": data}
