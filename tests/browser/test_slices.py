"""Slices along eigenvectors, with both engines, and the Hessian in other orders."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

import hesswidget as hw
from browser.conftest import OpenSaved, RunCells
from browser.eventually import eventually
from browser.explorer_page import ExplorerPage, explorer_on, numbers
from browser.notebook import Notebook

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


def eigenvectors(notebook: Notebook, explorer: ExplorerPage) -> np.ndarray:
    """Those at the point on screen, as Python has them."""
    explorer.rests()
    eventually(lambda: notebook.python("w.point.tolist()"), explorer.point)
    return np.array(notebook.python("w.curvature.eigenvectors.tolist()"))


def check_landscape(notebook: Notebook, explorer: ExplorerPage, *places: int) -> None:
    eigenvectors(notebook, explorer)
    levels = notebook.python(f"levels{places}")
    shown = [
        number
        for text in explorer.root.locator(".hw-tick-bar").all_text_contents()
        for number in numbers(text)
    ]
    assert len(shown) >= 4
    width = levels[-1] - levels[0]
    for value in shown:  # the engines sample as finely as time allows: quantiles are near, not the same
        assert min(abs(value - level) for level in levels) < 0.03 * width


@pytest.mark.parametrize("engine", ["browser", "kernel"])
def test_a_slice_along_eigenvectors_moves_all_coordinates(run_cells: RunCells, engine: str) -> None:
    notebook = run_cells(FOUR.format(engine=engine), LEVELS)
    explorer = explorer_on(notebook.page)
    root = explorer.root
    root.get_by_label("what the slice is along").select_option("eigenvectors")
    names = root.locator(".hw-axis-name")
    axes = [re.compile(r"^v₁ \(λ = −0.94\)$"), re.compile(r"^v₄ \(λ = 6.4\)$")]
    expect(names).to_have_text(axes)
    check_landscape(notebook, explorer, 0, 3)
    assert root.locator(".hw-arrow").count() == 2

    before, vectors = np.array(explorer.point), eigenvectors(notebook, explorer)
    path = [(2 * k, -k) for k in range(25)]
    places = explorer.dragging(explorer.handle, path)
    for _ in path:
        next(places)
    explorer.rests()
    # The slice stays where it is while the point is held, however long.
    expect(names).to_have_text(axes)
    step = np.array(explorer.point) - before
    along = vectors.T @ step
    assert np.count_nonzero(np.abs(step) > 1e-3) >= 3
    assert along[0] > 0.05
    assert along[3] > 0.02
    np.testing.assert_allclose(along[1:3], 0, atol=1e-9)
    next(places, None)  # the mouse lets go
    check_landscape(notebook, explorer, 0, 3)  # laid anew through the point, along its own eigenvectors

    explorer.press("a", "Home")
    explorer.rests()
    eventually(lambda: notebook.python("w.a"), 0.0)
    check_landscape(notebook, explorer, 0, 3)
    root.get_by_label("vertical eigenvector").select_option(index=1)
    check_landscape(notebook, explorer, 0, 1)
    before, vectors = np.array(explorer.point), eigenvectors(notebook, explorer)
    explorer.handle.focus()
    notebook.page.keyboard.press("Shift+ArrowUp")
    explorer.rests()
    along = vectors.T @ (np.array(explorer.point) - before)
    assert along[1] > 0.05
    np.testing.assert_allclose(np.delete(along, 1), 0, atol=1e-9)

    root.get_by_label("what the slice is along").select_option("coordinates")
    expect(names).to_have_text(["x1", "x2"])
    assert notebook.errors == []


def test_the_hessian_is_shown_by_magnitude_and_in_its_eigenbasis(open_saved: OpenSaved) -> None:
    def f(x1, x2, x3, x4, a=1.0):
        return (x1**2 - a) ** 2 + (x2 - x1) ** 2 + 3 * x3 * x4 + x3**4 + x4**4 - x2 * x3

    ranges = dict.fromkeys(("x1", "x2", "x3", "x4"), (-2, 2))
    w = hw.explore(f, (0.5, 0.3, 0.4, -0.6), **ranges, a=(0.0, 3.0))
    explorer = open_saved(w)
    explorer.rests()
    root, page = explorer.root, explorer.page
    table, order = root.locator(".hw-hessian table"), root.get_by_label("order of rows and columns")
    headings = table.locator("tr").first.locator("th")
    order.select_option("by magnitude")
    diagonal = np.abs(np.diag(w.curvature.hessian))
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
    cells = [value for text in table.locator("td").all_text_contents() for value in numbers(text)]
    np.testing.assert_allclose(np.reshape(cells, (4, 4)), np.diag(w.curvature.eigenvalues), rtol=1e-3)
    page.mouse.move(0, 0)
    expect(caption).to_have_text("symmetric part, in its eigenbasis")
    canvas.hover(position=cell)
    expect(caption).to_have_text(re.compile(r"^v₁ᵀ H v\d|^v₁ᵀ H v₃ = 0$"))
    canvas.click(position=cell)
    expect(root.locator(".hw-axis-name")).to_have_text([re.compile("^v₃ "), re.compile("^v₁ ")])
    expect(root.get_by_label("what the slice is along")).to_have_value("eigenvectors")
