"""The bifurcation diagram in a real JupyterLab: dragged, by keys, with other parameters, light and dark."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from browser.conftest import OpenNotebook
from browser.test_explorer import SCREENSHOTS, explorer, python, slider

PITCHFORK = """
import autograd.numpy as np, hesswidget as hw
def f(x, y, a=1.0, tilt=0.0):
    return x**4 / 4 - a * x**2 / 2 - tilt * x + y**2
w = hw.bifurcation(f, a=(-1.0, 2.0), tilt=(-0.5, 0.5), against="a", x=(-2, 2), y=(-1, 1))
w
"""


def test_a_drag_in_the_diagram_moves_the_parameter_and_the_points(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([PITCHFORK])
    root = explorer(notebook)
    panel = root.locator(".hw-bifurcation")
    expect(panel).to_have_attribute("data-events", "pitchfork")
    expect(panel).to_have_attribute("data-met", "minimum minimum saddle")
    expect(root).to_have_attribute("data-critical", re.compile("saddle"))
    chart = panel.locator("svg.hw-bifurcation-chart")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    mouse, middle = notebook.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + 0.6 * box["width"], middle)
    mouse.down()
    for k in range(20):
        mouse.move(box["x"] + (0.6 - 0.02 * k) * box["width"], middle)
        notebook.page.wait_for_timeout(15)
    mouse.up()
    expect(panel).to_have_attribute("data-met", "minimum")
    expect(root).to_have_attribute("data-critical", "minimum")
    notebook.page.wait_for_timeout(600)
    a = python(notebook, "w.parameters['a']")
    assert -0.6 < a < -0.2
    assert float(slider(root, "a").input_value()) == pytest.approx(a)
    handle = panel.get_by_role("slider")
    expect(handle).to_be_focused()
    for key in ["End", "ArrowLeft", "d", "d"]:
        notebook.page.keyboard.press(key)
    expect(handle).to_have_attribute("aria-valuenow", "1.99")
    expect(panel).to_have_attribute("data-met", "minimum minimum saddle")
    assert notebook.page.locator(".jp-Notebook .jp-CodeCell").count() == 1
    assert notebook.errors == []


def test_another_parameter_has_python_draw_it_anew(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([PITCHFORK])
    root = explorer(notebook)
    panel = root.locator(".hw-bifurcation")
    expect(panel).to_have_attribute("data-events", "pitchfork")
    notebook.run("w.set(tilt=0.1)")
    expect(panel).to_have_attribute("data-events", "fold", timeout=20_000)
    expect(panel).not_to_have_class(re.compile("hw-stale"))
    expect(panel.locator(".hw-legend")).to_contain_text("fold at a = 0.407")
    slider(root, "tilt").focus()
    notebook.page.keyboard.press("Home")
    expect(panel.locator(".hw-legend")).to_contain_text("fold at a = 1.19", timeout=20_000)
    assert python(notebook, "[e.kind for e in w.diagram.events]") == ["fold"]
    assert notebook.errors == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 820])
def test_it_fits_and_follows_the_theme(open_notebook: OpenNotebook, theme: str, width: int) -> None:
    cell = 'import hesswidget as hw\nw = hw.bifurcation("himmelblau", against="a")\nw'
    notebook = open_notebook([cell], theme=theme, size=(width, 1400))
    root = explorer(notebook)
    panel = root.locator(".hw-bifurcation")
    expect(panel).to_have_attribute("data-met", re.compile("maximum"))
    expect(panel).to_have_attribute("data-events", "pitchfork fold fold")
    outer, inner = root.bounding_box(), panel.locator("svg.hw-bifurcation-chart").bounding_box()
    assert outer is not None
    assert inner is not None
    assert inner["x"] >= outer["x"]
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]
    panel.scroll_into_view_if_needed()
    notebook.page.wait_for_timeout(500)
    path = SCREENSHOTS / f"bifurcation-{theme}-{width}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    root.screenshot(path=path)
