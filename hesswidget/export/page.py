"""A page in one file: saved explorers that are live in any browser, with no kernel, no network and no server.

The page forbids itself everything but its own script and style (a content security policy of their hashes), so that
nothing that is saved in it can run.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import zlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from hesswidget import bundle
from hesswidget.appearance import MIME_TYPE

_PROGRAM_ID = "hesswidget-player"
# The front end is compressed, which makes a page less than half as long. It is unpacked into a script element, which
# the policy knows by its hash, rather than evaluated, which it forbids.
_LOADER = f"""
const packed = document.getElementById("{_PROGRAM_ID}").textContent;
const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
const script = document.createElement("script");
script.type = "module";
script.textContent = await new Response(unpacked).text();
document.body.append(script);
"""
_STYLE = """
:root { color-scheme: light dark; }
h1 { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
body { margin: 0 auto; max-width: 1500px; padding: 8px; background: #ffffff; }
@media (prefers-color-scheme: dark) { body { background: #15181d; } }
"""


def page(saved: Mapping[str, Any], *, picture: bytes = b"", text: str = "") -> str:
    """Return a whole HTML page that shows one saved explorer.

    Parameters
    ----------
    saved : mapping
        See `hesswidget.export.saved.packed`.
    picture : bytes, optional
        A PNG to show where no script may run.
    text : str, optional
        What the picture shows, for those who do not see it.

    Examples
    --------
    >>> from hesswidget.export.saved import packed
    >>> page(packed("<b>", {})).count("<b>")
    0
    """
    title = html.escape(str(saved.get("title") or "Explorer"))
    style = _STYLE + bundle.stylesheet()
    policy = (
        f"default-src 'none'; script-src '{_hash(_LOADER)}' '{_hash(_player())}'; style-src '{_hash(style)}'; "
        f"img-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{title}</h1>\n{fragment(saved, picture=picture, text=text)}\n</main>\n"
        f"{player()}\n</body>\n</html>\n"
    )


def fragment(saved: Mapping[str, Any], *, picture: bytes | str = b"", text: str = "") -> str:
    """Return the part of a page that one saved explorer is: its JSON, and a picture until it is drawn.

    Parameters
    ----------
    saved, picture, text
        As for `page`; the picture may be in base64 already.
    """
    encoded = picture if isinstance(picture, str) else base64.b64encode(picture).decode("ascii")
    if encoded:
        alternative = html.escape(text, quote=True)
        shown = f'<img src="data:image/png;base64,{html.escape(encoded, quote=True)}" alt="{alternative}">'
    else:
        shown = html.escape(text)
    return f'<div>{shown}<script type="{MIME_TYPE}">{_inert(saved)}</script></div>'


def _inert(saved: Any) -> str:
    """Return JSON that no parser of HTML takes for markup."""
    return json.dumps(saved).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


@cache
def player() -> str:
    """Return the part of a page that draws all its saved explorers, live; once in a page, behind them."""
    packed = base64.b64encode(zlib.compress(_player().encode(), 9)).decode("ascii")
    return (
        f'<script type="application/octet-stream" id="{_PROGRAM_ID}">{packed}</script>\n'
        f'<script type="module">{_LOADER}</script>'
    )


def _player() -> str:
    licenses = bundle.licenses().replace("*/", "* /")
    return f"{bundle.program()}\nhesswidget.showAll(document);\n/*\n{licenses}\n*/\n"


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"
