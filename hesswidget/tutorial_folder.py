"""The tutorials: in the package, where the wheel puts them, or beside it in a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from hesswidget.errors import ProblemError

INDEX = "00-index.ipynb"


def tutorial_folder() -> Path:
    """Return the folder with the tutorials and their pictures.

    Returns
    -------
    Path

    Raises
    ------
    ProblemError
        If this installation came without them.

    Examples
    --------
    >>> (tutorial_folder() / INDEX).is_file()
    True
    """
    package = Path(str(files("hesswidget")))
    for folder in (package / "tutorials", package.parent / "notebooks"):
        if (folder / INDEX).is_file():
            return folder
    raise ProblemError(f"the tutorials are not where they belong, in {package}; install hesswidget again.")


def tutorial_files() -> list[Path]:
    """Return the names of all files of the tutorials, relative to their folder.

    What Jupyter leaves in a checkout (checkpoints, in a hidden folder) is none of them.

    Examples
    --------
    >>> [file.as_posix() for file in tutorial_files()]
    ['00-index.ipynb', '01-what-is-the-hessian.ipynb', ..., 'images/explorer.png']
    """
    folder = tutorial_folder()
    names = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in names if not any(part.startswith(".") for part in name.parts))
