"""A saved explorer as JSON: what a front end needs to draw it live without a kernel.

It goes into a notebook's outputs, under a MIME type of its own, and into pages. Its reader is ``frontend/saved.ts``,
which trusts nothing in it.
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import numpy as np

from hesswidget.errors import ProblemError
from hesswidget.float64 import to_bytes
from hesswidget.program.bounds import SAVED

FORMAT, VERSION = "hesswidget-saved", 1


def packed(title: str, content: Any) -> dict[str, Any]:
    """Pack `content` under a title that anyone can read.

    Parameters
    ----------
    title : str
    content
        Mappings, lists, text, finite numbers, and bytes and arrays of float64, which are written in base64.

    Returns
    -------
    dict
        Ready for JSON: ``format``, ``version``, ``title``, and ``packed``, which is JSON compressed by zlib, in base64.

    Raises
    ------
    ValueError
        If a number is not finite; JSON has none.
    ProblemError
        If it is larger than pages take it.

    Examples
    --------
    >>> sorted(packed("Hessian of f", {"point": np.zeros(3)}))
    ['format', 'packed', 'title', 'version']
    """
    return {"format": FORMAT, "version": VERSION, "title": title, "packed": compressed(content)}


def compressed(content: Any) -> str:
    """Return content as JSON, compressed by zlib, in base64; see `packed`.

    Examples
    --------
    >>> len(compressed([0.0] * 2_000)) < 100
    True
    """
    text = json.dumps(content, default=_written, allow_nan=False, separators=(",", ":")).encode()
    small = zlib.compress(text, 9)
    if len(text) > max(SAVED.always, SAVED.ratio * len(small)):
        small = zlib.compress(text, 0)  # a page takes so much of so little for an attempt to fill it
    data = base64.b64encode(small).decode("ascii")
    if len(text) > SAVED.unpacked or len(data) > SAVED.packed:
        raise ProblemError(
            f"with its data it takes {max(len(text), len(data)) / 1e6:.0f} MB, and a saved explorer at most "
            f"{SAVED.unpacked / 1e6:.0f} MB."
        )
    return data


def refused(title: str, reason: str) -> dict[str, Any]:
    """Return what stands for an explorer that is not saved: the reason, which is shown over its picture.

    Examples
    --------
    >>> refused("Hessian of f", "it is too large.")["reason"]
    'it is too large.'
    """
    return {"format": FORMAT, "version": VERSION, "title": title, "reason": reason}


def _written(given: Any) -> Any:
    if isinstance(given, np.ndarray):
        given = to_bytes(given)
    if isinstance(given, np.integer | np.floating):
        return given.item()
    return {"base64": base64.b64encode(bytes(given)).decode("ascii")}
