"""The one exception of the package: a sentence that says what was given, what was expected, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ProblemError(ValueError, TypeError):
    """What was given does not make a problem, or cannot be evaluated.

    It is both a `ValueError` and a `TypeError`, since Python itself uses either for an argument that does not
    fit and callers may expect either.
    """


def nearest(word: str, words: Iterable[str]) -> str:
    """Say which of `words` was probably meant, or list them.

    Examples
    --------
    >>> nearest("aa", ["a", "b"])
    "did you mean 'a'?"
    """
    words = [str(w) for w in words]
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    return "there is " + (", ".join(words) if words else "none")
