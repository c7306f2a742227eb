"""The landscape as a surface, in a real JupyterLab: drawn, turned, moved, and given up where there is no WebGL."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from matplotlib.image import imread
from playwright.sync_api import Locator, expect

from browser.conftest import OpenNotebook
from browser.notebook import Notebook
from browser.test_explorer import SCREENSHOTS, slider

HIMMELBLAU = "import hesswidget as hw\nw = hw.explore('himmelblau')\nw"
WAVES = """
import autograd.numpy as np, hesswidget as hw
def f(x, y, a=1.0):
    return np.sin(a * x) * np.cos(y)
w = hw.explore(f, x=(-3, 3), y=(-3, 3), a=(0.5, 2.0), engine={engine!r})
w
"""
NO_WEBGL = """() => {
    const before = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return kind.startsWith("webgl") ? null : before.call(this, kind, ...more);
    };
}"""
LOSE_WEBGL = "c => c.getContext('webgl2').getExtension('WEBGL_lose_context').loseContext()"


def explorers(notebook: Notebook, count: int = 1) -> Locator:
    """The explorers on the page, each with its finest picture drawn."""
    roots = notebook.page.locator(".hesswidget")
    expect(roots).to_have_count(count)
    for k in range(count):
        expect(roots.nth(k)).to_have_attribute("data-exact", "true")
    return roots


def switch(root: Locator, view: str) -> None:
    button = root.get_by_role("group", name="view of the landscape").get_by_role("button", name=view)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def pixels(root: Locator) -> np.ndarray:
    """What the surface's canvas shows, with nothing over it; shape (height, width, 3), from 0 to 1."""
    root.page.wait_for_timeout(300)  # what moves is drawn at the next display frame, and refined at rest
    hidden = "e => { for (const s of e.querySelectorAll('svg')) s.style.visibility = 'hidden'; e.blur(); }"
    surface = root.locator(".hw-surface")
    surface.evaluate(hidden)
    taken = imread(io.BytesIO(surface.screenshot()), format="png")[..., :3]
    surface.evaluate("e => { for (const s of e.querySelectorAll('svg')) s.style.visibility = ''; }")
    return np.asarray(taken)


def colours(picture: np.ndarray) -> int:
    return len(np.unique((picture * 255).round().astype(int).reshape(-1, 3), axis=0))


def share_of_change(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.mean(np.abs(one - other).max(axis=2) > 0.02))


@pytest.mark.parametrize("engine", ["browser", "kernel"])
def test_it_is_drawn_turned_and_moved(open_notebook: OpenNotebook, engine: str) -> None:
    notebook = open_notebook([WAVES.format(engine=engine)])
    root = explorers(notebook).first
    switch(root, "surface")
    expect(root.locator("svg.hw-plane")).to_be_hidden()
    surface = root.get_by_role("application", name=re.compile("surface of f over x and y"))
    expect(surface).to_be_visible()
    first = pixels(root)
    assert colours(first) > 300
    assert share_of_change(first, np.broadcast_to(first[2, 2], first.shape)) > 0.2  # of the panel is surface
    assert share_of_change(first, pixels(root)) == 0  # it stands still

    box = surface.bounding_box()
    assert box is not None
    mouse = notebook.page.mouse
    mouse.move(box["x"] + 150, box["y"] + 150)
    mouse.down()
    mouse.move(box["x"] + 230, box["y"] + 170, steps=5)
    mouse.up()
    dragged = pixels(root)
    assert share_of_change(first, dragged) > 0.05
    surface.press("ArrowRight")
    turned = pixels(root)
    assert share_of_change(dragged, turned) > 0.02
    surface.press("+")
    assert share_of_change(turned, pixels(root)) > 0.02
    for key in ("d", "d", "x"):
        surface.press(key)
    assert notebook.page.locator(".jp-Notebook .jp-CodeCell").count() == 1
    surface.press("Home")
    assert share_of_change(first, pixels(root)) == 0

    slider(root, "a").press("End")
    expect(root).to_have_attribute("data-exact", "true")
    stretched = pixels(root)
    assert share_of_change(first, stretched) > 0.05
    slider(root, "x").press("End")
    assert share_of_change(stretched, pixels(root)) > 0.01  # the quadratic model goes with the point

    switch(root, "contours")
    expect(root.locator("svg.hw-plane")).to_be_visible()
    expect(root.locator(".hw-surface")).to_have_count(0)
    root.locator(".hw-handle").press("ArrowLeft")
    expect(root).to_have_attribute("data-point", "2.98 0")
    assert notebook.errors == []


