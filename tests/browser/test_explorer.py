"""The explorer in a real JupyterLab and a real Notebook 7: moved by mouse and keys, from Python, and into errors."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from browser.conftest import OpenNotebook
from browser.eventually import eventually
from browser.notebook import Notebook

SCREENSHOTS = Path(__file__).parent / "screenshots"
ROSENBROCK = """
import autograd.numpy as np, hesswidget as hw
def f(x, y, a=1.0, b=100.0):
    return (a - x)**2 + b * (y - x**2)**2
w = hw.explore(f, x=(-2, 2), y=(-1, 3), a=(0.0, 3.0), b=(1.0, 200.0))
points = []
w.observe(lambda change: points.append(change.new.tolist()), names=["point"])
w
"""
LINKED = """
import ipywidgets
other = ipywidgets.FloatSlider(min=-{end}, max={end}, step=0.25, description="other")
ipywidgets.jslink((other, "value"), (w, "x"))
ipywidgets.VBox([other, w])
"""


def explorer(notebook: Notebook) -> Locator:
    """The one explorer on the page, with its first picture drawn."""
    root = notebook.page.locator(".hesswidget")
    expect(root).to_have_attribute("data-label", re.compile("."))
    return root


def drawn(root: Locator) -> list[float]:
    """The point of the picture on screen."""
    return [float(x) for x in (root.get_attribute("data-point") or "").split()]


def python(notebook: Notebook, expression: str) -> Any:
    """A value in the kernel."""
    return json.loads(notebook.run(f"import json; print(json.dumps({expression}))"))


def slider(root: Locator, name: str) -> Locator:
    return root.locator(f'input[type=range][aria-label="{name}"]')


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_keys_move_a_focused_slider_and_delete_no_cell(open_notebook: OpenNotebook, app: str) -> None:
    notebook = open_notebook([ROSENBROCK], app=app)
    root = explorer(notebook)
    slider(root, "x").focus()
    for key in ["ArrowRight"] * 12 + ["ArrowLeft", "PageUp", "d", "d", "x", "0", "0"]:
        notebook.page.keyboard.press(key)
    expect(root).to_have_attribute("data-point", "0.21 1")
    expect(slider(root, "x")).to_have_attribute("aria-valuetext", "0.21")
    assert notebook.page.locator(".jp-Notebook .jp-CodeCell").count() == 1
    notebook.page.wait_for_timeout(400)
    assert python(notebook, "w.point.tolist()") == [0.21, 1.0]
    assert python(notebook, "points[-1]") == [0.21, 1.0]
    # Typed and dragged-to controls keep their keys too.
    root.locator(".hw-handle").focus()
    for key in ["ArrowUp", "Shift+ArrowLeft", "d", "d"]:
        notebook.page.keyboard.press(key)
    expect(root).to_have_attribute("data-point", "0.11 1.01")
    assert notebook.page.locator(".jp-Notebook .jp-CodeCell").count() == 1
    assert notebook.errors == []


def test_a_drag_in_the_landscape_ends_where_the_mouse_does(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([ROSENBROCK])
    root = explorer(notebook)
    root.locator("svg.hw-plane").click(position={"x": 3, "y": 60})  # beside the plane
    notebook.page.wait_for_timeout(300)
    assert drawn(root) == [0.0, 1.0]
    first = int(root.get_attribute("data-pictures") or 0)
    handle = root.locator(".hw-handle").bounding_box()
    assert handle is not None
    start = (handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    mouse = notebook.page.mouse
    mouse.move(*start)
    mouse.down()
    for k in range(40):
        mouse.move(start[0] + 2 * k, start[1] + k)
        notebook.page.wait_for_timeout(10)
    mouse.up()
    notebook.page.wait_for_timeout(800)
    assert int(root.get_attribute("data-pictures") or 0) - first > 5
    end = drawn(root)
    assert end[0] > 0.3
    assert end[1] < 1
    assert python(notebook, "w.point.tolist()") == end
    assert python(notebook, "points[-1]") == end
    moved = root.locator(".hw-handle").bounding_box()
    assert moved is not None
    assert abs(moved["x"] + moved["width"] / 2 - (start[0] + 78)) < 3
    assert root.get_attribute("data-label") == python(notebook, "w.curvature.label")
    assert notebook.errors == []


def test_python_moves_the_picture(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([ROSENBROCK])
    root = explorer(notebook)
    notebook.run("w.point = [1.0, 1.0]")
    expect(root).to_have_attribute("data-label", "minimum")
    expect(root.locator(".hw-label")).to_have_text("minimum")
    expect(root.locator("[aria-live=polite][role=status]")).to_contain_text("minimum")
    notebook.run("w.set(a=2.0, y=2.5)")
    expect(root).to_have_attribute("data-point", "1 2.5")
    expect(slider(root, "a")).to_have_attribute("aria-valuetext", "2.00")
    notebook.run("w.x = -1.25")
    expect(root).to_have_attribute("data-point", "-1.25 2.5")
    root.get_by_role("button", name="Reset").click()
    expect(root).to_have_attribute("data-point", "0 1")
    notebook.page.wait_for_timeout(400)
    assert python(notebook, "w.parameters") == {"a": 1.0, "b": 100.0}


def test_the_last_value_arrives_while_the_kernel_is_slow(open_notebook: OpenNotebook) -> None:
    slow = """
