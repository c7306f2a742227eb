"""A clean copy of the checkout, and a PATH on which there is no Node."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
NODE_COMMANDS = {"corepack", "node", "nodejs", "npm", "npx"}


def run(*command: str | Path, cwd: Path, path: str | None = None) -> str:
    """Run a command with this PATH; what it printed."""
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    env["PATH"] = path or env["PATH"]
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))} failed:\n{done.stdout}"
    return done.stdout


@pytest.fixture(scope="session", name="run")
def _run() -> Callable[..., str]:
    return run


@pytest.fixture(scope="session")
def copy_checkout() -> Callable[[Path], Path]:
    """Copies the files of the checkout that git tracks, or would: nothing built, nothing installed."""

    if not (REPOSITORY / ".git").exists():
        pytest.skip("only git knows which files belong to the checkout, and this is not a clone")

    def copy(folder: Path) -> Path:
        listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", cwd=REPOSITORY)
        for name in listed.split("\0"):
            if name and (REPOSITORY / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(REPOSITORY / name, folder / name)
        return folder

    return copy


@pytest.fixture(scope="session")
def path_without_node(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH with every program of this machine but Node's."""
    folder = tmp_path_factory.mktemp("bin")
    for place in map(Path, os.environ["PATH"].split(os.pathsep)):
        for program in place.iterdir() if place.is_dir() else ():
            link = folder / program.name
            if program.name not in NODE_COMMANDS and not link.is_symlink():
                link.symlink_to(program)
    assert shutil.which("npm", path=str(folder)) is None
    return str(folder)
