"""Fixtures: a Chromium, a Jupyter server, notebooks in them, and pages in one file that need no kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser

import hesswidget as hw
from browser.chromium import chromium
from browser.explorer_page import ExplorerPage, explorer_on
from browser.jupyter_server import JupyterServer, jupyter_server
from browser.notebook import Notebook

OpenNotebook = Callable[..., Notebook]
RunCells = Callable[..., Notebook]
OpenSaved = Callable[..., ExplorerPage]
OpenHimmelblau = Callable[..., ExplorerPage]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="package", name="jupyter_server")
def _jupyter_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    with jupyter_server(tmp_path_factory.mktemp("jupyter")) as running:
        yield running


@pytest.fixture
def open_notebook(browser: Browser, jupyter_server: JupyterServer) -> Iterator[OpenNotebook]:
    """Opens notebooks, each with a fresh page and a fresh kernel, and runs their cells.

    At the test's end they are closed, and a page that asked for another host fails it.
    """
    opened: list[Notebook] = []

    def open_notebook(
        cells: Sequence[str], app: str = "lab", theme: str = "light", size: tuple[int, int] = (1280, 900)
    ) -> Notebook:
        jupyter_server.set_theme(theme)
        opened.append(Notebook(browser, jupyter_server, app, size))
        opened[-1].open(cells)
        return opened[-1]

    yield open_notebook
    for notebook in opened:
        notebook.close()
    for notebook in opened:
        notebook.check_network()


@pytest.fixture(scope="package")
def shared() -> Iterator[list[Notebook]]:
    """The one notebook in which `run_cells` runs cells, once it is open."""
    notebooks: list[Notebook] = []
    yield notebooks
    for notebook in notebooks:
        notebook.close()


@pytest.fixture
def run_cells(
    browser: Browser, jupyter_server: JupyterServer, shared: list[Notebook], request: pytest.FixtureRequest
) -> Iterator[RunCells]:
    """Runs cells in the one notebook of all such tests, in the place of those that ran before.

    Its page and its kernel are not fresh, but after a test that failed: for tests that leave both as they find them.
    """
    jupyter_server.set_theme("light")
    if not shared:
        shared.append(Notebook(browser, jupyter_server, "lab", (1280, 900)))
        shared[0].open([])
    failures = request.session.testsfailed

    def run_cells(*cells: str) -> Notebook:
        shared[0].replace(cells)
        return shared[0]

    yield run_cells
    if request.session.testsfailed > failures:
        shared.pop().close()
    else:
        shared[0].check_network()


@pytest.fixture
def open_in(open_notebook: OpenNotebook, run_cells: RunCells) -> OpenNotebook:
    """Opens cells in one of the apps: in JupyterLab in the shared notebook, for tests that leave it as it is."""
    return lambda app, *cells: run_cells(*cells) if app == "lab" else open_notebook(cells, app=app)


@pytest.fixture
def open_saved(open_page, tmp_path) -> OpenSaved:
    """Opens an explorer as a page in one file, with what is computed beforehand in about a second."""

    def open_saved(explorer, theme: str = "light", size: tuple[int, int] = (1000, 900)) -> ExplorerPage:
        return explorer_on(
            open_page(explorer.save_html(tmp_path / "explorer.html", seconds=1.0), theme, size)
        )

    return open_saved


@pytest.fixture(scope="package")
def himmelblau_page(tmp_path_factory) -> Path:
    return hw.explore("himmelblau").save_html(tmp_path_factory.mktemp("pages") / "himmelblau.html")


@pytest.fixture
def open_himmelblau(open_page, himmelblau_page) -> OpenHimmelblau:
    """Opens the page of ``hw.explore("himmelblau")``, which is made once for all tests."""

    def open_himmelblau(theme: str = "light", size: tuple[int, int] = (1000, 900)) -> ExplorerPage:
        return explorer_on(open_page(himmelblau_page, theme, size))

    return open_himmelblau


@pytest.fixture
def open_page(browser):
    """Opens a file; whatever it asks of a network, or throws, fails the test."""
    opened = []

    def open_page(path, theme="light", size=(1280, 900)):
        context = browser.new_context(color_scheme=theme, viewport={"width": size[0], "height": size[1]})
        shown = context.new_page()
        said = []
        shown.on("pageerror", lambda error: said.append(str(error)))
        shown.on("console", lambda message: message.type == "error" and said.append(message.text))
        shown.on("request", lambda r: r.url.startswith(("file:", "data:", "blob:")) or said.append(r.url))
        shown.goto(path.as_uri())
        opened.append((context, said))
        return shown

    yield open_page
    for context, said in opened:
        assert said == []
        context.close()
