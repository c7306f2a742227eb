"""One vector variable x of shape (n,), a scalar value. The range of x is where to start, and says n."""

import itertools

import autograd.numpy as np
import numpy

from hesswidget.gallery.example import example, points

# Roots of 4 t³ - 32 t + 5 = 0, the derivative of one Styblinski-Tang term (twice).
STYBLINSKI_TANG_ROOTS = {"low": -2.903534027771177, "top": 0.1567312567803401, "high": 2.746802770990837}

# Amplitudes and phases of the random field. RandomState, not Generator: its stream is frozen (NEP 19), and
# the critical points below depend on it.
_random = numpy.random.RandomState(0)
FIELD_WAVES = numpy.array(
    [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 1, 0, 0],
     [0, 1, 1, 0], [0, 0, 1, 1], [1, 0, 0, 1], [1, 0, -1, 0], [0, 1, 0, -1]], dtype=float,
)  # fmt: skip
FIELD_AMPLITUDES = _random.standard_normal(10)
FIELD_PHASES = _random.uniform(0, 2 * numpy.pi, 10)


@example(
    "Rosenbrock (1960), chained; Kok & Sandrock (2009)",
    critical_points=points(
        minimum=[
            (1.0,) * 10,
            (
                -0.9932633728563689, 0.9966060394434352, 0.9982406113911125, 0.9989884337678007,
                0.999226153439665, 0.9990736481633443, 0.9984541774029088, 0.9970562516630377,
                0.9941793752280661, 0.9883926301288679,
            ),
        ],
        saddle=[
            (-0.5553760760924077, 0.3224454944027339, 0.11517820562228981, 0.023506197759287188,
             0.010661379252702776, 0.010217972669098168, 0.010208534022082077, 0.010204214636604828,
             0.010004085144900891, 0.00010008171958642669),
        ],
    ),
    x=numpy.tile([-1.2, 1.0], 5), b=(1, 200),
)  # fmt: skip
def rosenbrock_n(x, b=100.0):
    """Ten variables in a chain: besides the minimum at (1, ..., 1) a second one of value 3.9866."""
    return np.sum(b * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def _styblinski_tang_points():
    """All 3ⁿ combinations of the three roots, n = 5."""
    by_label: dict[str, list[tuple[float, ...]]] = {"minimum": [], "maximum": [], "saddle": []}
    for kinds in itertools.product(STYBLINSKI_TANG_ROOTS, repeat=5):
        tops = kinds.count("top")
        label = "minimum" if tops == 0 else "maximum" if tops == 5 else "saddle"
        by_label[label].append(tuple(STYBLINSKI_TANG_ROOTS[kind] for kind in kinds))
    return points(**by_label)


@example("Styblinski & Tang (1990)", critical_points=_styblinski_tang_points(), x=numpy.zeros(5))
def styblinski_tang(x):
    """Double wells, n = 5: 32 minima, 210 saddles, one maximum; lowest -39.166 n. All critical points."""
    return np.sum(x**4 - 16 * x**2 + 5 * x) / 2


@example(
    "Hedar (2005), Neumaier's Trid function",
    critical_points=points(minimum=[(6.0, 10.0, 12.0, 12.0, 10.0, 6.0)]),
    x=numpy.zeros(6),
)
def trid(x):
    """A quadratic with a tridiagonal Hessian (-1, 2, -1), n = 6: lowest -50. All critical points."""
    return np.sum((x - 1) ** 2) - np.sum(x[1:] * x[:-1])


@example(
    "Dixon & Price (1989)",
    critical_points=points(
        minimum=[(1.0, 2**-0.5, 2**-0.75, 2**-0.875), (1.0, 2**-0.5, 2**-0.75, -(2**-0.875))],
        degenerate=[(1 / 3, 0.0, 0.0, 0.0)],
    ),
    x=numpy.ones(4),
)
def dixon_price(x):
    """Two minima of value 0, n = 4, and a degenerate point at (1/3, 0, 0, 0) where descent stalls."""
    weights = numpy.arange(2.0, 5.0)
    return (x[0] - 1) ** 2 + np.sum(weights * (2 * x[1:] ** 2 - x[:-1]) ** 2)


@example(
    "Powell (1962)",
    critical_points=points(degenerate=[(0.0,) * 4]),
    x=numpy.array([3.0, -1.0, 0.0, 1.0]),
)
def powell_singular(x):
    """A minimum whose Hessian has rank 2: Newton's method converges only linearly. All critical points."""
    return (x[0] + 10 * x[1]) ** 2 + 5 * (x[2] - x[3]) ** 2 + (x[1] - 2 * x[2]) ** 4 + 10 * (x[0] - x[3]) ** 4


@example(
    "Colville (1968), Wood's function",
    critical_points=points(
        minimum=[(1.0,) * 4],
        saddle=[
            (-0.9679740249375931, 0.9471391408178419, -0.9695163103315911, 0.9512476657923252),
            (-0.03125102339433596, 0.16597138685578314, -0.031258171023264066, 0.18426393469672842),
        ],
    ),
    x=numpy.array([-3.0, -1.0, -3.0, -1.0]),
)
def wood(x):
    """Two coupled Rosenbrock valleys; descent lingers near the saddle of value 7.877."""
    valleys = 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2 + 90 * (x[3] - x[2] ** 2) ** 2 + (1 - x[2]) ** 2
    return valleys + 10.1 * ((x[1] - 1) ** 2 + (x[3] - 1) ** 2) + 19.8 * (x[1] - 1) * (x[3] - 1)


@example("Hilbert (1894)", critical_points=points(degenerate=[(0.0,) * 12]), x=numpy.ones(12))
def hilbert_quadratic(x):
    """½ xᵀAx with A_ij = 1/(i + j - 1), n = 12.

    A is positive definite, but its smallest eigenvalue 2.6e-17 is lost in double precision: the
    second-derivative test rightly says degenerate.
    """
    order = numpy.arange(1.0, 13.0)
    return np.dot(x, np.dot(1 / (order[:, None] + order - 1), x)) / 2


@example("Hedar (2005), Zakharov's function", critical_points=points(minimum=[(0.0,) * 5]), x=numpy.ones(5))
def zakharov(x):
    """A bowl with one steep direction, n = 5: eigenvalues 2 (four times) and 29.5. All critical points."""
    steep = np.sum(numpy.arange(1.0, 6.0) * x) / 2
    return np.sum(x**2) + steep**2 + steep**4


@example(
    "Rastrigin (1974)",
    critical_points=points(minimum=[(0.0,) * 3]),
    x=numpy.array([0.7, -1.3, 0.2]),
    amplitude=(0, 10),
)
def rastrigin(x, amplitude=10.0):
    """Waves on a bowl, n = 3: with amplitude 0 one minimum, with 10 some sixty along each axis."""
    return amplitude * x.shape[0] + np.sum(x**2 - amplitude * np.cos(2 * np.pi * x))


@example(
    "Bray & Dean (2007), with ten fixed waves",
    critical_points=points(
        minimum=[(3.883955842291383, 5.605979037676088, 6.081786140185376, 3.3672644765342277)],
        saddle=[
            (4.791880930848049, 3.7462256651395425, 2.829996127094834, 3.955571343300071),
            (1.4160229207588673, 1.4826535213945995, 2.2343918765508772, 3.5484331779539944),
            (1.2221504200078268, 1.4216793580461307, 1.2955775519227692, 0.14047050963414748),
        ],
        maximum=[(1.6074047356548187, 4.079143091102932, 4.380920741646717, 0.9978010985327058)],
    ),
    x=numpy.zeros(4),
)
def random_field(x):
    """A random landscape on the torus, n = 4, period 2π: higher saddles have a larger index.

    Listed are the lowest minimum and the highest maximum found, and saddles of index 1, 2 and 3 in order.
    """
    return np.sum(FIELD_AMPLITUDES * np.cos(np.dot(FIELD_WAVES, x) + FIELD_PHASES))
