"""Outputs of the project's own, unpacked, to be altered; and altered ones, packed again without the packer's bounds."""

from __future__ import annotations

import base64
import contextlib
import json
import zlib
from functools import cache
from typing import Any

import autograd.numpy as np
from autograd.scipy import special

import hesswidget as hw
from hesswidget.appearance import MIME_TYPE
from hesswidget.errors import ProblemError

Content = dict[str, Any]


def _explorers() -> dict[str, Any]:
    def bold(x, y, a=1.0, kind="bowl", n=2, isolated=True, name="f"):
        return a * x**n + (y**2 if kind == "bowl" else -(y**2))

    def loss(w, l2=0.1):
        return np.sum((w[1:] - w[:-1]) ** 4) + l2 * np.sum(w**2)

    def branched(x, y, a=1.0):
        return x**2 + a * y**2 if x > 0 else x**4 + y**2

    def unrecorded(x, y, a=1.0):
        return branched(x, y, a) + 0.0 * special.iv(1, 1.0 + y**2)

    def network(layers, scale, l2=0.1):
        out = np.array([0.5, -1.0])
        for W, b in layers:
            out = np.tanh(scale["all"] * W @ out + b)
        return np.sum(out**2) + l2 * scale["all"] ** 2

    layers = [(np.eye(2), np.zeros(2)), (np.ones((1, 2)), (-1.0, 1.0))]
    return {
        "two variables": hw.explore("himmelblau"),
        "one variable": hw.explore("quartic"),
        "four variables": hw.explore("wood"),
        "a loop": hw.explore("pendulum_by_euler"),
        "a vector": hw.explore(loss, w=np.linspace(-1, 1, 12), l2=(0.0, 1.0)),
        "blocks": hw.explore(
            network, layers=layers, scale={"all": (0.5, 2.0)}, l2=(0.0, 1.0), view={"order": "blocks"}
        ),
        "choices": hw.explore(
            bold, x=(-1, 1), y=(-1, 1), a=(0, 2), kind=["bowl", "saddle"], n=(1, 3), isolated=True
        ),
        "branches": hw.explore(branched, x=(-1, 1), y=(-1, 1), a=(0, 2)),
        "pictures of the kernel": hw.explore(unrecorded, x=(-1, 1), y=(-1, 1), a=(0, 2)),
        "a race": hw.descend("rosenbrock", (-1.2, 1.0), methods=["newton", "bfgs", "adam"], steps=40),
        "a race of the kernel": hw.descend(unrecorded, (0.5, 0.5), methods=["newton", "bfgs"], steps=10),
        "a bifurcation": hw.bifurcation("pitchfork", against="r"),
        "a training": hw.regularize(hw.models.mlp("moons", widths=(2, 2, 1)), steps=30),
    }


@cache
def originals() -> dict[str, str]:
    """The content of each, as JSON."""
    return {name: _content(w) for name, w in _explorers().items()}


def _content(explorer: Any) -> str:
    with contextlib.suppress(ProblemError):  # of many variables there are none
        _ = explorer.critical_points  # so that they are saved as well
    data, _metadata = explorer._repr_mimebundle_()
    return zlib.decompress(base64.b64decode(data[MIME_TYPE]["packed"])).decode()


def original(name: str) -> Content:
    """One of them, to be altered."""
    content: Content = json.loads(originals()[name])
    return content


def packed(content: Content | str, level: int = 6) -> dict[str, Any]:
    """Pack what may be anything."""
    text = content if isinstance(content, str) else json.dumps(content, separators=(",", ":"))
    data = base64.b64encode(zlib.compress(text.encode(errors="replace"), level)).decode()
    return {"format": "hesswidget-saved", "version": 1, "title": "", "packed": data}
