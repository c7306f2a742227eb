"""JAX, as the table of operations needs it; imported where a program is to run with it, and nowhere else."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy.linalg
import jax.scipy.special
import numpy as np
from jax import lax

from hesswidget.program.operations import Arrays, Attributes, Shape

Code = Callable[..., Any]


def _special(name: str) -> Code:
    return _SPECIAL[name] if name in _SPECIAL else getattr(jax.scipy.special, name)


def _from_scipy(name: str) -> Code:
    """Return a function of SciPy that JAX lacks: the host computes it, wherever the program runs."""

    def computed(x: Any) -> Any:
        import scipy.special

        return np.asarray(getattr(scipy.special, name)(np.asarray(x)))

    def code(x: Any) -> Any:
        result = jax.ShapeDtypeStruct(jnp.shape(x), jnp.float64)
        return jax.pure_callback(computed, result, x, vmap_method="expand_dims")

    return code


_SPECIAL: dict[str, Code] = {name: _from_scipy(name) for name in ("j0", "j1", "y0", "y1")}


def _gammaln(x: Any) -> Any:
    return jnp.where(x == -jnp.inf, -jnp.inf, jax.scipy.special.gammaln(x))


def _digamma(x: Any) -> Any:
    return jnp.where(x == 0, -jnp.copysign(jnp.inf, x), jax.scipy.special.digamma(x))


def _polygamma(order: Any, x: Any) -> Any:
    m = jnp.asarray(order).astype(int)
    pole = jnp.where(m % 2 == 1, jnp.inf, -jnp.inf)
    return jnp.where(m == 0, _digamma(x), jnp.where(x == 0, pole, jax.scipy.special.polygamma(m, x)))


_SPECIAL |= {"gammaln": _gammaln, "digamma": _digamma, "polygamma": _polygamma}  # SciPy's poles


def _solve(a: Any, b: Any) -> Any:
    """Solve by LU factors, as LAPACK's gesv does, which finds a matrix singular where a pivot is 0."""
    factors, pivots, permutation = lax.linalg.lu(a)
    diagonal = jnp.diagonal(factors, axis1=-2, axis2=-1)
    is_regular = jnp.all(diagonal != 0, axis=-1)[..., None, None]
    del pivots
    b = jnp.take_along_axis(b, permutation[..., None], axis=-2)
    half = lax.linalg.triangular_solve(factors, b, left_side=True, lower=True, unit_diagonal=True)
    return jnp.where(is_regular, lax.linalg.triangular_solve(factors, half, left_side=True), jnp.nan)


def _inv(a: Any) -> Any:
    return _solve(a, jnp.broadcast_to(jnp.eye(a.shape[-1]), a.shape))


def _cholesky(a: Any) -> Any:
    found = jnp.linalg.cholesky(a, symmetrize_input=False)
    exists = jnp.all(jnp.isfinite(jnp.diagonal(found, axis1=-2, axis2=-1)), axis=-1)
    return jnp.where(exists[..., None, None], found, jnp.nan)


def _eigh(a: Any) -> Any:
    finite = jnp.all(jnp.isfinite(jnp.tril(a)), axis=(-2, -1))
    values, vectors = jnp.linalg.eigh(jnp.where(finite[..., None, None], a, 0.0), symmetrize_input=False)
    return jnp.where(finite[..., None], values, jnp.nan), jnp.where(finite[..., None, None], vectors, jnp.nan)


_LINALG: dict[str, Code] = {
    "solve": _solve,
    "inv": _inv,
    "det": jnp.linalg.det,
    "cholesky": _cholesky,
    "slogdet": lambda a: tuple(jnp.linalg.slogdet(a)),
    "eigh": _eigh,
}


def _take(x: Any, places: np.ndarray) -> Any:
    return jnp.asarray(x).at[..., places].get(mode="promise_in_bounds", wrap_negative_indices=False)


def _put(shape: Shape, index: Any, x: Any) -> Any:
    return jnp.zeros(shape).at[index].set(x, unique_indices=True)


def _add(shape: Shape, index: Any, x: Any) -> Any:
    return jnp.zeros(shape).at[index].add(x)


def _map(
    run: Code, operands: Sequence[Any], attributes: Attributes, shapes: Sequence[Shape]
) -> Sequence[Any]:
    """Map over where the chunks start, the last of which may overlap the one before."""
    mapped, rows, chunk = (attributes[k] for k in ("mapped", "rows", "chunk"))
    count = math.ceil(rows / chunk)
    starts = jnp.minimum(jnp.arange(count) * chunk, rows - chunk)

    def part(start: Any) -> Any:
        return run(
            *(
                lax.dynamic_slice_in_dim(x, start, chunk) if m else x
                for x, m in zip(operands, mapped, strict=True)
            )
        )

    def joined(stack: Any, shape: Shape) -> Any:
        before = stack[:-1].reshape((count - 1) * chunk, *shape[1:])
        return jnp.concatenate([before, stack[-1][count * chunk - rows :]])

    return [joined(stack, shape) for stack, shape in zip(lax.map(part, starts), shapes, strict=True)]


def _scan(run: Code, operands: Sequence[Any], attributes: Attributes, _: Sequence[Shape]) -> Sequence[Any]:
    length, carries, sequences = (attributes[k] for k in ("length", "carries", "sequences"))
    start = tuple(jnp.asarray(x, dtype=float) for x in operands[:carries])
    rows = tuple(operands[carries : carries + sequences])
    shared = operands[carries + sequences :]

    def step(carried: Any, row: Any) -> Any:
        found = run(*carried, *row, *shared)
        return tuple(jnp.asarray(x, dtype=float) for x in found[:carries]), tuple(found[carries:])

    carried, stacks = lax.scan(step, start, rows, length)
    return (*carried, *stacks)


JAX = Arrays(jnp, _special, _LINALG.__getitem__, _take, _put, _add, _map, _scan)
