"""Data of models: made in code, shipped inside scikit-learn, or somebody's own; split, standardised, and checked.

Nothing is downloaded. All draws come from ``RandomState``, whose stream is frozen (NEP 19).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from hesswidget.errors import ProblemError, nearest
from hesswidget.precision import whole_number

SHARE = 0.25  # of samples that are kept for the test, of what is shipped


@dataclass(frozen=True, eq=False)
class Samples:
    """Inputs and what is to be said of them.

    Attributes
    ----------
    inputs : ndarray, shape (N, d) or (N, ...)
    targets : ndarray, shape (N,) or (N, m)
        Real numbers, or labels as they were given.
    """

    inputs: np.ndarray
    targets: np.ndarray

    def __post_init__(self) -> None:
        for array in (self.inputs, self.targets):
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.inputs)


@dataclass(frozen=True, eq=False)
class Data:
    """What a model is fitted to, and what it is tested with.

    Attributes
    ----------
    name : str
    train : Samples
    test : Samples or None
    """

    name: str
    train: Samples
    test: Samples | None = None

    def __repr__(self) -> str:
        tested = "" if self.test is None else f", {len(self.test)} to test with"
        return f"Data({self.name!r}, {len(self.train)} samples of {self.train.inputs.shape[1:]}{tested})"

    @property
    def classes(self) -> np.ndarray | None:
        """The labels that there are, sorted; None where the targets are real numbers."""
        known = [s.targets for s in (self.train, self.test) if s is not None]
        if any(t.dtype.kind == "f" for t in known):
            return None
        return np.unique(np.concatenate(known))


def split(
    X: Any, y: Any, *, test: float = SHARE, standardize: bool = True, seed: int = 0, name: str = "own data"
) -> Data:
    """Divide samples into some to fit a model to and some to test it with.

    Parameters
    ----------
    X : array_like, shape (N, d)
        Inputs; of shape (N,) they have one feature.
    y : array_like, shape (N,) or (N, m)
        Real numbers, or labels: whole numbers, truths or texts.
    test : float
        The share of the samples to test with, from 0 to less than 1.
    standardize : bool
        Whether each feature, and each real target, is brought to mean 0 and standard deviation 1 over the samples for
        the fit. What is constant there becomes 0.
    seed : int
        Of the draw.
    name : str

    Raises
    ------
    ProblemError
        If the data are ragged, empty, not finite, of different lengths, or no numbers.

    Examples
    --------
    >>> split([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
    Data('own data', 3 samples of (1,), 1 to test with)
    """
    inputs, targets = inputs_of(X), _targets(y)
    if len(inputs) != len(targets):
        raise ProblemError(
            f"there are {len(inputs)} inputs and {len(targets)} targets; give one target for each row of X."
        )
    if isinstance(test, bool) or not isinstance(test, float | int) or not 0 <= test < 1:
        raise ProblemError(f"test is {test!r:.40}; it is the share of samples to test with, such as 0.25.")
    kept = round(test * len(inputs))
    if kept == len(inputs):
        raise ProblemError(
            f"test = {test:g} of {len(inputs)} samples leaves none to fit; give a smaller share."
        )
    order = random_of(seed).permutation(len(inputs)) if kept else np.arange(len(inputs))
    fitted, tested = order[kept:], order[:kept]
    if standardize:
        inputs = _standardized(inputs, fitted)
        targets = _standardized(targets, fitted) if targets.dtype.kind == "f" else targets
    test_samples = Samples(inputs[tested], targets[tested]) if kept else None
    return Data(name, Samples(inputs[fitted], targets[fitted]), test_samples)


def dataset(name: str, *, test: float = SHARE, standardize: bool = True, seed: int = 0) -> Data:
    """Return data by name: made in code, or shipped inside scikit-learn.

    Parameters
    ----------
    name : str
        ``chebyshev`` (the polynomial T₄ at 20 points of [−1, 1]), ``plane`` (a linear
        function of two correlated features, with noise), ``moons``, ``blobs``, ``spirals`` are made in code;
        ``digits``, ``iris``, ``wine``, ``breast_cancer``, ``diabetes`` need scikit-learn,
        ``pip install "hesswidget[data]"``.
    test, standardize, seed
        Of what is shipped as for `split`; what is made is drawn with `seed`, as often for the test as for the fit.

    Raises
    ------
    ProblemError
        If there are no such data, or scikit-learn is missing.

    Examples
    --------
    >>> dataset("chebyshev")
    Data('chebyshev', 20 samples of (1,), 19 to test with)
    """
    if not isinstance(name, str) or name not in (*MADE, *SHIPPED):
        raise ProblemError(
            f"there are no data named {name!r:.60}; {nearest(str(name)[:60], [*MADE, *SHIPPED])}"
        )
    if name in MADE:
        return MADE[name](seed)
    try:
        datasets = importlib.import_module("sklearn.datasets")
    except ImportError:
        raise ProblemError(
            f"the data {name!r} are shipped inside scikit-learn, which is not installed; "
            f'pip install "hesswidget[data]", or take one of {", ".join(MADE)}, which are made in code.'
        ) from None
    X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    return split(X, y, test=test, standardize=standardize, seed=seed, name=name)


def given(X: Any, y: Any) -> Data:
    """Return the data that a model was given: by name, as data, or as inputs and targets."""
    if isinstance(X, Data | str):
        if y is not None:
            name = X if isinstance(X, str) else X.name
            raise ProblemError(f"y is {y!r:.60}, and {name} has targets of its own; leave y out.")
        return X if isinstance(X, Data) else dataset(X)
    if y is None:
        raise ProblemError("there are inputs and no targets; give y, one for each row of X.")
    return split(X, y, test=0.0, standardize=False)


def random_of(seed: Any) -> np.random.RandomState:
    """Return the draws of a seed, or refuse it with a sentence."""
    return np.random.RandomState(whole_number("seed", seed, 0, 2**32 - 1))


def features(data: Data) -> int:
    """Return how many features the inputs have; refuse inputs that are no rows of features."""
    shape = data.train.inputs.shape
    if len(shape) != 2:
        raise ProblemError(
            f"X of {data.name} has shape {shape}; give a row of features for each sample, X.reshape(len(X), -1)."
        )
    return int(shape[1])


def inputs_of(X: Any) -> np.ndarray:
    """Return inputs as an array of floats, (N, d) or (N, ...), or refuse them with a sentence."""
    array = _array(X, "X")
    if array.dtype.kind not in "biuf":
        raise ProblemError(f"X holds {_kind(array)}; its features must be real numbers.")
    array = array.astype(float)
    array = array[:, None] if array.ndim == 1 else array
    _check_finite(array, "X")
    return array


def _targets(y: Any) -> np.ndarray:
    array = _array(y, "y")
    if array.dtype.kind == "O" and all(isinstance(label, str) for label in array.flat):
        array = array.astype(str)  # a column of texts
    if array.dtype.kind not in "biufU":
        raise ProblemError(
            f"y holds {_kind(array)}; targets are real numbers, or labels: whole numbers or texts."
        )
    if array.dtype.kind == "f":
        array = array.astype(float)
        _check_finite(array, "y")
    return array.copy()


def _array(given: Any, name: str) -> np.ndarray:
    try:
        array = np.asarray(given)
    except Exception:  # what cannot become an array says so in many ways
        array = np.empty(0, dtype=object)
        if hasattr(given, "__len__") and len(given):
            raise ProblemError(
                f"{name} is ragged: its rows have different lengths; give as many numbers in each."
            ) from None
    if array.ndim == 0 or array.size == 0:
        raise ProblemError(
            f"{name} is empty, or a single number; a model needs at least one sample, in rows."
        )
    return array


def _kind(array: np.ndarray) -> str:
    names = {"c": "complex numbers", "U": "texts", "O": "objects, as ragged rows are"}
    return names.get(array.dtype.kind, f"values of type {array.dtype}")


def _check_finite(array: np.ndarray, name: str) -> None:
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        place = ", ".join(map(str, bad[0]))
        raise ProblemError(
            f"{name}[{place}] is {array[tuple(bad[0])]}, and {len(bad)} of {array.size} values are not finite; drop "
            f"or fill what is missing first."
        )


def _standardized(array: np.ndarray, fitted: np.ndarray) -> np.ndarray:
    known = array[fitted]
    is_constant = np.all(known == known[0], axis=0)
    # Powers of two, so that squares neither overflow nor vanish, and nothing is rounded.
    exponents = np.where(is_constant, 0, np.frexp(np.max(np.abs(known), axis=0))[1])
    array, known = np.ldexp(array, -exponents), np.ldexp(known, -exponents)
    center, spread = np.where(is_constant, known[0], known.mean(axis=0)), known.std(axis=0)
    return (array - center) / np.where(is_constant, 1.0, spread)


def _chebyshev(seed: int) -> Data:
    x = np.linspace(-1.0, 1.0, 20)
    between = (x[1:] + x[:-1]) / 2

    def samples(x: np.ndarray) -> Samples:
        return Samples(x[:, None], 8 * x**4 - 8 * x**2 + 1)

    return Data("chebyshev", samples(x), samples(between))


def _drawn(name: str, draw: Callable[[np.random.RandomState], Samples], seed: int) -> Data:
    random = random_of(seed)
    return Data(name, draw(random), draw(random))


def _plane(seed: int) -> Data:
    def draw(random: np.random.RandomState) -> Samples:
        X = random.standard_normal((40, 2)) @ np.array([[1.0, 0.8], [0.0, 0.6]])
        return Samples(X, X @ [2.0, -1.0] + 1.0 + 0.3 * random.standard_normal(40))

    return _drawn("plane", draw, seed)


def _moons(seed: int) -> Data:
    def draw(random: np.random.RandomState) -> Samples:
        angle = np.pi * random.uniform(size=50)
        upper = np.stack([np.cos(angle), np.sin(angle)], axis=1) - [0.5, 0.25]
        X = np.concatenate([upper[:25], -upper[25:]]) + 0.1 * random.standard_normal((50, 2))
        return Samples(X, np.repeat([0, 1], 25))

    return _drawn("moons", draw, seed)


def _blobs(seed: int) -> Data:
    centers = 1.2 * np.array([[0.0, 1.0], [-np.sqrt(3) / 2, -0.5], [np.sqrt(3) / 2, -0.5]])

    def draw(random: np.random.RandomState) -> Samples:
        labels = np.repeat([0, 1, 2], 20)
        return Samples(centers[labels] + random.standard_normal((60, 2)), labels)

    return _drawn("blobs", draw, seed)


def _spirals(seed: int) -> Data:
    def draw(random: np.random.RandomState) -> Samples:
        labels, along = np.repeat([0, 1, 2], 20), np.tile(np.linspace(0.1, 1.0, 20), 3)
        angle = 2 * np.pi * labels / 3 + 3.5 * along + 0.15 * random.standard_normal(60)
        return Samples(2 * along[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1), labels)

    return _drawn("spirals", draw, seed)


MADE: dict[str, Callable[[int], Data]] = {
    "chebyshev": _chebyshev,
    "plane": _plane,
    "moons": _moons,
    "blobs": _blobs,
    "spirals": _spirals,
}
SHIPPED = ("digits", "iris", "wine", "breast_cancer", "diabetes")
