"""Plain text for a terminal, of whatever an error, a notebook or a name says."""

from __future__ import annotations

import re

# ECMA-48: control sequences, such as colours; strings, such as a title; other escapes; single control characters.
_CONTROLS = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c|$)"
    r"|\x1b[ -/]*[0-~]"
    r"|[^\x20-\x7e\n\t\xa0-\U0010ffff]"
)


def plain(text: str) -> str:
    r"""Return a text without what a terminal would do rather than show.

    Examples
    --------
    >>> plain("\x1b[31mred\x1b[0m \x1b]0;title\x07and \x9b1mplain\x07\r")
    'red and plain'
    """
    return _CONTROLS.sub("", text)
