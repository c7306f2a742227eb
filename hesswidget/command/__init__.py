"""The command line: ``hesswidget``, or ``python -m hesswidget``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from hesswidget.command import page, tour
from hesswidget.command.terminal import plain
from hesswidget.errors import ProblemError

COMMANDS = (page, tour)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns
    -------
    int
        0, or 2 if what was given does not fit; a sentence then says so.
    """
    parser = argparse.ArgumentParser(prog="hesswidget", description="Live Hessians, from the command line.")
    subparsers = parser.add_subparsers(required=True, metavar="command")
    for command in COMMANDS:
        command.add_to(subparsers)
    parser.set_defaults(takes_more=False)
    given, given_more = parser.parse_known_args(arguments)
    if given_more and not given.takes_more:
        parser.error(f"unrecognized arguments: {' '.join(given_more)}")
    given.more = given_more
    try:
        given.run(given)
    except ProblemError as error:
        print(plain(f"hesswidget: {error}"), file=sys.stderr)
        return 2
    return 0
