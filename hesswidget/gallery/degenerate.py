"""Two variables, critical points where the second-derivative test says nothing. Elementwise."""

import autograd.numpy as np

from hesswidget.gallery.example import example, points

ORIGIN = [(0.0, 0.0)]


@example(
    "Milnor (1963); Arnold (1972), type D₄", critical_points=points(degenerate=ORIGIN), x=(-2, 2), y=(-2, 2)
)
def monkey_saddle(x, y):
    """Three ways down, three ways up, and a Hessian that is zero at the origin. All critical points."""
    return x**3 - 3 * x * y**2


@example(
    "Thom (1972), elliptic umbilic",
    critical_points=points(
        minimum=ORIGIN,
        saddle=[(-2 / 3, 0.0), (1 / 3, 3**-0.5), (1 / 3, -(3**-0.5))],
    ),
    x=(-2, 2),
    y=(-2, 2),
    w=(-1.5, 1.5),
)
def elliptic_umbilic(x, y, w=1.0):
    """A monkey saddle unfolded: at w = 0 one extremum and three saddles meet. All critical points."""
    return x**3 - 3 * x * y**2 + w * (x**2 + y**2)


@example("Arnold (1972), type X₉", critical_points=points(degenerate=ORIGIN), x=(-2, 2), y=(-2, 2))
def quartic_bowl(x, y):
    """A minimum whose Hessian is zero; Newton converges only linearly, by 2/3. All critical points."""
    return x**4 + y**4


@example("Peano (1884)", critical_points=points(degenerate=ORIGIN), x=(-1, 1), y=(-0.5, 1))
def peano(x, y):
    """The origin is a minimum along every line through it, and not a minimum. All critical points."""
    return (y - x**2) * (y - 3 * x**2)


# The term 0 y keeps y an argument of the derivative and gives the value the shape of both.
@example(
    "Bott (1954), nondegenerate critical manifold",
    critical_points=points(degenerate=ORIGIN),
    x=(-2, 2),
    y=(-2, 2),
)
def gutter(x, y):
    """Every point of the line x = 0 is a minimum; one eigenvalue is zero everywhere."""
    return x**2 + 0 * y


@example(
    "after the gutter; Gromoll & Meyer (1969), splitting lemma",
    critical_points=points(degenerate=ORIGIN),
    x=(-2, 2),
    y=(-2, 2),
)
def quartic_gutter(x, y):
    """A line of minima at x = 0 along which the Hessian is zero."""
    return x**4 + 0 * y


@example("Arnold (1972), type A₃", critical_points=points(degenerate=ORIGIN), x=(-2, 2), y=(-2, 2))
def half_quartic_saddle(x, y):
    """Eigenvalues 0 and 2 as for x² + y⁴, but the fourth order goes down. All critical points."""
    return x**2 - y**4


@example("Peano (1884); Schwarz (1873)", critical_points=points(undefined=ORIGIN), x=(-1, 1), y=(-1, 1))
def schwarz(x, y):
    """The mixed derivatives at the origin are -1 and +1, so the Hessian does not exist there.

    This is xy(x² - y²)/(x² + y²) with the value 0 at the origin, written in polar form, r² sin(4θ)/4. The
    gradient at the origin is zero, but autograd finds NaN; with a branch for the origin it would find a
    symmetric zero matrix, which is wrong too.
    """
    return (x**2 + y**2) * np.sin(4 * np.arctan2(y, x)) / 4
