"""An explorer whose point Python sets, as an optimizer's callback does, in a real JupyterLab."""

import re

import pytest
from playwright.sync_api import expect

from browser.explorer_page import explorer_on

SETUP = """
import time, numpy as np, hesswidget as hw
def f(x, y, a=1.0): return (a - x)**2 + 3 * (y - x)**2
w = hw.explore(f, x=(-2, 2), y=(-2, 2), a=(0.0, 2.0))
w
"""
# 150 points in a second, round and out of the ranges.
SPIRAL = """
for k in range(1, 151):
    w.point = 0.02 * k * np.array([np.cos(0.1 * k), np.sin(0.1 * k)])
    time.sleep(1 / 150)
"""


BLOCKS = """
import autograd.numpy as anp, ipywidgets, hesswidget as hw
def loss(params, b, l2=0.1):
    return anp.sum((params["W"] @ anp.array([1.0, -2.0]) + b) ** 2) + l2 * anp.sum(params["W"] ** 2)
w = hw.explore(loss, params={"W": anp.ones((2, 2))}, b=(-2, 2), l2=(0, 1))
other = ipywidgets.FloatSlider(min=-2, max=2, step=0.25)
ipywidgets.jslink((other, "value"), (w, "b"))
w
"""


def test_it_follows_variables_in_their_structure(run_cells):
    notebook = run_cells(BLOCKS)
    explorer = explorer_on(notebook.page)
    explorer.rests()
    assert explorer.point == [1.0, 1.0, 1.0, 1.0, 0.0]
    notebook.run("w.variables = {'params': {'W': [[0.5, 0.25], [0.0, -0.5]]}, 'b': 1.5}")
    explorer.rests()
    assert explorer.point == [0.5, 0.25, 0.0, -0.5, 1.5]
    notebook.run("other.value = 0.25")  # which the page hands on
    expect(explorer.root).to_have_attribute("data-point", "0.5 0.25 0 -0.5 0.25")
    explorer.press("W[0, 1]", "End")
    explorer.press("b", "Home")
    explorer.rests()
    assert notebook.python("w.point.tolist()") == pytest.approx(explorer.point)
    assert notebook.python("w.variables['params']['W'][0, 1]") == explorer.point[1] == 2.0
    assert notebook.python("(w.b, w.variables['b'], other.value)") == [-2.0] * 3
    assert notebook.errors == []


def test_it_follows_an_optimizer_beyond_its_ranges(run_cells):
    notebook = run_cells(SETUP)
    explorer = explorer_on(notebook.page)
    explorer.rests()
    low = float(explorer.slider("x").get_attribute("min"))
    before = explorer.pictures
    notebook.run(SPIRAL)
    explorer.rests()
    assert explorer.point == pytest.approx(notebook.python("w.point.tolist()"))
    assert explorer.pictures > before + 1  # and not the last alone
    assert float(explorer.slider("x").get_attribute("min")) < low
    expect(explorer.root.locator(".hw-controls")).to_contain_text(
        "Python set the point beyond its range: x now −"
    )
    trail = explorer.root.locator(".hw-trails path").first
    assert len(re.findall("h0", trail.get_attribute("d"))) == 150

    explorer.press("x", "ArrowRight")  # and whoever sees it goes on from there
    explorer.rests()
    assert notebook.python("w.point.tolist()") == pytest.approx(explorer.point)
    notebook.run("w.trail = []")
    expect(trail).to_have_attribute("hidden", "")
