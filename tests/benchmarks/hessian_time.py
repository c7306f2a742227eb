"""How long a Hessian takes: hw.compile with NumPy and JAX, autograd, jitted JAX and torch.func; one run, float64.

Run from the repository's root (``pip install -e '.[bench]'``)::

    python -m tests.benchmarks.hessian_time [--repeats 7] [--threads 1]

Each cell is the least of several medians: of batches that take turns, so that a drift of the machine falls on all
alike. Recording, tracing and compiling are not in it; they are listed beside it. The Hessians are compared first: a
contestant that differs by more than 1e-9 of the largest entry is not timed. No time is asserted.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

SIZES = (2, 10, 33, 100, 300, 1000)
AGREEMENT = 1e-9
BATCH_SECONDS = 0.15

Hessian = Callable[[np.ndarray], Any]


def rosenbrock(np_: Any, n: int) -> Callable[[Any], Any]:
    """Rosenbrock's function, chained."""
    return lambda x: np_.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def logistic(np_: Any, n: int) -> Callable[[Any], Any]:
    """Mean logistic loss on 500 samples, with a ridge."""
    random = np.random.default_rng(1)
    data = random.standard_normal((500, n)) / np.sqrt(n)
    labels = (random.uniform(size=500) < 0.5).astype(float)
    inputs, targets = _constants(np_, data, labels)

    def loss(w: Any) -> Any:
        score = inputs @ w
        return np_.mean(np_.logaddexp(score * 0.0, score) - targets * score) + 0.005 * np_.sum(w**2)

    return loss


def network(np_: Any, n: int) -> Callable[[Any], Any]:
    """Half the mean squared error on 100 samples: a 1-h-1 tanh network, or at n = 33 a 2-8-1 one with biases."""
    random = np.random.default_rng(2)
    width = 2 if n == 33 else 1
    data = random.uniform(-1, 1, (100, width))
    inputs, targets = _constants(np_, data, np.sin(2 * data[:, 0]))

    def loss(w: Any) -> Any:
        if n == 33:
            hidden = np_.tanh(inputs @ np_.reshape(w[:16], (8, 2)).T + w[16:24])
            residual = hidden @ w[24:32] + w[32] - targets
        else:
            hidden = np_.tanh(inputs * w[: n // 2])
            residual = hidden @ w[n // 2 :] - targets
        return np_.mean(residual**2) / 2 + 0.0005 * np_.sum(w**2)

    return loss


def _constants(np_: Any, *arrays: np.ndarray) -> list[Any]:
    return [np_.asarray(a) for a in arrays] if np_.__name__ == "torch" else list(arrays)


PROBLEMS = {"Rosenbrock": rosenbrock, "logistic, 500": logistic, "tanh net, 100": network}


def autograd_hessian(problem: Callable[..., Any], n: int) -> Hessian:
    import autograd
    import autograd.numpy as anp

    return autograd.hessian(problem(anp, n))


def compiled_hessian(problem: Callable[..., Any], n: int) -> Hessian:
    import autograd.numpy as anp

    import hesswidget as hw

    return hw.compile(problem(anp, n), start(n)).hessian


def compiled_with_jax(problem: Callable[..., Any], n: int) -> Hessian:
    import autograd.numpy as anp
    import jax  # noqa: F401  # whoever has none sees no such column, by ImportError

    import hesswidget as hw

    return hw.compile(problem(anp, n), start(n), backend="jax").hessian


def jax_hessian(problem: Callable[..., Any], n: int) -> Hessian:
    import jax

    jax.config.update("jax_enable_x64", True)
    function = jax.jit(jax.hessian(problem(jax.numpy, n)))
    return lambda x: function(x).block_until_ready()


def torch_hessian(problem: Callable[..., Any], n: int) -> Hessian:
    import torch

    function = torch.func.hessian(problem(torch, n))
    return lambda x: function(torch.from_numpy(x))


CONTESTANTS: dict[str, Callable[[Callable[..., Any], int], Hessian]] = {
    "hesswidget": compiled_hessian,
    "hesswidget, JAX": compiled_with_jax,
    "autograd": autograd_hessian,
    "jax.jit": jax_hessian,
    "torch.func": torch_hessian,
}


@dataclass
class Cell:
    """What one contestant needs for one problem: seconds a Hessian, by batch, and to get ready."""

    ready: float
    batches: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return min(self.batches, default=float("nan"))


def start(n: int) -> np.ndarray:
    return 0.5 * np.cos(np.arange(float(n)))


def measure(problem: Callable[..., Any], n: int, repeats: int) -> dict[str, Cell]:
    x = start(n)
    calls: dict[str, Hessian] = {}
    cells: dict[str, Cell] = {}
    exact: np.ndarray | None = None
    for name in ("autograd", *(c for c in CONTESTANTS if c != "autograd")):
        began = time.perf_counter()
        try:
            call = CONTESTANTS[name](problem, n)
            found = np.asarray(call(x))
        except ImportError:
            continue
        cells[name] = Cell(time.perf_counter() - began)
        exact = found if exact is None else exact
        apart = np.abs(found - exact).max() / np.abs(exact).max()
        if apart <= AGREEMENT:
            calls[name] = call
        else:
            print(f"{name} differs by {apart:.1e} at n = {n}")
    for _ in range(repeats):
        for name, call in calls.items():
            cells[name].batches.append(batch(call, x))
    return cells


def batch(call: Hessian, x: np.ndarray) -> float:
    """Return the median time of a call, of at least three and about `BATCH_SECONDS` of them."""
    times: list[float] = []
    began = time.perf_counter()
    while len(times) < 3 or time.perf_counter() - began < BATCH_SECONDS:
        before = time.perf_counter()
        call(x)
        times.append(time.perf_counter() - before)
    return float(np.median(times))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--repeats", type=int, default=7, help="batches of each contestant (default 7)")
    parser.add_argument(
        "--threads", type=int, default=0, help="BLAS threads; 0 leaves them as they are (default)"
    )
    options = parser.parse_args()
    if options.threads:
        import threadpoolctl

        threadpoolctl.threadpool_limits(options.threads)
        try:
            import torch

            torch.set_num_threads(options.threads)
        except ImportError:
            pass
    names = list(CONTESTANTS)
    print(
        f"| problem | n | {' | '.join(f'{n}, µs' for n in names)} "
        "| autograd / ours | ours / jax | ours with JAX / jax | ready, ms |"
    )
    print("| --- " * (len(names) + 6) + "|")
    for label, problem in PROBLEMS.items():
        for n in SIZES:
            cells = measure(problem, n, options.repeats)
            times = {name: cells[name].seconds if name in cells else float("nan") for name in names}
            ready = ", ".join(f"{name} {1e3 * cells[name].ready:.0f}" for name in names if name in cells)
            row = [label, str(n), *(f"{1e6 * times[name]:.0f}" for name in names)]
            row += [
                f"{times['autograd'] / times['hesswidget']:.1f}",
                f"{times['hesswidget'] / times['jax.jit']:.2f}",
                f"{times['hesswidget, JAX'] / times['jax.jit']:.2f}",
            ]
            print(f"| {' | '.join([*row, ready])} |", flush=True)
    load = " ".join(f"{a:.1f}" for a in os.getloadavg())
    python = platform.python_version()
    print(f"\n* Python {python}, NumPy {np.__version__}, {os.cpu_count()} cores, load {load} at the end")


if __name__ == "__main__":
    main()
