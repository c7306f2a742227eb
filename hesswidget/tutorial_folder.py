"""The tutorials: in the package, where the wheel puts them, or beside it in a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from hesswidget.errors import ProblemError

INDEX = "00-index.ipynb"


def tutorial_folder() -> Path:
    """Return the folder with the tutorials.

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
    """Return the names of the tutorials and of the pictures in them, relative to their folder.

    Examples
    --------
    >>> [file.as_posix() for file in tutorial_files()]
    ['00-index.ipynb', '01-what-is-the-hessian.ipynb', ...]
    """
    folder = tutorial_folder()
    notebooks = sorted(folder.glob("*.ipynb"))
    text = "".join(notebook.read_text(encoding="utf-8") for notebook in notebooks)
    pictures = (path.relative_to(folder) for path in sorted(folder.glob("images/*")))
    return [notebook.relative_to(folder) for notebook in notebooks] + [
        picture for picture in pictures if picture.as_posix() in text
    ]
