"""Fixtures: a Chromium, and pages of other hosts than JupyterLab that may ask nothing of another machine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from browser.chromium import chromium

OpenPage = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages for one test; see `opening`."""
    with opening(browser) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def open_shared_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages for the tests of a module; see `opening`."""
    with opening(browser) as open_page:
        yield open_page


@contextmanager
def opening(browser: Browser) -> Iterator[OpenPage]:
    """Give what opens a page; at the end one that asked for another host than its own is an error.

    `host_asks` matches the addresses that the host itself asks for, whatever it shows. They are blocked as well. The
    addresses of websockets that the page opens are put into `sockets`.
    """
    opened = []

    def open_page(
        url: str,
        host_asks: str = "$^",
        theme: str = "light",
        size: tuple[int, int] = (1280, 900),
        sockets: list[str] | None = None,
    ) -> Page:
        context = browser.new_context(
            color_scheme=theme, viewport={"width": size[0], "height": size[1]}, service_workers="block"
        )
        context.set_default_timeout(60_000)
        page, asked = context.new_page(), []
        origin = re.match(r"\w+://[^/]*/", url)
        assert origin is not None
        elsewhere = re.compile(rf"^(?!{re.escape(origin.group())}|data:|blob:)")

        def block(route):
            asked.extend([] if re.match(host_asks, route.request.url) else [route.request.url])
            route.abort()

        page.route(elsewhere, block)
        page.on("websocket", lambda socket: sockets is None or sockets.append(socket.url))
        opened.append((context, asked))
        page.goto(url, timeout=180_000)  # of Voilà, which runs the notebook before its page is whole
        return page

    yield open_page
    for context, _ in opened:
        context.close()
    for _, asked in opened:
        assert asked == []
