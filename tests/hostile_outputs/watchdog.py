"""A page that draws one saved explorer after the other, and says how long it could do nothing else."""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import threading
from dataclasses import dataclass, replace
from typing import Any

from playwright.sync_api import Browser, CDPSession, Error, Page

from hesswidget import bundle

LONG = 45.0  # milliseconds of a block, beyond which it is looked at again
MUCH = 150.0  # megabytes
LONGEST = 60.0  # seconds, after which a page counts as frozen, and is killed

GIVE = "(saved) => { window.saved = saved; }"  # which takes its time, and is none of the page's
# Draws, and waits until nothing more comes: a picture at rest, a sentence, or six seconds without either. What is drawn
# is used: sliders are moved and switches pressed, but those of surfaces, which a page without a graphics card draws
# itself. Blocks are measured by messages that the page sends itself meanwhile.
DRAW = """async () => {
    const { saved } = window;
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
    const isSeen = () => root.dataset.exact !== undefined && performance.mark("drawn") !== null;
    const ends = () => root.hasAttribute("data-resting") || root.dataset.error || root.querySelector(".hw-unreadable");
    let first = null;
    while (!ends() && performance.now() - began < 6000) {
        if (first === null && isSeen()) first = longest;
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const drawn = root.hasAttribute("data-resting");
    const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    await wait(30);
    first ??= longest;
    const before = longest;
    longest = 0;
    if (drawn) {
        performance.mark("drawn");
        await wait(200);
        for (const used of [...el.querySelectorAll("input[type=range]")].slice(0, 4)) {
            used.value = Number(used.min) + 0.7 * (used.max - used.min);
            used.dispatchEvent(new Event("input", { bubbles: true }));
            await wait(30);
        }
        for (const used of [...el.querySelectorAll("button")].slice(0, 40)) {
            if (used.textContent === "surface") continue;
            used.click();
            await wait(5);
        }
        await wait(300);
    }
    const elements = el.querySelectorAll("*").length;
    const sentence = root.dataset.error ?? root.querySelector(".hw-unreadable")?.textContent ?? "";
    isWatching = false;
    port1.close(); // or what is drawn here would be kept
    aborted.abort();
    removeEventListener("error", keep);
    removeEventListener("unhandledrejection", keep);
    document.body.replaceChildren();
    return { first, after: longest, longest: Math.max(before, longest), elements, sentence, drawn, thrown };
}"""


@dataclass(frozen=True)
class Seen:
    """What came of drawing one.

    Attributes
    ----------
    first, after, longest : float
        Milliseconds in which the page could do nothing else: until there was something to see, after that, in all.
    elements : int
    sentence : str
        In the place of a picture.
    drawn : bool
    thrown : list of str
        What nobody caught.
    megabytes : float
        That the page holds meanwhile.
    """

    first: float
    after: float
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

    def drawn(self, saved: dict[str, Any]) -> Seen:
        """Draw one; again, where a block was long, to see for how long the page itself computed meanwhile."""
        seen = self.draw(saved)
        if not LONG < seen.longest < math.inf:
            return seen
        page, _ = self._ready()
        page.evaluate(GIVE, saved)
        self._browser.start_tracing(page=page, categories=["toplevel", "blink.user_timing"])
        again = self._drawn()
        first, after = _blocks(json.loads(self._browser.stop_tracing())["traceEvents"])
        return (
            replace(again, first=first, longest=max(first, after), after=after)
            if again.longest < math.inf
            else again
        )

    def draw(self, saved: dict[str, Any]) -> Seen:
        """Draw one, and say what came of it."""
        page, _ = self._ready()
        page.evaluate(GIVE, saved)
        return self._drawn()

    def _drawn(self) -> Seen:
        page, session = self._ready()
        killing = threading.Timer(LONGEST, self._kill)
        killing.start()
        try:
            found = page.evaluate(DRAW)
            return Seen(**found, megabytes=_megabytes(session))
        except Error as error:
            self._page = None
            return Seen(
                math.inf, math.inf, math.inf, 0, "", False, [f"frozen or crashed: {error}"[:200]], math.nan
            )
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


def _blocks(events: list[dict[str, Any]]) -> tuple[float, float]:
    """Return the longest times in milliseconds for which the page's thread computed, before it drew and after."""
    threads = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e.get("name") == "thread_name"}
    tasks = [e for e in events if threads.get((e["pid"], e["tid"])) == "CrRendererMain" and "tdur" in e]
    drawn = min((e["ts"] for e in events if e.get("name") == "drawn"), default=math.inf)
    before = [e["tdur"] for e in tasks if e["ts"] < drawn]
    after = [e["tdur"] for e in tasks if e["ts"] >= drawn]
    return max(before, default=0.0) / 1000, max(after, default=0.0) / 1000


def _megabytes(session: CDPSession) -> float:
    session.send("Performance.enable")
    for _ in range(2):
        metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
        megabytes = float(metrics["JSHeapUsedSize"]) / 1e6
        if megabytes < MUCH:
            break
        session.send("HeapProfiler.collectGarbage")  # what those before have left, nobody has collected yet
    return megabytes
