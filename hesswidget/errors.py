"""The exception of the package: a sentence that says what was given, what was expected, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hesswidget.user_code import Line


class ProblemError(ValueError, TypeError):
    """What was given does not make a problem, or cannot be evaluated.

    It is both a `ValueError` and a `TypeError`, since Python itself uses either for an argument that does not
    fit and callers may expect either.

    Attributes
    ----------
    line : Line or None
        The line of the user's own code that is at fault, where one is; part of the sentence.
    advice : str
        What to do, where the sentence does not say so itself; it comes behind the line.
    """

    def __init__(self, message: str = "", *, line: Line | None = None, advice: str = "") -> None:
        super().__init__(message)
        self.line, self.advice = line, advice

    @property
    def message(self) -> str:
        """The sentence without line and advice."""
        return super().__str__()

    def __str__(self) -> str:
        message = self.message
        if self.line:
            message = sentence(f"{clause(message)} at {self.line}")
        return f"{sentence(message)} {self.advice}" if self.advice else message


class UnknownArgument(ProblemError):
    """An argument was given that the function does not take.

    Attributes
    ----------
    name, function : str
    known : tuple of str
        Those that it takes.
    """

    def __init__(self, name: str, function: str, known: Iterable[str]) -> None:
        self.name, self.function, self.known = name, function, tuple(known)
        super().__init__(f"unknown argument {name!r} for {function}; {nearest(name, self.known)}")


class ReservedArgument(ProblemError):
    """A function has an argument whose name means something else where it is given.

    Attributes
    ----------
    name, function : str
    """

    def __init__(self, name: str, function: str, advice: str) -> None:
        self.name, self.function = name, function
        super().__init__(f"{function} has an argument named {name!r}, which is a keyword here; {advice}.")


def sentence(text: str) -> str:
    """Put a full stop behind a text that does not end as a sentence.

    Examples
    --------
    >>> sentence("x is 1."), sentence("x is one"), sentence("still waiting...")
    ('x is 1.', 'x is one.', 'still waiting...')
    """
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def clause(text: str) -> str:
    """Take the full stop from a sentence, so that it can go on; dots of an ellipsis stay.

    Examples
    --------
    >>> clause("x is one."), clause("still waiting...")
    ('x is one', 'still waiting...')
    """
    return text if text.endswith("..") else text.removesuffix(".")


def nearest(word: str, words: Iterable[str]) -> str:
    """Say which of `words` was probably meant, in upper case or lower, or list them.

    Examples
    --------
    >>> nearest("aa", ["a", "b"]), nearest("bfg", ["CG", "BFGS"])
    ("did you mean 'a'?", "did you mean 'BFGS'?")
    """
    words = [str(w) for w in words]
    known = {w.lower(): w for w in reversed(words)}
    close = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.5)
    if close:
        return f"did you mean {known[close[0]]!r}?"
    return "there is " + (", ".join(words) if words else "none")
