"""How long the five largest eigenvalues of a network's Hessian take, and how much memory; float64, one thread.

Run from the repository's root (``pip install -e '.[bench]'``, and ``curvlinops-for-pytorch`` to have it too)::

    python -m tests.benchmarks.spectrum_time [--sizes 1000 10000 100000 1000000]

The network is 16-m-8-4 with tanh, on 64 samples, the same in all. Contestants are hw.spectrum with NumPy and with JAX;
SciPy's ``eigsh`` on products of ``jax.jvp`` of ``jax.grad`` (jitted), of ``torch.func.jvp`` of ``grad``, of curvlinops;
and the method of PyHessian: power iteration by double backward, one eigenvector after another. Each runs in a process
of its own, which says its peak of memory beyond what its libraries take. What is recorded or compiled is beside.
Eigenvalues are compared first: who differs by more than 1e-6 of the largest is marked. No time is asserted.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

K, SAMPLES, INPUTS, MIDDLE, OUTPUTS = 5, 64, 16, 8, 4
AGREEMENT = 1e-6
MOST_PRODUCTS = 2_000


def width_of(n: int) -> int:
    """The width that makes about n weights."""
    return max(1, (n - MIDDLE - OUTPUTS * (MIDDLE + 1)) // (INPUTS + 1 + MIDDLE))


def problem(n: int) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Weights, inputs and targets."""
    random, m = np.random.default_rng(0), width_of(n)
    shapes = [(INPUTS, m), (m,), (m, MIDDLE), (MIDDLE,), (MIDDLE, OUTPUTS), (OUTPUTS,)]
    weights = [random.standard_normal(s) / np.sqrt(s[0]) if len(s) == 2 else np.zeros(s) for s in shapes]
    return weights, random.standard_normal((SAMPLES, INPUTS)), random.standard_normal((SAMPLES, OUTPUTS))


def loss_of(np_: Any, weights: Any, inputs: Any, targets: Any) -> Any:
    """Half the mean of squares."""
    W1, b1, W2, b2, W3, b3 = weights
    hidden = np_.tanh(np_.tanh(inputs @ W1 + b1) @ W2 + b2)
    return ((hidden @ W3 + b3 - targets) ** 2).sum() / (2 * SAMPLES)


def unflattened(weights: list[np.ndarray]) -> Callable[[Any], list[Any]]:
    """How a vector becomes weights."""
    ends = np.cumsum([0, *(w.size for w in weights)])
    return lambda v: [v[a:b].reshape(w.shape) for w, a, b in zip(weights, ends, ends[1:], strict=False)]


def by_hesswidget(backend: str, n: int) -> tuple[Any, Any, Any]:
    import autograd.numpy as anp

    import hesswidget as hw

    weights, inputs, targets = problem(n)

    def loss(params: Any) -> Any:
        return loss_of(anp, params, inputs, targets)

    compiled = hw.compile(loss, weights, backend=backend)
    point = compiled.problem.start
    compiled.hvp(point, np.ones(len(point)))
    compiled.gradient(point)

    def largest() -> np.ndarray:
        found = hw.spectrum(
            loss, weights, k=K, probes=1, steps=2, seconds=600.0, mode="extreme", backend=backend
        )
        return np.asarray(found.largest.values)

    return lambda v: compiled.hvp(point, v), lambda: compiled.gradient(point), largest


def by_jax(n: int) -> tuple[Any, Any, Any]:
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    weights, inputs, targets = problem(n)
    split = unflattened(weights)
    start = jnp.concatenate([jnp.ravel(w) for w in weights])
    gradient = jax.jit(jax.grad(lambda v: loss_of(jnp, split(v), inputs, targets)))
    product = jax.jit(lambda v: jax.jvp(gradient, (start,), (v,))[1])
    return (
        lambda v: np.asarray(product(v)),
        lambda: np.asarray(gradient(start)),
        lambda: eigsh_of(lambda v: np.asarray(product(v)), len(start)),
    )


def by_torch(n: int) -> tuple[Any, Any, Any]:
    import torch

    torch.set_num_threads(1)
    weights, inputs, targets = problem(n)
    split = unflattened(weights)
    start = torch.cat([torch.from_numpy(w).ravel() for w in weights])
    x, y = torch.from_numpy(inputs), torch.from_numpy(targets)
    gradient = torch.func.grad(lambda v: loss_of(torch, split(v), x, y))

    def product(v: np.ndarray) -> np.ndarray:
        return np.asarray(torch.func.jvp(gradient, (start,), (torch.from_numpy(np.array(v)).ravel(),))[1])

    return product, lambda: gradient(start), lambda: eigsh_of(product, len(start))


