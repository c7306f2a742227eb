"""Paths along which curvature is measured: trained again in a page under the rate, stopped, continued, compared."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

import hesswidget as hw
from browser.conftest import OpenSaved
from browser.eventually import eventually


@pytest.fixture(scope="module")
def two_rates() -> hw.Explorer:
    methods = [("gradient-descent", {"rate": 0.1}), "gradient-descent"]
    model = hw.models.mlp(widths=[1, 8, 1])
    return hw.descend(model, methods=methods, rate=(0.05, 2.0), steps=400, curvature_every=20)


def test_a_saved_page_trains_again_as_the_rate_crosses_what_is_stable(
    open_saved: OpenSaved, two_rates: hw.Explorer
) -> None:
    two_rates.set(rate=0.2)
    explorer = open_saved(two_rates, size=(950, 768))
    explorer.rests()
    panel = explorer.root.locator(".hw-sharpness")
    ends = "e => e.getBoundingClientRect().bottom"
    top = explorer.root.evaluate("e => e.getBoundingClientRect().top")
    for part in (panel.locator("svg").first, explorer.slider("rate")):
        assert part.evaluate(ends) - top <= 600  # what is moved, and what moves, in the cell of a laptop
    held, moved = panel.locator("path.hw-racer").all()
    before = [line.get_attribute("d") for line in (held, moved)]
    explorer.root.locator(".hw-race .hw-racer-pick").nth(1).click()
    explorer.rests()
    expect(panel.locator(".hw-caption")).to_contain_text("threshold 10")
    expect(panel.locator(".hw-caption")).to_contain_text("stable: the sharpness ends at")
    rate = explorer.slider("rate")
    rate.focus()
    for _ in range(3):
        rate.press("PageUp")  # a rate of 2 and more over the largest eigenvalue on its way
    explorer.rests()
    assert held.get_attribute("d") != moved.get_attribute("d")
    eventually(lambda: moved.get_attribute("d") != before[1], True)
    expect(panel.locator(".hw-caption")).not_to_contain_text("threshold 10.")
    two_rates.set(rate=float(rate.input_value()))
    told = two_rates._view.computation.compute(
        two_rates.point, two_rates._settings, two_rates._view._context.shown()
    )
    for name in ("sharpness / threshold", "trace", "gradient in the top 5", "change by the next step"):
        panel.locator("select").select_option(name)
        explorer.next_frame()
        expect(panel.locator("svg.hw-sharpness-chart")).to_have_attribute(
            "aria-label", f"{name} over the steps"
        )
    assert told["curvature"].shape[0] == 2
    # Whoever does not see it is told the same.
    said = explorer.root.locator("[aria-live]").all_inner_texts()
    assert any("threshold" in text for text in said)


def test_the_scrubber_shows_curvature_at_the_step(open_saved: OpenSaved, two_rates: hw.Explorer) -> None:
    explorer = open_saved(two_rates)
    explorer.rests()
    handle = explorer.root.locator(".hw-convergence .hw-handle")
    handle.focus()
    handle.press("Home")
    explorer.rests()
    caption = explorer.root.locator(".hw-sharpness .hw-caption")
    expect(caption).to_contain_text("step 0: λ")
    for _ in range(3):
        handle.press("PageUp")
    explorer.rests()
    expect(caption).to_contain_text("step 20: λ")  # the last at which it was measured, before 30
    assert explorer.root.get_attribute("data-at") == "30"
    chart = explorer.root.locator("svg.hw-sharpness-chart")
    box = chart.bounding_box()
    assert box is not None
    explorer.page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 40)
    explorer.rests()
    assert 100 < int(explorer.root.get_attribute("data-at") or 0) < 300
    # Random directions are cut through it.
    explorer.root.get_by_label("what the slice is along").select_option("random")
    explorer.rests()
    expect(explorer.root.locator(".hw-landscape")).to_contain_text("random 1, by filters")


def test_a_saved_page_keeps_the_flows_that_were_shown(open_saved: OpenSaved) -> None:
    net = hw.models.mlp(widths=[1, 4, 1])
    w = hw.descend(net, methods=["gradient-descent", "adam"], rate=0.4, steps=100, curvature_every=20)
    w.view = {**w.view, "flows": True, "measured": "sharpness"}
    explorer = open_saved(w)
    explorer.rests()
    panel = explorer.root.locator(".hw-sharpness")
    expect(panel.locator(".hw-flow")).to_have_count(2)
    expect(panel.locator(".hw-caption")).to_contain_text("central flow: followed for 100 steps")
    explorer.root.locator(".hw-race .hw-racer-pick").nth(
        1
    ).click()  # of Adam there is none, and nobody who knows
    explorer.rests()
    expect(panel.locator(".hw-flow")).to_have_count(0)
    panel.get_by_role("button", name="flows").click()
    expect(panel.get_by_role("button", name="flows")).to_have_attribute("aria-pressed", "false")


def test_a_long_training_is_stopped_and_goes_on(open_saved: OpenSaved) -> None:
    w = hw.descend(
        hw.models.mlp(widths=[1, 16, 16, 1]), methods=["gradient-descent"], steps=4000, curvature_every=20
    )
    assert w.engine == "browser"
    explorer = open_saved(w)
    panel = explorer.root.locator(".hw-sharpness")
    panel.get_by_role("button", name="stop the training").click()
    explorer.rests()
    stopped = int(explorer.root.get_attribute("data-steps") or 0)
    assert 0 < stopped < 4000
    go_on = panel.get_by_role("button", name="continue")
    expect(go_on).to_have_attribute("title", re.compile("stopped at step .* of 4000"))
    go_on.click()
    eventually(lambda: int(explorer.root.get_attribute("data-steps") or 0), 4000)
    explorer.rests()
    expect(go_on).to_be_hidden()
    expect(panel.locator(".hw-progress").first).to_be_hidden()


def test_a_saved_page_trains_on_the_batches_of_the_run(open_saved: OpenSaved) -> None:
    net = hw.models.mlp(widths=[1, 4, 1])
    w = hw.descend(net, methods=["heavy-ball"], rate=(0.01, 0.5), steps=100, curvature_every=20, batch=5)
    explorer = open_saved(w)
    explorer.rests()
    explorer.press("rate", "PageUp")
    explorer.rests()
    rate = float(explorer.slider("rate").input_value())
    assert rate != w.parameters["rate"]
    run = hw.train(net, method="heavy-ball", rate=rate, steps=100, curvature_every=20, batch=5)
    reached = explorer.root.locator(".hw-race tbody td").nth(3)
    assert float(reached.inner_text()) == pytest.approx(run.training_loss[-1], rel=1e-3)
    caption = explorer.root.locator(".hw-sharpness .hw-caption")
    expect(caption).to_contain_text(f"step 100: λ {run.sharpness[-1]:.4g}")
