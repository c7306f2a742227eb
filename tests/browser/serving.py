"""Starts what serves pages, set apart from the settings of whoever runs the tests, and stops it."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 60
FOLDERS = {
    "HOME": "home",
    "IPYTHONDIR": "ipython",
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
}


@contextmanager
def serving(
    command: Sequence[str],
    folder: Path,
    ready: str,
    settings: Mapping[str, str] | None = None,
    start: Path | None = None,
) -> Iterator[str]:
    """Run a command in a folder until the end of the block; gives the address that it serves.

    Parameters
    ----------
    command : sequence of str
        In which ``{port}`` stands for a free port.
    folder : Path
        For its settings, and for what it says: ``server.log``.
    ready : str
        A path that answers when the server is up.
    settings : mapping, optional
        Environment variables; by default they set the home and Jupyter's folders apart, in `folder`.
    start : Path, optional
        Where the command starts, by default in `folder`.
    """
    port = _free_port()
    log = folder / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [part.format(port=port) for part in command],
            cwd=start or folder,
            env={**os.environ, **(settings or {name: str(folder / part) for name, part in FOLDERS.items()})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        origin = f"http://127.0.0.1:{port}"
        _wait_until_up(f"{origin}/{ready}", process, log)
        yield origin
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(
        f"the server did not answer within {START_SECONDS} s. It said:\n{log.read_text()[-3000:]}"
    )
