"""The explorer in marimo, where it lives in a shadow root and nothing can be invoked from the page."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.eventually import eventually
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

OpenApp = Callable[..., Page]


@pytest.fixture
def open_app(open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenApp]:
    """Opens the app as readers see it ("run") or as its author does ("edit")."""
    with ExitStack() as stack:

        def open_app(mode: str, theme: str = "light") -> Page:
            (tmp_path / "app.py").write_text(APP)
            (tmp_path / "marimo").mkdir()
            (tmp_path / "marimo" / "marimo.toml").write_text(SETTINGS.format(theme=theme))
            for kind in ("CONFIG", "STATE", "CACHE", "DATA"):
                monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path))
            options = ["--headless", "--no-token", "--host", "127.0.0.1", "--port", "{port}"]
            command = [sys.executable, "-m", "marimo", mode, *options, "app.py"]
            origin = stack.enter_context(serving(command, tmp_path, "health"))
            # The reader's own preference is the other one: marimo's word counts.
            page = open_page(f"{origin}/", theme="dark" if theme == "light" else "light")
            expect(live(page)).to_have_count(1, timeout=30_000)
            return page

        yield open_app


def point(root: Locator) -> list[float]:
    return [float(x) for x in str(root.get_attribute("data-point")).split()]


def slider(root: Locator, name: str) -> Locator:
    return root.locator(f'input[type=range][aria-label="{name}"]')


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("mode", ["run", "edit"])
def test_it_is_live_in_marimo_s_colors(open_app: OpenApp, mode: str, theme: str) -> None:
    page = open_app(mode, theme)
    root = live(page)
    assert root.evaluate("e => e.getRootNode() instanceof ShadowRoot")
    expect(root).to_have_attribute("data-theme", theme)
    background = root.locator(".hw-body").evaluate("e => getComputedStyle(e).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", background)[:3])) / 3
    assert (brightness > 128) == (theme == "light")
    expect(root.locator(".hw-engine")).to_have_text("browser · verified")
    a_slider_moves_the_heatmap(root, page)
    x, y = point(root)
    expect(page.get_by_text(f"Python has {x:.2f}, {y:.2f}")).to_be_visible()
    root.scroll_into_view_if_needed()
    page.screenshot(path=SCREENSHOTS / f"marimo-{mode}-{theme}.png", full_page=True)


def test_keys_move_a_focused_slider_and_touch_no_cell(open_app: OpenApp) -> None:
    page = open_app("edit")
    root = live(page)
    cells = page.locator(".marimo-cell")
    editors = page.locator(".cm-content")
    code = editors.all_inner_texts()
    assert len(code) == cells.count() == 2
    slider(root, "x").focus()
    before = point(root)
    for key in ["ArrowRight", "ArrowRight", "ArrowUp", "d", "d", "x", "a", "b", "j", "Delete", "Backspace"]:
        page.keyboard.press(key)
    expect(root).not_to_have_attribute("data-point", " ".join(f"{x:g}" for x in before))
    assert point(root)[0] > before[0]
    assert point(root)[1] == before[1]
    expect(slider(root, "x")).to_be_focused()
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


def test_the_list_of_critical_points_is_walked_by_arrow_keys(open_app: OpenApp) -> None:
    page = open_app("run")
    root = live(page)
    listed = root.locator(".hw-critical li button")
    expect(listed).to_have_count(9)
    listed.nth(0).focus()
    page.keyboard.press("ArrowRight")
    expect(listed.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(listed.nth(8)).to_be_focused()
    page.keyboard.press("Enter")
    expect(root).to_have_attribute("data-label", re.compile("minimum|saddle|maximum"))


def test_the_mouse_moves_the_point_and_the_surface_turns(open_app: OpenApp) -> None:
    page = open_app("run")
    root = live(page)
    before = root.get_attribute("data-point")
    handle = root.locator(".hw-handle").bounding_box()
    assert handle is not None
    page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    page.mouse.down()
    page.mouse.move(handle["x"] + 60, handle["y"] - 40, steps=5)
    page.mouse.up()
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
