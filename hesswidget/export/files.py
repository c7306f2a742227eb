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
    path = Path(path)
    refuse_existing(path, overwrite)
    try:
        descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with open(descriptor, "wb") as file:
                file.write(data)
            os.chmod(beside, 0o666 & ~_umask())
            os.replace(beside, path)
        except BaseException:
            os.unlink(beside)
            raise
    except OSError as error:
        raise ProblemError(
            f"{path} could not be written: {error.strerror}. Choose a folder that exists and that you may write to."
        ) from None
    return path


def refuse_existing(path: str | os.PathLike[str], overwrite: bool) -> None:
    """Raise a `ProblemError` where a file must not be written over; before work is done for nothing."""
    if Path(path).exists() and not overwrite:
        raise ProblemError(
            f"{path} exists already; choose another name, or have it replaced: overwrite=True, or --overwrite."
        )


def _umask() -> int:
    """Return what a new file's permissions leave out; temporary files have fewer than others."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