def test_the_wheel_scrolls_the_notebook_and_with_control_zooms(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([HIMMELBLAU])
    root = explorers(notebook).first
    switch(root, "surface")
    prevented = """(e, control) => {
        const wheel = new WheelEvent("wheel", { deltaY: -120, ctrlKey: control, bubbles: true, cancelable: true });
        return !e.dispatchEvent(wheel);
    }"""
    surface = root.locator(".hw-surface")
    first = pixels(root)
    assert surface.evaluate(prevented, False) is False
    assert share_of_change(first, pixels(root)) == 0
    assert surface.evaluate(prevented, True) is True
    assert share_of_change(first, pixels(root)) > 0.05
    expect(root.locator(".hw-landscape .hw-caption")).to_contain_text(re.compile(r"cut at f = \d"))


def test_two_explorers_and_two_views_choose_for_themselves(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([HIMMELBLAU, "w", WAVES.format(engine="browser")], size=(1280, 2400))
    roots = explorers(notebook, 3)
    switch(roots.nth(0), "surface")
    expect(roots.nth(1).locator("svg.hw-plane")).to_be_visible()
    switch(roots.nth(2), "surface")
    one, other = pixels(roots.nth(0)), pixels(roots.nth(2))
    assert colours(one) > 300
    assert colours(other) > 300
    for _ in range(9):  # a page has some sixteen WebGL contexts: what is put away gives its own back
        switch(roots.nth(2), "contours")
        switch(roots.nth(2), "surface")
    assert share_of_change(one, pixels(roots.nth(0))) == 0
    assert share_of_change(other, pixels(roots.nth(2))) == 0
    assert notebook.errors == []


def test_without_webgl_the_contours_stay_and_a_sentence_says_why(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([HIMMELBLAU])
    root = explorers(notebook).first
    buttons = root.get_by_role("group", name="view of the landscape").get_by_role("button")
    notice = root.locator(".hw-landscape [role=status]")
    switch(root, "surface")
    root.locator(".hw-surface canvas").evaluate(LOSE_WEBGL)
    expect(notice).to_contain_text("took WebGL away")
    expect(root.locator("svg.hw-plane")).to_be_visible()
    expect(buttons.nth(0)).to_have_attribute("aria-pressed", "true")
    switch(root, "surface")  # it may be had again
    expect(notice).to_be_empty()
    assert colours(pixels(root)) > 300
    switch(root, "contours")

    notebook.page.evaluate(NO_WEBGL)
    buttons.nth(1).click()
    expect(notice).to_have_text("This browser has no WebGL; the landscape stays as contours.")
    expect(buttons.nth(0)).to_have_attribute("aria-pressed", "true")
    expect(root.locator("svg.hw-plane")).to_be_visible()
    slider(root, "x").press("End")
    expect(notice).to_contain_text("no WebGL")
    assert notebook.errors == []


def test_a_curve_has_no_surface(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(["import hesswidget as hw\nhw.explore(lambda x: x**4 - x**2, x=(-1, 1))"])
    root = explorers(notebook).first
    assert root.get_by_role("group", name="view of the landscape").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1600, 470])
def test_it_fits_and_follows_the_theme(open_notebook: OpenNotebook, theme: str, width: int) -> None:
    notebook = open_notebook([HIMMELBLAU], theme=theme, size=(width, 900))
    notebook.page.evaluate("window.jupyterapp.shell.collapseLeft?.()")
    root = explorers(notebook).first
    switch(root, "surface")
    picture = pixels(root)
    corner = picture[2, 2].mean()
    assert (corner > 0.5) == (theme == "light")
    size = root.locator(".hw-surface").evaluate("e => [e.clientWidth, e.clientHeight]")
    for text in root.locator(".hw-surface text").all():
        inside = text.evaluate(
            """t => { const a = t.getBoundingClientRect(), b = t.closest(".hw-surface").getBoundingClientRect();
                return [a.left - b.left, a.top - b.top, a.right - b.left, a.bottom - b.top]; }"""
        )
        assert min(inside[:2]) >= 0, text.text_content()
        assert inside[2] <= size[0]
        assert inside[3] <= size[1]
    notebook.screenshot(SCREENSHOTS / f"surface-{theme}-{width}.png")
