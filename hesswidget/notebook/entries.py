"""A line of entries ``name=expression``, with or without commas between them, split into its entries."""

from __future__ import annotations

import ast
import io
import tokenize

_OPENING, _CLOSING = set("([{"), set(")]}")


def split(line: str) -> dict[str, str]:
    """Return the expressions in a line by their names.

    Raises
    ------
    ValueError
        With a sentence, if something is no entry, no expression, or there twice.

    Examples
    --------
    >>> split("x=(-2, 2), y=(-1, 3) kind=['a = b', 'c']")
    {'x': '(-2, 2)', 'y': '(-1, 3)', 'kind': "['a = b', 'c']"}
    """
    line = line.strip()
    starts = _starts(line)
    before = line[: starts[0][0]] if starts else line
    if before.strip():
        raise ValueError(f"{before.strip()[:60]!r} is not name=value.")
    entries: dict[str, str] = {}
    for (_, name, begin), end in zip(
        starts, [*(start for start, _, _ in starts[1:]), len(line)], strict=True
    ):
        if name in entries:
            raise ValueError(f"{name} was given twice; give it once.")
        entries[name] = _expression(name, line[begin:end].strip().removesuffix(",").rstrip())
    return entries


def _starts(line: str) -> list[tuple[int, str, int]]:
    """Where each entry starts, its name, and where its expression begins: at every ``name =`` outside brackets."""
    starts, depth, before = [], 0, None
    try:
        for token in tokenize.generate_tokens(io.StringIO(line).readline):
            depth += (token.string in _OPENING) - (token.string in _CLOSING)
            if token.string == "=" and depth == 0 and before is not None and before.type == tokenize.NAME:
                starts.append((before.start[1], before.string, token.end[1]))
            before = token
    except (tokenize.TokenError, SyntaxError):
        raise ValueError(f"{line[:60]!r} has a bracket or a quote that is not closed.") from None
    return starts


def _expression(name: str, text: str) -> str:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        raise ValueError(f"{f'{name}={text}'[:60]!r} has no Python expression after the sign =.") from None
    return text
