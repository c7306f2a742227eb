"""Moves one slider of one contestant as a person does, and measures what is seen of it."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator

from benchmarks.contestants import Contestant
from browser.notebook import Notebook

PAINTS = (Path(__file__).parent / "paints.js").read_text()
SETTLE = "quiet => window.paints.settle(quiet)"
QUIET = 400  # ms without a new picture after a key: the last one was it
QUIET_AFTER_DRAG = 2000  # longer, so that nobody slow is said to have lost a value that is still on its way
WARM_UP = 5  # presses that do not count
TAP = 60  # ms that a key is held
RATE = 60  # mouse moves a second


@dataclass
class Measured:
    """What was seen while one slider of one contestant was moved, over all repeats.

    Attributes
    ----------
    latencies : list of float
        From a key's own time stamp to the paint of its last picture, in ms.
    unanswered : int
        Keys after which nothing changed.
    rates, moves : list of float
        For each drag, the different pictures and the mouse moves per second.
    arrived : list of str
        For each drag, ``"yes"``, or how the slider's last value was lost.
    """

    latencies: list[float] = field(default_factory=list)
    unanswered: int = 0
    rates: list[float] = field(default_factory=list)
    moves: list[float] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)


def watch(notebook: Notebook, contestant: Contestant) -> None:
    """Wait until a contestant is on screen and at rest, and note its pictures from then on."""
    page = notebook.page
    page.locator(contestant.handle.format(name="x")).wait_for()
    page.locator(f"{contestant.root} :is(img, canvas)").first.wait_for()
    page.wait_for_timeout(2000)
    page.locator(contestant.root).first.evaluate("root => root.scrollIntoView({ block: 'start' })")
    page.evaluate(PAINTS, contestant.key)


def measure(
    notebook: Notebook, contestant: Contestant, slider: str, presses: int, seconds: float, into: Measured
) -> None:
    """Press a key many times, then drag, then check that what is shown is where the slider stands."""
    handle = notebook.page.locator(contestant.handle.format(name=slider))
    for _ in range(WARM_UP):
        press(handle, "ArrowRight")
    for _ in range(presses):
        times = press(handle, "ArrowRight")
        if times:
            into.latencies.append(times[-1])
        else:
            into.unanswered += 1
    moves = drag(handle, seconds)
    times = notebook.page.evaluate(SETTLE, QUIET_AFTER_DRAG)
    into.moves.append(moves / seconds)
    into.rates.append(sum(t <= 1000 * seconds for t in times) / seconds)
    into.arrived.append(last_value(notebook, handle, slider))


def press(handle: Locator, key: str) -> list[float]:
    """Tap a key on a slider; when, in ms since its event, the pictures that came of it were painted."""
    handle.focus()
    handle.page.keyboard.press(key, delay=TAP)
    return handle.page.evaluate(SETTLE, QUIET)


def drag(handle: Locator, seconds: float) -> int:
    """Drag a slider to and fro with the mouse, and let go; the number of moves made."""
    page = handle.page
    x, y, left, width = handle.evaluate(GRIP)
    page.mouse.move(x, y)
    page.mouse.down()
    began = time.perf_counter()
    for moves in itertools.count(1):
        now = time.perf_counter() - began
        if now >= seconds:
            page.mouse.up()
            return moves
        page.mouse.move(left + width * sweep(now), y)
        time.sleep(max(0.0, began + moves / RATE - time.perf_counter()))


def sweep(now: float) -> float:
    """Where on its track the slider is dragged to: from the middle to and fro between 0.2 and 0.8, once in 2.4 s."""
    phase = (now / 2.4 + 0.25) % 1
    return 0.2 + 0.6 * (2 * phase if phase < 0.5 else 2 - 2 * phase)


# Where to take a slider's handle with the mouse, and its track: x, y, left, width.
GRIP = """handle => {
    const track = handle.closest(".noUi-base") ?? handle;
    const { left, top, width, height } = track.getBoundingClientRect();
    if (track !== handle) {
        const box = handle.getBoundingClientRect();
        return [box.left + box.width / 2, box.top + box.height / 2, left, width];
    }
    const share = (handle.value - handle.min) / (handle.max - handle.min);
    const thumb = 16;
    return [left + thumb / 2 + share * (width - thumb), top + height / 2, left, width];
}"""
# What a slider says it stands at; of ipywidgets' its readout, since its aria-valuenow is rounded to one decimal.
VALUE = """handle =>
    Number(handle.value ?? handle.closest(".widget-slider").querySelector(".widget-readout").textContent)"""
PICTURE = "() => window.paints.picture()"


def last_value(notebook: Notebook, handle: Locator, slider: str) -> str:
    """Say whether the kernel has the slider's value, and the picture is the one that this value, set afresh, gives."""
    page = notebook.page
    shown, known = handle.evaluate(VALUE), float(notebook.run(f"print(state({slider!r}))"))
    if abs(shown - known) > 1e-9 * max(1.0, abs(shown)):
        return f"lost: the slider says {shown:g}, the kernel {known:g}"
    picture = page.evaluate(PICTURE)
    press(handle, "ArrowLeft")
    elsewhere = page.evaluate(PICTURE)
    press(handle, "ArrowRight")
    if abs(handle.evaluate(VALUE) - shown) > 1e-9 * max(1.0, abs(shown)) or elsewhere == picture:
        return "not known: keys did not lead away and back"
    return "yes" if page.evaluate(PICTURE) == picture else "lost: the picture was an older one"
