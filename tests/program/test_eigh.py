"""The page's own eigenvalues and eigenvectors of symmetric matrices are as good as LAPACK's."""

import autograd.numpy as np
import numpy as onp
import pytest

from hesswidget.derivatives.recorder import record

EPS = 2.0**-52
STACK = 6
SIZES = [*range(1, 13), 20, 31, 40]


def symmetric(a):
    return (a + onp.swapaxes(a, -1, -2)) / 2


def turned(eigenvalues, rng):
    """Return symmetric matrices with these eigenvalues, and eigenvectors in any directions."""
    q = onp.linalg.qr(rng.normal(size=(STACK, len(eigenvalues), len(eigenvalues))))[0]
    return symmetric(q * eigenvalues @ onp.swapaxes(q, -1, -2))


KINDS = {
    "random": lambda n, rng: symmetric(rng.normal(size=(STACK, n, n))),
    "graded up": lambda n, rng: (
        symmetric(rng.normal(size=(STACK, n, n))) * onp.outer(*[10.0 ** onp.linspace(-9, 0, n)] * 2)
    ),
    "graded down": lambda n, rng: (
        symmetric(rng.normal(size=(STACK, n, n))) * onp.outer(*[10.0 ** onp.linspace(0, -9, n)] * 2)
    ),
    "graded far": lambda n, rng: (
        symmetric(rng.normal(size=(STACK, n, n))) * onp.outer(*[10.0 ** onp.linspace(0, -150, n)] * 2)
    ),
    "repeated eigenvalues": lambda n, rng: turned(onp.repeat([1.0, -2.0], [n - n // 2, n // 2]), rng),
    "one eigenvalue": lambda n, rng: turned(onp.ones(n), rng),
    "a cluster": lambda n, rng: turned(1 + 1e-14 * onp.arange(n), rng),
    "rank one": lambda n, rng: turned(onp.arange(n) == n - 1, rng),
    "diagonal": lambda n, rng: rng.normal(size=(STACK, n, 1)) * onp.eye(n),
    "tridiagonal": lambda n, rng: onp.broadcast_to(
        2 * onp.eye(n) - onp.eye(n, k=1) - onp.eye(n, k=-1), (STACK, n, n)
    ),
    "zero": lambda n, rng: onp.zeros((STACK, n, n)),
    "huge": lambda n, rng: 1e307 * symmetric(rng.uniform(-1, 1, size=(STACK, n, n))),
    "subnormal": lambda n, rng: 1e-310 * symmetric(rng.normal(size=(STACK, n, n))),
}


@pytest.mark.parametrize("n", SIZES)
def test_symmetric_matrices_are_decomposed(n, replay):
    """Backward stable: a small multiple of n roundings of the largest entry, as LAPACK's is."""
    program = record(
        lambda a: dict(zip(("values", "vectors"), np.linalg.eigh(a), strict=True)), a=onp.zeros((STACK, n, n))
    )
    kinds = {kind: draw(n, onp.random.default_rng(n)) for kind, draw in KINDS.items()}
    for (kind, a), found in zip(
        kinds.items(), replay(program, *({"a": a} for a in kinds.values())), strict=True
    ):
        size = onp.max(onp.abs(a), axis=(-2, -1), keepdims=True)
        size = onp.where(size > 0, size, 1.0)
        scaled, values, vectors = a / size, found["values"] / size[..., 0], found["vectors"]
        tolerance = 4 * (n + 4) * EPS
        # what is subnormal has fewer digits
        floor = 2 * n * 5e-324 / onp.min(size)
        assert onp.all(onp.diff(values) >= 0), kind
        assert onp.max(onp.abs(values - onp.linalg.eigvalsh(scaled))) <= tolerance * n**0.5 + floor, kind
        residual = scaled @ vectors - vectors * values[..., None, :]
        assert onp.max(onp.abs(residual)) <= tolerance * n**0.5 + floor, kind
        gram = onp.swapaxes(vectors, -1, -2) @ vectors
        assert onp.max(onp.abs(gram - onp.eye(n))) <= tolerance, kind


@pytest.mark.parametrize("odd", [onp.nan, onp.inf, -onp.inf])
@pytest.mark.parametrize("n", [1, 2, 3, 8])
def test_what_is_not_finite_spoils_its_own_matrix_only(n, odd, replay):
    program = record(
        lambda a: dict(zip(("values", "vectors"), np.linalg.eigh(a), strict=True)), a=onp.zeros((3, n, n))
    )
    a = symmetric(onp.random.default_rng(3).normal(size=(3, n, n)))
    a[1, n - 1, 0] = odd
    (found,) = replay(program, {"a": a})
    assert onp.isnan(found["values"][1]).all()
    assert onp.isnan(found["vectors"][1]).all()
    onp.testing.assert_allclose(found["values"][[0, 2]], onp.linalg.eigvalsh(a[[0, 2]]), atol=1e-14)
