"""An explorer as whoever uses it meets it: read, moved by keys and mouse, and waited for until it rests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from playwright.sync_api import Error, FrameLocator, Locator, Page, expect

LONG = 60_000  # milliseconds, on a machine that does much else

Offset = tuple[float, float]

# Playwright looks again after a tenth, a quarter, half a second, and then every second.
HAS = """([root], name) => new Promise((resolve) => {
    const last = performance.now() + 20_000;
    const look = () => root?.isConnected && !root.hasAttribute(name) && performance.now() < last
        ? setTimeout(look, 10) : resolve();
    look();
})"""


class ExplorerPage:
    """One explorer on a page, with its first picture drawn. `root` is its outermost element."""

    def __init__(self, root: Locator) -> None:
        self.root, self.page = root, root.page
        expect(root).to_have_attribute("data-pictures", re.compile("."))

    def rests(self) -> None:
        """Wait until nothing moves and all of the present picture is on screen."""
        with suppress(Error):  # of a page that is loaded anew meanwhile
            self.root.evaluate_all(HAS, "data-resting")
        expect(self.root).to_have_attribute("data-resting", "")

    def next_frame(self) -> None:
        """Wait until what was to be drawn at the next display frame is drawn."""
        self.page.evaluate("() => new Promise(requestAnimationFrame)")

    @property
    def point(self) -> list[float]:
        """The point of the picture on screen."""
        return numbers(self.root.get_attribute("data-point"))

    @property
    def pictures(self) -> int:
        """How many pictures were drawn so far."""
        return int(self.root.get_attribute("data-pictures") or 0)

    @property
    def critical_labels(self) -> list[str]:
        """What the critical points in view are."""
        return (self.root.get_attribute("data-critical") or "").split()

    @property
    def critical_points(self) -> list[list[float]]:
        """The critical points in the list."""
        listed = self.root.locator(".hw-point").evaluate_all("all => all.map((one) => one.dataset.point)")
        return [numbers(point) for point in listed]

    @property
    def status(self) -> Locator:
        """What stands below the label."""
        return self.root.locator(".hw-reason")

    @property
    def engine(self) -> Locator:
        """The chip that says where the numbers come from."""
        return self.root.locator(".hw-engine")

    @property
    def handle(self) -> Locator:
        """The point in the landscape."""
        return self.root.locator(".hw-landscape .hw-handle")

    @property
    def legend(self) -> Locator:
        """The entries of the landscape's legend."""
        return self.root.locator(".hw-landscape .hw-marks button")

    def slider(self, name: str) -> Locator:
        """The slider of a variable or a parameter."""
        return self.root.locator(f'input[type=range][aria-label="{name}"]')

    def button(self, name: str) -> Locator:
        """A button, by its text."""
        return self.root.get_by_role("button", name=name)

    def press(self, slider: str, *keys: str) -> None:
        """Press keys on a slider."""
        self.slider(slider).focus()
        for key in keys:
            self.page.keyboard.press(key)

    def drag(self, handle: Locator, path: Iterable[Offset]) -> None:
        """Drag something with the mouse along places relative to its middle, one each display frame."""
        for _ in self.dragging(handle, path):
            pass

    def dragging(self, handle: Locator, path: Iterable[Offset]) -> Iterator[Offset]:
        """Drag it, and stop at every place once it is drawn; the mouse lets go after the last."""
        handle.scroll_into_view_if_needed()
        x, y = middle(handle)
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        for right, down in path:
            mouse.move(x + right, y + down)
            self.next_frame()
            yield right, down
        mouse.up()


def explorer_on(page: Page | FrameLocator) -> ExplorerPage:
    """The one explorer on a page."""
    return ExplorerPage(page.locator(".hesswidget"))


def middle(element: Locator) -> tuple[float, float]:
    """Where the middle of an element is on the screen."""
    box = element.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def numbers(text: str | None) -> list[float]:
    """Numbers with spaces between them; those on screen have a minus sign, and not a hyphen."""
    return [float(word) for word in (text or "").replace("−", "-").split()]


SEEN_BEYOND_ITS_SIDES = """e => {
    const { left, right } = e.getBoundingClientRect();
    const isCut = c => c !== e && (getComputedStyle(c).overflowX !== "visible" || isCut(c.parentElement));
    const seen = [...e.querySelectorAll(":not(.hw-unseen, .hw-unseen *)")].filter(c => !isCut(c.parentElement));
    return seen.map(c => [c.className, c.getBoundingClientRect()])
        .filter(([_, box]) => box.width && (box.left < left - 1 || box.right > right + 1)).map(([name]) => name);
}"""


def fits(element: Locator) -> bool:
    """Whether nothing that is seen in it reaches beyond its sides, but for what scrolls or is cut there."""
    return element.evaluate(SEEN_BEYOND_ITS_SIDES) == []


def is_light(element: Locator) -> bool:
    """Whether its ground is rather light than dark."""
    ground = element.evaluate("e => getComputedStyle(e).backgroundColor")
    return sum(map(int, re.findall(r"\d+", ground)[:3])) / 3 > 128
