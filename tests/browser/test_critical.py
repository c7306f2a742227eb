"""Critical points: followed while a parameter moves, listed, gone to, held on to, explained."""

from __future__ import annotations

import os
import signal

import pytest
from playwright.sync_api import expect

import hesswidget as hw
from browser.conftest import OpenHimmelblau, OpenSaved, RunCells
from browser.eventually import eventually
from browser.explorer_page import explorer_on, middle

PITCHFORK = """
import hesswidget as hw
def f(x, y, a=-0.5):
    return x**4 / 4 - a * x**2 / 2 + y**2 / 2
w = hw.explore(f, x=(-2, 2), y=(-2, 2), a=(-1.0, 2.0))
w
"""
HIMMELBLAU = "import hesswidget as hw\nw = hw.explore('himmelblau')\nw"


def test_one_marker_becomes_three_as_a_parameter_is_dragged(run_cells: RunCells) -> None:
    notebook = run_cells(PITCHFORK)
    explorer = explorer_on(notebook.page)
    caption = explorer.root.locator(".hw-critical .hw-caption")
    expect(caption).to_contain_text("complete")
    assert explorer.critical_labels == ["minimum"]
    process = notebook.python("__import__('os').getpid()")
    os.kill(process, signal.SIGSTOP)  # the page alone follows them
    try:
        slider = explorer.slider("a")
        width = slider.evaluate("e => e.clientWidth")
        path = [(width * (k / 120 - 1 / 3), 0) for k in range(60)]  # from a = −0.5 to a = 1
        places = explorer.dragging(slider, path)
        seen = []
        for _ in path:
            next(places)
            seen.append(len(explorer.critical_labels))
        eventually(lambda: sorted(explorer.critical_labels), ["minimum", "minimum", "saddle"])
        expect(explorer.root.locator(".hw-places .hw-mark")).to_have_count(3)
        a = float(slider.input_value())
        found = sorted(explorer.critical_points)
        assert found[0] == pytest.approx([-(a**0.5), 0.0], abs=1e-3)
        assert found[2] == pytest.approx([a**0.5, 0.0], abs=1e-3)
        next(places, None)  # the mouse lets go
        followed = [
            count for count in seen if count
        ]  # a page too slow to search in a picture waits for the rest
        assert followed == sorted(followed)  # none is lost on the way; of the two new ones one may come first
        assert set(followed) <= {1, 2, 3}
    finally:
        os.kill(process, signal.SIGCONT)
    expect(caption).to_contain_text("2 minima − 1 saddle = 1")
    assert notebook.errors == []


def test_the_list_leads_to_each_point(run_cells: RunCells) -> None:
    notebook = run_cells(HIMMELBLAU)
    explorer = explorer_on(notebook.page)
    root = explorer.root
    expect(root.locator(".hw-tally")).to_have_text("4 minima, 4 saddles, 1 maximum")
    for k, label in [(0, "minimum"), (4, "saddle"), (8, "maximum")]:
        item = root.locator(".hw-point").nth(k)
        item.click()
        expect(root).to_have_attribute("data-label", label)
        expect(item).to_have_attribute("aria-current", "true")
        assert explorer.point == pytest.approx(explorer.critical_points[k], abs=1e-12)
    expect(root).to_have_attribute("data-standing", "verified")
    eventually(lambda: notebook.python("w.curvature.label"), "maximum")
    assert notebook.python("w.critical_points.counts") == {"minimum": 4, "saddle": 4, "maximum": 1}
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


def test_the_nearest_is_a_button_away_and_the_line_says_how_far(open_saved: OpenSaved) -> None:
    explorer = open_saved(hw.explore("himmelblau", (3.3, 0.1)))
    expect(explorer.status).to_contain_text("near a saddle (0.")
    explorer.button("go to the nearest").click()
    expect(explorer.root).to_have_attribute("data-label", "saddle")
    assert explorer.point == pytest.approx([3.385154, 0.073852], abs=1e-5)


def test_a_dragged_point_is_held_by_a_critical_one(open_himmelblau: OpenHimmelblau) -> None:
    explorer = open_himmelblau()
    explorer.rests()
    expect(explorer.root.locator(".hw-places .hw-mark")).to_have_count(9)
    maximum = explorer.root.locator('.hw-places .hw-mark[data-label="maximum"] .hw-place')
    mouse, keyboard = explorer.page.mouse, explorer.page.keyboard

    def move_beside_it(right: float, down: float) -> None:
        x, y = middle(maximum)  # where it is now: a longer line above pushes the landscape down
        mouse.move(x + right, y + down, steps=4)
        explorer.next_frame()

    move_beside_it(60, 40)
    mouse.down()
    move_beside_it(30, 20)
    expect(explorer.root).to_have_attribute("data-label", "not stationary")
    move_beside_it(5, -4)
    expect(explorer.root).to_have_attribute("data-label", "maximum")
    move_beside_it(40, 0)
    expect(explorer.root).to_have_attribute("data-label", "not stationary")
    mouse.up()
    # With Alt the point goes where the pointer is.
    keyboard.down("Alt")
    move_beside_it(40, 0)
    mouse.down()
    move_beside_it(4, 3)
    explorer.rests()
    expect(explorer.root).to_have_attribute("data-label", "not stationary")
    mouse.up()
    keyboard.up("Alt")


