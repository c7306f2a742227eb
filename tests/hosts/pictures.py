"""What every host must show: an explorer whose heatmap follows its sliders."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from browser.eventually import became

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
    """Press a key on an explorer's sliders, one after the other, until its heatmap is another."""
    heatmap = root.locator("canvas.hw-heatmap")
    before = heatmap.evaluate(PIXELS)
    sliders = root.locator("input[type=range]")
    for k in range(sliders.count()):
        sliders.nth(k).focus()
        page.keyboard.press("PageUp")
        if became(lambda: heatmap.evaluate(PIXELS) != before, seconds=3.0):
            break
    else:
        raise AssertionError("no slider moves the heatmap")
    expect(root).to_have_attribute("data-exact", "true")
