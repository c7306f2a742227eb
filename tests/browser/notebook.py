"""A notebook with a kernel of its own, open in a real JupyterLab or Notebook 7, with all of its cells run."""

from __future__ import annotations

import json
import re
import urllib.error
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Browser, Page

from browser.jupyter_server import JupyterServer
from browser.kernel import run_in_kernel

PAGES = {
    "lab": "lab/workspaces/{name}/tree/{name}/notebook.ipynb",
    "notebook": "notebooks/{name}/notebook.ipynb",
}

# The notebook's panel, once its kernel has answered; then its menu's command. Both wait in the page.
KERNEL_ID = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    const { kernel } = panel.sessionContext.session;
    await kernel.info;
    return kernel.id;
}"""
RUN_ALL_CELLS = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"
REPLACE_CELLS = """sources => {
    const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
    const old = sharedModel.cells.length;
    const empty = { cell_type: "code", execution_count: null, metadata: {}, outputs: [] };
    sharedModel.insertCells(0, sources.map(source => ({ ...empty, source })));
    sharedModel.deleteCellRange(sources.length, sources.length + old);
}"""
OPEN_INSTEAD = """async path => {
    window.jupyterapp.shell.currentWidget.dispose();
    await window.jupyterapp.commands.execute("docmanager:open", { path, factory: "Notebook" });
}"""
# What a kernel publishes reaches the page in order: what the page hears answered comes after all before it.
HEARD = """async () => {
    const kernel = window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
    if (kernel?.connectionStatus === "connected") {
        await kernel.requestExecute({ code: "", silent: true, store_history: false }).done.catch(() => {});
    }
}"""
CLOSE_ALL_WIDGETS = "import ipywidgets; ipywidgets.Widget.close_all()"
OUTPUTS = """() => window.jupyterapp.shell.currentWidget.content.widgets.flatMap(
    cell => cell.model.outputs?.toJSON() ?? [])"""


class Notebook:
    """One notebook on screen. `page` is Playwright's page, `kernel_id` the kernel's id on the server."""

    def __init__(self, browser: Browser, server: JupyterServer, app: str, size: tuple[int, int]) -> None:
        self.server, self.app = server, app
        self.foreign_requests: list[str] = []  # the addresses elsewhere that the page asked for, in vain
        self.errors: list[str] = []  # what was thrown in the page since the cells ran, and caught by nobody
        width, height = size
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, service_workers="block"
        )
        self.context.set_default_timeout(60_000)
        self.page = self._blocked_page()
        self.kernel_id = ""

    def _blocked_page(self) -> Page:
        elsewhere = re.compile(rf"^(?!{re.escape(self.server.origin)}/|data:|blob:)")
        page = self.context.new_page()
        page.route(elsewhere, lambda route: (self.foreign_requests.append(route.request.url), route.abort()))
        page.on("websocket", lambda socket: self._check_socket(socket.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    def _check_socket(self, url: str) -> None:
        if not url.startswith(self.server.origin.replace("http", "ws", 1) + "/"):
            self.foreign_requests.append(url)

    def open(self, cells: Sequence[str]) -> None:
        """Write the notebook, open it, and run all of its cells."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        self.show(notebook)
        self.wait_for_kernel()
        self.run_all_cells()

    def show(self, notebook: nbformat.NotebookNode, language: str = "python", trusted: bool = False) -> None:
        """Open a notebook as it is, with a kernel for that language if there is one."""
        name = uuid.uuid4().hex
        folder = self.server.root / name
        folder.mkdir()
        kernel = "python3" if language == "python" else language
        notebook.metadata.kernelspec = {"name": kernel, "display_name": kernel, "language": language}
        notebook.metadata.pop("language_info", None)
        nbformat.write(notebook, folder / "notebook.ipynb")
        if trusted:
            self.server.trust(folder / "notebook.ipynb")
        self._go_to(PAGES[self.app].format(name=name))

    def visit(self, path: str) -> None:
        """Go to the server's page at `path`, on which a notebook opens, and wait for its kernel."""
        self._go_to(path)
        self.wait_for_kernel()

    def open_instead(self, path: str) -> None:
        """Open another notebook of the server in the place of the one on screen, whose kernel is shut down."""
        self._shut_down()
        self.page.evaluate(OPEN_INSTEAD, path)
        self.wait_for_kernel()

    def _go_to(self, path: str) -> None:
        self.page.goto(f"{self.server.origin}/{path}?token={self.server.token}")

    def wait_for_kernel(self) -> None:
        """Wait until the notebook's kernel has answered."""
        self.page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
        )
        self.kernel_id = self.page.evaluate(KERNEL_ID)
        self.errors.clear()  # Notebook 7 throws two of its own as it starts

    def run_all_cells(self) -> None:
        """Run all cells, and wait until they have run."""
        self.page.evaluate(RUN_ALL_CELLS)

    def replace(self, cells: Sequence[str]) -> None:
        """Close the kernel's widgets, put other cells in the place of those that are there, and run them."""
        self.page.mouse.up()
        self.page.mouse.move(0, 0)
        self.run(CLOSE_ALL_WIDGETS)
        self.page.evaluate(REPLACE_CELLS, list(cells))
        self.errors.clear()
        self.run_all_cells()

    def outputs(self) -> list[dict[str, Any]]:
        """The outputs of all cells, as a saved notebook would have them."""
        outputs: list[dict[str, Any]] = self.page.evaluate(OUTPUTS)
        return outputs

    def run(self, code: str, timeout: float = 30) -> str:
        """Run code in the notebook's kernel, beside the page; what it printed. What it raises is raised here.

        What it sent to the page's widgets has arrived there.
        """
        printed = run_in_kernel(self.server.connection_file(self.kernel_id), code, timeout)
        self.page.evaluate(HEARD)
        return printed

    def python(self, expression: str) -> Any:
        """What an expression is in the kernel."""
        return json.loads(self.run(f"import json; print(json.dumps({expression}))"))

    def screenshot(self, path: Path) -> None:
        """Keep a picture of what is on screen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path)

    def check_network(self) -> None:
        """Fail if the page asked anything of another host."""
        assert not self.foreign_requests, f"the page asked for {', '.join(self.foreign_requests)}"

    def close(self) -> None:
        """Close the page and shut its kernel down."""
        self.context.close()
        self._shut_down()

    def _shut_down(self) -> None:
        if self.kernel_id:
            try:
                self.server.request("DELETE", f"api/kernels/{self.kernel_id}")
            except urllib.error.HTTPError as error:
                if error.code != 404:  # it is gone already
                    raise
