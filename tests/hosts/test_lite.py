"""A site of JupyterLite, with no network, so that no Python runs in it: saved explorers are live all the same."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import nbclient
import nbformat
import pytest
from playwright.sync_api import expect

from browser.serving import serving
from hosts.conftest import OpenPage
from hosts.pictures import a_slider_moves_the_heatmap, live

PYODIDE = r"https://cdn\.jsdelivr\.net/pyodide/"  # the kernel, which the host asks for
CODE = 'import hesswidget as hw\nhw.explore("himmelblau")'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("lite")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)])
    nbclient.NotebookClient(notebook, store_widget_state=False).execute()
    (folder / "contents").mkdir()
    nbformat.write(notebook, folder / "contents" / "saved.ipynb")
    build = [
        sys.executable,
        "-m",
        "jupyter",
        "lite",
        "build",
        "--contents",
        "contents",
        "--output-dir",
        "site",
    ]
    subprocess.run(build, cwd=folder, check=True, capture_output=True)
    files = [sys.executable, "-m", "http.server", "{port}", "--bind", "127.0.0.1", "--directory", "site"]
    with serving(files, folder, "lab/index.html") as origin:
        yield origin


@pytest.mark.parametrize("app", ["lab", "notebooks"])
def test_a_saved_explorer_is_live_where_no_python_runs(site: str, open_page: OpenPage, app: str) -> None:
    page = open_page(f"{site}/{app}/index.html?path=saved.ipynb", host_asks=PYODIDE)
    root = live(page)
    expect(root).to_have_attribute("data-saved", "live", timeout=60_000)
    a_slider_moves_the_heatmap(root, page)
