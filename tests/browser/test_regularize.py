"""A model trained under sliders, by a page without a kernel: numbers are Python's, for eyes and for those without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

import hesswidget as hw
from browser.conftest import OpenSaved, RunCells


def test_a_page_trains_again_under_every_slider(open_saved: OpenSaved) -> None:
    model = hw.models.mlp("moons", widths=(2, 3, 1))
    w = hw.regularize(model, steps=(1, 200, 1), rate=0.05)
    explorer = open_saved(w)
    root = explorer.root

    def loss() -> float:
        explorer.rests()
        return float((root.get_attribute("data-loss") or "").split()[0])

    def trained(**values: float) -> float:
        w.set(**values)
        return float(w.trained["train_loss"])

    assert loss() == pytest.approx(trained(), rel=1e-9)
    best = float(root.get_attribute("data-best") or "nan")
    assert best == pytest.approx(float(w.trained["best_decay"]), rel=1e-6)
    explorer.press("weight_decay", *["ArrowRight"] * 8)
    explorer.rests()
    assert loss() == pytest.approx(trained(weight_decay=10**-2.6), rel=1e-6)
    words = re.compile("the evidence is largest at 0.00")
    expect(explorer.slider("weight_decay")).to_have_attribute("aria-description", words)
    for name in ("hessian_trace", "radius", "label_noise"):
        field = root.get_by_role("textbox", name=f"{name}, value")
        field.fill("0.01")
        field.press("Enter")
        assert loss() == pytest.approx(trained(**{name: 0.01}), rel=1e-6), name
    field = root.get_by_role("textbox", name="steps, value")
    field.fill("20")
    field.press("Enter")
    explorer.rests()
    expect(root).to_have_attribute("data-steps", "20")
    assert loss() == pytest.approx(trained(steps=20), rel=1e-6)
    said = root.locator(".hw-losses svg title").text_content() or ""
    assert "regularized" in said
    assert "after 20 steps" in said
    rows = root.locator(".hw-comparison tbody tr")
    assert rows.first.locator("td").all_text_contents()[1] != ""
    assert "adds" in (root.locator(".hw-comparison .hw-caption").text_content() or "")


def test_a_running_widget_draws_classes_and_curves(run_cells: RunCells) -> None:
    notebook = run_cells(
        """
import autograd.numpy as np, hesswidget as hw
moons = hw.regularize(hw.models.mlp("moons", widths=(2, 3, 1)), steps=20)
moons
""",
        """
curve = hw.regularize(hw.models.mlp(widths=(1, 3, 1)), steps=20)
curve
""",
    )
    shown = notebook.page.locator(".hesswidget")
    expect(shown).to_have_count(2)
    for explorer, title in zip(shown.all(), ("decision boundary", "fit"), strict=True):
        explorer.scroll_into_view_if_needed()
        expect(explorer).to_have_attribute("data-exact", "true")
        expect(explorer.get_by_role("heading", name=title)).to_be_visible()
    assert notebook.errors == []
