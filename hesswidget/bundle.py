"""The front end as it is built: files that are not in git, but in every wheel."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from functools import cache
from pathlib import Path

_STATIC = Path(__file__).parent / "static"


@cache
def program() -> str:
    """Return the front end: a module, and a script that leaves ``hesswidget`` behind."""
    return _read("explorer.js")


@cache
def stylesheet() -> str:
    """Return the front end's stylesheet."""
    return _read("explorer.css")


@cache
def packed() -> str:
    """Return program and stylesheet as JSON, compressed by zlib, in base64."""
    text = json.dumps({"program": program(), "stylesheet": stylesheet()})
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode("ascii")


@cache
def loader() -> str:
    """Return the module that loads what `packed` returns, and no other, once in a page."""
    digest = hashlib.sha256(packed().encode()).hexdigest()
    return _read("loader.js").replace("@HASH@", digest)


@cache
def licenses() -> str:
    """Return the licenses of what is bundled."""
    return _read("third-party-licenses.txt")


def _read(name: str) -> str:
    try:
        return (_STATIC / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ImportError(
            "hesswidget's front end is not built; run `pip install -e .` in the checkout, which builds it."
        ) from None
