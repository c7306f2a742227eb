"""The bifurcation diagram: dragged, by keys, with other parameters, light and dark."""

from __future__ import annotations

import itertools
import re

import pytest
from ipywidgets import FloatLogSlider
from playwright.sync_api import expect

import hesswidget as hw
from browser import SCREENSHOTS
from browser.conftest import OpenSaved, RunCells
from browser.eventually import eventually
from browser.explorer_page import explorer_on, middle

PITCHFORK = """
import autograd.numpy as np, hesswidget as hw
def f(x, y, a=1.0, tilt=0.0):
    return x**4 / 4 - a * x**2 / 2 - tilt * x + y**2
w = hw.bifurcation(f, a=(-1.0, 2.0), tilt=(-0.5, 0.5), against="a", x=(-2, 2), y=(-1, 1))
w
"""


def test_a_drag_in_the_diagram_moves_the_parameter_and_the_points(run_cells: RunCells) -> None:
    notebook = run_cells(PITCHFORK)
    explorer = explorer_on(notebook.page)
    root, panel = explorer.root, explorer.root.locator(".hw-bifurcation")
    expect(panel).to_have_attribute("data-events", "pitchfork")
    expect(panel).to_have_attribute("data-met", "minimum minimum saddle")
    expect(root).to_have_attribute("data-critical", re.compile("saddle"))
    chart = panel.locator("svg.hw-bifurcation-chart")
    box = chart.bounding_box()
    assert box is not None
    explorer.drag(chart, [((0.1 - 0.02 * k) * box["width"], 0) for k in range(20)])
    expect(panel).to_have_attribute("data-met", "minimum")
    expect(root).to_have_attribute("data-critical", "minimum")
    explorer.rests()
    a = float(explorer.slider("a").input_value())
    assert -0.75 < a < -0.2
    eventually(lambda: notebook.python("w.parameters['a']"), pytest.approx(a))
    handle = panel.get_by_role("slider")
    expect(handle).to_be_focused()
    for key in ["End", "ArrowLeft", "d", "d"]:
        notebook.page.keyboard.press(key)
    expect(handle).to_have_attribute("aria-valuenow", "1.99")
    expect(panel).to_have_attribute("data-met", "minimum minimum saddle")
    assert notebook.page.locator(".jp-Notebook .jp-CodeCell").count() == 1
    assert notebook.errors == []


def test_another_parameter_has_python_draw_it_anew(run_cells: RunCells) -> None:
    notebook = run_cells(PITCHFORK)
    explorer = explorer_on(notebook.page)
    panel = explorer.root.locator(".hw-bifurcation")
    expect(panel).to_have_attribute("data-events", "pitchfork")
    notebook.run("w.set(tilt=0.1)")
    expect(panel).to_have_attribute("data-events", "fold", timeout=20_000)
    expect(panel).not_to_have_class(re.compile("hw-stale"))
    expect(panel.locator(".hw-legend")).to_contain_text("fold at a = 0.407")
    explorer.press("tilt", "Home")
    expect(panel.locator(".hw-legend")).to_contain_text("fold at a = 1.19", timeout=20_000)
    assert notebook.python("[e.kind for e in w.diagram.events]") == ["fold"]
    assert notebook.errors == []


@pytest.fixture(scope="module")
def logarithmic():
    def f(x, a=1.0):
        return x**4 / 4 + (a - 0.02) / (a + 0.02) * x**2 / 2

    return hw.bifurcation(f, x=(-2, 2), a=FloatLogSlider(1.0, min=-3, max=3, step=0.1))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_logarithmic_parameter_has_an_axis_of_decades_and_is_dragged_to_an_event(
    open_saved: OpenSaved, logarithmic, theme: str
) -> None:
    explorer = open_saved(logarithmic, theme, (1300, 1000))
    panel = explorer.root.locator(".hw-bifurcation")
    expect(panel).to_have_attribute("data-met", "minimum")
    ticks = panel.locator(".hw-tick-x")
    assert ticks.all_text_contents() == ["0.001", "0.01", "0.1", "1", "10", "100", "1000"]
    places = [middle(ticks.nth(k))[0] for k in range(ticks.count())]
    gaps = [after - before for before, after in itertools.pairwise(places)]
    assert max(gaps) - min(gaps) < 2  # pixels
    handle = panel.get_by_role("slider")
    to_event = middle(panel.locator("svg.hw-bifurcation-chart .hw-event"))[0] - middle(handle)[0]
    explorer.drag(handle, [(to_event * share, 0) for share in (0.3, 0.7, 1.0)])
    explorer.rests()
    assert float(explorer.slider("a").input_value()) == pytest.approx(-1.7)  # the step nearest to log₁₀ 0.02
    expect(handle).to_have_attribute("aria-valuenow", re.compile(r"0\.01995"))
    expect(panel).to_have_attribute("data-met", "maximum minimum minimum")
    explorer.page.keyboard.press("ArrowRight")
    expect(panel).to_have_attribute("data-met", "minimum")
    assert float(explorer.slider("a").input_value()) == pytest.approx(-1.6)
    explorer.press("a", "Home")
    expect(handle).to_have_attribute("aria-valuenow", "0.001")
    expect(panel).to_have_attribute("data-met", "maximum minimum minimum")
    explorer.rests()
    explorer.root.screenshot(path=SCREENSHOTS / f"bifurcation-logarithmic-{theme}.png")


@pytest.fixture(scope="module")
def himmelblau():
    return hw.bifurcation("himmelblau", against="a")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1300, 680])
def test_it_fits_and_follows_the_theme(open_saved: OpenSaved, himmelblau, theme: str, width: int) -> None:
    explorer = open_saved(himmelblau, theme, (width, 1400))
    root, panel = explorer.root, explorer.root.locator(".hw-bifurcation")
    expect(root).to_have_attribute("data-theme", theme)
    expect(panel).to_have_attribute("data-met", re.compile("maximum"))
    expect(panel).to_have_attribute("data-events", "pitchfork fold fold")
    outer, inner = root.bounding_box(), panel.locator("svg.hw-bifurcation-chart").bounding_box()
    assert outer is not None
    assert inner is not None
    assert inner["x"] >= outer["x"]
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]
    panel.scroll_into_view_if_needed()
    explorer.rests()
    root.screenshot(path=SCREENSHOTS / f"bifurcation-{theme}-{width}.png")
