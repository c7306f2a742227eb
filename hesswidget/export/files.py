"""Files that a user asks for: never half written, and never over another unless that was asked for."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hesswidget.errors import ProblemError


def write(path: str | os.PathLike[str], data: bytes, *, overwrite: bool = False) -> Path:
    """Write a file whole.

    Parameters
    ----------
    path : str or Path
    data : bytes
    overwrite : bool
        Whether a file of that name may be replaced.

    Returns
    -------
    Path

    Raises
    ------
    ProblemError
        If there is such a file already, or the folder does not exist or cannot be written to.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(f"{folder}/a.txt", b"one").read_bytes()
    b'one'
    """
    refuse_existing(path, overwrite)
    path = Path(path)
    target = path.resolve()  # a link stays one, and what it points to is written
    try:
        descriptor, beside = tempfile.mkstemp(dir=target.parent, prefix=".hesswidget-")
        try:
            with open(descriptor, "wb") as file:
                file.write(data)
            os.chmod(beside, 0o666 & ~_umask())
            os.replace(beside, target)
        except BaseException:
            os.unlink(beside)
            raise
    except OSError as error:
        raise _not_written(path, error.strerror or str(error)) from None
    return path


def refuse_ending(path: str | os.PathLike[str], *endings: str) -> None:
    """Raise a `ProblemError` where a file's name promises another format than it would hold; case counts for nothing.

    Examples
    --------
    >>> refuse_ending("f.HTML", ".html", ".htm")
    >>> try:
    ...     refuse_ending("f.txt", ".html", ".htm")
    ... except ProblemError as error:
    ...     print(error)
    f.txt does not end in .html or .htm, which is what would be in it; name it f.html.
    """
    path = Path(path)
    if path.suffix.lower() not in endings:
        named = path.name if path.suffix[1:].isdigit() else path.stem  # f_0.5 has no ending
        named = named.removesuffix(endings[0])
        raise ProblemError(
            f"{_shown(str(path))} does not end in {' or '.join(endings)}, which is what would be in it; name it "
            f"{_shown(named)}{endings[0]}."
        )


def refuse_existing(path: str | os.PathLike[str], overwrite: bool) -> None:
    """Raise a `ProblemError` where a file must not or cannot be written; before work is done for nothing."""
    path = Path(path)
    try:
        target = path.resolve()
        is_there = os.path.lexists(path)  # a link that points nowhere is there too
        is_file = target.is_file() or not target.exists()
        has_folder = target.parent.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _not_written(path, reason) from None
    if not is_file:
        raise ProblemError(
            f"{path} is no file but a folder, a device or the like, which is not written over."
        )
    if not has_folder:
        raise _not_written(path, f"there is no folder {target.parent}")
    if is_there and not overwrite:
        raise ProblemError(
            f"{path} exists already; choose another name, or have it replaced: overwrite=True, or --overwrite."
        )


def _not_written(path: Path, reason: str) -> ProblemError:
    return ProblemError(
        f"{_shown(str(path))} could not be written: {_shown(reason)}. Choose a folder that exists and that you may "
        f"write to, and a name that it takes."
    )


def _shown(text: str) -> str:
    """Write what may be anything so that a terminal shows it, and not too much of it."""
    text = text if text.isprintable() else ascii(text)[1:-1]
    return text if len(text) <= 200 else f"{text[:199]}…"


def _umask() -> int:
    """Return what a new file's permissions leave out; temporary files have fewer than others."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
