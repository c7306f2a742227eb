"""Where paths end from every start: shown by a button, refined, a start taken by a click; with no kernel."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

import hesswidget as hw
from browser.conftest import OpenSaved
from browser.explorer_page import LONG, ExplorerPage, fits
from unrecorded import zero

METHODS = ["newton", "gradient-descent"]


def race(view=None):
    return hw.descend("himmelblau", (0.5, -0.3), methods=METHODS, view=view)


def is_whole(explorer: ExplorerPage) -> None:
    expect(explorer.root).to_have_attribute("data-basins", "129", timeout=LONG)


def painted(explorer: ExplorerPage, selector: str) -> int:
    """How many colours a canvas has."""
    return explorer.root.locator(selector).evaluate(
        "c => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size"
    )


def test_a_map_is_shown_by_a_button_and_by_keys(open_saved: OpenSaved) -> None:
    explorer = open_saved(race())
    explorer.rests()
    expect(explorer.root.locator(".hw-basins")).to_be_hidden()
    expect(explorer.root).to_have_attribute("data-basins", "0")
    button = explorer.root.get_by_role("button", name="basins", exact=True)
    button.focus()
    explorer.page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    is_whole(explorer)
    assert painted(explorer, ".hw-basins-map") > 20
    captions = explorer.root.locator(".hw-basin .hw-caption")
    expect(captions.nth(0)).to_contain_text("minimum 58 % · saddle 36 % · maximum 6.1 %")
    expect(captions.nth(1)).to_contain_text("minimum 100 %")
    names = [text for text in explorer.legend.all_inner_texts() if text.startswith("(")]
    assert len(names) == 9
    assert "(3, 2)" in names
    button.click()
    expect(explorer.root.locator(".hw-basins")).to_be_hidden()
    expect(explorer.root).to_have_attribute("data-basins", "0")


def test_keys_and_clicks_take_the_start_and_parameters_move_the_map(open_saved: OpenSaved) -> None:
    explorer = open_saved(race("basins"))
    is_whole(explorer)
    arrow_keys_move_the_start_in_the_map_of_each_method(explorer)
    a_click_takes_the_start_and_the_map_stays(explorer)
    a_parameter_moves_the_map_and_another_method_is_followed(explorer)


def arrow_keys_move_the_start_in_the_map_of_each_method(explorer: ExplorerPage) -> None:
    handle = explorer.root.get_by_role("slider", name="start, in the map of gradient-descent")
    expect(handle).to_have_attribute(
        "aria-valuetext",
        re.compile(r"^x = 0.5, y = −0.3; beside it in the map: minimum \(.+\) in \d+ steps$"),
    )
    handle.focus()
    for key in ("ArrowRight", "Shift+ArrowRight", "ArrowUp", "ArrowDown", "ArrowDown"):
        explorer.page.keyboard.press(key)
    explorer.rests()
    cell = 10 / 128  # of a place of the finest grid
    x, y = (
        explorer.root.locator('input[type=range][aria-label="x"]'),
        explorer.root.locator('input[type=range][aria-label="y"]'),
    )
    assert float(x.input_value()) == pytest.approx((round(5.5 / cell) + 11) * cell - 5)
    assert float(y.input_value()) == pytest.approx((round(4.7 / cell) - 1) * cell - 5)
    expect(explorer.root).to_have_attribute("data-basins", "129")  # nothing is computed anew
    expect(handle).to_be_focused()


def a_click_takes_the_start_and_the_map_stays(explorer: ExplorerPage) -> None:
    box = explorer.root.locator('.hw-basin-map[data-method="gradient-descent"]')
    size = box.bounding_box()
    assert size is not None
    box.click(position={"x": size["width"] / 4, "y": size["height"] / 4})
    expect(explorer.root).to_have_attribute("data-basins", "129")  # nothing is computed anew
    explorer.rests()
    x, y = (float(explorer.slider(name).input_value()) for name in "xy")
    assert (x, y) == pytest.approx((-2.5, 2.5), abs=0.1)
    outcomes = explorer.root.locator(".hw-race tbody tr")
    expect(outcomes.nth(1)).to_contain_text("converged")
    plane = explorer.root.locator(".hw-plane .hw-border").bounding_box()
    assert plane is not None
    explorer.page.mouse.click(plane["x"] + 0.8 * plane["width"], plane["y"] + 0.2 * plane["height"])
    explorer.rests()
    x, y = (float(explorer.slider(name).input_value()) for name in "xy")
    assert (x, y) == pytest.approx((3.0, 3.0), abs=0.1)
    expect(explorer.root).to_have_attribute("data-basins", "129")


def a_parameter_moves_the_map_and_another_method_is_followed(explorer: ExplorerPage) -> None:
    before = explorer.root.locator(".hw-basin .hw-caption").nth(0).text_content() or ""
    explorer.press("a", *["ArrowRight"] * 40)
    expect(explorer.root.locator(".hw-basin .hw-caption").nth(0)).not_to_have_text(before)
    is_whole(explorer)
    explorer.root.locator(".hw-basins").get_by_role("button", name="gradient-descent").click()
    expect(explorer.root.locator(".hw-basins button[aria-pressed=true]")).to_have_text("gradient-descent")
    is_whole(explorer)


SIZES = ((930, 640), (390, 844))  # of a notebook and a phone


def test_maps_stand_side_by_side(open_saved: OpenSaved) -> None:
    explorer = open_saved(race("basins"))
    is_whole(explorer)
    for width, height in SIZES:
        explorer.page.set_viewport_size({"width": width, "height": height})
        explorer.rests()
        boxes = explorer.root.locator(".hw-basin-map").evaluate_all(
            "all => all.map((one) => one.getBoundingClientRect()).map(({ top, left, width }) => [top, left, width])"
        )
        assert boxes[0][0] == pytest.approx(boxes[1][0], abs=1)
        assert boxes[0][1] + boxes[0][2] <= boxes[1][1]
        assert fits(explorer.root.locator(".hw-basins"))
        assert explorer.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_there_is_no_map_where_the_kernel_computes(open_saved: OpenSaved) -> None:
    def unrecorded(x, y):
        return x**4 + y**2 + zero(y)

    explorer = open_saved(hw.descend(unrecorded, x=(-2, 2), y=(-2, 2), methods=["newton"]))
    expect(explorer.root.locator("button", has_text="basins")).to_be_hidden()


def test_there_is_no_map_along_a_curve(open_saved: OpenSaved) -> None:
    explorer = open_saved(hw.descend(lambda x: x**4 - x**2, x=(-2, 2), methods=["newton"]))
    explorer.rests()
    assert explorer.root.locator("button", has_text="basins").count() == 0


def swept(sweep, methods=("heavy-ball", "newton"), **more):
    return hw.descend(
        lambda x, y: 5 * x**2 + y**2 / 2, (0.6, 0.4), x=(-1, 1), y=(-1, 1), methods=list(methods),
        rate=(0.0, 0.5), sweep=sweep, steps=400, **more,
    )  # fmt: skip


def test_a_sweep_says_which_hyperparameters_converge_and_sets_them(open_saved: OpenSaved) -> None:
    explorer = open_saved(swept(("momentum", "rate")))
    panel = explorer.root.locator(".hw-sweep")
    expect(explorer.root).to_have_attribute("data-swept", "129", timeout=LONG)
    expect(panel.locator("h3")).to_have_text("sweep of momentum and rate: heavy-ball")
    entries = panel.locator(".hw-marks button")
    expect(entries.last).to_have_text("limit of theory")
    assert {"(0, 0)", "stopped", "diverged"} <= set(entries.all_inner_texts())
    limit = panel.locator("path.hw-limit[data-mark]").get_attribute("d") or ""
    box = panel.locator(".hw-border").bounding_box()
    chart = panel.locator(".hw-sweep-chart").bounding_box()
    assert box is not None
    assert chart is not None
    heights = [float(place.split()[1]) for place in limit[1:].split("L")]
    rates = [0.5 * (1 - (y - (box["y"] - chart["y"])) / box["height"]) for y in (heights[0], heights[-1])]
    assert rates == pytest.approx([2 / 10, 2 * 1.999 / 10], abs=2e-3)
    explorer.page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 0.7 * box["height"])
    explorer.rests()
    values = [float(explorer.slider(name).input_value()) for name in ("momentum", "rate")]
    assert values == pytest.approx([0.25, 0.15], abs=0.01)
    handle = panel.get_by_role("slider")
    handle.press("ArrowUp")
    explorer.rests()
    assert float(explorer.slider("rate").input_value()) > values[1]
    expect(explorer.root).to_have_attribute("data-swept", "129")
    explorer.root.locator(".hw-race").get_by_role("button", name="newton").click()
    expect(panel.locator(".hw-caption")).to_have_text("newton does not have both free")


def test_a_sweep_of_one_hyperparameter_stands_beside_the_sliders(open_saved: OpenSaved) -> None:
    explorer = open_saved(swept("rate", methods=["gradient-descent", "adam"], view="basins"))
    expect(explorer.root).to_have_attribute("data-swept", "129", timeout=LONG)
    is_whole(explorer)
    for width, height in SIZES:
        explorer.page.set_viewport_size({"width": width, "height": height})
        explorer.rests()
        assert fits(explorer.root.locator(".hw-sweep"))
        assert explorer.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(explorer.root.locator(".hw-sweep .hw-marks button").last).to_have_text("limit of theory")
