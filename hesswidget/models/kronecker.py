"""Kronecker products for the curvature of a layer: K-FAC, the nearest one, and what Shampoo takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import autograd.numpy as anp
import numpy as np

from hesswidget.derivatives.autograd import gradient, hvp
from hesswidget.errors import ProblemError
from hesswidget.models.model import Model, a_model
from hesswidget.precision import whole_number
from hesswidget.problem.vector import as_array, as_reals

MOST = 100_000  # units and inputs of a layer


class Factors(NamedTuple):
    """A Kronecker product, for a layer's weights W, shape (m, k), row by row.

    Attributes
    ----------
    left : ndarray, shape (m, m)
        For what a layer puts out.
    right : ndarray, shape (k, k)
        For what it gets.
    """

    left: np.ndarray
    right: np.ndarray

    @property
    def matrix(self) -> np.ndarray:
        """The product, shape (mk, mk)."""
        return anp.kron(self.left, self.right)


def kronecker_factors(model: Model, params: Any) -> dict[str, Factors]:
    """Return K-FAC's approximation of the Gauss–Newton matrix, for the weights of each layer of a perceptron.

    It is that of the loss without a penalty; one adds l2 to the diagonal of the product.

    The mean over samples of ``(RᵀAR) ⊗ aaᵀ``, with a what the layer gets, R how the outputs depend on what it puts out,
    and A the loss's Hessian by the outputs, is taken to be the product of the two means (Martens and Grosse, 2015). For
    a linear network with the squared error the first is the same for all samples, and it is exact (Bernacchia, Lengyel
    and Hennequin, 2018).

    Parameters
    ----------
    model : Model
        Of `hesswidget.models.mlp` or `deep_linear_network`.
    params : dict or ndarray, shape (n,)

    Raises
    ------
    ProblemError
        If the model is no sequence of layers.
    """
    model = _of_layers(model)
    return _factors(model, {a: np.asarray(x, dtype=float) for a, x in model.variables(params).items()})


def kfac(model: Model) -> Callable[..., Any]:
    """Return the step of natural gradient descent by K-FAC's approximation, for `hesswidget.descend` and its like.

    It goes ``−rate (B + damping I)⁻¹ ∇f``. B has a block for the weights of each layer, see `kronecker_factors`, one
    for its biases, the first factor, and zeros elsewhere; and l2 is added to its diagonal. It is under the microscope
    of `hesswidget.descend`. In batches it is that of all samples.

    Parameters
    ----------
    model : Model
        Of `hesswidget.models.mlp` or `deep_linear_network`.

    Raises
    ------
    ProblemError
        If the model is no sequence of layers.

    Examples
    --------
    >>> from hesswidget import models
    >>> from hesswidget.descent.minimize import minimize
    >>> net = models.deep_linear_network(widths=(3, 2), l2=0.1)
    >>> path = minimize(net, method=models.kfac(net), rate=1.0, damping=0.0)
    >>> len(path) - 1, path.converged  # of one linear layer B is the Hessian
    (1, True)
    """
    model = _of_layers(model)

    def step(f: Any, x: Any, rate: float = 0.1, damping: float = 0.1) -> Any:
        return x - rate * anp.linalg.solve(matrix(f, x, rate, damping), f.gradient(x))

    def matrix(f: Any, x: Any, rate: float, damping: float) -> Any:
        """B and the damping."""
        factors, n = _factors(model, model.blocks.unflatten(x)), model.blocks.size
        rows: list[Any] = []
        for name in model.start:
            each = factors["W" + name[1:]]
            block = each.matrix if name.startswith("W") else each.left
            before, size = sum(anp.shape(row)[0] for row in rows), anp.shape(block)[0]
            parts = np.zeros((size, before)), block, np.zeros((size, n - before - size))
            rows.append(anp.concatenate(parts, axis=1))
        return anp.concatenate(rows) + (f.values["l2"] + damping) * np.eye(n)

    step.__name__, step.model = "k-fac", matrix  # type: ignore[attr-defined]
    return step


def _of_layers(model: Any) -> Model:
    model = a_model(model)
    if model.activation is None:
        raise ProblemError(f"{model.name} is no sequence of layers W1, W2 and so on; K-FAC needs one.")
    return model


def _factors(model: Model, blocks: Mapping[str, Any]) -> dict[str, Factors]:
    """Return the factors of each layer's weights, in mathematics that can be recorded."""
    assert model.activation is not None
    depth = sum(a.startswith("W") for a in blocks)
    got, sums = [model.data.train.inputs], []
    for k in range(1, depth + 1):
        sums.append(anp.dot(got[-1], anp.transpose(blocks[f"W{k}"])) + blocks.get(f"b{k}", 0.0))
        got.append(model.activation(sums[-1]))
    curved = _of_outputs(model, sums[-1])
    found = {}
    for k in range(depth, 0, -1):  # curved: RᵀAR of each sample, shape (N, m, m)
        got_by = anp.dot(anp.transpose(got[k - 1]), got[k - 1]) / len(got[k - 1])
        found[f"W{k}"] = Factors(anp.mean(curved, axis=0), got_by)
        if k > 1:
            slope = gradient(lambda s: anp.sum(model.activation(s)))(sums[k - 2])  # type: ignore[misc]
            back = blocks[f"W{k}"] * slope[:, None, :]
            curved = anp.matmul(anp.matmul(anp.swapaxes(back, 1, 2), curved), back)
    return {name: found[name] for name in blocks if name in found}


