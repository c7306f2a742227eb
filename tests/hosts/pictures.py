"""What every host must show: an explorer whose heatmap follows its sliders."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

PIXELS = """canvas => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let hash = 0;
    for (const byte of data) hash = (hash * 31 + byte) | 0;
    return String(hash);
}"""


def live(page: Page) -> Locator:
    """All explorers on the page that have a picture."""
    return page.locator('.hesswidget[data-exact="true"]')


def a_slider_moves_the_heatmap(root: Locator, page: Page) -> None:
    """Press keys on an explorer's sliders, one after the other, until its heatmap is another."""
    heatmap = root.locator("canvas.hw-heatmap")
    before = heatmap.evaluate(PIXELS)
    for slider in root.locator("input[type=range]").all():
        slider.focus()
        for key in ["PageUp"] * 3:
            page.keyboard.press(key)
        page.wait_for_timeout(150)
        if heatmap.evaluate(PIXELS) != before:
            break
    expect(root).to_have_attribute("data-exact", "true")
    assert heatmap.evaluate(PIXELS) != before
