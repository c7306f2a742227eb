"""How long recording takes against a function's length: iterated maps, integrators, deep networks, unrolled solvers.

Run from the repository's root::

    python -m tests.benchmarks.recording_time [--lengths 25 50 100 200] [--repeats 3] [--limit 60]

For each function and length: the operations of the program of value, gradient and Hessian that `hesswidget.compile`
records, and the seconds until it is recorded and until an explorer is ready, which records more programs and checks
them; each the least of some repeats in one fresh process, which is ended at the limit. The growth is the exponent p of
seconds ∝ operationsᵖ from one length to the next, once it is seconds that are compared and not the start: linear is 1.
No time is asserted.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import autograd.numpy as np
import numpy

import hesswidget as hw

ROOT = Path(__file__).parents[2]


def logistic_map(length: int) -> tuple[Callable[..., Any], dict[str, Any]]:
    """An iterate of the logistic map (May, 1976); its rate is a parameter."""

    def iterate(x: Any, r: Any = 3.2) -> Any:
        for _ in range(length):
            x = r * x * (1 - x)
        return x

    return iterate, {"x": (0.0, 1.0), "r": (2.5, 4.0)}


def pendulum(length: int) -> tuple[Callable[..., Any], dict[str, Any]]:
    """The energy of a pendulum after some steps of Euler's explicit method, of a total time of 1."""

    def energy(q: Any, p: Any, time: Any = 1.0) -> Any:
        step = time / length
        for _ in range(length):
            q, p = q + step * p, p - step * np.sin(q)
        return p**2 / 2 + 1 - np.cos(q)

    return energy, {"q": (-2.0, 2.0), "p": (-2.0, 2.0), "time": (0.1, 2.0)}


def network(length: int) -> tuple[Callable[..., Any], dict[str, Any]]:
    """The loss of a residual tanh network of that many layers with one shared weight and bias, on one sample."""

    def loss(w: Any, b: Any, x: Any = 0.7) -> Any:
        h = x
        for _ in range(length):
            h = h + np.tanh(w * h + b) / length
        return (h - 0.5) ** 2

    return loss, {"w": (-1.0, 1.0), "b": (-1.0, 1.0), "x": (0.1, 1.0)}


def newton(length: int) -> tuple[Callable[..., Any], dict[str, Any]]:
    """The residual that some steps of Newton's method leave of Kepler's equation."""

    def residual(mean: Any, start: Any, eccentricity: Any = 0.5) -> Any:
        e = start
        for _ in range(length):
            e = e - (e - eccentricity * np.sin(e) - mean) / (1 - eccentricity * np.cos(e))
        return (e - eccentricity * np.sin(e) - mean) ** 2 + 0.01 * (e - start) ** 2

    return residual, {"mean": (0.5, 2.5), "start": (0.5, 2.5), "eccentricity": (0.1, 0.7)}


def chain(length: int) -> tuple[Callable[..., Any], dict[str, Any]]:
    """A parabola whose curvature is a long function of a parameter, and of nothing else."""

    def parabola(x: Any, a: Any = 0.5) -> Any:
        c = a
        for _ in range(length):
            c = np.sin(c) * np.cos(c) + 0.1
        return c * x**2

    return parabola, {"x": (-1.0, 1.0), "a": (0.0, 1.0)}


FUNCTIONS = {f.__name__: f for f in (logistic_map, pendulum, network, newton, chain)}


@dataclass(frozen=True)
class Measured:
    """What recording one function took, in seconds, and what came of it."""

    operations: int
    compiled: float
    explored: float
    engine: str


def measure(name: str, length: int, repeats: int) -> Measured:
    """Record a function for `compile` and for an explorer, and take the least time of each."""
    function, ranges = FUNCTIONS[name](length)
    middle = {a: (low + high) / 2 for a, (low, high) in ranges.items()}
    compiled, explored = [], []
    for _ in range(repeats):
        began = time.perf_counter()
        program = hw.compile(function, **middle).program
        between = time.perf_counter()
        explorer = hw.explore(function, **ranges)
        compiled.append(between - began)
        explored.append(time.perf_counter() - between)
    return Measured(program.count, min(compiled), min(explored), explorer.engine)


def measured_apart(name: str, length: int, repeats: int, limit: float) -> Measured | str:
    """Measure in a process of its own; what went wrong, in words, if it took too long or failed."""
    command = [sys.executable, "-m", "tests.benchmarks.recording_time"]
    command += ["--one", name, "--lengths", str(length), "--repeats", str(repeats)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return f"over {limit:g} s"
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no words"])[-1][:80]
    return Measured(**json.loads(done.stdout))


def growth(before: Measured | str | None, after: Measured) -> str:
    """Return the exponent of an explorer's seconds against operations."""
    if not isinstance(before, Measured) or before.operations == after.operations:
        return ""
    return (
        f"{math.log(after.explored / before.explored) / math.log(after.operations / before.operations):.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--lengths", type=int, nargs="+", default=[25, 50, 100, 200], help="steps, or layers")
    parser.add_argument("--repeats", type=int, default=3, help="of which the least counts (default 3)")
    parser.add_argument("--limit", type=float, default=60, help="seconds for one function and length")
    parser.add_argument("--only", nargs="+", choices=FUNCTIONS, default=list(FUNCTIONS), help="functions")
    parser.add_argument("--one", choices=FUNCTIONS, help=argparse.SUPPRESS)  # measure, here and now
    options = parser.parse_args()
    if options.one:
        print(json.dumps(asdict(measure(options.one, options.lengths[0], options.repeats))))
        return
    print(
        "| function | length | operations | compile, s | explore, s | explore, µs / operation | growth | engine |"
    )
    print("| --- " * 8 + "|")
    for name in options.only:
        before: Measured | str | None = None
        for length in options.lengths:
            found = measured_apart(name, length, options.repeats, options.limit)
            cells = [name, str(length)]
            if isinstance(found, str):
                cells += ["", "", found, "", "", ""]
            else:
                per_operation = f"{1e6 * found.explored / found.operations:.0f}"
                cells += [str(found.operations), f"{found.compiled:.2f}", f"{found.explored:.2f}"]
                cells += [per_operation, growth(before, found), found.engine]
            print(f"| {' | '.join(cells)} |", flush=True)
            before = found
    load = " ".join(f"{a:.1f}" for a in os.getloadavg())
    versions = f"Python {platform.python_version()}, NumPy {numpy.__version__}"
    print(f"\n* {versions}, {os.cpu_count()} cores, load {load} at the end")


if __name__ == "__main__":
    main()
