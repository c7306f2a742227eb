"""The landscape as a surface: drawn, turned, moved, and given up where there is no WebGL."""

from __future__ import annotations

import io
import re

import autograd.numpy as np
import numpy as onp
import pytest
from matplotlib.image import imread
from playwright.sync_api import expect

import hesswidget as hw
from browser import SCREENSHOTS
from browser.conftest import OpenHimmelblau, OpenNotebook, OpenSaved, RunCells
from browser.eventually import eventually
from browser.explorer_page import ExplorerPage, explorer_on

WAVES = """
import autograd.numpy as np, hesswidget as hw
def f(x, y, a=1.0):
    return np.sin(a * x) * np.cos(y)
w = hw.explore(f, x=(-3, 3), y=(-3, 3), a=(0.5, 2.0), engine={engine!r})
w
"""
HIMMELBLAU = "import hesswidget as hw\nw = hw.explore('himmelblau')\nw"
NO_WEBGL = """() => {
    const before = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return kind.startsWith("webgl") ? null : before.call(this, kind, ...more);
    };
}"""
LOSE_WEBGL = "c => c.getContext('webgl2').getExtension('WEBGL_lose_context').loseContext()"
SHOW_DRAWINGS = (
    "(e, how) => { for (const s of e.querySelectorAll('svg')) s.style.visibility = how; e.blur(); }"
)


def views(explorer: ExplorerPage):
    return explorer.root.get_by_role("group", name="view of the landscape").get_by_role("button")


def switch(explorer: ExplorerPage, view: str) -> None:
    button = views(explorer).filter(has_text=view)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def pixels(explorer: ExplorerPage) -> onp.ndarray:
    """What the surface's canvas shows, with nothing over it; shape (height, width, 3), from 0 to 1."""
    explorer.rests()
    explorer.next_frame()  # a turned surface is drawn there
    surface = explorer.root.locator(".hw-surface")
    surface.evaluate(SHOW_DRAWINGS, "hidden")
    taken = imread(io.BytesIO(surface.screenshot()), format="png")[..., :3]
    surface.evaluate(SHOW_DRAWINGS, "")
    return onp.asarray(taken)


def colours(picture: onp.ndarray) -> int:
    return len(onp.unique((picture * 255).round().astype(int).reshape(-1, 3), axis=0))


def share_of_change(one: onp.ndarray, other: onp.ndarray) -> float:
    return float(onp.mean(onp.abs(one - other).max(axis=2) > 0.02))


def turn_and_move(explorer: ExplorerPage) -> None:
    """See that the surface of WAVES is drawn, and follows mouse, keys, a parameter and the point."""
    switch(explorer, "surface")
    expect(explorer.root.locator("svg.hw-plane")).to_be_hidden()
    surface = explorer.root.get_by_role("application", name=re.compile("surface of f over x and y"))
    expect(surface).to_be_visible()
    first = pixels(explorer)
    assert colours(first) > 300
    assert share_of_change(first, onp.broadcast_to(first[2, 2], first.shape)) > 0.1  # of the panel is surface
    assert share_of_change(first, pixels(explorer)) == 0  # it stands still

    explorer.drag(surface, [(16 * k, 4 * k) for k in range(1, 6)])
    dragged = pixels(explorer)
    assert share_of_change(first, dragged) > 0.05
    surface.press("ArrowRight")
    turned = pixels(explorer)
    assert share_of_change(dragged, turned) > 0.02
    surface.press("+")
    assert share_of_change(turned, pixels(explorer)) > 0.02
    for key in ("d", "d", "x"):
        surface.press(key)
    surface.press("Home")
    assert share_of_change(first, pixels(explorer)) == 0

    explorer.press("a", "End")
    stretched = pixels(explorer)
    assert share_of_change(first, stretched) > 0.05
    explorer.press("x", "End")
    assert share_of_change(stretched, pixels(explorer)) > 0.01  # the quadratic model goes with the point

    switch(explorer, "contours")
    expect(explorer.root.locator("svg.hw-plane")).to_be_visible()
    expect(explorer.root.locator(".hw-surface")).to_have_count(0)
    explorer.handle.press("ArrowLeft")
    expect(explorer.root).to_have_attribute("data-point", "2.98 0")


def test_it_is_drawn_turned_and_moved(open_saved: OpenSaved) -> None:
    def f(x, y, a=1.0):
        return np.sin(a * x) * np.cos(y)

    turn_and_move(open_saved(hw.explore(f, x=(-3, 3), y=(-3, 3), a=(0.5, 2.0))))


def test_in_a_notebook_the_kernel_s_is_too_and_its_keys_delete_no_cell(run_cells: RunCells) -> None:
    notebook = run_cells(WAVES.format(engine="kernel"))
    turn_and_move(explorer_on(notebook.page))
    assert notebook.page.locator(".jp-Notebook .jp-CodeCell").count() == 1
    assert notebook.errors == []


def test_the_wheel_scrolls_the_page_and_with_control_zooms(open_himmelblau: OpenHimmelblau) -> None:
    explorer = open_himmelblau()
    switch(explorer, "surface")
    prevented = """(e, control) => {
        const wheel = new WheelEvent("wheel", { deltaY: -120, ctrlKey: control, bubbles: true, cancelable: true });
        return !e.dispatchEvent(wheel);
    }"""
    surface = explorer.root.locator(".hw-surface")
    first = pixels(explorer)
    assert surface.evaluate(prevented, False) is False
    assert share_of_change(first, pixels(explorer)) == 0
    assert surface.evaluate(prevented, True) is True
    assert share_of_change(first, pixels(explorer)) > 0.05
    expect(explorer.root.locator(".hw-landscape .hw-cut")).to_contain_text(re.compile(r"cut at f = \d"))


