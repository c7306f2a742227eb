"""How quickly a picture follows a slider: hesswidget beside ipywidgets.interact, ipympl and pages written by hand.

All in one real JupyterLab, near and, with ``--round-trips 0 200``, also 200 ms away.

Run from the repository's root, where hesswidget and ipympl are installed (``pip install -e '.[bench]'``)::

    python -m tests.benchmarks.slider_latency [--repeats 4] [--round-trips 0 200] [--quick]

Latency is from a trusted key event's own time stamp to the paint of the last picture before 400 ms of silence that
differs visibly from the one before. The drag is made of real mouse moves, 60 a second; different pictures are counted.
The sliders are x, where only the point moves, and b, where the landscape changes too. Each contestant has a fresh
notebook and kernel in every repeat, and every other repeat takes them in the reverse order. No time is asserted.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser

from benchmarks.contestants import CONTESTANTS, Contestant
from benchmarks.delay import delayed
from benchmarks.measure import Measured, measure, watch
from browser.chromium import chromium
from browser.jupyter_server import JupyterServer, jupyter_server
from browser.notebook import Notebook

SLIDERS = ("x", "b")
PRESSES, QUICK_PRESSES = 20, 6
WINDOW = (1280, 1300)  # as high as it takes to see every contestant's picture and sliders at once
PACKAGES = ["jupyterlab", "ipykernel", "ipywidgets", "anywidget", "ipympl", "matplotlib", "numpy", "autograd"]

Results = dict[tuple[str, str, int], Measured]  # by contestant, slider, and round trip in ms


def main() -> None:
    options = arguments()
    contestants = [c for c in CONTESTANTS if not options.only or any(part in c.name for part in options.only)]
    if "ipympl" not in versions():
        contestants = [c for c in contestants if c.key != "ipympl"]
        print("ipympl is not installed, and left out")
    results: Results = {
        (c.name, slider, trip): Measured()
        for trip, c, slider in product(options.round_trips, contestants, SLIDERS)
    }
    before = load()
    with (
        tempfile.TemporaryDirectory() as folder,
        jupyter_server(Path(folder)) as server,
        chromium() as browser,
    ):
        for trip in options.round_trips:
            with delayed(server, trip / 1000) as far:
                for contestant in order(contestants, options.repeats):
                    run(browser, far, contestant, trip, options, results)
        chromium_version = browser.version
    notes = [
        f"load average {before} before, {load()} after, on {os.cpu_count()} cores ({platform.machine()})",
        f"headless Chromium {chromium_version}, window {WINDOW[0]} × {WINDOW[1]}",
        f"Python {platform.python_version()}, "
        + ", ".join(f"{name} {number}" for name, number in versions().items()),
        moves_per_second(results),
    ]
    print("\n".join(["", *table(results), "", *ratios(results), "", *(f"* {note}" for note in notes)]))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--repeats", type=int, default=4, help="how often each contestant is measured (default 4)"
    )
    parser.add_argument(
        "--round-trips", type=int, nargs="+", default=[0], help="added delays in ms (default 0)"
    )
    parser.add_argument("--only", nargs="+", help="contestants whose names have one of these parts")
    parser.add_argument("--seconds", type=float, default=3, help="length of each drag (default 3)")
    parser.add_argument(
        "--quick", action="store_true", help=f"one repeat, {QUICK_PRESSES} keys, a drag of 1 s"
    )
    options = parser.parse_args()
    options.presses = PRESSES
    if options.quick:
        options.repeats, options.seconds, options.presses = 1, 1, QUICK_PRESSES
    return options


def order(contestants: list[Contestant], repeats: int) -> Iterator[Contestant]:
    """A B C, C B A, A B C, ..., so that a drift of the machine falls on all alike."""
    for repeat in range(repeats):
        yield from reversed(contestants) if repeat % 2 else contestants


def run(
    browser: Browser,
    server: JupyterServer,
    contestant: Contestant,
    trip: int,
    options: argparse.Namespace,
    into: Results,
) -> None:
    notebook = Notebook(browser, server, "lab", WINDOW)
    try:
        notebook.open([contestant.cell])
        watch(notebook, contestant)
        for slider in SLIDERS:
            print(f"{contestant.name}: {slider}, {trip} ms away", flush=True)
            measured = into[contestant.name, slider, trip]
            measure(notebook, contestant, slider, options.presses, options.seconds, measured)
        notebook.check_network()
    finally:
        notebook.close()


def table(results: Results) -> list[str]:
    rows = [
        "| ms away | contestant | slider | keys answered | p50 ms | p95 ms | pictures/s | last value arrived |"
    ]
    rows.append("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for (name, slider, trip), measured in results.items():
        answered = len(measured.latencies)
        keys = f"{answered} of {answered + measured.unanswered}"
        times = [f"{percentile(measured, q):.0f}" for q in (50, 95)]
        rate = f"{np.mean(measured.rates):.0f}"
        lost = [said for said in measured.arrived if said != "yes"]
        arrived = f"{len(measured.arrived) - len(lost)} of {len(measured.arrived)}"
        cells = [str(trip), name, slider, keys, *times, rate, "; ".join([arrived, *lost])]
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def ratios(results: Results) -> list[str]:
    first = next(iter(results))[0]
    return [
        f"{name} / {first}, p50, slider {slider}, {trip} ms away: "
        f"{percentile(measured, 50) / percentile(results[first, slider, trip], 50):.1f}"
        for (name, slider, trip), measured in results.items()
        if name != first
    ]


def percentile(measured: Measured, q: float) -> float:
    return float(np.percentile(measured.latencies, q)) if measured.latencies else float("nan")


def moves_per_second(results: Results) -> str:
    """How many moves Chromium took: it takes none while a page is busy, as it merges those of a real mouse."""
    moves: dict[str, list[float]] = {}
    for (name, *_), measured in results.items():
        moves.setdefault(name, []).extend(measured.moves)
    said = [f"{name} {min(rates):.0f} to {max(rates):.0f}" for name, rates in moves.items()]
    return "mouse moves taken a second in the drags: " + ", ".join(said)


def versions() -> dict[str, str]:
    """Of those packages that are installed."""
    found = {}
    for name in PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def load() -> str:
    return " ".join(f"{average:.1f}" for average in os.getloadavg())


if __name__ == "__main__":
    main()