def by_power_iteration(n: int) -> tuple[Any, Any, Any]:
    """PyHessian's method: double backward, power iteration to 1e-3 with deflation, made as accurate as the others."""
    import torch

    torch.set_num_threads(1)
    weights, inputs, targets = problem(n)
    leaves = [torch.from_numpy(w).requires_grad_() for w in weights]
    x, y = torch.from_numpy(inputs), torch.from_numpy(targets)
    split = unflattened(weights)
    slopes = torch.autograd.grad(loss_of(torch, leaves, x, y), leaves, create_graph=True)

    def product(v: np.ndarray) -> np.ndarray:
        parts = [torch.from_numpy(np.ascontiguousarray(p)) for p in split(v)]
        found = torch.autograd.grad(slopes, leaves, parts, retain_graph=True)
        return np.concatenate([np.asarray(part).ravel() for part in found])

    def largest() -> np.ndarray:
        random, known, count = np.random.default_rng(0), [], 0
        size = sum(w.size for w in weights)
        while len(known) < K and count < MOST_PRODUCTS:
            v = random.standard_normal(size)
            before = np.inf
            while count < MOST_PRODUCTS:
                v -= sum((u * (u @ v) for _, u in known), np.zeros(size))
                v /= np.linalg.norm(v)
                image, count = product(v), count + 1
                value = float(v @ image)
                if abs(value - before) <= 1e-8 * abs(value):
                    break
                before, v = value, image
            known.append((value, v / np.linalg.norm(v)))
        return np.array([value for value, _ in known])

    return product, lambda: torch.autograd.grad(loss_of(torch, leaves, x, y), leaves), largest


def by_curvlinops(n: int) -> tuple[Any, Any, Any]:
    import torch
    from curvlinops import HessianLinearOperator

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    weights, inputs, targets = problem(n)
    W1, b1, W2, b2, W3, b3 = (torch.from_numpy(w) for w in weights)
    layers = [torch.nn.Linear(w.shape[0], w.shape[1]) for w in (W1, W2, W3)]
    for layer, w, b in zip(layers, (W1, W2, W3), (b1, b2, b3), strict=True):
        layer.weight.data, layer.bias.data = w.T.contiguous(), b
    model = torch.nn.Sequential(layers[0], torch.nn.Tanh(), layers[1], torch.nn.Tanh(), layers[2])
    data = [(torch.from_numpy(inputs), torch.from_numpy(targets))]

    mean = torch.nn.MSELoss(
        reduction="mean"
    )  # of all outputs, where the others have half of those of a sample
    operator = HessianLinearOperator(
        model, mean, [*model.parameters()], data, check_deterministic=False
    ).to_scipy()
    size = operator.shape[0]

    def product(v: np.ndarray) -> np.ndarray:
        return np.asarray(OUTPUTS / 2 * operator.matvec(v))

    return product, lambda: mean(model(data[0][0]), data[0][1]).backward(), lambda: eigsh_of(product, size)


def eigsh_of(product: Callable[[np.ndarray], np.ndarray], n: int) -> np.ndarray:
    """SciPy's, from the largest on."""
    from scipy.sparse.linalg import LinearOperator, eigsh

    operator = LinearOperator((n, n), matvec=lambda v: product(np.ravel(v)), dtype=float)
    start = np.random.default_rng(0).standard_normal(n)
    return np.sort(eigsh(operator, k=K, which="LA", v0=start, tol=1e-8, return_eigenvectors=False))[::-1]


CONTESTANTS: dict[str, Callable[[int], tuple[Any, Any, Any]]] = {
    "hw.spectrum, NumPy": lambda n: by_hesswidget("numpy", n),
    "hw.spectrum, JAX": lambda n: by_hesswidget("jax", n),
    "jax.jvp of grad, eigsh": by_jax,
    "torch.func, eigsh": by_torch,
    "curvlinops, eigsh": by_curvlinops,
    "power iteration": by_power_iteration,
}


def run(name: str, n: int) -> dict[str, Any]:
    """Measure one contestant, in this process."""
    from hesswidget.derivatives.blas import one_blas_thread

    began = time.perf_counter()
    with one_blas_thread():
        product, gradient, largest = CONTESTANTS[name](n)
        size = sum(w.size for w in problem(n)[0])
        v = np.random.default_rng(1).standard_normal(size)
        product(v), gradient()
        made = time.perf_counter() - began
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ratio = _least(lambda: product(v)) / _least(gradient)
        now = time.perf_counter()
        values = largest()
        taken = time.perf_counter() - now
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {
        "n": size,
        "made": made,
        "ratio": ratio,
        "seconds": taken,
        "megabytes": peak / 1024,
        "values": values.tolist(),
    }


def _least(call: Callable[[], Any]) -> float:
    times = []
    for _ in range(5):
        now = time.perf_counter()
        call()
        times.append(time.perf_counter() - now)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--one", nargs=2)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(run(given.one[0], int(given.one[1]))))
        return
    for n in given.sizes:
        true: np.ndarray | None = None
        for name in CONTESTANTS:
            command = [sys.executable, "-m", "tests.benchmarks.spectrum_time", "--one", name, str(n)]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                print(f"n = {n:>9,}  {name:<24} not run: {done.stderr.strip().splitlines()[-1][:90]}")
                continue
            found = json.loads(done.stdout.strip().splitlines()[-1])
            values = np.array(found["values"])
            true = values if true is None else true
            differs = len(values) < K or bool(np.abs(values - true).max() > AGREEMENT * true[0])
            beside = f"product / gradient {found['ratio']:4.2f}; made ready in {found['made']:.2f} s"
            cost = f"top {K} in {found['seconds']:8.3f} s, {found['megabytes']:7.0f} MB more"
            print(f"n = {found['n']:>9,}  {name:<24} {cost}; {beside}{'; differs' * differs}")


if __name__ == "__main__":
    main()
