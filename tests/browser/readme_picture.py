"""Take the README's picture again: ``PYTHONPATH=tests python -m browser.readme_picture`` in a checkout."""

from __future__ import annotations

import tempfile
from pathlib import Path

from browser.chromium import chromium
from browser.explorer_page import explorer_on
from browser.jupyter_server import jupyter_server
from browser.notebook import Notebook

PICTURE = Path(__file__).parents[2] / "notebooks" / "images" / "explorer.png"
CELL = 'import hesswidget as hw\nhw.explore("himmelblau", (0.086677504548477, 2.884254701209999))'


def main() -> None:
    """Draw Himmelblau's function at one of its saddles in a real JupyterLab, and keep what is on screen."""
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium() as browser,
        jupyter_server(Path(folder)) as server,
    ):
        server.set_theme("light")
        notebook = Notebook(browser, server, "lab", (1500, 1000))
        notebook.open([CELL])
        notebook.page.evaluate("window.jupyterapp.shell.collapseLeft()")
        explorer = explorer_on(notebook.page)
        explorer.rests()
        PICTURE.parent.mkdir(exist_ok=True)
        explorer.root.screenshot(path=PICTURE)
        notebook.close()


if __name__ == "__main__":
    main()