import time, autograd.numpy as np, hesswidget as hw
calls = []
def f(x, y):
    calls.append(1)
    time.sleep(0.01)
    return x**2 - y**2
w = hw.explore(f, x=(-2, 2), y=(-2, 2))
w
"""
    notebook = open_notebook([slow])
    root = explorer(notebook)
    slider(root, "x").focus()
    for _ in range(60):
        notebook.page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-point", "0.6 0", timeout=20_000)
    notebook.page.wait_for_timeout(600)
    assert python(notebook, "w.point.tolist()") == [0.6, 0.0]


def test_several_views_of_one_explorer_move_together(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([ROSENBROCK, "w"])
    views = notebook.page.locator(".hesswidget")
    expect(views).to_have_count(2)
    slider(views.nth(0), "b").focus()
    notebook.page.keyboard.press("Home")
    for k in (0, 1):
        expect(slider(views.nth(k), "b")).to_have_attribute("aria-valuetext", "1.0")
        expect(views.nth(k)).to_have_attribute("data-exact", "true")
    for k, key in ((0, "End"), (1, "Home")):  # quicker than the state is sent
        slider(views.nth(k), "x").focus()
        notebook.page.keyboard.press(key)
    notebook.page.wait_for_timeout(800)
    for k in (0, 1):
        expect(views.nth(k)).to_have_attribute("data-point", "-2 1")
    assert python(notebook, "w.point.tolist()") == [-2.0, 1.0]
    assert notebook.errors == []


def test_a_failing_function_leaves_the_last_good_picture(open_notebook: OpenNotebook) -> None:
    failing = """
import autograd.numpy as np, hesswidget as hw
def f(x, y, a=1.0):
    if a < 0.5:
        raise RuntimeError("<img src=x onerror='window.hurt=1'> is too small")
    return a * x**2 + y**2
w = hw.explore(f, x=(-1, 1), y=(-1, 1), a=(0.0, 1.0))
w
"""
    notebook = open_notebook([failing])
    root = explorer(notebook)
    before = root.locator(".hw-plane").inner_html()
    slider(root, "a").focus()
    notebook.page.keyboard.press("Home")
    alert = root.get_by_role("alert")
    expect(alert).to_contain_text("f raised RuntimeError: <img src=x")
    expect(alert).to_contain_text("line 4 of the cell")
    assert root.get_attribute("data-label") == "minimum"
    assert root.locator(".hw-plane").inner_html() == before
    root.locator(".hw-bar").first.hover()  # looking at the old picture does not make it valid
    expect(root.locator(".hw-panels")).to_have_css("opacity", "0.45")
    slider(root, "a").focus()
    notebook.page.keyboard.press("End")
    expect(alert).to_be_hidden()
    notebook.run("w.comm.send({'method': 'custom', 'content': {'kind': 'frame', 'id': 'x', 'junk': [1]}})")
    expect(root).to_have_attribute("data-point", "0 0")
    assert notebook.page.evaluate("window.hurt") is None
    assert notebook.errors == []


def test_hostile_names_are_text(open_notebook: OpenNotebook) -> None:
    hostile = """
import hesswidget as hw
bad = "<img src=x onerror='window.hurt=1'>"
def f(x, y, **more):
    return x**2 + y**2 * more[bad] + 0.0 * (more["pick"] == bad)
f.__name__ = bad
w = hw.explore(f, x=(-1, 1), y=(-1, 1), **{bad: (0.5, 2.0), "pick": [bad, "</script>"]})
w
"""
    notebook = open_notebook([hostile])
    root = explorer(notebook)
    root.locator("canvas.hw-heatmap").hover()
    expect(root).to_contain_text("<img src=x")
    assert root.locator("img").count() == 0
    assert notebook.page.evaluate("window.hurt") is None


def test_hover_links_the_views(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([ROSENBROCK])
    root = explorer(notebook)
    root.locator(".hw-bar").nth(0).hover()
    expect(root.locator(".hw-hessian h3")).to_have_text("rank-one part of λ₁")
    expect(root.locator(".hw-arrow.hw-lit")).to_have_count(1)
    notebook.page.mouse.move(0, 0)
    root.get_by_role("button", name="log").focus()
    notebook.page.keyboard.press("Tab")
    expect(root.locator(".hw-bar").nth(0)).to_be_focused()
    notebook.page.keyboard.press("Tab")
    expect(root.locator(".hw-bar").nth(1)).to_be_focused()
    expect(root.locator(".hw-hessian h3")).to_have_text("rank-one part of λ₂")
    heatmap = root.locator("canvas.hw-heatmap")
    box = heatmap.bounding_box()
    assert box is not None
    heatmap.hover(position={"x": box["width"] * 0.6, "y": 60})
    expect(root.locator(".hw-hessian .hw-caption")).to_contain_text("∂²f/∂x")


def test_a_vector_of_300_shows_a_slice_along_the_two_that_are_picked(open_notebook: OpenNotebook) -> None:
    big = """
