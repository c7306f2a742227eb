"""Random compositions: recorded once, they say at any point what autograd says, in NumPy, in batches, in TypeScript."""

from __future__ import annotations

import autograd.numpy as np
import numpy as onp
import pytest
from autograd.numpy import linalg
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from hesswidget.program import batching
from program.corpus import TOLERANCE, Case, normal
from program.recording import (
    EXTREMES,
    assert_same,
    derivative_program,
    derivatives,
    flat,
    named,
    run,
    size_of_cancelled,
    value_program,
)
from program.test_batching import ROWS, assert_batches
from program.test_replay import assert_replayed

# Compositions lose a digit or two where a function is steep, as autograd's own do; a wrong rule is off by far more.
COMPOSED = 100 * TOLERANCE

# Each building block takes two arrays of at most three axes, and a source of whole numbers; none is steep, and each
# is smooth but at places that random numbers do not meet, so that no comparison hangs on the last digit.


def _axis(x, k):
    return k % x.ndim - (x.ndim if k % 2 else 0) if x.ndim else None


def _axes(x, k):
    axes = tuple(a for a in range(x.ndim) if k >> a & 1)
    return tuple(a - x.ndim if k & 8 else a for a in (axes[::-1] if k & 16 else axes))


def _broadcastable(x, y):
    try:
        onp.broadcast_shapes(onp.shape(x), onp.shape(y))
    except ValueError:
        return x, np.mean(y)
    return x, y


def _binary(f):
    return lambda x, y, k: f(*_broadcastable(x, y))


def _tamed(f):
    return lambda x, y, k: f(np.tanh(x))


def _index(x, y, k):
    rng = onp.random.default_rng(k)
    parts = []
    for extent in x.shape:
        kind = rng.integers(5)
        if kind == 0:
            parts.append(int(rng.integers(-extent, extent)) if extent else slice(None))
        elif kind == 1:
            parts.append(slice(None, None, int(rng.choice([-2, -1, 1, 2]))))
        elif kind == 2:
            parts.append(slice(int(rng.integers(0, extent + 1)) - 1 if extent else None, None))
        elif kind == 3 and extent and not any(isinstance(p, onp.ndarray) for p in parts):
            parts.append(rng.integers(-extent, extent, size=int(rng.integers(1, 4))))
        elif kind == 4 and extent and not any(isinstance(p, onp.ndarray) for p in parts):
            parts.append(rng.random(extent) < 0.7)
        else:
            parts.append(slice(None))
    if k % 3 == 0 and len(parts) < 3:
        parts.insert(int(rng.integers(0, len(parts) + 1)), None)
    if k % 5 == 0 and parts and isinstance(parts[-1], slice):
        parts[-1] = Ellipsis
    return x[tuple(parts)]


def _reduced(f):
    def reduce(x, y, k):
        axes = _axes(x, k)
        if any(x.shape[a] == 0 for a in axes) or not axes:
            return x
        return f(x, axis=axes if len(axes) > 1 else axes[0], keepdims=bool(k & 32))

    return reduce


def _reduced_by_one(f):
    return lambda x, y, k: f(x, axis=_axis(x, k), keepdims=bool(k & 32)) if x.ndim and x.size else x


def _square(x):
    """Return a regular 2 by 2 matrix."""
    a = np.tanh(np.sum(x)) if x.size else 0.3
    b = np.tanh(np.ravel(x)[0]) if x.size else 0.1
    return np.array([[3.0 + a, b], [-b * a, 2.5 - b]])


def _einsum(x, y, k):
    letters = "abc"[: x.ndim]
    if not letters:
        return np.einsum(",...->...", x, y)
    weights = onp.linspace(0.5, 1.5, x.shape[k % x.ndim])
    one = letters[k % x.ndim]
    out = letters[::-1] if k & 4 else letters.replace(one, "") if k & 8 else letters
    return np.einsum(f"{letters},{one}->{out}", x, weights)


def _small(x):
    return np.ravel(x)[:3]