def nearest_kronecker(matrix: Any, shape: tuple[int, int]) -> Factors:
    """Return the Kronecker product nearest to a matrix in the Frobenius norm (Van Loan and Pitsianis, 1993).

    Parameters
    ----------
    matrix : array_like, shape (mk, mk)
    shape : tuple of int
        (m, k), of the weights.
    """
    U, sizes, V = np.linalg.svd(_rearranged(matrix, shape))
    m, k = _shape(shape)
    left, right = U[:, 0].reshape(m, m) * sizes[0], V[0].reshape(k, k)
    sign = 1.0 if np.trace(right) >= 0 else -1.0
    return Factors(sign * left, sign * right)


def power_step(matrix: Any, shape: tuple[int, int]) -> Factors:
    """Return what one step of the power method, from unit matrices, makes towards the nearest Kronecker product.

    For the mean of ``vec G vec Gᵀ`` of gradients G, it is the mean of ``G Gᵀ``, and the one of
    ``GᵀG`` over its trace: the square of what Shampoo divides by (Morwani et al., 2024).
    """
    m, k = _shape(shape)
    R = _rearranged(matrix, shape)
    left, right = R @ np.eye(k).reshape(-1), R.T @ np.eye(m).reshape(-1)
    return Factors(left.reshape(m, m), right.reshape(k, k) / np.trace(np.asarray(matrix)))


def shampoo_factors(matrix: Any, shape: tuple[int, int]) -> Factors:
    """Return what Shampoo takes for a matrix of gradients, ``L^½ ⊗ R^½`` (Gupta, Koren and Singer, 2018)."""
    squared = power_step(matrix, shape)
    return Factors(_root(squared.left), _root(squared.right))


def _of_outputs(model: Model, outputs: Any) -> Any:
    """Return the loss's Hessian by the outputs of each sample, shape (N, m, m), for a mean over samples."""
    targets = model.loss_function.read(model.data.train, model.data)

    def loss(z: Any) -> Any:
        return model.loss_function.value(z[:, 0] if targets.ndim == 1 else z, targets) * len(outputs)

    rows = [hvp(loss, outputs, np.broadcast_to(e, outputs.shape) * 1.0) for e in np.eye(outputs.shape[1])]
    return anp.stack(rows, axis=1)


def _rearranged(matrix: Any, shape: tuple[int, int]) -> np.ndarray:
    """Return the matrix, shape (mm, kk), of which a Kronecker product is an outer one."""
    m, k = _shape(shape)
    given = as_reals(matrix, "the matrix")
    if given.shape != (m * k, m * k):
        raise ProblemError(
            f"the matrix has shape {given.shape}; for weights of shape {shape} it takes {(m * k, m * k)}."
        )
    return given.reshape(m, k, m, k).transpose(0, 2, 1, 3).reshape(m * m, k * k)


def _shape(given: Any) -> tuple[int, int]:
    shape = as_array(given).tolist()
    if not isinstance(shape, list) or len(shape) != 2:
        raise ProblemError(f"the shape is {given!r:.60}; it takes that of the weights, (m, k).")
    m, k = (whole_number("a side of the shape", side, 1, MOST) for side in shape)
    return m, k


def _root(matrix: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
