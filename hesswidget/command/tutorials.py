"""The tutorials: in the package, where the wheel puts them, or beside it in a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from hesswidget.errors import ProblemError

INDEX = "00-index.ipynb"
COPY = "hesswidget-tutorials"  # the folder that users get


def tutorials() -> list[Path]:
    """Return the tutorials, which are notebooks and need no other file.

    Returns
    -------
    list of Path

    Raises
    ------
    ProblemError
        If this installation came without them.

    Examples
    --------
    >>> [path.name for path in tutorials()]
    ['00-index.ipynb', '01-what-is-the-hessian.ipynb', ...]
    """
    package = Path(str(files("hesswidget")))
    for folder in (package / "tutorials", package.parent / "notebooks"):
        if (folder / INDEX).is_file():
            return sorted(folder.glob("*.ipynb"))
    raise ProblemError(f"the tutorials are not where they belong, in {package}; install hesswidget again.")
