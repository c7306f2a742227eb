"""The critical points of a linear autoencoder, all of them up to its gauge: a ladder of saddles above its minima."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from hesswidget.derivatives.objective import Objective
from hesswidget.errors import ProblemError
from hesswidget.models.model import Model, a_model
from hesswidget.problem.problem import Problem
from hesswidget.second_derivative_test.classification import classify

MOST = 4096  # rungs, each a Hessian and its eigenvalues


@dataclass(frozen=True, eq=False)
class Ladder:
    """Critical points of a linear autoencoder, in the order of their loss.

    Attributes
    ----------
    subsets : tuple of tuple of int
        Which principal directions each keeps, 0 being that of most variance.
    points : ndarray, shape (m, n)
    losses, gradient_norms : ndarray, shape (m,)
    indices, nullities : ndarray of int, shape (m,)
        How many eigenvalues of the Hessian are negative, and zero.
    """

    subsets: tuple[tuple[int, ...], ...]
    points: np.ndarray
    losses: np.ndarray
    gradient_norms: np.ndarray
    indices: np.ndarray
    nullities: np.ndarray

    def __len__(self) -> int:
        return len(self.subsets)

    def __repr__(self) -> str:
        return f"Ladder({len(self)} critical points, of index {self.indices.min()} to {self.indices.max()})"


def ladder(autoencoder: Model) -> Ladder:
    """Return a critical point for each set of at most p of the d principal directions (Baldi and Hornik, 1989).

    At each the encoder and the decoder keep just these. Without a penalty the loss is half the sum of the variances
    that are not kept, so that the only minima keep the p largest; all others are saddles, and the more they lose, the
    more directions lead down.

    Parameters
    ----------
    autoencoder : Model
        Of `hesswidget.models.linear_autoencoder`.

    Raises
    ------
    ProblemError
        If it is another model, or there are more than 4,096 points.

    Examples
    --------
    >>> from hesswidget.models.linear_networks import linear_autoencoder
    >>> rungs = ladder(linear_autoencoder([[2.0, 0.0], [0.0, 1.0]], hidden=1))
    >>> rungs.subsets, rungs.losses.tolist(), rungs.indices.tolist()
    (((0,), (1,), ()), [0.25, 1.0, 1.25], [0, 1, 2])
    """
    if set(a_model(autoencoder).start) != {"encoder", "decoder"}:
        raise ProblemError(
            f"{autoencoder.name} is no linear autoencoder; give hw.models.linear_autoencoder(...)."
        )
    X = autoencoder.data.train.inputs
    p, d = autoencoder.start["encoder"].shape
    kept = [each for k in range(p + 1) for each in itertools.combinations(range(d), k)]
    if len(kept) > MOST:
        raise ProblemError(
            f"{len(kept):,} sets of at most {p} of {d} directions; at most {MOST:,} are computed."
        )
    directions = np.linalg.eigh(X.T @ X / len(X))[1][:, ::-1].T
    at = [_point(directions, each, p) for each in kept]
    objective = Objective(Problem.at(autoencoder, None, None, {"l2": 0.0}))
    losses = np.array([objective.value(point) for point in at])
    derivatives = [objective.gradient_and_hessian(point) for point in at]
    tests = [classify(hessian, gradient) for gradient, hessian in derivatives]
    order = sorted(range(len(at)), key=lambda i: (losses[i], tests[i].index))
    return Ladder(
        subsets=tuple(kept[i] for i in order),
        points=np.array([at[i] for i in order]),
        losses=losses[order],
        gradient_norms=np.array([tests[i].gradient_norm for i in order]),
        indices=np.array([tests[i].index for i in order]),
        nullities=np.array([tests[i].inertia.zero for i in order]),
    )


def _point(directions: np.ndarray, kept: tuple[int, ...], p: int) -> np.ndarray:
    encoder = np.zeros((p, len(directions)))
    encoder[: len(kept)] = directions[list(kept)]
    return np.concatenate([encoder.reshape(-1), encoder.T.reshape(-1)])
