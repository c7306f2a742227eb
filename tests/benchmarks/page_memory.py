"""What running a cell again costs the page, in memory: an explorer beside a bare anywidget, in a real JupyterLab.

Run from the repository's root::

    python -m tests.benchmarks.page_memory [--runs 16]

Memory is what Chromium says after it has collected garbage: V8's heap, the page's own objects, and buffers. The first
runs do not count, in which modules are loaded. No number is asserted.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import CDPSession, expect

from browser.chromium import chromium
from browser.jupyter_server import jupyter_server
from browser.notebook import Notebook

WARM_UP = 4
EXPLORE = """
import hesswidget as hw
def f(x, y, a=1.0, b=100.0): return (a - x)**2 + b * (y - x**2)**2
w = hw.explore(f, x=(-2, 2), y=(-1, 3), a=(0.0, 3.0), b=(1.0, 200.0))
w
"""
BARE = """
import anywidget
class Bare(anywidget.AnyWidget):
    _esm = "export default { render({ el }) { el.innerHTML = '<p class=bare data-resting>bare</p>'; } }"
w = Bare()
w
"""
CELLS = {
    "explorer": (EXPLORE, ".hesswidget"),
    "explorer, closed before": ("if 'w' in globals(): w.close()\n" + EXPLORE, ".hesswidget"),
    "bare anywidget": (BARE, ".bare"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=16)
    runs = parser.parse_args().runs
    with (
        tempfile.TemporaryDirectory() as folder,
        jupyter_server(Path(folder)) as server,
        chromium() as browser,
    ):
        for name, (cell, selector) in CELLS.items():
            notebook = Notebook(browser, server, "lab", (1280, 900))
            try:
                notebook.open([cell])
                print(f"{name}: {per_run(notebook, selector, runs):.2f} MB a run", flush=True)
            finally:
                notebook.close()


def per_run(notebook: Notebook, selector: str, runs: int) -> float:
    """Return the MB that each run of the notebook's one cell leaves behind."""
    session = notebook.context.new_cdp_session(notebook.page)
    for _ in range(WARM_UP):
        run(notebook, selector)
    before = memory(session)
    for _ in range(runs):
        run(notebook, selector)
    return (memory(session) - before) / runs / 1e6


def run(notebook: Notebook, selector: str) -> None:
    """Run the cell again, and wait until what it shows is at rest."""
    notebook.page.evaluate("s => document.querySelector(s)?.removeAttribute('data-resting')", selector)
    notebook.run_all_cells()
    expect(notebook.page.locator(f"{selector}[data-resting]")).to_have_count(1)


def memory(session: CDPSession) -> float:
    """Return what the page holds, in bytes."""
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    return float(usage["usedSize"] + usage["embedderHeapUsedSize"] + usage["backingStorageSize"])


if __name__ == "__main__":
    main()