import autograd.numpy as np, hesswidget as hw
def loss(w, l2=0.1):
    return np.sum((w[1:] - w[:-1])**4) + l2 * np.sum(w**2)
w = hw.explore(loss, w=np.linspace(-1, 1, 300), l2=(0.0, 1.0))
w
"""
    notebook = open_notebook([big])
    root = explorer(notebook)
    root.get_by_label("horizontal variable").select_option("w[7]")
    expect(root.locator('input[type=range][aria-label="w[7]"]')).to_be_visible()
    slider(root, "w[7]").focus()
    notebook.page.keyboard.press("End")
    notebook.page.wait_for_timeout(800)
    assert python(notebook, "w.point[7]") == pytest.approx(14 / 299)  # its start plus the reach of 1
    assert python(notebook, "len(w.point)") == 300
    assert notebook.errors == []


def test_the_state_can_be_copied_as_a_python_call(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([ROSENBROCK])
    notebook.context.grant_permissions(["clipboard-read", "clipboard-write"])
    root = explorer(notebook)
    root.get_by_label("x, value").fill("1")
    root.get_by_label("x, value").press("Enter")
    expect(root).to_have_attribute("data-point", "1 1")
    root.get_by_role("button", name="Copy as Python").click()
    expect(root.locator("output")).to_have_text("copied")
    call = notebook.page.evaluate("navigator.clipboard.readText()")
    assert call == "hw.curvature(f, x=1.0, y=1.0, a=1.0, b=100.0)"
    assert python(notebook, f"{call}.label") == "minimum"


def test_linked_widgets_move_it_in_the_browser(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([ROSENBROCK + LINKED.format(end=2)])
    root = explorer(notebook)
    slider(root, "x").focus()
    notebook.page.keyboard.press("End")
    expect(notebook.page.locator(".noUi-handle")).to_have_attribute("aria-valuenow", re.compile("^2"))
    notebook.run("other.value = -1.5")
    expect(root).to_have_attribute("data-point", "-1.5 1")


def test_a_link_that_leaves_the_range_is_taken_back(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([ROSENBROCK + LINKED.format(end=50)])
    root = explorer(notebook)
    notebook.run("other.value = 40.0")
    expect(root).to_contain_text("x = 40 lies outside its range")
    expect(root).to_have_attribute("data-point", "0 1")
    expect(notebook.page.locator(".noUi-handle")).to_have_attribute("aria-valuenow", re.compile("^0"))
    eventually(lambda: python(notebook, "[other.value, w.x]"), [0.0, 0.0])
    assert notebook.errors == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1600, 900), (1100, 900), (470, 900)])
def test_it_fits_and_follows_the_theme(
    open_notebook: OpenNotebook, theme: str, size: tuple[int, int]
) -> None:
    notebook = open_notebook([ROSENBROCK], theme=theme, size=size)
    notebook.page.evaluate("window.jupyterapp.shell.collapseLeft?.()")
    root = explorer(notebook)
    expect(root).to_have_attribute("data-theme", theme)
    notebook.page.wait_for_timeout(300)
    assert root.evaluate(
        "e => [...e.querySelectorAll('*')].every(c => c.scrollWidth <= Math.max(e.clientWidth, 2))"
    )
    background = root.locator(".hw-body").evaluate("e => getComputedStyle(e).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", background)[:3])) / 3
    assert (brightness > 128) == (theme == "light")
    notebook.screenshot(SCREENSHOTS / f"explorer-{theme}-{size[0]}.png")


def test_every_control_has_a_name(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([ROSENBROCK])
    root = explorer(notebook)
    nameless = root.evaluate(
        """e => [...e.querySelectorAll('input, select, button, [tabindex]')]
            .filter(c => !(c.getAttribute('aria-label') || c.textContent.trim()))
            .map(c => c.outerHTML)"""
    )
    assert nameless == []
    unguarded = root.evaluate(
        """e => [...e.querySelectorAll('input, select, button, [tabindex]')]
            .filter(c => !c.hasAttribute('data-lm-suppress-shortcuts')).map(c => c.outerHTML)"""
    )
    assert unguarded == []