def test_a_degenerate_point_is_explained(run_cells: RunCells) -> None:
    notebook = run_cells("import hesswidget as hw\nw = hw.explore('peano', (0.5, 0.5))\nw")
    explorer = explorer_on(notebook.page)
    point = explorer.root.locator(".hw-point")
    expect(point).to_have_text("(0, 0) saddle")
    point.click()
    expect(explorer.root).to_have_attribute("data-label", "degenerate")
    expect(explorer.status).to_contain_text("a degenerate saddle")
    eventually(lambda: notebook.python("w.curvature.resolution.kind"), "saddle")


def test_a_gutter_is_said_to_be_one(open_saved: OpenSaved) -> None:
    w = hw.explore(lambda x, y, r=1.0: (x**2 + y**2 - r) ** 2, x=(-2, 2), y=(-2, 2), r=(0.5, 2.0))
    explorer = open_saved(w)
    expect(explorer.root.locator(".hw-critical .hw-caption")).to_contain_text("not isolated")
    assert explorer.critical_labels == ["maximum"]
    assert (explorer.root.locator(".hw-gutter").get_attribute("d") or "").count("M") > 12
    explorer.press("r", "PageUp")
    explorer.next_frame()
    assert explorer.critical_labels == ["maximum"]  # while it moves no crowd of marks either


def test_the_kernel_engine_finds_them_when_asked(run_cells: RunCells) -> None:
    notebook = run_cells("import hesswidget as hw\nw = hw.explore('himmelblau', engine='kernel')\nw")
    explorer = explorer_on(notebook.page)
    points = explorer.root.locator(".hw-point")
    expect(points).to_have_count(0)
    explorer.button("find all").click()
    expect(points).to_have_count(9)
    expect(explorer.root.locator(".hw-places .hw-mark")).to_have_count(9)
    explorer.press("a", "ArrowRight")
    expect(points).to_have_count(0)  # those of before hold no more
    assert notebook.errors == []


def test_where_the_hessian_is_definite_can_be_shaded(open_saved: OpenSaved) -> None:
    explorer = open_saved(hw.explore("six_hump_camel"))
    explorer.rests()
    box = explorer.root.locator(".hw-landscape-box")
    expect(explorer.root.locator(".hw-places .hw-mark")).to_have_count(15)
    plain = box.screenshot()
    button = explorer.button("signs of H")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(explorer.legend.filter(has_text="positive definite")).to_be_visible()
    explorer.next_frame()
    assert box.screenshot() != plain
    button.click()
    expect(explorer.legend.filter(has_text="positive definite")).to_have_count(0)
    explorer.next_frame()
    assert box.screenshot() == plain


def test_paths_join_saddles_to_minima(run_cells: RunCells) -> None:
    notebook = run_cells(HIMMELBLAU)
    explorer = explorer_on(notebook.page)
    points = explorer.root.locator(".hw-point")
    expect(points).to_have_count(9)
    explorer.button("paths").click()
    paths = explorer.root.locator(".hw-paths path")
    expect(paths).to_have_count(8)
    assert set(paths.evaluate_all("all => all.map((one) => one.dataset.outcome)")) == {"minimum"}
    explorer.press("a", "ArrowRight")
    explorer.rests()
    expect(points).to_have_count(9)
    expect(paths).to_have_count(8)  # asked for anew at rest
    explorer.button("paths").click()
    expect(paths).to_have_count(0)
    assert notebook.errors == []


def test_the_surface_carries_them_too(open_himmelblau: OpenHimmelblau) -> None:
    explorer = open_himmelblau()
    expect(explorer.root.locator(".hw-places .hw-mark")).to_have_count(9)
    explorer.button("surface").click()
    signs = explorer.root.locator(".hw-surface .hw-places [aria-label]")
    expect(signs).to_have_count(9)
    expect(explorer.root.locator('.hw-surface .hw-places [aria-label^="minimum, f = "]')).to_have_count(4)
    explorer.root.locator(".hw-point").nth(8).click()
    expect(explorer.root).to_have_attribute("data-label", "maximum")
