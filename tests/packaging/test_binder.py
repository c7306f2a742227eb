"""What Binder does with `binder/`, step by step in a fresh environment; only its base image is not there."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from browser.jupyter_server import jupyter_server

BINDER = Path(__file__).parents[2] / "binder"


@pytest.fixture(scope="module")
def python_of_binder() -> str:
    name, version = BINDER.joinpath("runtime.txt").read_text().strip().split("-")
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    return shutil.which(f"{name}{version}") or pytest.skip(
        f"runtime.txt asks for Python {version}; it is not here"
    )


def test_every_requirement_is_pinned():
    lines = BINDER.joinpath("requirements.txt").read_text().splitlines()
    requirements = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in requirements if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


def test_binder_can_build_and_run_the_tutorials(
    run, make_environment, copy_checkout, python_of_binder, tmp_path, monkeypatch
):
    # 1. The requirements, in a layer of their own: the repository is not there yet.
    python = make_environment(tmp_path / "environment", python_of_binder)
    layer = tmp_path / "layer"
    layer.mkdir()
    shutil.copy(BINDER / "requirements.txt", layer)
    run(python, "-m", "pip", "install", "--quiet", "-r", "requirements.txt", cwd=layer)

    # 2. The repository, and postBuild in it.
    home = copy_checkout(tmp_path / "home")
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    assert os.access(home / "binder" / "postBuild", os.X_OK)
    run(home / "binder" / "postBuild", cwd=home, path=path)
    run(python, "-m", "pip", "check", cwd=home)

    # 3. JupyterLab starts, and the tutorials run.
    monkeypatch.delenv("PYTHONPATH", raising=False)
    with jupyter_server(tmp_path / "jupyter", str(python)) as server:
        assert server.request("GET", "api/status")["kernels"] == 0
    tutorials = sorted((home / "notebooks").glob("*.ipynb"))
    assert tutorials
    for tutorial in tutorials:
        run(python, "-m", "jupyter", "execute", tutorial.name, cwd=tutorial.parent, path=path)