BLOCKS = {
    "add": _binary(lambda x, y: x + y),
    "subtract": _binary(lambda x, y: x - 0.5 * y),
    "multiply": _binary(lambda x, y: x * np.tanh(y)),
    "divide": _binary(lambda x, y: x / (1.5 + y**2)),
    "hypot": _binary(lambda x, y: np.hypot(1.0 + np.tanh(x) ** 2, y)),
    "logaddexp": _binary(lambda x, y: np.logaddexp(x, -y)),
    "arctan2": _binary(lambda x, y: np.arctan2(x, 2 + np.tanh(y))),
    "maximum": _binary(lambda x, y: np.maximum(x, 0.7310) + np.minimum(0.2917, y)),
    "where": _binary(lambda x, y: np.where(x > 0.3141, np.sin(x) + 0 * y, y + 0 * x)),
    "power": _binary(lambda x, y: (1.2 + np.tanh(x) ** 2) ** np.tanh(y)),
    "powers": lambda x, y, k: (1.5 + np.tanh(x)) ** [0, 1, 2, 3, 4, -1, -2, 0.5, -0.5, 1.5][k % 10],
    "sin": _tamed(np.sin),
    "exp": _tamed(np.exp),
    "log1p": lambda x, y, k: np.log1p(x**2),
    "sqrt": lambda x, y, k: np.sqrt(1.0 + x**2),
    "arctan": lambda x, y, k: np.arctan(x),
    "sinc": lambda x, y, k: np.sinc(1.5 + 0.3 * np.tanh(x)),
    "negative": lambda x, y, k: -x,
    "constant": lambda x, y, k: (k % 7 - 3) * x / (1 + k % 2) + k % 3,
    "sum": _reduced(np.sum),
    "mean": _reduced(np.mean),
    "var": _reduced(np.var),
    "prod": _reduced_by_one(lambda x, **o: np.prod(1.1 + 0.2 * np.tanh(x), **o)),
    "std": _reduced_by_one(lambda x, **o: np.std(np.concatenate([x, 0 * x + 2.0], axis=o["axis"]), **o)),
    "cumsum": lambda x, y, k: np.cumsum(np.tanh(x), axis=k % x.ndim) if x.ndim else x,
    "reshape": lambda x, y, k: np.reshape(x, (-1,) if k % 2 else x.shape[::-1]),
    "transpose": lambda x, y, k: np.transpose(x, onp.random.default_rng(k).permutation(x.ndim)),
    "swapaxes": lambda x, y, k: np.swapaxes(x, k % x.ndim, -1 - (k // 3) % x.ndim) if x.ndim else x,
    "moveaxis": lambda x, y, k: np.moveaxis(x, k % x.ndim, (k // 3) % x.ndim) if x.ndim else x,
    "expand_dims": lambda x, y, k: np.expand_dims(x, k % (x.ndim + 1)) if x.ndim < 3 else np.squeeze(x),
    "index": _index,
    "twice": lambda x, y, k: _index(_index(x, y, k), y, k // 7),
    "roll": lambda x, y, k: np.roll(x, k % 5 - 2, axis=k % x.ndim) if x.ndim else x,
    "tile": lambda x, y, k: np.tile(x, (2,) * x.ndim) if x.size < 20 and x.ndim else x,
    "repeat": lambda x, y, k: np.repeat(x, 2, axis=k % x.ndim) if x.size < 20 and x.ndim else x,
    "stack": lambda x, y, k: (
        np.stack([x, np.sin(x)], axis=k % (x.ndim + 1)) if x.ndim < 3 and x.size < 20 else x
    ),
    "concatenate": lambda x, y, k: np.concatenate([x, -x], axis=k % x.ndim) if x.ndim and x.size < 20 else x,
    "array": lambda x, y, k: (
        np.array([[np.sum(x), 1.0], [np.mean(y) if y.size else 0.0, 2.0]]) / (1 + onp.size(x))
    ),
    "diag": lambda x, y, k: np.diag(_small(x)),
    "tril": lambda x, y, k: np.tril(x, k % 3 - 1) if x.ndim >= 2 else x,
    "pad": lambda x, y, k: np.pad(x, 1, "constant") if x.size < 10 and x.ndim else x,
    "diff": lambda x, y, k: np.diff(x, axis=k % x.ndim) if x.ndim and x.shape[k % x.ndim] > 1 else x,
    "dot": lambda x, y, k: np.dot(np.tanh(_small(x)), np.tanh(_small(y))) if x.size > 2 and y.size > 2 else x,
    "matmul": lambda x, y, k: x @ np.swapaxes(np.tanh(x), -1, -2) / (1 + x.shape[-1]) if x.ndim >= 2 else x,
    "matrix and vector": lambda x, y, k: x @ onp.cos(onp.arange(x.shape[-1])) if x.ndim else x,
    "tensordot": lambda x, y, k: np.tensordot(x, np.tanh(x), (list(range(x.ndim)),) * 2) / (1 + x.size),
    "outer": lambda x, y, k: np.outer(np.tanh(_small(x)), _small(y)),
    "kron": lambda x, y, k: np.kron(_small(x), np.tanh(_small(y))) if x.size and y.size else x,
    "einsum": _einsum,
    "einsum of three": lambda x, y, k: np.einsum("i,j,k->kj", *(np.tanh(_small(v)) for v in (x, y, x))),
    "solve": lambda x, y, k: linalg.solve(_square(x), np.array([np.sum(np.tanh(x)), 1.0])),
    "inv": lambda x, y, k: linalg.inv(_square(x)),
    "det": lambda x, y, k: linalg.det(_square(x)) / 5,
    "slogdet": lambda x, y, k: linalg.slogdet(_square(x))[1],
    "norm": lambda x, y, k: linalg.norm(np.append(np.tanh(x), 1.0), [None, 2, 3][k % 3]),
}

steps = st.lists(
    st.tuples(st.sampled_from(sorted(BLOCKS)), st.integers(0, 30), st.integers(0, 30), st.integers(0, 10**4)),
    min_size=1,
    max_size=8,
)
shapes = st.lists(st.lists(st.integers(1, 3), max_size=3).map(tuple), min_size=1, max_size=2)
SETTINGS = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)


def composed(plan):
    """Return the function that a plan describes."""

    def function(*inputs):
        made = list(inputs)
        for name, one, other, k in plan:
            result = BLOCKS[name](made[-1 - one % len(made)], made[other % len(made)], k)
            made.append(result if np.size(result) <= 200 else np.mean(result))
        return np.concatenate([np.ravel(x) for x in made[len(inputs) :]])

    return function


@st.composite
def cases(draw):
    plan = draw(steps)
    return Case(f"{plan}", composed(plan), tuple(normal(*s) for s in draw(shapes)), tolerance=COMPOSED)


@SETTINGS
@given(case=cases())
def test_random_derivatives_are_what_autograd_computes(case, replay):
    note(case.name)
    program = derivative_program(case, case.draw(0))
    points = []
    for seed in range(2):
        point = flat(case.draw(seed))
        points.append(
            {"point": point, "direction": onp.random.default_rng(50 + seed).normal(size=len(point))}
        )
        with onp.errstate(all="ignore"):
            expected = derivatives(case, 2)(**points[-1])
        found = run(program, **points[-1])
        for part, value in expected.items():
            floor = size_of_cancelled(expected, part)
            assert_same(found[part], value, case.tolerance, f"{part} of {case.name}", floor)
    assert_replayed(replay, program, points, case.tolerance, case.name)


@SETTINGS
@given(case=cases(), seed=st.integers(0, 1000))
def test_random_values_keep_nan_in_place(case, seed, replay):
    program = value_program(case, case.draw(0))
    rng = onp.random.default_rng(seed)
    inputs = case.draw(seed)
    for x in inputs:
        x[...] = onp.where(rng.random(x.shape) < 0.3, rng.choice(EXTREMES["nan"], x.shape), x)
    with onp.errstate(all="ignore"):
        expected = case.function(*inputs)
    assert_same(run(program, **named(case, inputs))["value"], expected, case.tolerance, case.name)
    assert_replayed(replay, program, [named(case, inputs)], case.tolerance, case.name)


@pytest.mark.parametrize("elements", [1, 50, 2**14])
@settings(SETTINGS, max_examples=25)
@given(case=cases())
def test_random_programs_batch(elements, case):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batching, "ELEMENTS", elements)
        rows = [{"point": (p := flat(case.draw(seed))), "direction": onp.sin(p)} for seed in range(ROWS)]
        assert_batches(derivative_program(case, case.draw(0)), rows, case.tolerance, case.name)
