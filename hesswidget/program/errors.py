"""What keeps a function from being recorded, and what makes a program no program."""

from __future__ import annotations

from hesswidget.errors import ProblemError


class NotRecorded(ProblemError):
    """A function cannot be written down as a program; the sentence names what in it is at fault."""


class TookTooLong(NotRecorded):
    """Writing a function down took longer than it may."""


class InvalidProgram(ProblemError):
    """Data that were to be a program are none."""
