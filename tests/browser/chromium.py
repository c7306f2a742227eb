"""Finds a Chromium, gets one if there is none, and starts it with no way to the network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, expect, sync_playwright

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A window of a whole Chromium has pages of its own, in a process of their own, which cost more than an explorer's page.
# Of this option the last counts: those that Playwright gives too, as far as they are of use here.
FEATURES_OFF = [
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
    *("AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync"),
    *("DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay"),
    *("MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch"),
    "ThirdPartyStoragePartitioning",
]
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--enable-unsafe-swiftshader",  # WebGL without a graphics card, which newer Chromiums give only if asked
    f"--disable-features={','.join(FEATURES_OFF)}",
    "--no-first-run",
    "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

# How long what is expected of a page may take to come, in milliseconds, on a machine that has other things to do.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running headless Chromium."""
    with sync_playwright() as playwright:
        executable = find_chromium(playwright) or get_chromium(playwright)
        flags = [*FLAGS, "--no-sandbox"] if is_root() else FLAGS
        browser = playwright.chromium.launch(executable_path=executable, args=flags)
        yield browser
        browser.close()


def find_chromium(playwright: Playwright) -> str | None:
    """The path of a Chromium on this machine: the one named by HESSWIDGET_CHROMIUM, the system's, or Playwright's."""
    if named := os.environ.get("HESSWIDGET_CHROMIUM"):
        if found := shutil.which(named):
            return found
        raise FileNotFoundError(f"HESSWIDGET_CHROMIUM is {named!r}, and there is no such program.")
    for command in COMMANDS:
        if found := shutil.which(command):
            return found
    own = playwright.chromium.executable_path
    return own if Path(own).is_file() else None


def get_chromium(playwright: Playwright) -> str:
    """Install a Chromium: Debian's where apt-get may be used, else Playwright's."""
    said = []
    for command in installations():
        done = subprocess.run(command, shell=True, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if found := find_chromium(playwright):
            return found
        said.append(
            f"`{command}` ended with exit code {done.returncode}: {(done.stdout + done.stderr)[-2000:]}"
        )
    raise FileNotFoundError(
        "The browser tests need Chromium; there is none, and none could be installed. Install one and put it on the "
        "PATH, or name it in HESSWIDGET_CHROMIUM. What was tried:\n" + "\n".join(said)
    )


def installations() -> list[str]:
    """The shell commands that may bring a Chromium, in the order to try them."""
    playwright = f'"{sys.executable}" -m playwright install chromium'
    if is_root() and shutil.which("apt-get"):
        quiet = "DEBIAN_FRONTEND=noninteractive apt-get"
        return [f"{quiet} update && {quiet} install -y chromium", playwright]
    return [playwright]


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
