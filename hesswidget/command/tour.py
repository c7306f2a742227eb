"""``hesswidget tour``: the tutorials, copied to where the user may change them, and opened in JupyterLab."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from hesswidget.command.tutorials import COPY, INDEX, tutorials
from hesswidget.errors import ProblemError
from hesswidget.export import files

HELP = "copy the tutorials into a folder, unless they are there, and open them in JupyterLab, to which other options go"
ALLOW_ROOT = "--allow-root"


def add_to(subparsers: Any) -> None:
    """Add the command to a parser."""
    example = f"such as: hesswidget tour {ALLOW_ROOT} --no-browser"
    parser = subparsers.add_parser("tour", help=HELP, description=HELP, epilog=example)
    parser.add_argument("--folder", default=COPY, help="by default %(default)s", metavar="FOLDER")
    parser.set_defaults(run=run, takes_more=True)


def run(given: argparse.Namespace) -> None:
    """Copy the tutorials, say what was kept, and open them; until JupyterLab ends."""
    options = [option for option in given.more if option != "--"]
    if options and not options[0].startswith("-"):
        raise ProblemError(f"tour was given {options[0]!r}; to name a folder, write --folder FOLDER.")
    jupyterlab = _jupyterlab()
    folder = Path(given.folder).absolute()
    kept = copy_tutorials(folder)
    print(f"The tutorials are in {folder}.")
    if kept:
        print(f"Kept as they were there: {', '.join(path.name for path in kept)}.")
    if _is_root() and ALLOW_ROOT not in options:
        print(
            f"You are root, as whom JupyterLab may refuse to start; then run: hesswidget tour {ALLOW_ROOT} --no-browser"
        )
    jupyterlab([f"--ServerApp.root_dir={folder}", f"--LabApp.default_url=/lab/tree/{INDEX}", *options])


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def copy_tutorials(folder: Path) -> list[Path]:
    """Copy what is not there yet.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.

    Returns
    -------
    list of Path
        The files that were there already and were left alone.

    Raises
    ------
    ProblemError
        If the folder cannot be made or written to.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     first, second = copy_tutorials(Path(place)), copy_tutorials(Path(place))
    >>> first == [], len(second) == len(tutorials())
    (True, True)
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProblemError(
            f"{folder} could not be made: {error.strerror}. Name a folder that you may write to: --folder."
        ) from None
    kept = []
    for tutorial in tutorials():
        path = folder / tutorial.name
        if path.exists():
            kept.append(path)
        else:
            files.write(path, tutorial.read_bytes())
    return kept


def _jupyterlab() -> Any:
    """Return JupyterLab's own command; it runs in this process, so that Ctrl-C is JupyterLab's to answer."""
    try:
        from jupyterlab.labapp import main
    except ImportError:
        raise ProblemError(
            "the tour needs JupyterLab, which is not installed: pip install jupyterlab"
        ) from None
    return main
