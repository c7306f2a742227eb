"""A real Jupyter server, set apart from the settings of whoever runs the tests. It serves JupyterLab and Notebook 7."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from browser.serving import serving

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


@dataclass(frozen=True)
class JupyterServer:
    """Where a running server is, and what the tests ask of it."""

    origin: str
    token: str
    root: Path  # the folder that it serves
    runtime: Path  # where it notes how to reach each kernel

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the server's REST interface; the answer's JSON, or None."""
        request = urllib.request.Request(
            f"{self.origin}/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def set_theme(self, theme: str) -> None:
        """Choose "light" or "dark" for the pages opened from now on."""
        raw = json.dumps({"theme": THEMES[theme]})
        self.request("PUT", "lab/api/settings/@jupyterlab/apputils-extension:themes", {"raw": raw})

    def trust(self, notebook: Path) -> None:
        """Sign a notebook, as the server's own user does with `jupyter trust`."""
        env = {**os.environ, "JUPYTER_DATA_DIR": str(self.runtime.parent / "data")}
        subprocess.run(
            [sys.executable, "-m", "nbformat.sign", str(notebook)], env=env, check=True, capture_output=True
        )

    def connection_file(self, kernel_id: str) -> Path:
        """The file that tells a client how to reach a kernel."""
        return self.runtime / f"kernel-{kernel_id}.json"


@contextmanager
def jupyter_server(
    folder: Path,
    python: str = sys.executable,
    command: Sequence[str] = ("-m", "jupyterlab"),
    root: Path | None = None,
) -> Iterator[JupyterServer]:
    """Start `jupyter lab` of the environment of `python`, with all its settings in `folder`.

    `command` is what Python is given; JupyterLab's options follow it. `root` is where it starts and what it serves; by
    default an empty folder.
    """
    root, runtime = root or folder / "root", folder / "runtime"
    root.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    token = secrets.token_hex(16)
    given = [python, *command, *_options(token)]
    with serving(given, folder, f"api/status?token={token}", _isolation(folder), root) as origin:
        yield JupyterServer(origin, token, root, runtime)


def _options(token: str) -> list[str]:
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": "{port}",
        "ServerApp.port_retries": "0",
        "IdentityProvider.token": token,
        "LabApp.expose_app_in_browser": "True",  # lets the tests run a menu's command by its name
        "JupyterNotebookApp.expose_app_in_browser": "True",
    }
    flags = ["--no-browser", "--allow-root"]
    return [*flags, *(f"--{name}={value}" for name, value in options.items())]


def _isolation(folder: Path) -> dict[str, str]:
    """Environment variables for empty settings, but for one: do not offer to show the news."""
    labconfig = folder / "config" / "labconfig"
    labconfig.mkdir(parents=True)
    disabled = {"@jupyterlab/apputils-extension:announcements": True}
    (labconfig / "page_config.json").write_text(json.dumps({"disabledExtensions": disabled}))
    folders = {
        "IPYTHONDIR": "ipython",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
    }
    return {name: str(folder / part) for name, part in folders.items()}