def test_two_views_of_an_explorer_show_the_same_and_another_explorer_chooses_for_itself(
    open_notebook: OpenNotebook,
) -> None:
    notebook = open_notebook([HIMMELBLAU, "w", WAVES.format(engine="browser")], size=(1280, 2400))
    roots = notebook.page.locator(".hesswidget")
    expect(roots).to_have_count(3)
    one, view, other = (ExplorerPage(roots.nth(k)) for k in range(3))
    switch(one, "surface")
    expect(view.root.locator(".hw-surface")).to_be_visible()
    expect(other.root.locator("svg.hw-plane")).to_be_visible()
    before = [pixels(one), pixels(view)]
    view.root.locator(".hw-surface").press("ArrowLeft")
    turned = [pixels(one), pixels(view)]
    assert min(share_of_change(*pair) for pair in zip(before, turned, strict=True)) > 0.05
    kind = "w.figure().axes[0].name"  # of the other, whose cell is the last
    assert notebook.python(kind) == "rectilinear"
    switch(other, "surface")
    eventually(lambda: notebook.python(kind), "3d")
    before = [pixels(explorer) for explorer in (one, other)]
    assert min(map(colours, before)) > 300
    for _ in range(9):  # a page has some sixteen WebGL contexts: what is put away gives its own back
        switch(other, "contours")
        switch(other, "surface")
    after = [pixels(explorer) for explorer in (one, other)]
    assert [share_of_change(*pair) for pair in zip(before, after, strict=True)] == [0, 0]
    assert notebook.errors == []


def test_it_has_a_webgl_context_only_while_it_is_in_view(open_himmelblau: OpenHimmelblau) -> None:
    explorer = open_himmelblau()
    switch(explorer, "surface")
    before = pixels(explorer)
    explorer.root.locator(".hw-surface canvas").evaluate("c => { window.gl = c.getContext('webgl2'); }")
    assert explorer.page.evaluate("window.gl.isContextLost()") is False
    explorer.page.evaluate("document.body.style.paddingTop = '5000px'")
    eventually(lambda: explorer.page.evaluate("window.gl.isContextLost()"))
    explorer.slider("x").evaluate("e => { e.value = 2; e.dispatchEvent(new Event('input')); }")
    explorer.rests()
    explorer.page.evaluate("document.body.style.paddingTop = ''")
    after = pixels(explorer)
    assert colours(after) > 300
    assert share_of_change(before, after) > 0.01  # it shows the point where it is now
    expect(explorer.root.locator(".hw-landscape [role=status]")).to_be_empty()


def test_without_webgl_the_contours_stay_and_a_sentence_says_why(open_himmelblau: OpenHimmelblau) -> None:
    explorer = open_himmelblau()
    root, buttons = explorer.root, views(explorer)
    notice = root.locator(".hw-landscape [role=status]")
    switch(explorer, "surface")
    root.locator(".hw-surface canvas").evaluate(LOSE_WEBGL)
    expect(notice).to_contain_text("took WebGL away")
    expect(root.locator("svg.hw-plane")).to_be_visible()
    expect(buttons.nth(0)).to_have_attribute("aria-pressed", "true")
    switch(explorer, "surface")  # it may be had again
    expect(notice).to_be_empty()
    assert colours(pixels(explorer)) > 300
    switch(explorer, "contours")

    explorer.page.evaluate(NO_WEBGL)
    buttons.nth(1).click()
    expect(notice).to_have_text("This browser has no WebGL; the landscape stays as contours.")
    expect(buttons.nth(0)).to_have_attribute("aria-pressed", "true")
    expect(root.locator("svg.hw-plane")).to_be_visible()
    explorer.press("x", "End")
    expect(notice).to_contain_text("no WebGL")


def test_a_curve_has_no_surface(open_saved: OpenSaved) -> None:
    explorer = open_saved(hw.explore(lambda x: x**4 - x**2, x=(-1, 1)))
    explorer.rests()
    assert views(explorer).count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1500, 400])
def test_it_fits_and_follows_the_theme(open_himmelblau: OpenHimmelblau, theme: str, width: int) -> None:
    explorer = open_himmelblau(theme, (width, 900))
    switch(explorer, "surface")
    corner = pixels(explorer)[2, 2].mean()
    assert (corner > 0.5) == (theme == "light")
    size = explorer.root.locator(".hw-surface").evaluate("e => [e.clientWidth, e.clientHeight]")
    for text in explorer.root.locator(".hw-surface text").all():
        inside = text.evaluate(
            """t => { const a = t.getBoundingClientRect(), b = t.closest(".hw-surface").getBoundingClientRect();
                return [a.left - b.left, a.top - b.top, a.right - b.left, a.bottom - b.top]; }"""
        )
        assert min(inside[:2]) >= 0, text.text_content()
        assert inside[2] <= size[0]
        assert inside[3] <= size[1]
    explorer.page.screenshot(path=SCREENSHOTS / f"surface-{theme}-{width}.png")
