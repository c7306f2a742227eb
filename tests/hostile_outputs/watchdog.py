"""A page that draws one saved explorer after the other, and says how long it could do nothing else."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import threading
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, CDPSession, Error, Page

from hesswidget import bundle

LONGEST = 60.0  # seconds, after which a page counts as frozen, and is killed

# Draws, and waits until nothing more comes: a picture at rest, a sentence, or six seconds without either. Blocks are
# measured by messages that the page sends itself all the while.
DRAW = """async (saved) => {
    const el = document.createElement("div");
    document.body.replaceChildren(el);
    const aborted = new AbortController();
    const { port1, port2 } = new MessageChannel();
    let [last, longest, isWatching] = [performance.now(), 0, true];
    port1.onmessage = () => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
        if (isWatching) setTimeout(() => port2.postMessage(0), 1);
    };
    port2.postMessage(0);
    const began = performance.now();
    const thrown = [];
    const keep = (event) => thrown.push(String(event.message ?? event.reason));
    addEventListener("error", keep);
    addEventListener("unhandledrejection", keep);
    await window.hesswidget.show(saved, el, aborted.signal);
    const root = el.querySelector(".hesswidget");
    const ends = () => root.hasAttribute("data-resting") || root.dataset.error || root.querySelector(".hw-unreadable");
    while (!ends() && performance.now() - began < 6000) await new Promise((resolve) => setTimeout(resolve, 15));
    await new Promise((resolve) => setTimeout(resolve, 30));
    const elements = el.querySelectorAll("*").length;
    const sentence = root.dataset.error ?? root.querySelector(".hw-unreadable")?.textContent ?? "";
    const drawn = root.hasAttribute("data-resting");
    isWatching = false;
    aborted.abort();
    removeEventListener("error", keep);
    removeEventListener("unhandledrejection", keep);
    document.body.replaceChildren();
    return { longest, elements, sentence, drawn, thrown };
}"""


@dataclass(frozen=True)
class Seen:
    """What came of drawing one.

    Attributes
    ----------
    longest : float
        Milliseconds in which the page could do nothing else.
    elements : int
    sentence : str
        In the place of a picture.
    drawn : bool
    thrown : list of str
        What nobody caught.
    megabytes : float
        That the page holds meanwhile.
    """

    longest: float
    elements: int
    sentence: str
    drawn: bool
    thrown: list[str]
    megabytes: float


class Watchdog:
    """One page; a new one after it froze or crashed."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._page: Page | None = None

    def draw(self, saved: dict[str, Any]) -> Seen:
        """Draw one, and say what came of it."""
        page, session = self._ready()
        killing = threading.Timer(LONGEST, self._kill)
        killing.start()
        try:
            found = page.evaluate(DRAW, saved)
            return Seen(**found, megabytes=_megabytes(session))
        except Error as error:
            self._page = None
            return Seen(math.inf, 0, "", False, [f"frozen or crashed: {error}"[:200]], math.nan)
        finally:
            killing.cancel()

    def _kill(self) -> None:
        """Kill the pages of the browser, one of which answers nobody."""
        for process in self._processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def close(self) -> None:
        """Close the page."""
        if self._page is not None:
            self._page.context.close()

    def _ready(self) -> tuple[Page, CDPSession]:
        if self._page is None:
            self._page = self._browser.new_page(viewport={"width": 1000, "height": 800})
            self._page.set_content("<!DOCTYPE html><title>.</title>")
            self._page.add_style_tag(content=bundle.stylesheet())
            program = bundle.program().rpartition("export default")[0]
            self._page.add_script_tag(content=f"{program}\nwindow.hesswidget = hesswidget;")
            self._session = self._page.context.new_cdp_session(self._page)
            found = self._browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
            self._processes = [process["id"] for process in found if process["type"] == "renderer"]
        return self._page, self._session


def _megabytes(session: CDPSession) -> float:
    session.send("Performance.enable")
    metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    return float(metrics["JSHeapUsedSize"]) / 1e6
