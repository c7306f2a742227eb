"""Losses of small models. The variable w holds all weights, shape (n,); the data are made on first use."""

import functools

import autograd.numpy as np
import numpy

from hesswidget.gallery.example import example, points

# All data come from RandomState, not Generator: its stream is frozen (NEP 19), and the critical points
# below depend on it.


@functools.cache
def classification_data():
    """Inputs of shape (500, 10) and labels 0 or 1 of shape (500,), drawn from a logistic model.

    Examples
    --------
    >>> inputs, labels = classification_data()
    >>> inputs.shape, labels.shape, sorted(set(labels.tolist()))
    ((500, 10), (500,), [0.0, 1.0])
    """
    random = numpy.random.RandomState(1)
    inputs = random.standard_normal((500, 10))
    probability = 1 / (1 + numpy.exp(-inputs @ numpy.linspace(-2.0, 2.0, 10)))
    return inputs, (random.uniform(size=500) < probability).astype(float)


@functools.cache
def regression_data():
    """Inputs of shape (100, 2) in the square (-1, 1)² and centred targets of shape (100,).

    Examples
    --------
    >>> inputs, targets = regression_data()
    >>> inputs.shape, targets.shape, bool(abs(targets.mean()) < 1e-15)
    ((100, 2), (100,), True)
    """
    random = numpy.random.RandomState(2)
    inputs = random.uniform(-1.0, 1.0, (100, 2))
    targets = numpy.sin(2 * inputs[:, 0]) + inputs[:, 0] * inputs[:, 1]
    return inputs, targets - targets.mean()


@example(
    "Böhning & Lindsay (1988); Hastie, Tibshirani & Friedman (2009), section 4.4",
    critical_points=points(
        minimum=[
            (-1.5495150370096402, -0.9646837641946188, -0.8823235818264379, -0.4295119364910196,
             0.025474750797770986, 0.015763692667651506, 0.29612884861875194, 0.9179754166434677,
             1.09382750911929, 1.4124478780781156)
        ]
    ),
    w=numpy.zeros(10), l2=(0, 1),
)  # fmt: skip
def logistic_regression(w, l2=0.01):
    """Mean logistic loss of 10 features on 500 samples, plus l2/2 |w|²: convex. All critical points.

    The Hessian is XᵀSX/500 + l2 I with S = σ(1 - σ) on the diagonal.
    """
    inputs, labels = classification_data()
    score = np.dot(inputs, w)
    return np.mean(np.logaddexp(0.0, score) - labels * score) + l2 / 2 * np.sum(w**2)


@example(
    "Cybenko (1989); Fukumizu & Amari (2000)",
    critical_points=points(
        minimum=[
            (1.7200283922005315, -0.011184699279560862, -0.7212360728914068, -0.7178365376263878,
             -0.7315789917516976, 0.7281137149845387, -1.3090305090756994e-33, 5.206029380921747e-34,
             -0.564025727403314, -0.5740130764136814, -0.5905110279355159, 0.5698900335605759,
             -3.4606553688208144e-35, -2.2891576987913227e-34, -3.611118645726067e-35,
             1.5648180798146291e-34, -0.004681964202097441, -0.8887495954460412, 0.7822456745073298,
             -2.423464309601639e-35, 0.5875325526161451, -0.5264222027387653, 4.276079968129886e-36,
             1.87074658145521e-36, 1.4188323424709028, 1.2289380007752484, 1.1255908950988545,
             2.0003730886262202e-34, -0.7490736979202798, -0.7220500636927367, 2.669632395745547e-35,
             1.1679401964664899e-35, 0.1601748605892479)
        ],
        saddle=[(0.0,) * 33],
    ),
    w=0.5 * numpy.cos(numpy.arange(33.0)), l2=(0, 0.01),
)  # fmt: skip
def tanh_network(w, l2=0.001):
    """Half the mean squared error of a 2-8-1 network, 33 weights, on 100 samples, plus l2/2 |w|².

    At the origin all units are alike, and it is a saddle of index 8, one direction for each hidden unit. The
    weights are the (8, 2) input weights row by row, 8 biases, 8 output weights and the output's bias.
    """
    inputs, targets = regression_data()
    hidden = np.tanh(np.dot(inputs, np.reshape(w[:16], (8, 2)).T) + w[16:24])
    residual = np.dot(hidden, w[24:32]) + w[32] - targets
    return np.mean(residual**2) / 2 + l2 / 2 * np.sum(w**2)


_top_three = tuple(numpy.concatenate([numpy.eye(3, 5).ravel(), numpy.eye(5, 3).ravel()]))


@example(
    "Baldi & Hornik (1989)",
    critical_points=points(saddle=[(0.0,) * 30], degenerate=[_top_three]),
    w=0.5 * numpy.cos(numpy.arange(30.0)),
)
def linear_autoencoder(w):
    """Half the expected squared error of a linear 5-3-5 autoencoder of inputs with variances 5, 4, 3, 2, 1.

    No local minima but the global ones, of value 1.5, which keep the three largest variances; they form a
    manifold of dimension 9. The origin, of value 7.5, is a saddle of index 15. The weights are the (3, 5)
    encoder and the (5, 3) decoder, row by row.
    """
    encoder, decoder = np.reshape(w[:15], (3, 5)), np.reshape(w[15:], (5, 3))
    lost = numpy.eye(5) - np.dot(decoder, encoder)
    return np.sum(lost**2 * numpy.arange(5.0, 0.0, -1.0)) / 2


@example(
    "Baldi & Hornik (1989)",
    critical_points=points(saddle=[(0.0, 0.0)], degenerate=[(1.0, 1.0), (-1.0, -1.0)]),
    a=(-2, 2),
    b=(-2, 2),
)
def two_layer_scalar(a, b):
    """A linear net of two weights, learning 1: a strict saddle (±1) between two curves of minima."""
    return (a * b - 1) ** 2 / 2


@example(
    "Kawaguchi (2016)",
    critical_points=points(degenerate=[(0.0, 0.0, 0.0), (1.0, 1.0, 1.0)]),
    a=(-2, 2),
    b=(-2, 2),
    c=(-2, 2),
)
def three_layer_scalar(a, b, c):
    """With a third weight the Hessian at the origin is zero: a saddle without a direction of descent."""
    return (a * b * c - 1) ** 2 / 2
