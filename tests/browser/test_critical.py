"""Critical points in a real JupyterLab: followed while a parameter moves, listed, gone to, held on to, explained."""

from __future__ import annotations

import os
import signal

import pytest
from playwright.sync_api import Locator, expect

from browser.conftest import OpenNotebook
from browser.notebook import Notebook
from browser.test_explorer import drawn, explorer, python, slider

PITCHFORK = """
import hesswidget as hw
def f(x, y, a=-0.5):
    return x**4 / 4 - a * x**2 / 2 + y**2 / 2
w = hw.explore(f, x=(-2, 2), y=(-2, 2), a=(-1.0, 2.0))
w
"""
HIMMELBLAU = "import hesswidget as hw\nw = hw.explore('himmelblau')\nw"


def labels(root: Locator) -> list[str]:
    return (root.get_attribute("data-critical") or "").split()


def points(root: Locator) -> list[list[float]]:
    shown = root.locator(".hw-point").evaluate_all("all => all.map((one) => one.dataset.point)")
    return [[float(x) for x in text.split()] for text in shown]


def middle(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def place_of(notebook: Notebook, root: Locator, k: int) -> tuple[float, float]:
    """Where the k-th marker is on the screen."""
    return middle(root.locator(".hw-places .hw-mark").nth(k).locator(".hw-place"))


def test_one_marker_becomes_three_as_a_parameter_is_dragged(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([PITCHFORK])
    root = explorer(notebook)
    expect(root.locator(".hw-critical .hw-caption")).to_contain_text("complete")
    assert labels(root) == ["minimum"]
    process = python(notebook, "__import__('os').getpid()")
    os.kill(process, signal.SIGSTOP)  # the page alone follows them
    try:
        handle = slider(root, "a")
        handle.scroll_into_view_if_needed()
        box = handle.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 6, box["y"] + box["height"] / 2  # a = −0.5
        mouse = notebook.page.mouse
        mouse.move(x, y)
        mouse.down()
        seen = []
        for k in range(60):
            mouse.move(x + box["width"] / 120 * k, y)
            notebook.page.wait_for_timeout(16)
            seen.append(len(labels(root)))
        assert labels(root).count("minimum") == 2
        assert labels(root).count("saddle") == 1
        assert len(root.locator(".hw-places .hw-mark").all()) == 3
        a = float(slider(root, "a").input_value())
        found = sorted(points(root))
        assert found[0] == pytest.approx([-(a**0.5), 0.0], abs=1e-3)
        assert found[2] == pytest.approx([a**0.5, 0.0], abs=1e-3)
        mouse.up()
        assert seen[0] == 1
        assert set(seen) <= {1, 2, 3}
        assert seen.count(2) <= 4  # at most while the first of the two new ones is found before the other
    finally:
        os.kill(process, signal.SIGCONT)
    expect(root.locator(".hw-critical .hw-caption")).to_contain_text("2 minima − 1 saddle = 1")
    assert notebook.errors == []


def test_the_list_leads_to_each_point(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([HIMMELBLAU])
    root = explorer(notebook)
    expect(root.locator(".hw-tally")).to_have_text("4 minima, 4 saddles, 1 maximum")
    for k, label in [(0, "minimum"), (4, "saddle"), (8, "maximum")]:
        item = root.locator(".hw-point").nth(k)
        item.click()
        expect(root).to_have_attribute("data-label", label)
        expect(item).to_have_attribute("aria-current", "true")
        assert drawn(root) == pytest.approx(points(root)[k], abs=1e-12)
    expect(root).to_have_attribute("data-standing", "verified")
    assert python(notebook, "w.curvature.label") == "maximum"
    assert python(notebook, "w.critical_points.counts") == {"minimum": 4, "saddle": 4, "maximum": 1}
    first = root.locator(".hw-point").first
    first.focus()
    notebook.page.keyboard.press("Enter")
    expect(root).to_have_attribute("data-label", "minimum")
    assert "minimum at x = " in (first.get_attribute("aria-label") or "")
    # The list is one stop of the tab key, and its arrow keys go from point to point.
    for key in ["ArrowRight", "ArrowRight", "End", "ArrowLeft", "Enter"]:
        notebook.page.keyboard.press(key)
    expect(root).to_have_attribute("data-label", "saddle")
    expect(root.locator(".hw-point").nth(7)).to_have_attribute("aria-current", "true")
    assert root.locator('.hw-point[tabindex="0"]').count() == 1
    assert notebook.errors == []


def test_the_nearest_is_a_button_away_and_the_line_says_how_far(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([HIMMELBLAU])
    root = explorer(notebook)
    notebook.run("w.set(x=3.3, y=0.1)")
    expect(root.locator(".hw-reason")).to_contain_text("near a saddle (0.")
    root.get_by_role("button", name="go to the nearest").click()
    expect(root).to_have_attribute("data-label", "saddle")
    assert drawn(root) == pytest.approx([3.385154, 0.073852], abs=1e-5)


def test_a_dragged_point_is_held_by_a_critical_one(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([HIMMELBLAU])
    root = explorer(notebook)
    expect(root.locator(".hw-places .hw-mark")).to_have_count(9)
    target = next(
        k for k in range(9) if root.locator(".hw-mark").nth(k).get_attribute("data-label") == "maximum"
    )
    x, y = place_of(notebook, root, target)
    mouse = notebook.page.mouse
    mouse.move(x + 60, y + 40)
    mouse.down()
    mouse.move(x + 30, y + 20, steps=4)
    notebook.page.wait_for_timeout(100)
    assert root.get_attribute("data-label") == "not stationary"
    mouse.move(x + 5, y - 4, steps=4)
    expect(root).to_have_attribute("data-label", "maximum")
    mouse.move(x + 40, y, steps=4)
    expect(root).to_have_attribute("data-label", "not stationary")
    mouse.up()
    # With Alt the point goes where the pointer is.
    notebook.page.keyboard.down("Alt")
    mouse.move(x + 40, y)
    mouse.down()
    mouse.move(x + 4, y + 3, steps=4)
    expect(root).to_have_attribute("data-label", "not stationary")
    mouse.up()
    notebook.page.keyboard.up("Alt")


def test_a_degenerate_point_is_explained(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(["import hesswidget as hw\nw = hw.explore('peano', (0.5, 0.5))\nw"])
    root = explorer(notebook)
    expect(root.locator(".hw-point")).to_have_text("(0, 0) saddle")
    root.locator(".hw-point").click()
    expect(root).to_have_attribute("data-label", "degenerate")
    expect(root.locator(".hw-reason")).to_contain_text("a degenerate saddle")
    assert python(notebook, "w.curvature.resolution.kind") == "saddle"


def test_a_gutter_is_said_to_be_one(open_notebook: OpenNotebook) -> None:
    gutter = """
import hesswidget as hw
hw.explore(lambda x, y, r=1.0: (x**2 + y**2 - r)**2, x=(-2, 2), y=(-2, 2), r=(0.5, 2.0))
"""
    notebook = open_notebook([gutter])
    root = explorer(notebook)
    expect(root.locator(".hw-critical .hw-caption")).to_contain_text("not isolated")
    assert labels(root) == ["maximum"]
    assert (root.locator(".hw-gutter").get_attribute("d") or "").count("M") > 12
    slider(root, "r").focus()
    notebook.page.keyboard.press("PageUp")
    notebook.page.wait_for_timeout(60)
    assert labels(root) == ["maximum"]  # while it moves no crowd of marks either
    assert notebook.errors == []


def test_the_kernel_engine_finds_them_when_asked(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(["import hesswidget as hw\nw = hw.explore('himmelblau', engine='kernel')\nw"])
    root = explorer(notebook)
    expect(root.locator(".hw-point")).to_have_count(0)
    root.get_by_role("button", name="find all").click()
    expect(root.locator(".hw-point")).to_have_count(9)
    expect(root.locator(".hw-places .hw-mark")).to_have_count(9)
    slider(root, "a").focus()
    notebook.page.keyboard.press("ArrowRight")
    expect(root.locator(".hw-point")).to_have_count(0)  # those of before hold no more
    assert notebook.errors == []


def test_where_the_hessian_is_definite_can_be_shaded(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(["import hesswidget as hw\nhw.explore('six_hump_camel')"])
    root = explorer(notebook)
    box = root.locator(".hw-landscape-box")
    plain = box.screenshot()
    button = root.get_by_role("button", name="signs of H")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(root.locator(".hw-meaning")).to_be_visible()
    notebook.page.wait_for_timeout(300)
    assert box.screenshot() != plain
    button.click()
    notebook.page.wait_for_timeout(300)
    assert box.screenshot() == plain


def test_names_are_text_in_the_list(open_notebook: OpenNotebook) -> None:
    hostile = """
import hesswidget as hw
def f(x, y):
    return x**2 - y**2
f.__name__ = "<img src=x onerror='window.hacked = true'>"
w = hw.explore(f, x=(-1, 1), y=(-1, 1.5))
w
"""
    notebook = open_notebook([hostile])
    root = explorer(notebook)
    expect(root.locator(".hw-point")).to_have_count(1)
    assert notebook.page.evaluate("window.hacked") is None
    assert root.locator("img").count() == 0


def test_paths_join_saddles_to_minima(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([HIMMELBLAU])
    root = explorer(notebook)
    expect(root.locator(".hw-point")).to_have_count(9)
    root.get_by_role("button", name="paths").click()
    drawn_paths = root.locator(".hw-paths path")
    expect(drawn_paths).to_have_count(8)
    assert set(drawn_paths.evaluate_all("all => all.map((one) => one.dataset.outcome)")) == {"minimum"}
    slider(root, "a").focus()
    notebook.page.keyboard.press("ArrowRight")
    expect(root.locator(".hw-point")).to_have_count(9)
    expect(drawn_paths).to_have_count(8)  # asked for anew at rest
    root.get_by_role("button", name="paths").click()
    expect(drawn_paths).to_have_count(0)
    assert notebook.errors == []


def test_the_surface_carries_them_too(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([HIMMELBLAU])
    root = explorer(notebook)
    expect(root.locator(".hw-places .hw-mark")).to_have_count(9)
    root.get_by_role("button", name="surface").click()
    titles = root.locator(".hw-surface .hw-places title")
    expect(titles).to_have_count(9)
    assert sum("minimum" in text for text in titles.all_text_contents()) == 4
    root.locator(".hw-point").nth(8).click()
    expect(root).to_have_attribute("data-label", "maximum")
