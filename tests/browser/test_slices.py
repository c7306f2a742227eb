"""Slices along eigenvectors and the Hessian in other orders, in a real JupyterLab, with both engines."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from browser.conftest import OpenNotebook
from browser.notebook import Notebook
from browser.test_explorer import drawn, explorer, python, slider

FOUR = """
import autograd.numpy as np, hesswidget as hw
def f(x1, x2, x3, x4, a=1.0):
    return (x1**2 - a)**2 + (x2 - x1)**2 + 3*x3*x4 + x3**4 + x4**4 - x2*x3
ranges = dict(x1=(-2, 2), x2=(-2, 2), x3=(-2, 2), x4=(-2, 2))
w = hw.explore(f, (0.5, 0.3, 0.4, -0.6), **ranges, a=(0.0, 3.0), engine={engine!r})
w
"""
# What the landscape's colour bar has to say: the levels of f on a slice along eigenvectors through the point.
LEVELS = """
from hesswidget.landscape.sampler import Sampler
from hesswidget.landscape.plane import Plane
def levels(*places):
    v = w.curvature.eigenvectors[:, list(places)].T
    reach = 0.3 * 4 / np.abs(v).max(axis=1)
    plane = Plane(w.point, v, np.stack([-reach, reach], axis=1))
    return Sampler(w.problem).sample(plane, w.parameters, 57).levels.tolist()
"""


def at_rest(notebook: Notebook, root: Locator) -> None:
    notebook.page.wait_for_timeout(700)
    expect(root).to_have_attribute("data-exact", "true")


def bar(root: Locator) -> list[float]:
    texts = root.locator(".hw-tick-bar").all_text_contents()
    return [float(text.replace("−", "-")) for text in texts]


def check_landscape(notebook: Notebook, root: Locator, *places: int) -> None:
    levels = python(notebook, f"levels{places}")
    shown = bar(root)
    assert len(shown) >= 4
    width = levels[-1] - levels[0]
    for value in shown:  # the engines sample as finely as time allows: quantiles are near, not the same
        assert min(abs(value - level) for level in levels) < 0.03 * width


@pytest.mark.parametrize("engine", ["browser", "kernel"])
def test_a_slice_along_eigenvectors_moves_all_coordinates(open_notebook: OpenNotebook, engine: str) -> None:
    notebook = open_notebook([FOUR.format(engine=engine), LEVELS])
    root = explorer(notebook)
    root.get_by_label("what the slice is along").select_option("eigenvectors")
    at_rest(notebook, root)
    names = root.locator(".hw-axis-name")
    expect(names).to_have_text([re.compile(r"^v₁ \(λ = −0.94\)$"), re.compile(r"^v₄ \(λ = 6.4\)$")])
    check_landscape(notebook, root, 0, 3)
    assert root.locator(".hw-arrow").count() == 2

    before, vectors = np.array(drawn(root)), np.array(python(notebook, "w.curvature.eigenvectors.tolist()"))
    handle = root.locator(".hw-handle").bounding_box()
    assert handle is not None
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    mouse = notebook.page.mouse
    mouse.move(x, y)
    mouse.down()
    for k in range(25):
        mouse.move(x + 2 * k, y - k)
        notebook.page.wait_for_timeout(16)
    at_rest(notebook, root)
    # The slice stays where it is while the point is held, however long.
    expect(names).to_have_text([re.compile(r"^v₁ \(λ = −0.94\)$"), re.compile(r"^v₄ \(λ = 6.4\)$")])
    step = np.array(drawn(root)) - before
    along = vectors.T @ step
    assert np.count_nonzero(np.abs(step) > 1e-3) >= 3
    assert along[0] > 0.05
    assert along[3] > 0.02
    np.testing.assert_allclose(along[1:3], 0, atol=1e-9)
    mouse.up()
    at_rest(notebook, root)
    assert python(notebook, "w.point.tolist()") == drawn(root)
    check_landscape(notebook, root, 0, 3)  # laid anew through the point, along its own eigenvectors

    slider(root, "a").focus()
    notebook.page.keyboard.press("Home")
    at_rest(notebook, root)
    check_landscape(notebook, root, 0, 3)
    root.get_by_label("vertical eigenvector").select_option(index=1)
    at_rest(notebook, root)
    check_landscape(notebook, root, 0, 1)
    before, vectors = np.array(drawn(root)), np.array(python(notebook, "w.curvature.eigenvectors.tolist()"))
    root.locator(".hw-handle").focus()
    notebook.page.keyboard.press("Shift+ArrowUp")
    at_rest(notebook, root)
    along = vectors.T @ (np.array(drawn(root)) - before)
    assert along[1] > 0.05
    np.testing.assert_allclose(np.delete(along, 1), 0, atol=1e-9)

    root.get_by_label("what the slice is along").select_option("coordinates")
    expect(names).to_have_text(["x1", "x2"])
    assert notebook.errors == []


def test_the_hessian_is_shown_by_magnitude_and_in_its_eigenbasis(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([FOUR.format(engine="browser")])
    root = explorer(notebook)
    at_rest(notebook, root)
    table, order = root.locator(".hw-hessian table"), root.get_by_label("order of rows and columns")
    headings = table.locator("tr").first.locator("th")
    order.select_option("by magnitude")
    diagonal = np.abs(np.diag(python(notebook, "w.curvature.hessian.tolist()")))
    expect(headings).to_have_text([f"x{i + 1}" for i in np.argsort(-diagonal, kind="stable")])
    canvas = root.locator("canvas.hw-heatmap")
    box = canvas.bounding_box()
    assert box is not None
    cell = {"x": box["width"] / 2 + 20, "y": 60}
    canvas.hover(position=cell)
    caption = root.locator(".hw-hessian .hw-caption")
    expect(caption).to_have_text(re.compile(r"^∂²f/∂x\d ∂x\d = "))
    named = re.findall(r"x\d", caption.text_content() or "")
    assert canvas.get_attribute("title") == caption.text_content()
    canvas.click(position=cell)
    expect(root.locator(".hw-axis-name")).to_have_text([named[1], named[0]])

    order.select_option("eigenbasis")
    expect(headings).to_have_text(["v₁", "v₂", "v₃", "v₄"])
    cells = [text for text in table.locator("td").all_text_contents() if text]
    shown = np.array([float(text.replace("−", "-")) for text in cells]).reshape(4, 4)
    eigenvalues = python(notebook, "w.curvature.eigenvalues.tolist()")
    np.testing.assert_allclose(shown, np.diag(eigenvalues), rtol=1e-3)
    notebook.page.mouse.move(0, 0)
    expect(caption).to_have_text("symmetric part, in its eigenbasis")
    canvas.hover(position=cell)
    expect(caption).to_have_text(re.compile(r"^v₁ᵀ H v\d|^v₁ᵀ H v₃ = 0$"))
    canvas.click(position=cell)
    expect(root.locator(".hw-axis-name")).to_have_text([re.compile("^v₃ "), re.compile("^v₁ ")])
    expect(root.get_by_label("what the slice is along")).to_have_value("eigenvectors")
    assert notebook.errors == []
