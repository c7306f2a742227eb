"""The explorer in marimo, where it lives in a shadow root and nothing can be invoked from the page."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.eventually import eventually
from browser.explorer_page import explorer_on, is_light
from browser.serving import serving
from hosts.conftest import OpenPage
from hosts.pictures import a_slider_moves_the_heatmap, live

SCREENSHOTS = Path(__file__).parent / "screenshots"
APP = """
import marimo

app = marimo.App()


@app.cell
def _():
    import hesswidget as hw
    import marimo as mo

    explorer = hw.explore("himmelblau")
    w = mo.ui.anywidget(explorer)
    w
    return explorer, mo, w


@app.cell
def _(explorer, mo, w):
    mo.md(f"Python has {w.x:.2f}, {w.y:.2f}: {explorer.curvature.label}.")
    return


if __name__ == "__main__":
    app.run()
"""
SETTINGS = """
[display]
theme = "{theme}"
[runtime]
auto_instantiate = true
"""


@contextmanager
def serving_app(folder: Path, mode: str, theme: str) -> Iterator[str]:
    """Serve the app as readers see it ("run") or as its author does ("edit"); the address."""
    (folder / "app.py").write_text(APP)
    (folder / "marimo").mkdir()
    (folder / "marimo" / "marimo.toml").write_text(SETTINGS.format(theme=theme))
    homes = {f"XDG_{kind}_HOME": str(folder) for kind in ("CONFIG", "STATE", "CACHE", "DATA")}
    options = ["--headless", "--no-token", "--host", "127.0.0.1", "--port", "{port}"]
    command = [sys.executable, "-m", "marimo", mode, *options, "app.py"]
    with serving(command, folder, "health", {"HOME": str(folder), **homes}) as origin:
        yield origin


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, open_shared_page: OpenPage) -> Iterator[Page]:
    """The page of one of the app's readers."""
    with serving_app(tmp_path_factory.mktemp("read"), "run", "light") as origin:
        yield open_app(open_shared_page, origin, "light")


@pytest.fixture(scope="module")
def author(tmp_path_factory: pytest.TempPathFactory, open_shared_page: OpenPage) -> Iterator[Page]:
    """The page of the app's author, who is one."""
    with serving_app(tmp_path_factory.mktemp("edited"), "edit", "dark") as origin:
        yield open_app(open_shared_page, origin, "dark")


def open_app(open_page: OpenPage, origin: str, theme: str) -> Page:
    """Open the app as somebody who prefers the other theme: marimo's word counts."""
    page = open_page(f"{origin}/", theme="dark" if theme == "light" else "light")
    expect(live(page)).to_have_count(1, timeout=60_000)
    return page


def is_live_in_marimo_s_colours(page: Page, theme: str) -> None:
    explorer = explorer_on(page)
    root = explorer.root
    assert root.evaluate("e => e.getRootNode() instanceof ShadowRoot")
    expect(root).to_have_attribute("data-theme", theme)
    assert is_light(root.locator(".hw-body")) == (theme == "light")
    expect(explorer.engine).to_have_text("browser · verified")
    a_slider_moves_the_heatmap(root, page)
    explorer.rests()
    x, y = explorer.point
    expect(page.get_by_text(f"Python has {x:.2f}, {y:.2f}")).to_be_visible()
    root.scroll_into_view_if_needed()
    page.screenshot(path=SCREENSHOTS / f"marimo-{theme}.png", full_page=True)


def test_a_reader_s_is_live_in_marimo_s_colours(reader: Page) -> None:
    is_live_in_marimo_s_colours(reader, "light")


def test_an_author_s_is_too(author: Page) -> None:
    is_live_in_marimo_s_colours(author, "dark")


def test_keys_move_a_focused_slider_and_touch_no_cell(author: Page) -> None:
    page, explorer = author, explorer_on(author)
    root = explorer.root
    cells = page.locator(".marimo-cell")
    editors = page.locator(".cm-content")
    code = editors.all_inner_texts()
    assert len(code) == cells.count() == 2
    before = explorer.point
    keys = ["ArrowRight", "ArrowRight", "ArrowUp", "d", "d", "x", "a", "b", "j", "Delete", "Backspace"]
    explorer.press("x", *keys)
    explorer.rests()
    assert explorer.point[0] > before[0]
    assert explorer.point[1] == before[1]
    expect(explorer.slider("x")).to_be_focused()
    page.keyboard.press("Tab")
    expect(root.get_by_label("x, value")).to_be_focused()
    root.get_by_label("x, value").fill("3")
    page.keyboard.press("Enter")
    root.get_by_label("y, value").fill("2")
    page.keyboard.press("Enter")
    expect(root).to_have_attribute("data-label", "minimum")
    expect(page.get_by_text("Python has 3.00, 2.00: minimum.")).to_be_visible()
    assert cells.count() == 2
    assert editors.all_inner_texts() == code


def test_the_list_of_critical_points_is_walked_by_arrow_keys(reader: Page) -> None:
    page, root = reader, live(reader)
    listed = root.locator(".hw-critical li button")
    expect(listed).to_have_count(9)
    listed.nth(0).focus()
    page.keyboard.press("ArrowRight")
    expect(listed.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(listed.nth(8)).to_be_focused()
    page.keyboard.press("Enter")
    expect(root).to_have_attribute("data-label", re.compile("minimum|saddle|maximum"))


def test_the_mouse_moves_the_point_and_the_surface_turns(reader: Page) -> None:
    page, explorer = reader, explorer_on(reader)
    root = explorer.root
    before = root.get_attribute("data-point")
    explorer.drag(explorer.handle, [(12 * k, -8 * k) for k in range(6)])
    expect(root).not_to_have_attribute("data-point", str(before))
    root.get_by_role("button", name="paths").click()  # Python answers with the paths between critical points
    expect(root.locator(".hw-paths path")).not_to_have_count(0)
    root.get_by_role("button", name="surface").click()
    surface = root.locator(".hw-surface")
    surface.focus()
    first = surface.screenshot()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(surface).to_be_focused()
    eventually(lambda: surface.screenshot() != first)
    page.screenshot(path=SCREENSHOTS / "marimo-surface.png")
